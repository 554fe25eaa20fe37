"""Handles requests before the views: faults on purpose, and Django's rules about slashes."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.common import CommonMiddleware
from django.urls import is_valid_path

from tests.lms.answers import detail, page, too_many
from tests.lms.world import WORLD, Fault

CONTROL = "/_fake"
SLOW_SECONDS = 30

Get = Callable[[HttpRequest], HttpResponse]


class HangUp(Exception):
    """The connection must end without an answer."""


class Doing:
    """Counts requests, and makes a request fail if a fault is set for it."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(CONTROL):
            return self.get_response(request)
        # An answer that is not taken in one piece has its query as the client sent it.
        if not WORLD.switches.plus_is_a_blank:
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("+", "%2B")
        with WORLD.lock:
            WORLD.requests.append(f"{request.method} {request.get_full_path()}")
            WORLD.at_once += 1
            WORLD.most_at_once = max(WORLD.most_at_once, WORLD.at_once)
            struck = [fault for fault in WORLD.faults if fault.strikes(request.path)]
        try:
            return self._counted(request, struck)
        except HangUp:
            # The request counts as done now: the client may ask again at the moment when its connection ends.
            return _hang_up(request)

    def _counted(self, request: HttpRequest, struck: list[Fault]) -> HttpResponseBase:
        try:
            return self._strike(request, struck[0]) if struck else self.get_response(request)
        finally:
            with WORLD.lock:
                WORLD.at_once -= 1

    def _strike(self, request: HttpRequest, fault: Fault) -> HttpResponseBase:
        kind = fault.kind
        if kind == "before":
            raise HangUp
        if kind == "error":
            return page("Server Error (500)", 500)
        if kind == "maintenance":
            return page("Down for maintenance", 503)
        if kind == "no-such-site":
            # A proxy that knows no address for the LMS at this moment.
            return HttpResponse("404 page not found\n", status=404, content_type="text/plain")
        if kind in {"throttled", "throttled-silently"}:
            return too_many(1, developer_errors=kind == "throttled-silently")
        if kind == "expired":
            return detail("Signature has expired.", 401, WWW_Authenticate='JWT realm="api"')
        if kind == "slow":
            time.sleep(SLOW_SECONDS)
        answer = self.get_response(request)
        if kind == "after":
            raise HangUp
        if kind == "garbage":
            answer.content = b'{"next":null,"results":[{"created":'
            answer["Content-Length"] = str(len(answer.content))
            return answer
        return _half(request, answer) if kind == "half" else answer


class Slashes(CommonMiddleware):
    """A missing slash gets a redirect. If this behaviour is off, the view is found with and without a slash."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not WORLD.switches.exact_slashes and not is_valid_path(request.path_info):
            other = request.path_info.rstrip("/") if request.path_info.endswith("/") else f"{request.path_info}/"
            if is_valid_path(other):
                request.path_info = request.path = other
        return super().__call__(request)


def _hang_up(request: HttpRequest) -> HttpResponse:
    _connection(request).shutdown(socket.SHUT_RDWR)
    return HttpResponse()


def _half(request: HttpRequest, answer: HttpResponse) -> StreamingHttpResponse:
    """The headers and half of the body, and then nothing."""
    content = answer.content

    def pieces() -> Iterator[bytes]:
        yield content[: len(content) // 2]
        _connection(request).shutdown(socket.SHUT_RDWR)

    cut = StreamingHttpResponse(pieces(), status=answer.status_code)
    for name, value in answer.headers.items():
        cut[name] = value
    cut["Content-Length"] = str(len(content))
    return cut


def _connection(request: HttpRequest) -> socket.socket:
    connection: socket.socket = request.environ["lms.connection"]  # type: ignore[attr-defined]
    return connection


def is_course_key(text: str) -> bool:
    return re.fullmatch(r"(course|ccx)-v1:[^+ ]+\+[^+ ]+\+[^ ]+", text) is not None
