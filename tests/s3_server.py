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
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import unescape

from werkzeug.serving import WSGIRequestHandler, make_server
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
        from moto.server import DomainDispatcherApplication, create_backend_app

    s3 = DomainDispatcherApplication(create_backend_app)

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

    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
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


class _Quiet(WSGIRequestHandler):
    """Keeps connections open, as S3 does, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: Any, **__: Any) -> None:
        pass


@contextmanager
def _quietly() -> Iterator[None]:
    """moto warns of what its other services would need."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
