"""Answers that are kept for repeated calls. An item of the table has at most 400 KB."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from certificates.http.answers import Answer

_LONG = 32 * 1024
"""A body with more bytes is kept compressed. A list of a thousand learners shrinks to a sixth."""


def packed(answer: Answer) -> dict[str, Any]:
    values = asdict(answer)
    body = answer.body.encode()
    if len(body) > _LONG:
        values |= {"body": base64.b85encode(gzip.compress(body, mtime=0)).decode(), "compressed": True}
    return values


def unpacked(values: Mapping[str, Any]) -> Answer:
    """The answer. Release 0.1 kept no answer compressed."""
    answer = dict(values)
    if answer.pop("compressed", False):
        answer["body"] = gzip.decompress(base64.b85decode(answer["body"])).decode()
    return Answer(**answer)
