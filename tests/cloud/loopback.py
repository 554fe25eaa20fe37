"""HTTP servers in threads of this process. They listen on loopback only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.cloud.server import LOOPBACK, require_free

SECONDS_TO_NOTICE_THE_END = 0.02
"""By default, a server checks twice a second whether it must end."""


class Quiet(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # the end of an answer does not wait until its beginning has been acknowledged

    def log_message(self, format: str, *args: object) -> None:
        """Prints nothing: the output belongs to the program that runs the server."""


@contextmanager
def serving(port: int, handler: type[Quiet]) -> Iterator[int]:
    """Serves until the block ends. Returns the port: a free one if the port is 0. Raises PortInUse."""
    if port:
        require_free(port)
    server = ThreadingHTTPServer((LOOPBACK, port), handler)
    thread = threading.Thread(target=server.serve_forever, args=[SECONDS_TO_NOTICE_THE_END], daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
