"""The mail that is due after a change, on the facts at the moment of sending."""

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
    facts,
)

ISSUED, SHOWN, REGENERATED = ChangeType.ISSUED, ChangeType.SHOWN, ChangeType.REGENERATED
INVALIDATED, WITHDRAWN, REVALIDATED = ChangeType.INVALIDATED, ChangeType.WITHDRAWN, ChangeType.REVALIDATED
LATER = {"pacing": Pacing.INSTRUCTOR, "display": Display.END_WITH_DATE, "available_on": NOW + timedelta(days=1)}
TELLS_ALL = {"notices": Notices.ALL}
LONG = timedelta(days=30)


def test_a_mail_is_due_for_a_certificate_that_was_issued_and_is_shown() -> None:
    assert due_mail(change(), facts(), DELAY) == Due(MailKind.ISSUED, 1)


def test_the_mail_about_a_hidden_certificate_is_due_when_it_is_shown() -> None:
    assert due_mail(change(), facts(run=LATER), DELAY) is NoMail.NOT_SHOWN
    assert due_mail(change(SHOWN), facts(), DELAY) == Due(MailKind.ISSUED, 1)


def test_a_certificate_issued_and_shown_within_the_delay_gives_one_mail() -> None:
    told = facts(told=((MailKind.ISSUED, 1),))
    assert due_mail(change(SHOWN), told, DELAY) is NoMail.TOLD_ALREADY
    assert due_mail(change(ISSUED), told, DELAY) is NoMail.TOLD_ALREADY


def test_a_certificate_issued_early_and_regenerated_before_it_is_shown_gives_one_mail() -> None:
    both = facts(VALID, VALID)
    assert due_mail(change(SHOWN, 2), both, DELAY) == Due(MailKind.ISSUED, 1)
    assert due_mail(change(ISSUED, 1), both, DELAY) == Due(MailKind.ISSUED, 1)


def test_no_second_mail_is_due_when_a_hidden_certificate_is_shown_again() -> None:
    assert due_mail(change(SHOWN), facts(told=((MailKind.ISSUED, 1),), since=LONG), DELAY) is NoMail.TOLD_ALREADY


def test_no_mail_is_due_if_the_certificate_is_invalidated_within_the_delay() -> None:
    taken = facts(VALID, TAKEN, run=TELLS_ALL)
    assert due_mail(change(ISSUED, 1), taken, DELAY) is NoMail.OVERTAKEN
    assert due_mail(change(INVALIDATED, 2), taken, DELAY) is NoMail.NEVER_KNOWN


def test_no_mail_is_due_after_a_regeneration_without_a_visible_change() -> None:
    seen = facts(VALID, VALID, told=((MailKind.ISSUED, 1),))
    assert due_mail(change(REGENERATED, 2, silent=True), seen, DELAY) is NoMail.SILENT


def test_one_mail_is_due_after_a_regeneration_with_a_visible_change() -> None:
    seen = facts(VALID, VALID, told=((MailKind.ISSUED, 1),), since=LONG)
    assert due_mail(change(REGENERATED, 2), seen, DELAY) == Due(MailKind.REGENERATED, 2)
    told = facts(VALID, VALID, told=((MailKind.ISSUED, 1), (MailKind.REGENERATED, 2)), since=LONG)
    assert due_mail(change(REGENERATED, 2), told, DELAY) is NoMail.TOLD_ALREADY


def test_issue_and_regeneration_within_the_delay_give_one_mail_of_the_kind_issued() -> None:
    fresh = facts(VALID, VALID)
    assert due_mail(change(REGENERATED, 2), fresh, DELAY) == Due(MailKind.ISSUED, 1)
    told = facts(VALID, VALID, told=((MailKind.ISSUED, 2),))
    assert due_mail(change(REGENERATED, 2), told, DELAY) is NoMail.TOLD_ALREADY


def test_a_regeneration_is_mailed_even_if_the_issue_was_before_the_site_sent_mails() -> None:
    assert due_mail(change(REGENERATED, 2), facts(VALID, VALID, since=LONG), DELAY) == Due(MailKind.REGENERATED, 2)


@pytest.mark.parametrize("regenerated", [facts(VALID, TAKEN), facts(VALID, VALID, run=LATER)])
def test_no_mail_is_due_after_a_regeneration_of_a_certificate_that_is_not_shown(regenerated: Any) -> None:
    assert due_mail(change(REGENERATED, 2), regenerated, DELAY) in {NoMail.OVERTAKEN, NoMail.NOT_SHOWN}


