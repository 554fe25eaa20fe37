"""The other end of Lambda's runtime interface: gives events to a function's process, and measures its CPU time."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Queue
from typing import Any

from tests.cloud import loopback, server
from tests.cloud.cloud import LocalCloud

SECONDS = 300

READY = object()
CPU_CLOCK_OF_PROCESS = 2
"""The kernel's CPUCLOCK_SCHED: the whole CPU time of a process in nanoseconds, with its ended threads."""


class FunctionFailed(Exception):
    """The function has answered with an error."""


@dataclass(frozen=True)
class Running:
    """A function's process. When `await_ready` returns, it is initialised."""

    process: subprocess.Popen[bytes]
    seconds: float
    events: Queue[Any] = field(default_factory=Queue)
    said: Queue[Any] = field(default_factory=Queue)

    def await_ready(self) -> None:
        self._next_word(READY)

    def answer(self, event: Any) -> Any:
        """The answer of the function. After it, the function is ready for the next event."""
        self.events.put(event)
        answer = self._next_word()
        self.await_ready()
        return answer

    @property
    def cpu_ms(self) -> float:
        """The CPU time since the process began, with entering its root."""
        clock = (~self.process.pid << 3) | CPU_CLOCK_OF_PROCESS
        return time.clock_gettime_ns(clock) / 1e6

    def _next_word(self, expected: object = None) -> Any:
        deadline = time.monotonic() + self.seconds
        while self.said.empty():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise FunctionFailed(f"it said nothing, exit code {self.process.poll()}")
            time.sleep(0.005)
        word = self.said.get()
        if isinstance(word, FunctionFailed) or (expected is not None and word is not expected):
            raise word if isinstance(word, FunctionFailed) else FunctionFailed(word)
        return word


def environment(cloud: LocalCloud, function: str) -> dict[str, str]:
    """The function's settings as deployed, and the settings that Lambda adds."""
    deployed = cloud.client("lambda").get_function_configuration(FunctionName=cloud.name(function))
    return {
        **deployed["Environment"]["Variables"],
        "_HANDLER": deployed["Handler"],
        "AWS_LAMBDA_FUNCTION_NAME": deployed["FunctionName"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployed["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_REGION": server.REGION,
        "AWS_DEFAULT_REGION": server.REGION,
        "AWS_ACCESS_KEY_ID": server.ADMIN_KEY,
        "AWS_SECRET_ACCESS_KEY": server.ADMIN_KEY,
        "AWS_ENDPOINT_URL": cloud.server.url,
    }


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], seconds: float = SECONDS) -> Iterator[Running]:
    """Start a function, and end it with the block. `environment` is its whole environment. `seconds` is the time limit
    for each of its steps.
    """
    events: Queue[Any] = Queue()
    said: Queue[Any] = Queue()

    class Handler(loopback.Quiet):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            said.put(READY)
            event = json.dumps(events.get()).encode()
            self.send_response(200)
            for name, value in INVOCATION.items():
                self.send_header(f"Lambda-Runtime-{name}", value)
            self._send(event)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
            said.put(body if self.path.endswith("/response") else FunctionFailed(body))
            self.send_response(202)
            self._send(b"{}")

        def _send(self, body: bytes) -> None:
            self.send_header("Content-Type", "application/json")  # without it the runtime client crashes
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with loopback.serving(0, Handler) as port:
        known = {"PATH": os.defpath, "AWS_LAMBDA_RUNTIME_API": f"{server.LOOPBACK}:{port}"}
        process = subprocess.Popen(command, env={**environment, **known}, stdout=subprocess.DEVNULL)
        try:
            yield Running(process, seconds, events, said)
        finally:
            process.kill()
            process.wait()


INVOCATION = {
    "Aws-Request-Id": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    "Invoked-Function-Arn": f"arn:aws:lambda:{server.REGION}:000000000000:function:measured",
    "Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
    "Deadline-Ms": "4102444800000",
}
