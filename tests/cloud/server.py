"""Starts and stops the services of the cloud: one ministack process on loopback, which keeps nothing after its end."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.cloud.errors import CloudError, PortInUse

LOOPBACK = "127.0.0.1"
REGION = "eu-west-1"
"""The only region of the local cloud. Data sent to another region is lost without an error."""
ADMIN_KEY = "test"
START_SECONDS = 300
STOP_SECONDS = 5
PORTS = 4
"""The ports of one local cloud, in a row: the product, its issuer, AWS's services, the mailbox."""

QUIET_PORTS = range(20_000, 30_000, PORTS)
"""Lower than the ports of outgoing connections: the system could give away a port before the cloud uses it."""


@dataclass(frozen=True)
class Server:
    """A running ministack. `url` is the endpoint of every AWS service, `log` the file with its output."""

    port: int
    pid: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


def free_port() -> int:
    """A free port. The next ports of a cloud are free too."""
    while True:
        port = random.choice(QUIET_PORTS)
        with suppress(PortInUse):
            for one in range(port, port + PORTS):
                require_free(one)
            return port


def require_free(port: int) -> None:
    """Raises PortInUse if the port is taken, before anything starts."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as refused:
            raise PortInUse(port) from refused


@contextmanager
def running(executable: Path, port: int, scratch: Path) -> Iterator[Server]:
    """Runs ministack until the block ends. The processes of functions end too.

    `scratch` takes its log and temporary files. Raises PortInUse, or CloudError with the end of the log.
    """
    require_free(port)
    temporary = scratch / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    log = scratch / "ministack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            # If the parent is killed, ministack ends too. The signal comes when the thread that started it ends.
            ["setpriv", "--pdeathsig", "TERM", str(executable)],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment(port, temporary),
            start_new_session=True,  # Ctrl-C reaches this process first, which then stops the group in order
        )
    try:
        await_health(process, port, log)
        yield Server(port=port, pid=process.pid, log=log)
    finally:
        stop(process)


def environment(port: int, temporary: Path) -> dict[str, str]:
    """The whole environment of ministack and every function. Nothing of the developer's own environment is in it.

    - BIND_HOST and IOT_MTLS_ENABLED: by default it listens on all addresses, and for MQTT on a port of its own.
    - AUTH: requests are signed, and each function may do what its role says and no more.
    - AWS_ENDPOINT_URL: ministack hands it on to the functions, whose clients find the local services by it.
    """
    return {
        "PATH": os.defpath,
        "TMPDIR": str(temporary),
        "HOME": str(temporary),
        "BIND_HOST": LOOPBACK,
        "MINISTACK_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ADMIN_KEY,
        "AWS_SECRET_ACCESS_KEY": ADMIN_KEY,
        "AWS_ENDPOINT_URL": f"http://{LOOPBACK}:{port}",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true",
        "PERSIST_STATE": "0",
        "LOG_LEVEL": "INFO",
    }


def await_health(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/_ministack/health", timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise CloudError(f"ministack did not start on port {port}:\n{tail(log)}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the process group: first ministack in order, then every process that is left."""
    process.terminate()
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def tail(log: Path, lines: int = 30) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
