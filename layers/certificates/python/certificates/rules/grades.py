"""Grades from every source, rounded in one way. 1 means all points; a grade may be above 1."""

from __future__ import annotations

from decimal import Decimal

_STEP = Decimal("0.000001")
"""The LMS computes with doubles. Digits after the sixth are noise, and noise must not pass or fail a learner."""

MOST = Decimal(1_000_000)
"""A higher grade is stored as this one. The limit keeps every grade within what the table stores."""


MOST_LIKELY = Decimal(2)
"""A higher number without a verdict may be a percentage: 72 for 0.72. Extra credit makes a grade a little above 1."""


def may_be_percentage(grade: Decimal) -> bool:
    """Whether the number is too high for a grade. Compared with a passing grade, it would pass the learner."""
    return grade > MOST_LIKELY


def rounded(grade: Decimal) -> Decimal | None:
    """The grade with six digits, the same for files, events and the LMS's interface. None: this is no grade.

    A negative number (beyond a double's noise) is no grade, nor is anything that is not a number.
    """
    if grade.is_nan():
        return None
    if grade >= MOST:
        return MOST
    if grade <= -_STEP:
        return None
    # Without trailing zeros: 0.80 and 0.8 are stored as the same grade. `abs`: -0 becomes 0.
    return abs(grade.quantize(_STEP)).normalize()
