"""ETags for content without a version number: digests of the content."""

from __future__ import annotations

import hashlib
import json

from certificates.errors import BadRequest
from certificates.http.parameters import IF_MATCH_OPTIONAL
from certificates.http.requests import Request

MAX_IF_MATCH = 1000


def digest_etag(*parts: object) -> str:
    """The ETag of these parts, in any order."""
    written = json.dumps(sorted(map(str, parts)))
    return f'"{hashlib.sha256(written.encode()).hexdigest()[:32]}"'


def strong(etag: str) -> str:
    """The ETag that was sent, also if a network that compresses answers has marked it as weak (CloudFront does)."""
    return etag.strip().removeprefix("W/")


def etags_expected(request: Request) -> frozenset[str] | None:
    """The ETags in `If-Match`. None: any version is expected. Raises BadRequest `bad-if-match`."""
    text = request.read(IF_MATCH_OPTIONAL)
    return None if text is None or text.strip() == "*" else etags_in(text)


def etags_in(text: str) -> frozenset[str]:
    """The ETags of a header that names some. Raises BadRequest `bad-if-match`."""
    named = [strong(each) for each in text.split(",")] if len(text) <= MAX_IF_MATCH else [""]
    if not all(len(each) > 2 and each.startswith('"') and each.endswith('"') for each in named):
        raise BadRequest("bad-if-match", "If-Match must have the ETag that you read, with its quotes, or *.")
    return frozenset(named)
