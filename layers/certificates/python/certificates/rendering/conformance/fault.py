"""One thing that breaks a standard, in words for the person who made the template."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    rule: str  # stable, kebab-case
    message: str
