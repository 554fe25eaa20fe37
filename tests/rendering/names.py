"""Names of invented people in every script and custom: the corpus for sheets and tests."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """The names of each group. The file has escapes for invisible characters."""
    found = {}
    for line in Path(__file__).with_name("names.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            group, _, listed = line.partition(": ")
            found[group] = tuple(_unescaped(name) for name in listed.split(" | "))
    return found


def _unescaped(name: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), name)
