"""One breach of a standard, in words for the author of the template."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    rule: str  # stable, kebab-case
    message: str
