"""The sentences on the state of a certificate, word for word."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from certificates.http.sentences import on_day, percent, sentence
from certificates.rules.messages import Message, MessageId

ON = datetime(2026, 12, 15, 9, tzinfo=UTC)
SHOWN = datetime(2027, 1, 8, tzinfo=UTC)
TITLE = {"title": "Marine Biology"}
NEEDED = {"passing_grade": Decimal("0.6")}
EARNED = "You have earned a certificate of Marine Biology."
NO_GRADE = "You have no grade yet; 60% is needed to pass."
DATED = {"at_end": False, "issued_on": ON, "shown_on": None}

SENTENCES: list[tuple[MessageId, dict[str, Any], str]] = [
    (
        MessageId.INVALIDATED,
        {"on": ON},
        "Your certificate was invalidated on 15 December 2026. Please ask the course team about it.",
    ),
    (
        MessageId.NEVER_ENROLLED,
        {},
        "You have never been enrolled in Marine Biology, so there is no certificate to earn in it.",
    ),
    (
        MessageId.NO_LONGER_ENROLLED,
        {},
        "You are no longer enrolled in Marine Biology. Certificates are issued to enrolled learners.",
    ),
    (
        MessageId.EARNED_AVAILABLE_LATER,
        {"on": ON},
        "You have earned your certificate. It becomes available on 15 December 2026.",
    ),
    (
        MessageId.EARNED_AVAILABLE_LATER,
        {"on": None},
        "You have earned your certificate. It becomes available once the course team has set a date.",
    ),
    (
        MessageId.NOT_EARNED_KNOWN_LATER,
        {"on": ON, "grade": Decimal("0.595"), **NEEDED},
        "You have not earned a certificate so far. The results are known on 15 December 2026. Your grade is 59.5%; "
        "60% is needed to pass.",
    ),
    (
        MessageId.IDENTITY_MISSING,
        {"grade": None, **NEEDED},
        f"Your identity has to be verified before a certificate can be issued on your track. {NO_GRADE}",
    ),
    (MessageId.AVAILABLE, {}, "Your certificate of Marine Biology is ready to view and download."),
    (
        MessageId.MODE_WITHOUT_CERTIFICATE,
        {"mode": "audit"},
        "Your track (audit) carries no certificate in Marine Biology.",
    ),
    (
        MessageId.DERIVED_RUN,
        {},
        "Marine Biology is a coach's copy of a course. It carries no certificate of its own.",
    ),
    (
        MessageId.BETA_TESTER,
        {},
        "You take part in Marine Biology as a beta tester. Beta testers receive no certificate.",
    ),
    (MessageId.NOT_PASSING, {"grade": None, **NEEDED}, f"You have not reached the passing grade yet. {NO_GRADE}"),
    (
        MessageId.NOT_PASSING,
        {"grade": Decimal("0.59"), **NEEDED},
        "You have not reached the passing grade yet. Your grade is 59%; 60% is needed to pass.",
    ),
    (
        MessageId.NOT_PASSING,
        {"grade": Decimal("0.6"), **NEEDED},
        "Your grade is 60%, and the course has not passed you yet. Ask the course team why.",
    ),
    (
        MessageId.NAME_NOT_PRINTABLE,
        {"characters": "U+12000 CUNEIFORM SIGN A"},
        f"{EARNED} It cannot be made: your name has U+12000 CUNEIFORM SIGN A, which no font here prints. "
        "Change the name in your profile.",
    ),
    (
        MessageId.NAME_DOES_NOT_FIT,
        {},
        f"{EARNED} It cannot be made: your name does not fit the certificate. "
        "Change the name in your profile to a shorter one.",
    ),
    (MessageId.REQUESTABLE, {}, f"{EARNED} You can request it now."),
    (
        MessageId.EARNED_DESIGN_ON_HOLD,
        {},
        f"{EARNED} It cannot be issued at the moment: the course team has put its design on hold.",
    ),
    (MessageId.EARNED_REQUEST_LATER, {"on": ON}, f"{EARNED} You can request it on 15 December 2026."),
    (MessageId.EARNED_ISSUED_BY_STAFF, {}, f"{EARNED} It will be issued by the course team."),
    (MessageId.EARNED_ISSUED_ON, DATED, f"{EARNED} It will be issued on 15 December 2026."),
    (
        MessageId.EARNED_ISSUED_ON,
        DATED | {"at_end": True},
        f"{EARNED} It will be issued at the end of the run, on 15 December 2026.",
    ),
    (
        MessageId.EARNED_ISSUED_ON,
        DATED | {"shown_on": SHOWN},
        f"{EARNED} It will be issued on 15 December 2026, and shown on 8 January 2027.",
    ),
]


@pytest.mark.parametrize(("id", "values", "text"), SENTENCES)
def test_a_message_is_a_sentence_with_the_learners_own_values(id: MessageId, values: dict[str, Any], text: str) -> None:
    assert sentence(Message(id, TITLE | values)) == text


def test_every_message_has_a_sentence_here() -> None:
    assert {id for id, _, _ in SENTENCES} == set(MessageId)


def test_days_and_grades_are_written_as_in_sentences() -> None:
    assert (on_day(ON), percent(Decimal("0.595"))) == ("15 December 2026", "59.5%")
