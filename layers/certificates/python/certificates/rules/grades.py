"""Grades as every source reports them: shares of one, which may be above 1, rounded in one way."""

from __future__ import annotations

from decimal import Decimal

_STEP = Decimal("0.000001")
"""The LMS computes with doubles. The digits after the sixth are noise: noise neither passes nor fails anybody."""

MOST = Decimal(1_000_000)
"""A higher grade is stored as this one. The limit keeps every grade within what the table stores."""


def rounded(grade: Decimal) -> Decimal | None:
    """The grade to six digits, the same for files, events and the LMS's interface. None for what is no grade.

    No grade are negative numbers (beyond a double's noise) and what is not a number.
    """
    if grade.is_nan():
        return None
    if grade >= MOST:
        return MOST
    if grade <= -_STEP:
        return None
    # Without trailing zeros: 0.80 and 0.8 are stored as the same. `abs`: there is no grade of -0.
    return abs(grade.quantize(_STEP)).normalize()
