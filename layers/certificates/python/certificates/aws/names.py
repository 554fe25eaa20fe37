"""What the bundled fonts say of a learner's name, as facts: decisions are made on facts alone."""

from __future__ import annotations

from dataclasses import replace

from certificates.rendering import printable
from certificates.rules.model import Facts, Learner


def with_learner(facts: Facts, learner: Learner) -> Facts:
    """The facts with this learner, and with whether what would be printed of the learner can be."""
    name = learner.printed_name
    told = facts.enrollment.fields.values() if facts.enrollment is not None else ()
    missing = printable.missing("".join([name, *told]))
    return replace(facts, learner=learner, unprintable=missing, misspelt=printable.is_misspelt(name))
