"""Answers in the LMS's own forms, with errors; and the person who asks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from tests.lms.oauth import username_of_jwt, username_of_opaque
from tests.lms.world import WORLD, Person

NO_RIGHT = "You do not have permission to perform this action."
View = Callable[..., HttpResponse]


def said(value: object, status: int = 200, **headers: str) -> HttpResponse:
    """As DRF renders JSON."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    answer = HttpResponse(text, status=status, content_type="application/json")
    for name, header in headers.items():
        answer[name.replace("_", "-")] = header
    return answer


def detail(text: str, status: int, **headers: str) -> HttpResponse:
    return said({"detail": text}, status, **headers)


def developer(text: str, status: int, code: str | None = None) -> HttpResponse:
    return said({"developer_message": text} | ({"error_code": code} if code else {}), status)


def forbidden() -> HttpResponse:
    return detail(NO_RIGHT, 403)


def missing() -> HttpResponse:
    return detail("Not found.", 404)


def hidden_or_forbidden() -> HttpResponse:
    """Without a right, some views answer 404, to hide what exists."""
    return HttpResponse(status=404) if WORLD.switches.hides_existence else forbidden()


def page(body: str, status: int) -> HttpResponse:
    return HttpResponse(f"<!DOCTYPE html><title>{body}</title><h1>{body}</h1>", status=status)


def for_people(view: View) -> View:
    """A view for callers with a token: `person` is the caller."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = who(request)
        if person is None:
            return detail("Authentication credentials were not provided.", 401, WWW_Authenticate='JWT realm="api"')
        return view(request, person, *args, **kwargs)

    return asked


def who(request: HttpRequest) -> Person | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme == "JWT" or (scheme == "Bearer" and not WORLD.switches.bearer_jwt_refused and token.count(".") == 2):
        username = username_of_jwt(token)
    elif scheme == "Bearer":
        username = username_of_opaque(token)
    else:
        username = None
    return WORLD.people.get(username) if username else None


def throttled(*, developer_errors: bool = False) -> Callable[[View], View]:
    """Counts by username, as the LMS does. A listing has the waiting time only in its text."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, person: Person, *args: Any, **kwargs: Any) -> HttpResponse:
            wait = _wait(person)
            if wait:
                return too_many(wait, developer_errors=developer_errors)
            return view(request, person, *args, **kwargs)

        return counted

    return decorate


def too_many(seconds: int, *, developer_errors: bool) -> HttpResponse:
    text = f"Request was throttled. Expected available in {seconds} seconds."
    if developer_errors and not WORLD.switches.says_retry_after_on_listings:
        return said({"developer_message": text}, 429)
    return detail(text, 429, Retry_After=str(seconds))


def _wait(person: Person) -> int:
    switches, now = WORLD.switches, time.monotonic()
    if not switches.throttles:
        return 0
    usual, of_staff = switches.throttle_rates
    with WORLD.lock:
        recent = [at for name, at in WORLD.calls if name == person.username and at > now - switches.throttle_seconds]
        if len(recent) >= (of_staff if person.is_staff else usual):
            return max(1, round(recent[0] + switches.throttle_seconds - now))
        WORLD.calls.append((person.username, now))
    return 0
