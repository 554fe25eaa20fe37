"""Checks the body of a request by its schema."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, from_json

from certificates.errors import BadRequest
from certificates.http.schemas.bodies import BODIES, PATTERNS

UNKNOWN_FIELD = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
"""Pydantic's names of the fault *unknown field*, for a model and for a dataclass."""

_TIME = "write a time such as 2026-12-31T23:59:00Z"
_IN_OUR_WORDS = {
    **dict.fromkeys(UNKNOWN_FIELD, "there is no such field"),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), _TIME),
    "decimal_type": "write a number such as 0.6",
    "too_short": "give at least {min_length}",
    "too_long": "give at most {max_length}",
}
"""Faults for which pydantic's own words are about Python, by pydantic's names of them."""


def validate(name: str, body: bytes) -> Any:
    """The value of a JSON body.

    Raises BadRequest `not-json`, `unknown-field` or `invalid-body`. The last two have each fault with its field.
    """
    if not body.strip():
        raise BadRequest("not-json", "The body is empty. Send JSON.")
    try:
        # Strict JSON types: "no" is no boolean and 0 is no time. But a time is a text in JSON.
        return TypeAdapter(BODIES[name]).validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False)
        if found[0]["type"] == "json_invalid":
            raise BadRequest("not-json", f"The body is not JSON. {found[0]['msg']}.") from error
        sent = from_json(body)
        faults = [{"field": _field(fault, sent), "message": _message(fault)} for fault in found]
        unknown = [fault for fault in found if fault["type"] in UNKNOWN_FIELD]
        reason = "unknown-field" if len(unknown) == len(faults) else "invalid-body"
        first = faults[0]
        raise BadRequest(reason, f"{first['field'] or 'body'}: {first['message']}.", errors=faults) from error


def _message(fault: ErrorDetails) -> str:
    if fault["type"] == "string_pattern_mismatch":
        return PATTERNS[fault["ctx"]["pattern"]]
    words = _IN_OUR_WORDS.get(fault["type"])
    return words.format(**fault.get("ctx", {})) if words else fault["msg"]


def _field(fault: ErrorDetails, sent: Any) -> str:
    """The path of the faulty value in the body. If a value may be of several kinds, pydantic adds the name of a kind to
    the path. This name is no part of the body."""
    path: list[str] = []
    for part in fault["loc"]:
        holds = part in sent if isinstance(sent, dict) else isinstance(sent, list) and isinstance(part, int)
        if holds:
            sent = sent[part]
        if holds or fault["type"] == "missing":
            path.append(str(part))
    return ".".join(path)
