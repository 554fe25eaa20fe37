"""Mails to learners: who can be reached, and what learners know of a certificate."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.mailing import (
    MailFacts,
    MailKind,
    NoMail,
    Told,
    is_seen,
    is_told_at_once,
    why_unreachable,
)
from certificates.rules.model import Display, Notices, Site, Status
from tests.unit.rules import made

CERTIFICATE = replace(made.certificate(Status.DOWNLOADABLE), name="Li Ning")
SITE = Site(sends_mail=True)


@pytest.mark.parametrize(
    ("learner", "why"),
    [
        ({}, None),
        ({"email": "  li@example.com "}, None),
        ({"email": "li"}, NoMail.NO_ADDRESS),
        ({"email": ""}, NoMail.NO_ADDRESS),
        ({"forgotten": True}, NoMail.NO_ADDRESS),
        ({"opted_out": True}, NoMail.OPTED_OUT),
        ({"undeliverable": True}, NoMail.UNDELIVERABLE),
        ({"opted_out": True, "undeliverable": True}, NoMail.OPTED_OUT),
    ],
)
def test_mail_reaches_learners_with_an_address_who_want_it(learner: dict[str, Any], why: NoMail | None) -> None:
    assert why_unreachable(replace(made.LEARNER, **learner)) is why


@pytest.mark.parametrize(
    ("site", "run", "learner", "told"),
    [
        ({}, {}, {}, True),
        ({"sends_mail": False}, {}, {}, False),
        ({}, {"notices": Notices.NONE}, {}, False),
        ({}, {"display": Display.END, "end": made.FUTURE}, {}, False),
        ({}, {}, {"opted_out": True}, False),
    ],
)
def test_a_learner_is_told_at_once_if_the_site_the_run_and_the_learner_have_mails(
    site: dict[str, Any], run: dict[str, Any], learner: dict[str, Any], told: bool
) -> None:
    run_of_test, learner_of_test = replace(made.RUN, **run), replace(made.LEARNER, **learner)
    assert is_told_at_once(run_of_test, learner_of_test, site=replace(SITE, **site), now=made.NOW) is told


@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        ({"name": "Li"}, True),
        ({"course_title": "Statistics"}, True),
        ({"organization": "Fjord"}, True),
        ({"mode": "honor"}, True),
        ({"grade": Decimal("0.9")}, True),
        ({"design_digest": "d"}, True),
        ({"fields": {"hours": "40"}}, True),
        ({"language": "es"}, True),
        ({"revision": 4}, False),
        ({"modified_at": made.NOW}, False),
    ],
)
def test_learners_see_a_difference_in_what_is_printed(changed: dict[str, Any], seen: bool) -> None:
    assert is_seen(CERTIFICATE, replace(CERTIFICATE, **changed)) is seen


def mail_facts(*told: Told, history: tuple[HistoryEntry, ...] = ()) -> MailFacts:
    return MailFacts(
        run=made.RUN, learner=made.LEARNER, certificate=CERTIFICATE, history=history, told=told, now=made.NOW
    )


def test_a_mail_about_a_valid_certificate_tells_of_its_revision_and_of_all_before() -> None:
    found = mail_facts(Told(MailKind.REGENERATED, 4, 3), Told(MailKind.INVALIDATED, 9, 9))
    assert [found.told_since(revision) for revision in (2, 3, 4, 9)] == [True, True, False, False]


def entry(revision: int | None, status: Status | None, at: datetime) -> HistoryEntry:
    return HistoryEntry(
        at=at,
        actor="dean",
        trigger=Trigger.BULK,
        change=ChangeKind.ISSUED,
        reason="",
        status=status,
        revision=revision,
    )


def test_a_certificate_was_known_after_a_mail_or_after_the_time_in_which_mails_are_held_back() -> None:
    delay, at = timedelta(minutes=15), made.NOW
    known = mail_facts(Told(MailKind.ISSUED, 1, 1))
    assert known.was_known(1, at, delay) is True

    def valid(minutes: int, revision: int | None = 1, status: Status | None = Status.DOWNLOADABLE) -> bool:
        first = entry(revision, status, at - timedelta(minutes=minutes))
        later = entry(2, Status.DOWNLOADABLE, at - timedelta(minutes=1))
        return mail_facts(history=(first, later)).was_known(3, at, delay)

    assert (valid(16), valid(15), valid(14)) == (True, False, False)
    assert valid(16, status=Status.UNAVAILABLE) is False
    assert valid(16, revision=3) is False
    assert valid(16, revision=None) is False
    assert mail_facts().was_known(3, at, delay) is False
