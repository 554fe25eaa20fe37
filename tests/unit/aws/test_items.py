"""Items of the table: every value comes back as it was stored, under the attribute names of every release."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from certificates.aws.certificate_items import (
    CertificateItem,
    attempt_from,
    certificate_from,
    certificate_item,
    exception_from,
    exception_item,
    in_run,
    invalidation_from,
    invalidation_item,
)
from certificates.aws.history_items import history_entry_from, history_item
from certificates.aws.item_model import DecimalAttribute, Item, LearnerInRunItem
from certificates.aws.job_items import JobItem, job_from, job_item, part_text
from certificates.aws.learner_items import EnrollmentItem
from certificates.aws.mail_items import digest_mail, learners_mail, listing_of, may_claim, told_from
from certificates.aws.table import learner_key, run_key, shard_key, shard_of, staff_key
from certificates.rules.groups import Group, Scope
from certificates.rules.history import HistoryEntry
from certificates.rules.jobs import Job, JobKind, JobState, Part, Selection
from certificates.rules.mailing import MailKind, MailState, Told
from certificates.rules.model import Attempt, Certificate, ExceptionEntry, Invalidation, Outcome, Status
from tests.unit.aws.samples import AT, COURSE, ENTRY, HELD

LATER = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PLACE = {"pk": {"S": f"RUN#{COURSE}#7"}, "shard": {"S": f"RUN#{COURSE}#02"}}

FULL = replace(
    HELD,
    name="Zoë Ångström",
    course_title="Marine Biology",
    organization="Fjord University",
    grade=Decimal("0.590"),
    design_digest="d1",
    document="certificates/8f14/3-0.pdf",
    issued_on=date(2026, 11, 1),
    job="j1",
    name_missing=True,
    name_before="Zoe",
    fields={"hours": "40"},
    language="sv",
    status_list="list",
    status_index=0,
    without_credential=True,
    imported_at=LATER,
)
BARE = replace(HELD, status=Status.NOTPASSING, revision=1, mode="")


BARE_ENTRY = {
    "pk": {"S": f"RUN#{COURSE}#7"},
    "sk": {"S": "HISTORY#2026-11-20T08:00:00.000125+00:00#000003#issued"},
    "at": {"S": "2026-11-20T08:00:00.000125+0000"},
    "actor": {"S": "omar"},
    "trigger": {"S": "bulk-issuance"},
    "change": {"S": "issued"},
    "reason": {"S": "issued"},
    "revision": {"N": "3"},
}
FULL_ENTRY = replace(ENTRY, note="ill", name_before="Zoe", name_after="Zoë", job_id="j1")


def test_a_change_is_stored_in_the_history_under_the_names_of_every_release() -> None:
    key = learner_key(COURSE, "7")
    assert history_item(key, ENTRY, 3, None).raw() == BARE_ENTRY
    assert history_item(key, FULL_ENTRY, 3, Status.DOWNLOADABLE).raw() == {
        **BARE_ENTRY,
        "note": {"S": "ill"},
        "status": {"S": "downloadable"},
        "name_before": {"S": "Zoe"},
        "name_after": {"S": "Zoë"},
        "job_id": {"S": "j1"},
    }


@pytest.mark.parametrize(("entry", "status"), [(ENTRY, None), (FULL_ENTRY, Status.NOTPASSING)])
def test_a_change_comes_back_from_the_history_as_it_was_stored(entry: HistoryEntry, status: Status | None) -> None:
    stored = history_item(learner_key(COURSE, "7"), entry, 3, status).raw()
    assert history_entry_from(stored) == replace(entry, revision=3, status=status and status.value)
    earlier = {name: value for name, value in stored.items() if name != "revision"}
    assert history_entry_from(earlier).revision is None


@pytest.mark.parametrize("certificate", [FULL, BARE, replace(FULL, name_missing=False, status_index=7)])
def test_a_certificate_comes_back_as_it_was_stored(certificate: Certificate) -> None:
    assert certificate_from(certificate_item(certificate, ENTRY).raw()) == certificate


def test_a_certificate_is_stored_under_the_names_of_every_release() -> None:
    assert certificate_item(FULL, ENTRY).raw() == {
        **PLACE,
        "sk": {"S": "CERTIFICATE"},
        "shard_entry": {"S": "CERTIFICATE#7"},
        "course_id": {"S": COURSE},
        "user_id": {"S": "7"},
        "verify_uuid": {"S": FULL.verify_uuid},
        "holder": {"S": "7"},
        "status": {"S": "downloadable"},
        "revision": {"N": "3"},
        "mode": {"S": "verified"},
        "name": {"S": "Zoë Ångström"},
        "course_title": {"S": "Marine Biology"},
        "organization": {"S": "Fjord University"},
        "grade": {"N": "0.59"},
        "design_digest": {"S": "d1"},
        "document": {"S": "certificates/8f14/3-0.pdf"},
        "issued_on": {"S": "2026-11-01"},
        "modified_at": {"S": "2026-11-20T08:00:00.000125+0000"},
        "job": {"S": "j1"},
        "name_missing": {"BOOL": True},
        "name_before": {"S": "Zoe"},
        "fields": {"S": '{"hours": "40"}'},
        "language": {"S": "sv"},
        "status_list": {"S": "list"},
        "status_index": {"N": "0"},
        "without_credential": {"BOOL": True},
        "trigger": {"S": "bulk-issuance"},
        "change": {"S": "issued"},
        "imported_at": {"S": "2026-11-21T08:00:00.000000+0000"},
    }


def test_a_certificate_without_a_value_has_no_attribute_for_it() -> None:
    raw = certificate_item(BARE, ENTRY).raw()
    assert not {"grade", "document", "issued_on", "job", "fields", "language", "status_list", "imported_at"} & set(raw)
    assert (raw["mode"], raw["name"]) == ({"S": ""}, {"S": ""})


def test_a_certificate_of_an_earlier_release_has_no_public_id_before_its_first_issue() -> None:
    raw = certificate_item(BARE, ENTRY).raw()
    del raw["verify_uuid"]
    assert certificate_from(raw).verify_uuid == ""


def test_a_time_is_stored_in_utc() -> None:
    there = timezone(timedelta(hours=2))
    raw = certificate_item(replace(BARE, modified_at=datetime(2026, 11, 20, 1, tzinfo=there)), ENTRY).raw()
    assert raw["modified_at"] == {"S": "2026-11-19T23:00:00.000000+0000"}


@pytest.mark.parametrize("origin", [None, "u1#000003"])
@pytest.mark.parametrize("note", ["ill", ""])
def test_an_exception_comes_back_as_it_was_stored(note: str, origin: str | None) -> None:
    entry = ExceptionEntry(user_id="7", note=note, added_by="omar", added_at=AT, origin=origin)
    raw = exception_item(COURSE, entry).raw()
    assert exception_from(raw) == entry
    assert raw == {
        **PLACE,
        "sk": {"S": "EXCEPTION"},
        "shard_entry": {"S": "EXCEPTION#7"},
        "course_id": {"S": COURSE},
        "user_id": {"S": "7"},
        "note": {"S": note},
        "added_by": {"S": "omar"},
        "added_at": {"S": "2026-11-20T08:00:00.000125+0000"},
        **({"origin": {"S": origin}} if origin else {}),
    }
    del raw["note"]
    assert exception_from(raw).note == ""


OPEN = Invalidation(user_id="7", note="copied", invalidated_by="omar", invalidated_at=AT)
CLOSED = replace(OPEN, active=False, revalidated_by="ines", revalidated_at=LATER)


@pytest.mark.parametrize("invalidation", [OPEN, CLOSED, replace(OPEN, note="")])
@pytest.mark.parametrize(
    ("archived", "kind"), [(False, "INVALIDATION"), (True, "INVALIDATION#2026-11-20T08:00:00.000125+00:00")]
)
def test_an_invalidation_comes_back_as_it_was_stored(invalidation: Invalidation, archived: bool, kind: str) -> None:
    raw = invalidation_item(COURSE, invalidation, archived=archived).raw()
    assert invalidation_from(raw) == invalidation
    assert (raw["pk"], raw["sk"], raw["shard_entry"]) == (PLACE["pk"], {"S": kind}, {"S": f"{kind}#7"})
    assert set(raw) - {"revalidated_by", "revalidated_at"} == {
        *("pk", "sk", "shard", "shard_entry", "course_id", "user_id"),
        *("note", "invalidated_by", "invalidated_at", "active"),
    }


def test_an_invalidation_is_the_latest_one_unless_it_is_archived() -> None:
    raw = invalidation_item(COURSE, OPEN).raw()
    assert raw["sk"] == {"S": "INVALIDATION"}
    del raw["note"], raw["active"]
    assert invalidation_from(raw) == replace(OPEN, note="", active=False)


def enrollment(**values: Any) -> dict[str, Any]:
    return EnrollmentItem.at(COURSE, "7", "ENROLLMENT", holder="7", mode="verified", active=True, **values).raw()


FAILED = {"outcome": "failed", "reason": "broken", "attempted_at": AT}
NOTED = Attempt(outcome=Outcome.FAILED, reason="broken", at=AT)


def test_an_attempt_is_noted_on_the_enrollment() -> None:
    more = {"attempted_in": "j1", "attempted_print": "12345678"}
    assert attempt_from(enrollment(**FAILED), None) == NOTED
    assert attempt_from(enrollment(**FAILED, **more), None) == replace(NOTED, job="j1", printed="12345678")
    assert attempt_from(enrollment(outcome="failed", attempted_at=AT), None) == replace(NOTED, reason="")
    assert attempt_from(enrollment(), None) is None


@pytest.mark.parametrize(
    ("modified_at", "counts"),
    [(AT - timedelta(microseconds=1), True), (AT, False), (AT + timedelta(microseconds=1), False), (None, True)],
)
def test_an_attempt_before_the_last_change_of_the_certificate_does_not_count(
    modified_at: datetime | None, counts: bool
) -> None:
    held = replace(FULL, modified_at=modified_at)
    assert (attempt_from(enrollment(**FAILED), held) == NOTED) is counts
    assert (attempt_from(enrollment(**FAILED), held) is None) is not counts


def test_the_items_of_a_learner_in_a_run_are_facts_under_their_names() -> None:
    exception = ExceptionEntry(user_id="7", note="", added_by="omar", added_at=AT)
    early = replace(FULL, modified_at=AT - timedelta(days=1))
    found = in_run(
        {
            "CERTIFICATE": certificate_item(early, ENTRY).raw(),
            "ENROLLMENT": enrollment(**FAILED),
            "EXCEPTION": exception_item(COURSE, exception).raw(),
            "INVALIDATION": invalidation_item(COURSE, OPEN).raw(),
        }
    )
    assert found.pop("enrollment").mode == "verified"
    assert found == {"certificate": early, "exception": exception, "invalidation": OPEN, "last_attempt": NOTED}
    late = {"CERTIFICATE": certificate_item(FULL, ENTRY).raw(), "ENROLLMENT": enrollment(**FAILED)}
    assert in_run(late)["last_attempt"] is None
    assert in_run({}) == dict.fromkeys(("enrollment", "certificate", "exception", "invalidation", "last_attempt"))


def test_an_item_without_a_required_attribute_is_not_written() -> None:
    values = dict(certificate_item(FULL, ENTRY).attribute_values)
    del values["mode"], values["name"]
    with pytest.raises(ValueError, match=r"^CertificateItem lacks mode, name$"):
        CertificateItem(**values).raw()


def test_attributes_of_a_later_release_and_empty_ones_are_passed_over() -> None:
    read = Item.read({"pk": {"S": "a"}, "sk": {"S": "b"}, "newer": {"S": "x"}, "kind": {"NULL": True}})
    assert (read.pk, read.sk, read.kind, read.holder) == ("a", "b", None, None)
    assert not hasattr(read, "newer")


@pytest.mark.parametrize(
    ("number", "stored"), [("0.590", "0.59"), ("100", "100"), ("1.0", "1"), ("0", "0"), ("0.0000001", "0.0000001")]
)
def test_a_number_is_stored_exactly_and_without_an_exponent(number: str, stored: str) -> None:
    assert DecimalAttribute().serialize(Decimal(number)) == stored
    assert DecimalAttribute().deserialize(stored) == Decimal(number)


def test_an_item_of_a_learner_in_a_run_has_its_place_in_the_listing() -> None:
    item = LearnerInRunItem.at(COURSE, "7", "KIND")
    assert item.raw() == {
        **PLACE,
        "sk": {"S": "KIND"},
        "shard_entry": {"S": "KIND#7"},
        "course_id": {"S": COURSE},
        "user_id": {"S": "7"},
    }


def test_the_keys_of_the_table_stay_the_same_from_release_to_release() -> None:
    assert [shard_of(id) for id in ("7", "42", "ada")] == [2, 8, 8]
    assert (learner_key(COURSE, "7"), run_key(COURSE)) == (f"RUN#{COURSE}#7", f"COURSE-RUN#{COURSE}")
    assert (staff_key(COURSE), shard_key(COURSE, 3)) == (f"STAFF-OF#{COURSE}", f"RUN#{COURSE}#03")


def job(**values: Any) -> Job:
    usual: dict[str, Any] = {
        "course_id": COURSE,
        "job_id": "j1",
        "selection": Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED, Group.FAILED})),
        "dry_run": True,
        "state": JobState.RUNNING,
        "started_by": "omar",
        "started_at": AT,
        "parts": (Part(), Part(total=0)),
    }
    return Job(**usual | values)


@pytest.mark.parametrize(
    "stored",
    [
        job(),
        job(selection=Selection(kind=JobKind.BULK), dry_run=False, scheduled_for=LATER),
        job(selection=Selection(kind=JobKind.EXCEPTIONS, scope=Scope.ALL), state=JobState.FINISHED),
    ],
)
def test_a_job_comes_back_as_it_was_stored(stored: Job) -> None:
    raw = job_item(stored).raw()
    assert job_from(raw) == stored
    assert (raw["pk"], raw["sk"]) == ({"S": f"COURSE-RUN#{COURSE}"}, {"S": "JOB#j1"})


def test_a_job_is_stored_under_the_names_of_every_release() -> None:
    raw = job_item(job(scheduled_for=LATER)).raw()
    assert raw["job_kind"] == {"S": "regenerate"}
    assert raw["groups"] == {"L": [{"S": "failed"}, {"S": "received"}]}
    assert raw["parts"] == {"L": [{"S": "{}"}, {"S": '{"total": 0}'}]}
    assert "scope" not in raw
    assert set(raw) == {
        *("pk", "sk", "course_id", "job_id", "job_kind", "groups", "dry_run", "state", "started_by", "started_at"),
        *("scheduled_for", "parts"),
    }


def test_the_times_of_a_job_are_read() -> None:
    raw = JobItem(
        **job_item(job()).attribute_values,
        sent_at=AT,
        moved_at=LATER,
        finished_at=LATER + timedelta(days=1),
    ).raw()
    read = job_from(raw)
    assert (read.sent_at, read.moved_at, read.finished_at) == (AT, LATER, LATER + timedelta(days=1))
    del raw["groups"]
    assert job_from(raw).selection.groups == frozenset()


def test_the_progress_of_a_job_comes_back_and_keeps_what_a_later_release_wrote() -> None:
    part = Part(
        cursor="7",
        batches=2,
        files=1,
        total=9,
        outcomes={"issued": 3},
        warnings={"name-missing": 1},
        mails=2,
        ended=True,
        stalled=True,
    )
    text = part_text(part)
    assert text == (
        '{"cursor": "7", "ended": true, "files": 1, "mails": 2, "outcomes": {"issued": 3}, "pages": 2, '
        '"stalled": true, "total": 9, "warnings": {"name-missing": 1}}'
    )
    raw = job_item(job(parts=(part,))).raw()
    assert job_from(raw).parts == (part,)
    assert job_from(raw).parts[0].stored == text
    raw["parts"] = {"L": [{"S": '{"newer": 1, "total": 4}'}]}
    (read,) = job_from(raw).parts
    assert (read, read.stored) == (Part(total=4), '{"newer": 1, "total": 4}')


def test_mails_have_keys_that_sort_by_revision() -> None:
    assert learners_mail(COURSE, "7", MailKind.ISSUED, 3) == (f"RUN#{COURSE}#7", "MAIL#issued#000003")
    assert digest_mail(COURSE, "j1") == (f"COURSE-RUN#{COURSE}", "MAIL#job#j1")
    assert listing_of(COURSE, "7", MailKind.ISSUED, 3) == {
        "shard": f"RUN#{COURSE}#02",
        "shard_entry": "MAIL#7#issued#000003",
    }


def mail(state: MailState, **values: Any) -> dict[str, Any]:
    return {
        "pk": {"S": "a"},
        "sk": {"S": "b"},
        "course_id": {"S": COURSE},
        "mail_kind": {"S": "regenerated"},
        "state": {"S": state.value},
        "claimed_at": {"S": "2026-11-20T08:00:00.000000+0000"},
    } | values


def test_a_learner_knows_only_what_ses_has_accepted() -> None:
    revisions = {"revision": {"N": "4"}, "told_revision": {"N": "3"}}
    assert told_from(mail(MailState.SENT, **revisions)) == Told(MailKind.REGENERATED, 4, 3)
    assert told_from(mail(MailState.SENT)) == Told(MailKind.REGENERATED, 0, 0)
    assert told_from(mail(MailState.CLAIMED, **revisions)) is None


@pytest.mark.parametrize(
    ("state", "again", "seconds_ago", "left"),
    [
        (MailState.CLAIMED, set(), 0, 60),
        (MailState.CLAIMED, set(), 20, 40),
        (MailState.CLAIMED, set(), 59.8, 1),
        (MailState.CLAIMED, set(), 60, None),
        (MailState.CLAIMED, set(), 61, None),
        (MailState.SENT, set(), 0, 0),
        (MailState.SENT, set(), 600, 0),
        (MailState.BOUNCED, {MailState.BOUNCED}, 0, None),
        (MailState.BOUNCED, {MailState.SENT}, 600, 0),
    ],
)
def test_a_claimed_mail_is_in_doubt_for_a_minute(
    state: MailState, again: set[MailState], seconds_ago: float, left: int | None
) -> None:
    from certificates.aws.mail_items import MailItem

    found = MailItem.read(mail(state))
    now = found.claimed_at + timedelta(seconds=seconds_ago)
    assert may_claim(found, now, 60, frozenset(again)) == left
