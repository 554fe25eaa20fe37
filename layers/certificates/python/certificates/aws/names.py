"""Facts about a learner's name that only the bundled fonts know: decisions use facts alone."""

from __future__ import annotations

from dataclasses import replace

from certificates.rendering import printable
from certificates.rules.model import Facts, Learner


def with_learner(facts: Facts, learner: Learner) -> Facts:
    """The facts with this learner, and with the characters that cannot be printed."""
    name = learner.printed_name
    values = facts.enrollment.fields.values() if facts.enrollment is not None else ()
    missing = printable.missing("".join([name, *values]))
    return replace(facts, learner=learner, unprintable=missing, misspelt=printable.is_misspelt(name))