@pytest.mark.parametrize(
    ("type_", "status", "kind"),
    [(INVALIDATED, TAKEN, MailKind.INVALIDATED), (WITHDRAWN, FAILING, MailKind.WITHDRAWN)],
)
def test_a_lost_certificate_is_mailed_if_the_run_asks_for_all_notices(
    type_: ChangeType, status: Any, kind: MailKind
) -> None:
    told = {"told": ((MailKind.ISSUED, 1),), "since": LONG}
    assert due_mail(change(type_, 2), facts(VALID, status, run=TELLS_ALL, **told), DELAY) == Due(kind, 2)
    assert due_mail(change(type_, 2), facts(VALID, status, **told), DELAY) is NoMail.OFF
    twice = facts(VALID, status, run=TELLS_ALL, told=((MailKind.ISSUED, 1), (kind, 2)), since=LONG)
    assert due_mail(change(type_, 2), twice, DELAY) is NoMail.TOLD_ALREADY


def test_a_lost_certificate_is_mailed_even_if_the_issue_was_before_the_site_sent_mails() -> None:
    old = facts(VALID, TAKEN, run=TELLS_ALL, since=LONG)
    assert due_mail(change(INVALIDATED, 2), old, DELAY) == Due(MailKind.INVALIDATED, 2)


def test_no_mail_is_due_when_a_hidden_certificate_is_lost() -> None:
    hidden = facts(VALID, TAKEN, run=TELLS_ALL, since=LONG)
    assert due_mail(change(INVALIDATED, 2, shown=False), hidden, DELAY) is NoMail.NOT_SHOWN


def test_no_mail_is_due_for_invalidation_and_re_validation_within_the_delay() -> None:
    back = facts(VALID, TAKEN, VALID, run=TELLS_ALL, told=((MailKind.ISSUED, 1),), since=LONG)
    assert due_mail(change(INVALIDATED, 2), back, DELAY) is NoMail.OVERTAKEN
    assert due_mail(change(REVALIDATED, 3), back, DELAY) is NoMail.TOLD_ALREADY


def test_after_a_mail_about_the_invalidation_a_mail_about_the_re_validation_is_due() -> None:
    told = ((MailKind.ISSUED, 1), (MailKind.INVALIDATED, 2))
    back = facts(VALID, TAKEN, VALID, run=TELLS_ALL, told=told, since=LONG)
    assert due_mail(change(REVALIDATED, 3), back, DELAY) == Due(MailKind.REVALIDATED, 3)
    again = facts(VALID, TAKEN, VALID, run=TELLS_ALL, told=(*told, (MailKind.REVALIDATED, 3)), since=LONG)
    assert due_mail(change(REVALIDATED, 3), again, DELAY) is NoMail.TOLD_ALREADY


def test_a_learner_without_any_mail_gets_the_mail_issued_after_a_re_validation() -> None:
    back = facts(VALID, TAKEN, VALID)
    assert due_mail(change(REVALIDATED, 3), back, DELAY) == Due(MailKind.ISSUED, 3)


def test_a_certificate_that_was_withdrawn_and_earned_again_gives_a_second_mail() -> None:
    earned = facts(VALID, FAILING, VALID, told=((MailKind.ISSUED, 1),), since=LONG)
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
def test_no_mail_is_due_to_learners_whom_mail_cannot_reach(learner: dict[str, Any], why: NoMail) -> None:
    for type_ in ChangeType:
        assert due_mail(change(type_), facts(learner=learner, run=TELLS_ALL), DELAY) is why


def test_a_run_without_notices_sends_no_mail_of_any_kind() -> None:
    for type_ in ChangeType:
        assert due_mail(change(type_), facts(run={"notices": Notices.NONE}), DELAY) is NoMail.OFF


def test_a_refused_mail_is_sent_again_only_if_its_text_is_still_true() -> None:
    asked = Due(MailKind.ISSUED, 1)
    assert due_again(asked, facts()) == asked
    assert due_again(asked, facts(VALID, TAKEN)) is NoMail.OVERTAKEN
    assert due_again(asked, facts(learner={"opted_out": True})) is NoMail.OPTED_OUT
    gone = Due(MailKind.INVALIDATED, 2)
    assert due_again(gone, facts(VALID, TAKEN)) == gone
    assert due_again(gone, facts(VALID, TAKEN, VALID)) is NoMail.OVERTAKEN


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
def test_a_dry_run_counts_the_learners_who_would_get_a_mail(site: bool, run: Any, learner: Any, told: bool) -> None:
    from dataclasses import replace

    found = is_told_at_once(replace(RUN, **run), replace(LEARNER, **learner), site=Site(sends_mail=site), now=NOW)
    assert found is told
