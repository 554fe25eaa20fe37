"""One breach of a standard."""

from __future__ import annotations

from typing import NamedTuple

from certificates.rendering.flaws import DesignFlaw, design_flaw


class Fault(NamedTuple):
    """`rule` never changes (kebab-case). The flaw is for the author of the template."""

    rule: str
    flaw: DesignFlaw


def fault(rule: str, flaw_id: str = "", **values: object) -> Fault:
    """`flaw_id` is the id of the flaw if a rule has several."""
    return Fault(rule, design_flaw(flaw_id or rule, **values))
