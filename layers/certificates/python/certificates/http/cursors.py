"""Paging as the interface writes it: `items` and an opaque `next_cursor`."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence

from certificates.errors import BadRequest
from certificates.http.api import Request
from certificates.http.parameters import PAGED


def cursor_of(after: str | None) -> str | None:
    return base64.urlsafe_b64encode(json.dumps(after).encode()).decode() if after is not None else None


def after(request: Request) -> str | None:
    """The key after which the page starts. Raises BadRequest `bad-cursor` for one that no answer ever held."""
    _, cursor = PAGED
    text = request.read(cursor)
    return None if text is None else key_in(text)


def key_in(text: str) -> str:
    """The key in a cursor. Raises BadRequest `bad-cursor`."""
    try:
        key = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise BadRequest("bad-cursor", "This cursor is not one that an answer of this list held.") from error
    if not isinstance(key, str):
        raise BadRequest("bad-cursor", "This cursor is not one that an answer of this list held.")
    return key


def listing(items: Sequence[object], next_after: str | None) -> dict[str, object]:
    return {"items": list(items), "next_cursor": cursor_of(next_after)}


def page_of(documents: Sequence[Mapping[str, object]], request: Request) -> dict[str, object]:
    """A page of a list that is short enough to be held whole; the cursor is the position."""
    start = after(request) or "0"
    if not start.isascii() or not start.isdigit():
        raise BadRequest("bad-cursor", "This cursor is not one that an answer of this list held.")
    first, last = int(start), int(start) + request.limit
    return listing(documents[first:last], str(last) if last < len(documents) else None)
