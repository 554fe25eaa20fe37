"""What the bundled fonts say of a learner's name, as facts: decisions are made on facts alone."""

from __future__ import annotations

from dataclasses import replace

from certificates.rendering import printable
from certificates.rules.model import Facts, Learner


def with_learner(facts: Facts, learner: Learner) -> Facts:
    """The facts with this learner, and with whether the name that would be printed can be."""
    name = learner.printed_name
    return replace(facts, learner=learner, unprintable=printable.missing(name), misspelt=printable.is_misspelt(name))
