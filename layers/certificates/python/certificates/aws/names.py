"""Facts about a learner's name that only the bundled fonts know: decisions use facts alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from certificates.rendering import printable
from certificates.rules.model import Enrollment, Facts, Learner


def with_learner(facts: Facts, learner: Learner) -> Facts:
    """The facts with this learner, and with the characters that cannot be printed."""
    return replace(facts, learner=learner, **of_print(learner, facts.enrollment))


def of_print(learner: Learner, enrollment: Enrollment | None) -> dict[str, Any]:
    """The facts about the learner's printed texts, under the names of `Facts`."""
    name = learner.printed_name
    values = enrollment.fields.values() if enrollment is not None else ()
    return {"unprintable": printable.missing("".join([name, *values])), "misspelt": printable.is_misspelt(name)}
