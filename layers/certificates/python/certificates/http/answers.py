"""Answers: JSON, redirects, and RFC 9457 problems."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from certificates.errors import (
    BadRequest,
    Busy,
    Conflict,
    Gone,
    InternalError,
    LmsUnavailable,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Overloaded,
    PreconditionFailed,
    PreconditionRequired,
    Refusal,
    TooLarge,
)
from certificates.http.problems import PREFIX
from certificates.rules.moments import utc_text

JSON = "application/json"
PROBLEM = "application/problem+json"
HTML = "text/html"
CSV = "text/csv"
PDF = "application/pdf"
YAML = "application/yaml"

RETRY_AFTER = "1"
"""Seconds to wait before another try, after a lost race or too many calls."""

TRY_AGAIN = 503
"""The status of refusals after which another try may succeed."""

STATUS_OF: Mapping[type[Refusal], int] = {
    BadRequest: 400,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Busy: TRY_AGAIN,
    Overloaded: TRY_AGAIN,
    LmsUnavailable: TRY_AGAIN,
    Gone: 410,
    PreconditionFailed: 412,
    PreconditionRequired: 428,
    TooLarge: 413,
    InternalError: 500,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP. `in_base64`: the body is a file that is no text."""

    status: int
    body: str = ""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    in_base64: bool = False


def answer(value: object, status: int = 200, **headers: str) -> Answer:
    """`value` as JSON. Names of headers have underscores here."""
    return Answer(status, to_json(value), headers={name.replace("_", "-"): text for name, text in headers.items()})


def redirect(location: str) -> Answer:
    return Answer(302, headers={"Location": location})


def problem(refusal: Refusal) -> Answer:
    """The problem document: `type` is stable, `detail` is for people, programs use the other members."""
    # Imported with the first problem: functions start faster without the sentences.
    from certificates.staff_sentences import sentence_of

    status = status_of(refusal)
    document = {
        **refusal.values,
        "type": f"{PREFIX}{refusal.reason}",
        "title": refusal.reason.replace("-", " ").capitalize(),
        "status": status,
        "detail": sentence_of(refusal),
    }
    return Answer(status, to_json(document), PROBLEM, retry_after(refusal))


def retry_after(refusal: Refusal) -> dict[str, str]:
    """The header with the seconds to wait, if another try can succeed."""
    if status_of(refusal) != TRY_AGAIN:
        return {}
    return {"Retry-After": str(refusal.retry_after) if isinstance(refusal, LmsUnavailable) else RETRY_AFTER}


def status_of(refusal: Refusal) -> int:
    return next(STATUS_OF[kind] for kind in type(refusal).__mro__ if kind in STATUS_OF)


def to_json(value: object) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
