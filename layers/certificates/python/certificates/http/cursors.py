"""Paging in answers: `items` and an opaque `next_cursor`. A cursor of one list is refused by every other list."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence

from certificates.errors import BadRequest
from certificates.http.parameters import PAGED
from certificates.http.requests import Request, whole_number

MAX_CURSOR_LENGTH = 1200
"""Most characters: more than our cursors have, and the key inside still fits the table."""

MAX_POSITION = 10**9


def cursor_of(after: str | None, of_list: str | None = None) -> str | None:
    """The cursor with this key. `of_list` names the list; without a name, any list takes the cursor."""
    if after is None:
        return None
    written = json.dumps(after if of_list is None else [of_list, after])
    return base64.urlsafe_b64encode(written.encode()).decode()


def list_of(request: Request) -> str:
    """A short name of the list that the request asks for: the same for every page and every filter of the list.

    With the cursor of another run, a program would silently miss learners.
    """
    named = json.dumps([request.operation.path, sorted(request.path.items())])
    return hashlib.sha256(named.encode()).hexdigest()[:8]


def after(request: Request) -> str | None:
    """The key after which the page starts. Raises BadRequest `bad-cursor` for a text that is no cursor of this list."""
    _, cursor = PAGED
    text = request.read(cursor)
    return None if text is None else key_in(text, list_of(request))


def key_in(text: str, of_list: str | None = None) -> str:
    """The key in a cursor of this list. Raises BadRequest `bad-cursor`."""
    if len(text) > MAX_CURSOR_LENGTH:
        raise _bad_cursor()
    try:
        key = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
    except (ValueError, RecursionError) as error:
        raise _bad_cursor() from error
    if of_list is not None:
        named, key = key if isinstance(key, list) and len(key) == 2 else (None, None)
        if named != of_list:
            raise _bad_cursor()
    if not isinstance(key, str) or not key or not _is_text(key):
        raise _bad_cursor()
    return key


def listing(request: Request, items: Sequence[object], next_after: str | None) -> dict[str, object]:
    return {"items": list(items), "next_cursor": cursor_of(next_after, list_of(request))}


def page_of(documents: Sequence[Mapping[str, object]], request: Request) -> dict[str, object]:
    """A page of a list that is short enough for the memory. The cursor is the position."""
    start = after(request) or "0"
    first = whole_number(start, most=MAX_POSITION)
    if first is None:
        raise _bad_cursor()
    last = first + request.limit
    return listing(request, documents[first:last], str(last) if last < len(documents) else None)


def _is_text(key: str) -> bool:
    """Whether the key can be written in UTF-8. Half of a surrogate pair cannot. A key is shorter than its cursor."""
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bad_cursor() -> BadRequest:
    return BadRequest("bad-cursor", "This cursor is not from an answer of this list.")
