"""S3 over HTTP, for what the product sends by other means than botocore: moto's server in a thread of this process.

It shares the memory of moto's mock, so that both see the same objects. A test may stand between the product and S3: it
is told each request, and answers, or lets S3 answer, or does both.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import unescape

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

_BY_METHOD = {"GET": "GetObject", "PUT": "PutObject", "POST": "DeleteObjects", "HEAD": "HeadObject"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `operation` is what S3 calls it, and `keys` are the objects it is about."""

    operation: str
    bucket: str
    keys: tuple[str, ...]


Answer = Callable[[], Response]
Between = Callable[[Asked, Answer], Response]
"""Gets a request, and can call `Answer` to have S3 handle it."""

_between: list[Between] = []


@contextmanager
def standing_between(between: Between) -> Iterator[None]:
    """Whoever came last is asked first."""
    _between.append(between)
    try:
        yield
    finally:
        _between.remove(between)


def refused(status: int, code: str) -> Response:
    """S3's answer to a request that it refuses."""
    body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>"
    return Response(body, status, content_type="application/xml")


@cache
def address() -> str:
    """Of the server, which begins with the first call and ends with the process."""
    with _quietly():
        from moto.server import create_backend_app

    s3 = create_backend_app("s3")

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)

        def answer(remaining: list[Between]) -> Response:
            if remaining:
                return remaining[-1](asked, lambda: answer(remaining[:-1]))
            return Response.from_app(s3, environ)

        asked = _asked(request, body)
        return answer(list(_between))(environ, start)

    server = ThreadedWSGIServer("127.0.0.1", 0, application, handler=_Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def _asked(request: Request, body: bytes) -> Asked:
    found = urlsplit(request.environ["REQUEST_URI"])
    bucket, _, key = unquote(found.path).lstrip("/").partition("/")
    operation = _BY_METHOD[request.method]
    if operation == "DeleteObjects":
        assert "delete" in parse_qs(found.query, keep_blank_values=True)
        return Asked(operation, bucket, tuple(unescape(key) for key in re.findall("<Key>(.*?)</Key>", body.decode())))
    return Asked(operation, bucket, (key,))


class _Handler(WSGIRequestHandler):
    """Keeps connections open, as S3 does, and logs nothing. werkzeug's own ends a connection with each answer, and
    needs a thread for each request.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer does not wait until the one before it has been acknowledged

    def run_wsgi(self) -> None:
        try:
            answer = Response.from_app(self.server.app, self.make_environ(), buffered=True)
        except Exception:  # of who stands between: a client of S3 would see no more
            answer = refused(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalError")
        body = answer.get_data()
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "date", "server"):
                self.send_header(name, value)
        length = answer.headers["Content-Length"] if self.command == "HEAD" else str(len(body))
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(body)

    def log(self, *_: Any, **__: Any) -> None:
        pass


@contextmanager
def _quietly() -> Iterator[None]:
    """moto warns of what its other services would need."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
