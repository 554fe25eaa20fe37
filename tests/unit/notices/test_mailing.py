"""Which mail is due because of a change, on what is recorded at the moment of sending."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from certificates.notices.change import ChangeType
from certificates.notices.mailing import Due, due_again, due_mail
from certificates.rules.mailing import MailKind, NoMail, is_told_at_once
from certificates.rules.model import Display, Notices, Pacing, Site
from tests.unit.notices.mails import (
    DELAY,
    FAILING,
    LEARNER,
    NOW,
    RUN,
    TAKEN,
    VALID,
    change,
    standing,
)

ISSUED, SHOWN, REGENERATED = ChangeType.ISSUED, ChangeType.SHOWN, ChangeType.REGENERATED
INVALIDATED, WITHDRAWN, REVALIDATED = ChangeType.INVALIDATED, ChangeType.WITHDRAWN, ChangeType.REVALIDATED
LATER = {"pacing": Pacing.INSTRUCTOR, "display": Display.END_WITH_DATE, "available_on": NOW + timedelta(days=1)}
TELLS_ALL = {"notices": Notices.ALL}
LONG = timedelta(days=30)


def test_a_learner_is_told_of_a_certificate_that_was_issued_and_is_shown() -> None:
    assert due_mail(change(), standing(), DELAY) == Due(MailKind.ISSUED, 1)


def test_a_certificate_that_is_not_shown_yet_is_told_when_it_is_shown() -> None:
    assert due_mail(change(), standing(run=LATER), DELAY) is NoMail.NOT_SHOWN
    assert due_mail(change(SHOWN), standing(), DELAY) == Due(MailKind.ISSUED, 1)


def test_issued_and_shown_within_the_delay_is_one_mail_whichever_message_comes_first() -> None:
    told = standing(told=((MailKind.ISSUED, 1),))
    assert due_mail(change(SHOWN), told, DELAY) is NoMail.TOLD_ALREADY
    assert due_mail(change(ISSUED), told, DELAY) is NoMail.TOLD_ALREADY


def test_issued_early_and_renewed_before_it_is_shown_is_one_mail() -> None:
    both = standing(VALID, VALID)
    assert due_mail(change(SHOWN, 2), both, DELAY) == Due(MailKind.ISSUED, 1)
    assert due_mail(change(ISSUED, 1), both, DELAY) == Due(MailKind.ISSUED, 1)


def test_shown_again_after_it_was_hidden_is_not_told_again() -> None:
    assert due_mail(change(SHOWN), standing(told=((MailKind.ISSUED, 1),), since=LONG), DELAY) is NoMail.TOLD_ALREADY


def test_invalidated_within_the_delay_no_mail_is_sent_of_either() -> None:
    taken = standing(VALID, TAKEN, run=TELLS_ALL)
    assert due_mail(change(ISSUED, 1), taken, DELAY) is NoMail.OVERTAKEN
    assert due_mail(change(INVALIDATED, 2), taken, DELAY) is NoMail.NEVER_KNOWN


def test_a_regeneration_that_changes_nothing_learners_see_is_not_told() -> None:
    seen = standing(VALID, VALID, told=((MailKind.ISSUED, 1),))
    assert due_mail(change(REGENERATED, 2, silent=True), seen, DELAY) is NoMail.SILENT


def test_a_regeneration_that_learners_see_is_told_once() -> None:
    seen = standing(VALID, VALID, told=((MailKind.ISSUED, 1),), since=LONG)
    assert due_mail(change(REGENERATED, 2), seen, DELAY) == Due(MailKind.REGENERATED, 2)
    told = standing(VALID, VALID, told=((MailKind.ISSUED, 1), (MailKind.REGENERATED, 2)), since=LONG)
    assert due_mail(change(REGENERATED, 2), told, DELAY) is NoMail.TOLD_ALREADY


def test_issued_and_regenerated_within_the_delay_is_one_mail_that_says_issued() -> None:
    fresh = standing(VALID, VALID)
    assert due_mail(change(REGENERATED, 2), fresh, DELAY) == Due(MailKind.ISSUED, 1)
    told = standing(VALID, VALID, told=((MailKind.ISSUED, 2),))
    assert due_mail(change(REGENERATED, 2), told, DELAY) is NoMail.TOLD_ALREADY


def test_a_certificate_from_before_mails_were_sent_is_told_when_it_is_renewed() -> None:
    assert due_mail(change(REGENERATED, 2), standing(VALID, VALID, since=LONG), DELAY) == Due(MailKind.REGENERATED, 2)


@pytest.mark.parametrize("regenerated", [standing(VALID, TAKEN), standing(VALID, VALID, run=LATER)])
def test_a_renewed_certificate_that_nobody_sees_is_not_told(regenerated: Any) -> None:
    assert due_mail(change(REGENERATED, 2), regenerated, DELAY) in {NoMail.OVERTAKEN, NoMail.NOT_SHOWN}


@pytest.mark.parametrize(
    ("type_", "status", "kind"),
    [(INVALIDATED, TAKEN, MailKind.INVALIDATED), (WITHDRAWN, FAILING, MailKind.WITHDRAWN)],
)
def test_a_certificate_that_is_taken_away_is_told_where_the_run_says_so(
    type_: ChangeType, status: Any, kind: MailKind
) -> None:
    told = {"told": ((MailKind.ISSUED, 1),), "since": LONG}
    assert due_mail(change(type_, 2), standing(VALID, status, run=TELLS_ALL, **told), DELAY) == Due(kind, 2)
    assert due_mail(change(type_, 2), standing(VALID, status, **told), DELAY) is NoMail.OFF
    twice = standing(VALID, status, run=TELLS_ALL, told=((MailKind.ISSUED, 1), (kind, 2)), since=LONG)
    assert due_mail(change(type_, 2), twice, DELAY) is NoMail.TOLD_ALREADY


def test_a_certificate_that_learners_had_before_mails_were_sent_is_told_when_it_is_taken_away() -> None:
    old = standing(VALID, TAKEN, run=TELLS_ALL, since=LONG)
    assert due_mail(change(INVALIDATED, 2), old, DELAY) == Due(MailKind.INVALIDATED, 2)


def test_a_certificate_that_was_not_shown_is_taken_away_without_a_word() -> None:
    hidden = standing(VALID, TAKEN, run=TELLS_ALL, since=LONG)
    assert due_mail(change(INVALIDATED, 2, shown=False), hidden, DELAY) is NoMail.NOT_SHOWN


def test_invalidated_and_re_validated_within_the_delay_nobody_is_told_of_either() -> None:
    back = standing(VALID, TAKEN, VALID, run=TELLS_ALL, told=((MailKind.ISSUED, 1),), since=LONG)
    assert due_mail(change(INVALIDATED, 2), back, DELAY) is NoMail.OVERTAKEN
    assert due_mail(change(REVALIDATED, 3), back, DELAY) is NoMail.TOLD_ALREADY


def test_who_was_told_of_an_invalidation_is_told_that_the_certificate_is_valid_again() -> None:
    told = ((MailKind.ISSUED, 1), (MailKind.INVALIDATED, 2))
    back = standing(VALID, TAKEN, VALID, run=TELLS_ALL, told=told, since=LONG)
    assert due_mail(change(REVALIDATED, 3), back, DELAY) == Due(MailKind.REVALIDATED, 3)
    again = standing(VALID, TAKEN, VALID, run=TELLS_ALL, told=(*told, (MailKind.REVALIDATED, 3)), since=LONG)
    assert due_mail(change(REVALIDATED, 3), again, DELAY) is NoMail.TOLD_ALREADY


def test_a_certificate_that_the_learner_never_heard_of_is_new_when_it_is_re_validated() -> None:
    back = standing(VALID, TAKEN, VALID)
    assert due_mail(change(REVALIDATED, 3), back, DELAY) == Due(MailKind.ISSUED, 3)


def test_a_certificate_that_was_withdrawn_and_earned_again_is_told_again() -> None:
    earned = standing(VALID, FAILING, VALID, told=((MailKind.ISSUED, 1),), since=LONG)
    assert due_mail(change(ISSUED, 3), earned, DELAY) == Due(MailKind.ISSUED, 3)


@pytest.mark.parametrize(
    ("learner", "why"),
    [
        ({"email": ""}, NoMail.NO_ADDRESS),
        ({"email": "li at example"}, NoMail.NO_ADDRESS),
        ({"forgotten": True}, NoMail.NO_ADDRESS),
        ({"opted_out": True}, NoMail.OPTED_OUT),
        ({"undeliverable": True}, NoMail.UNDELIVERABLE),
    ],
)
def test_whom_mail_cannot_or_may_not_reach_gets_none(learner: dict[str, Any], why: NoMail) -> None:
    for type_ in ChangeType:
        assert due_mail(change(type_), standing(learner=learner, run=TELLS_ALL), DELAY) is why


def test_a_run_that_sends_no_mails_sends_none_of_any_kind() -> None:
    for type_ in ChangeType:
        assert due_mail(change(type_), standing(run={"notices": Notices.NONE}), DELAY) is NoMail.OFF


def test_a_refused_mail_is_sent_again_where_it_still_says_what_is_so() -> None:
    asked = Due(MailKind.ISSUED, 1)
    assert due_again(asked, standing()) == asked
    assert due_again(asked, standing(VALID, TAKEN)) is NoMail.OVERTAKEN
    assert due_again(asked, standing(learner={"opted_out": True})) is NoMail.OPTED_OUT
    gone = Due(MailKind.INVALIDATED, 2)
    assert due_again(gone, standing(VALID, TAKEN)) == gone
    assert due_again(gone, standing(VALID, TAKEN, VALID)) is NoMail.OVERTAKEN


@pytest.mark.parametrize(
    ("site", "run", "learner", "told"),
    [
        (True, {}, {}, True),
        (False, {}, {}, False),
        (True, {"notices": Notices.NONE}, {}, False),
        (True, LATER, {}, False),
        (True, {}, {"opted_out": True}, False),
        (True, {}, {"email": ""}, False),
    ],
)
def test_a_dry_run_counts_who_would_be_told_at_once(site: bool, run: Any, learner: Any, told: bool) -> None:
    from dataclasses import replace

    found = is_told_at_once(replace(RUN, **run), replace(LEARNER, **learner), site=Site(sends_mail=site), now=NOW)
    assert found is told
