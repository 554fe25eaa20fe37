"""A grade against the passing grade, as text and as a drawn bar."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from certificates.http.language import Language
from certificates.pages.languages import translations
from certificates.pages.wording import translator
from certificates.rules.model import Facts
from certificates.rules.predicates import is_excepted, is_passing

_LABEL_MARGIN = Decimal(16)
"""Percent of the bar's width that the label of the passing grade needs on either side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeBar:
    """`fill_start`, `fill`, `mark` and `label` are percent of the width, from the left: already mirrored for Arabic."""

    grade: Decimal
    passing_grade: Decimal
    text: str
    fill_start: Decimal
    fill: Decimal
    mark: Decimal
    label: Decimal


def grade_bar(facts: Facts, language: Language) -> GradeBar | None:
    """The bar, None without a grade."""
    grade = facts.enrollment.grade if facts.enrollment is not None else None
    if grade is None:
        return None
    passing_grade = facts.run.passing_grade
    fill, mark = min(max(grade, Decimal(0)), Decimal(1)) * 100, passing_grade * 100
    mirrored = language.direction == "rtl"
    at = 100 - mark if mirrored else mark
    return GradeBar(
        grade=grade,
        passing_grade=passing_grade,
        text=_text(facts, grade, language),
        fill_start=100 - fill if mirrored else Decimal(0),
        fill=fill,
        mark=at,
        label=min(max(at, _LABEL_MARGIN), 100 - _LABEL_MARGIN),
    )


def points_below(grade: Decimal, passing_grade: Decimal) -> Decimal:
    """The missing percentage points, rounded up: never 0 for a learner who does not pass."""
    return ((passing_grade - grade) * 100).quantize(Decimal("0.01"), rounding=ROUND_CEILING)


def as_counted(number: Decimal) -> int:
    """The number for a language's plural. A fraction has the plural form of many."""
    return int(number) if number == int(number) else 100


def _text(facts: Facts, grade: Decimal, language: Language) -> str:
    """The text of the bar. It never contradicts the verdict: the LMS may fail a grade above the threshold, and pass one
    below."""
    _ = translator(language)
    needed = {"needed": language.grade(facts.run.passing_grade)}
    if is_passing(facts):
        return _("Passed: %(needed)s was needed.") % needed
    if is_excepted(facts):
        return _("The course team has waived the passing grade for you.")
    if grade < facts.run.passing_grade:
        missing = points_below(grade, facts.run.passing_grade)
        text = translations(language.tag).ngettext(
            "%(points)s point below the passing grade.",
            "%(points)s points below the passing grade.",
            as_counted(missing),
        )
        return text % {"points": language.decimal_number(missing)}
    return _("The course has not passed you yet.")
