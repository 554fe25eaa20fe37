"""Facts about a learner's name that only the fonts and the design know: decisions use facts alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from certificates.rendering import printable
from certificates.rules.model import CourseRun, Enrollment, Facts, Learner
from certificates.shown_text import shown

NameFits = Callable[[CourseRun, Learner], bool]
"""Whether the learner's printed name fits the run's design: see `renderer.name_fits`."""

SURELY_FITS = 40
"""Most letters of a name that is not measured: nearly all names. The included designs have room for eighty letters as
wide as W or 王.
"""

_WIDE = re.compile("[\ufdf0-\ufdff\u2e3a\u2e3b]")
"""Signs for several words, such as ﷽, and dashes, that are much wider than a letter."""


def with_learner(facts: Facts, learner: Learner, name_fits: NameFits | None = None) -> Facts:
    """The facts with this learner, and with the facts about the print."""
    return replace(facts, learner=learner, **of_print(facts.run, learner, facts.enrollment, name_fits))


def of_print(
    run: CourseRun, learner: Learner, enrollment: Enrollment | None, name_fits: NameFits | None = None
) -> dict[str, Any]:
    """The facts about the learner's printed texts, under the names of `Facts`. `name_fits` None: nothing is measured,
    and only the layout finds a name that is too long.
    """
    name = learner.printed_name
    values = enrollment.fields.values() if enrollment is not None else ()
    # A username that shows nothing stands in for a name, and cannot be printed either.
    unprintable = printable.missing("".join([name, *values])) or ("" if shown(name) else "".join(dict.fromkeys(name)))
    may_be_too_long = run.design_active and not unprintable and _may_be_wide(shown(name))
    return {
        "unprintable": unprintable,
        "misspelt": printable.is_misspelt(name),
        "too_long": may_be_too_long and name_fits is not None and not name_fits(run, learner),
    }


def _may_be_wide(line: str) -> bool:
    return len(line) > SURELY_FITS or _WIDE.search(line) is not None
