"""The messages of the rules as English sentences, for people who read answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from certificates.http.language import ENGLISH
from certificates.rules.messages import Message, MessageId

Values = Mapping[str, Any]


def sentence(message: Message) -> str:
    """One sentence or two, with the learner's own values."""
    return _SENTENCES[message.id](message.values)


def on_day(moment: datetime) -> str:
    """`24 November 2026`."""
    return ENGLISH.day(moment)


def percent(grade: Decimal) -> str:
    """`59.5%`: cut, not rounded."""
    return ENGLISH.grade(grade)


def _grade(values: Values) -> str:
    needed = f"{percent(values['passing_grade'])} is needed to pass."
    grade = values["grade"]
    return f"Your grade is {percent(grade)}; {needed}" if grade is not None else f"You have no grade yet; {needed}"


def _not_passing(values: Values) -> str:
    """The LMS's verdict decides. If the grade is above the passing grade here, the text does not say that it is too
    low."""
    grade = values["grade"]
    if grade is not None and grade >= values["passing_grade"]:
        return f"Your grade is {percent(grade)}, and the course has not passed you yet. Ask the course team why."
    return f"You have not reached the passing grade yet. {_grade(values)}"


def _when(moment: datetime | None) -> str:
    return f"on {on_day(moment)}" if moment is not None else "once the course team has set a date"


def _issued_on(values: Values) -> str:
    at = "at the end of the run, on" if values["at_end"] else "on"
    later = f", and shown on {on_day(values['shown_on'])}" if values["shown_on"] is not None else ""
    return f"{_earned(values)} It will be issued {at} {on_day(values['issued_on'])}{later}."


def _earned(values: Values) -> str:
    return f"You have earned a certificate of {values['title']}."


_SENTENCES: Mapping[MessageId, Callable[[Values], str]] = {
    MessageId.INVALIDATED: lambda v: (
        f"Your certificate was invalidated on {on_day(v['on'])}. Please ask the course team about it."
    ),
    MessageId.NEVER_ENROLLED: lambda v: (
        f"You have never been enrolled in {v['title']}, so there is no certificate to earn in it."
    ),
    MessageId.NO_LONGER_ENROLLED: lambda v: (
        f"You are no longer enrolled in {v['title']}. Certificates are issued to enrolled learners."
    ),
    MessageId.EARNED_AVAILABLE_LATER: lambda v: (
        f"You have earned your certificate. It becomes available {_when(v['on'])}."
    ),
    MessageId.NOT_EARNED_KNOWN_LATER: lambda v: (
        f"You have not earned a certificate so far. The results are known {_when(v['on'])}. {_grade(v)}"
    ),
    MessageId.IDENTITY_MISSING: lambda v: (
        f"Your identity has to be verified before a certificate can be issued on your track. {_grade(v)}"
    ),
    MessageId.AVAILABLE: lambda v: f"Your certificate of {v['title']} is ready to view and download.",
    MessageId.MODE_WITHOUT_CERTIFICATE: lambda v: f"Your track ({v['mode']}) carries no certificate in {v['title']}.",
    MessageId.DERIVED_RUN: lambda v: (
        f"{v['title']} is a coach's copy of a course. It carries no certificate of its own."
    ),
    MessageId.BETA_TESTER: lambda v: (
        f"You take part in {v['title']} as a beta tester. Beta testers receive no certificate."
    ),
    MessageId.NOT_PASSING: _not_passing,
    MessageId.NAME_NOT_PRINTABLE: lambda v: (
        f"{_earned(v)} It cannot be made: your name has {v['characters']}, which no font here prints. "
        "Change the name in your profile."
    ),
    MessageId.NAME_DOES_NOT_FIT: lambda v: (
        f"{_earned(v)} It cannot be made: your name does not fit the certificate. "
        "Change the name in your profile to a shorter one."
    ),
    MessageId.REQUESTABLE: lambda v: f"You have earned a certificate of {v['title']}. You can request it now.",
    MessageId.EARNED_DESIGN_ON_HOLD: lambda v: (
        f"{_earned(v)} It cannot be issued at the moment: the course team has put its design on hold."
    ),
    MessageId.EARNED_REQUEST_LATER: lambda v: f"{_earned(v)} You can request it {_when(v['on'])}.",
    MessageId.EARNED_ISSUED_BY_STAFF: lambda v: f"{_earned(v)} It will be issued by the course team.",
    MessageId.EARNED_ISSUED_ON: _issued_on,
}
