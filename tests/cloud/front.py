"""The front of the local cloud: the product is at the root of `http://localhost:PORT/`, as on its own domain.

The local cloud's own address of an API has a prefix, and pages would have to know the prefix. The front adds the
headers that API Gateway adds to a request: `x-forwarded-for`, `x-forwarded-port` and `x-forwarded-proto`.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.cloud import loopback
from tests.cloud.loopback import Quiet
from tests.cloud.server import LOOPBACK, Server

HOST = "localhost"
"""A browser keeps secure cookies of this name without TLS."""

TIMEOUT_SECONDS = 150
OF_A_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@contextmanager
def serving(port: int, cloud: Server, prefix: str) -> Iterator[str]:
    """Serves the API under `prefix` of the local cloud until the block ends. Returns the address. Raises PortInUse."""
    with loopback.serving(port, handler(port, cloud, prefix)):
        yield f"http://{HOST}:{port}"


def handler(port: int, cloud: Server, prefix: str) -> type[Quiet]:
    class Handler(Quiet):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            behind = http.client.HTTPConnection(LOOPBACK, cloud.port, timeout=TIMEOUT_SECONDS)
            try:
                behind.putrequest(self.command, prefix + self.path, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() not in OF_A_CONNECTION:
                        behind.putheader(name, value)
                added = {"x-forwarded-for": LOOPBACK, "x-forwarded-port": str(port), "x-forwarded-proto": "http"}
                for name, value in added.items():
                    behind.putheader(name, value)
                if body:
                    behind.putheader("content-length", str(len(body)))
                behind.endheaders(body or None)
                answer = behind.getresponse()
                content = answer.read()
                # A browser that has gone to another page does not read the answer.
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.answer(answer, content)
            finally:
                behind.close()

        def answer(self, answer: http.client.HTTPResponse, content: bytes) -> None:
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in OF_A_CONNECTION:
                    self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content if self.command != "HEAD" else b"")

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = forward

    return Handler
