"""Mails in the table: a mail is claimed before it is sent, and its outcome is stored once."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws import mail_store
from certificates.aws.certificate_items import certificate_item
from certificates.aws.history_items import history_item
from certificates.aws.learner_items import LearnerItem
from certificates.aws.mail_items import MailItem
from certificates.aws.mail_store import Claim, ListedMail, MailStore
from certificates.aws.run_items import run_item
from certificates.aws.writes import delete, put, update
from certificates.errors import InDoubt
from certificates.rules.mailing import MailKind, MailState, Told
from certificates.rules.model import CourseRun
from tests.unit.aws.kept_items import KeptItems
from tests.unit.aws.samples import AT, COURSE, ENTRY, HELD

LATER = AT + timedelta(seconds=30)
DOUBT = timedelta(seconds=60)
STORE = MailStore()
M = MailItem
KEY, DIGEST_KEY = (f"RUN#{COURSE}#7", "MAIL#issued#000003"), (f"COURSE-RUN#{COURSE}", "MAIL#job#j1")
CLAIM = Claim(KEY, AT)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> KeptItems:
    return KeptItems(monkeypatch, mail_store)


def mail(at: datetime = AT, state: str = "claimed", **values: Any) -> MailItem:
    usual = {"course_id": COURSE, "user_id": "7", "mail_kind": "issued", "revision": 3, "told_revision": 2}
    return M(pk=KEY[0], sk=KEY[1], **usual, state=state, claimed_at=at, **values)


def digest(at: datetime = AT) -> MailItem:
    return M(pk=DIGEST_KEY[0], sk=DIGEST_KEY[1], course_id=COURSE, mail_kind="job", state="claimed", claimed_at=at)


def claim(now: datetime = LATER, *, again: bool = False) -> Claim | None:
    return STORE.claim(COURSE, "7", MailKind.ISSUED, 3, told_revision=2, now=now, doubt=DOUBT, again=again)


def test_a_mail_is_claimed_once(table: KeptItems) -> None:
    assert claim(AT) == CLAIM
    assert table.written == [put(mail(), M.pk.does_not_exist())]
    table.races = 1
    with pytest.raises(InDoubt) as doubt:
        claim(AT)
    assert doubt.value.seconds == 60


def test_a_claimed_mail_is_in_doubt_and_then_claimed_again_if_nobody_else_does(table: KeptItems) -> None:
    table.add(mail())
    with pytest.raises(InDoubt) as doubt:
        claim()
    assert (doubt.value.seconds, table.written) == (30, [])
    after = AT + DOUBT
    assert claim(after) == Claim(KEY, after)
    assert table.written == [put(mail(after), (M.state == "claimed") & (M.claimed_at == AT))]


@pytest.mark.parametrize(
    ("state", "again", "claimed"),
    [
        ("sent", False, False),
        ("sent", True, False),
        ("bounced", False, False),
        ("bounced", True, True),
        ("refused", True, True),
    ],
)
def test_staff_may_send_a_mail_again_only_if_it_did_not_arrive(
    table: KeptItems, state: str, again: bool, claimed: bool
) -> None:
    table.add(mail(state=state))
    assert claim(again=again) == (Claim(KEY, LATER) if claimed else None)
    assert table.written == ([put(mail(LATER), (M.state == state) & (M.claimed_at == AT))] if claimed else [])


def test_a_mail_that_did_not_arrive_is_not_sent_again_unasked(table: KeptItems) -> None:
    table.add(mail(state="bounced"))
    assert STORE.claim(COURSE, "7", MailKind.ISSUED, 3, told_revision=2, now=LATER, doubt=DOUBT) is None
    assert table.written == []


def test_the_mail_about_a_job_is_claimed_once(table: KeptItems) -> None:
    assert STORE.claim_digest(COURSE, "j1", now=AT, doubt=DOUBT) == Claim(DIGEST_KEY, AT)
    assert table.written == [put(digest(), M.pk.does_not_exist())]
    table.add(digest())
    with pytest.raises(InDoubt):
        STORE.claim_digest(COURSE, "j1", now=LATER, doubt=DOUBT)


MINE = (M.state == "claimed") & (M.claimed_at == AT)


@pytest.mark.parametrize("races", [0, 1])
def test_only_the_delivery_with_the_claim_stores_the_outcome(table: KeptItems, races: int) -> None:
    sent = [M.state.set("sent"), M.sent_at.set(LATER), M.message_id.set("m1")]
    refused = [M.state.set("refused"), M.reason.set("Rejected"), M.heard_at.set(LATER)]
    listing = [M.shard.set(f"RUN#{COURSE}#02"), M.shard_entry.set("MAIL#7#issued#000003")]
    of_digest = Claim(DIGEST_KEY, AT)
    for store, entry in (
        (lambda: STORE.sent(CLAIM, "m1", LATER), update(KEY, sent, MINE)),
        (lambda: STORE.refused(CLAIM, "Rejected", LATER), update(KEY, [*refused, *listing], MINE)),
        (lambda: STORE.refused(of_digest, "Rejected", LATER), update(DIGEST_KEY, refused, MINE)),
        (lambda: STORE.release(CLAIM), delete(KEY, MINE)),
    ):
        table.races = races
        table.written.clear()
        store()
        assert table.written == [entry]


@pytest.mark.parametrize("races", [0, 1])
def test_events_of_ses_end_the_doubt_and_a_bounce_does_not_replace_a_complaint(table: KeptItems, races: int) -> None:
    sent = [M.state.set("sent"), M.sent_at.set(LATER)]
    bounced = [
        M.state.set("bounced"),
        M.reason.set("General"),
        M.heard_at.set(LATER),
        M.shard.set(f"RUN#{COURSE}#02"),
        M.shard_entry.set("MAIL#7#issued#000003"),
    ]
    not_complained = M.pk.exists() & (M.state != "complained")
    for note, entry in (
        (
            lambda: STORE.note_sent(COURSE, "7", MailKind.ISSUED, 3, LATER),
            update(KEY, sent, M.state == "claimed"),
        ),
        (lambda: STORE.note_digest_sent(COURSE, "j1", LATER), update(DIGEST_KEY, sent, M.state == "claimed")),
        (
            lambda: STORE.note_outcome(COURSE, "7", MailKind.ISSUED, 3, MailState.BOUNCED, "General", LATER),
            update(KEY, bounced, not_complained),
        ),
    ):
        table.races = races
        table.written.clear()
        note()
        assert table.written == [entry]


RUN = CourseRun(course_id=COURSE, title="Biology", organization="Fjord")
LEARNER = LearnerItem(pk="LEARNER#7", sk="PROFILE", user_id="7", username="zoe", email="z@a.org", name="Zoë")


def test_a_decision_about_a_mail_sees_the_history_and_the_mails_that_arrived(table: KeptItems) -> None:
    own = [certificate_item(HELD, ENTRY), history_item(KEY[0], ENTRY, 3, None), mail(state="sent")]
    table.add(*own, LEARNER, run_item(RUN))
    facts = STORE.facts(COURSE, "7", LATER)
    assert facts is not None
    assert (facts.run, facts.certificate, facts.now) == (RUN, HELD, LATER)
    assert (facts.learner.user_id, [entry.actor for entry in facts.history]) == ("7", ["omar"])
    assert facts.told == (Told(MailKind.ISSUED, 3, 2),)
    assert table.queries == [("pk = :0", {":0": KEY[0]}, {})]
    for lacking in (("LEARNER#7", "PROFILE"), (f"COURSE-RUN#{COURSE}", "SETTINGS"), (KEY[0], "CERTIFICATE")):
        kept = table.items.pop(lacking)
        assert STORE.facts(COURSE, "7", LATER) is None
        table.items[lacking] = kept


def test_staff_see_mails_that_did_not_arrive_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    entries = [
        SimpleNamespace(user_id="7", place="02/a", raw=mail(state="bounced", reason="General", heard_at=LATER).raw()),
        SimpleNamespace(user_id="7", place="02/b", raw=mail(state="sent").raw()),
        SimpleNamespace(user_id="8", place="02/c", raw=mail(state="refused").raw()),
        SimpleNamespace(user_id="9", place="02/d", raw=mail(state="refused").raw()),
    ]
    del entries[2].raw["revision"]

    def walk(*what: Any, **how: Any) -> Any:
        asked.append((what, how))
        return iter(entries)

    monkeypatch.setattr(mail_store, "ListingStore", lambda: SimpleNamespace(walk=walk))
    bounced = ListedMail(
        user_id="7", kind=MailKind.ISSUED, revision=3, state=MailState.BOUNCED, reason="General", at=LATER, place="02/a"
    )
    refused = ListedMail(
        user_id="8", kind=MailKind.ISSUED, revision=0, state=MailState.REFUSED, reason="", at=AT, place="02/c"
    )
    assert STORE.listed(COURSE, limit=2) == [bounced, refused]
    assert len(STORE.listed(COURSE, limit=9, after="02/a")) == 3
    attributes = ("mail_kind", "revision", "state", "reason", "heard_at", "claimed_at")
    of_mails = (COURSE, "MAIL")
    assert asked == [
        (of_mails, {"after": None, "attributes": attributes, "page_size": 3}),
        (of_mails, {"after": "02/a", "attributes": attributes, "page_size": 10}),
    ]
