"""What learners are told, in one sentence or two, with their own values.

The note of an invalidation is for the record and for staff: no sentence here looks at it.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from certificates.rules.model import Facts
from certificates.rules.predicates import is_mode_eligible
from certificates.rules.visibility import shown_on

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def on_day(moment: datetime) -> str:
    """`24 November 2026`, whatever the locale of the process."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def percent(grade: Decimal) -> str:
    """`59.5%`. Cut, not rounded: a grade just below the passing grade is never shown as if it passed."""
    cut = (grade * 100).quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
    return f"{cut:f}".rstrip("0").rstrip(".") + "%"


def invalidated(facts: Facts) -> str:
    moment = facts.invalidation.invalidated_at if facts.invalidation is not None else facts.now
    return f"Your certificate was invalidated on {on_day(moment)}. Please ask the course team about it."


def never_enrolled(facts: Facts) -> str:
    return f"You have never been enrolled in {facts.run.title}, so there is no certificate to earn in it."


def no_longer_enrolled(facts: Facts) -> str:
    return f"You are no longer enrolled in {facts.run.title}. Certificates are issued to enrolled learners."


def earned_available_later(facts: Facts) -> str:
    moment = shown_on(facts.run)
    when = f"on {on_day(moment)}" if moment is not None else "once the course team has set a date"
    return f"You have earned your certificate. It becomes available {when}."


def not_earned_known_later(facts: Facts) -> str:
    moment = shown_on(facts.run)
    when = f"on {on_day(moment)}" if moment is not None else "once the course team has set a date"
    return f"You have not earned a certificate so far. The results are known {when}. {_grade(facts)}"


def identity_missing(facts: Facts) -> str:
    return f"Your identity has to be verified before a certificate can be issued on your track. {_grade(facts)}"


def available(facts: Facts) -> str:
    return f"Your certificate of {facts.run.title} is ready to view and download."


def carries_no_certificate(facts: Facts) -> str:
    if not is_mode_eligible(facts):
        mode = facts.enrollment.mode if facts.enrollment is not None else None
        return f"Your track ({mode}) carries no certificate in {facts.run.title}."
    if facts.run.derived:
        return f"{facts.run.title} is a coach's copy of a course. It carries no certificate of its own."
    return f"You take part in {facts.run.title} as a beta tester. Beta testers receive no certificate."


def not_passing(facts: Facts) -> str:
    return f"You have not reached the passing grade yet. {_grade(facts)}"


def requestable(facts: Facts) -> str:
    return f"You have earned a certificate of {facts.run.title}. You can request it now."


def earned_issued_at_end(facts: Facts) -> str:
    run = facts.run
    earned = f"You have earned a certificate of {run.title}."
    if not run.design_active:
        return f"{earned} It cannot be issued at the moment: the course team has put its design on hold."
    issued = None if run.bulk_issue_by_hand else run.bulk_issue_at or run.end
    if issued is None or issued <= facts.now:
        return f"{earned} It will be issued by the course team."
    at = "at the end of the run, on" if issued == run.end else "on"
    shown = shown_on(run)
    later = f", and shown on {on_day(shown)}" if shown is not None and shown > issued else ""
    return f"{earned} It will be issued {at} {on_day(issued)}{later}."


def _grade(facts: Facts) -> str:
    grade = facts.enrollment.grade if facts.enrollment is not None else None
    needed = f"{percent(facts.run.passing_grade)} is needed to pass."
    return f"Your grade is {percent(grade)}; {needed}" if grade is not None else f"You have no grade yet; {needed}"
