"""Plans: everything that one decision writes, and the content of the paper that goes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from certificates.change import Change
from certificates.content import award_of, document_key, fields_of, verify_uuid_of
from certificates.planning import Cause, Plan, begun_by, entry_of, has_credential, plan, revocation
from certificates.rendering.fields import Fields
from certificates.rules.eligibility import Decision, Reason
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Certificate, ExceptionEntry, Facts, Outcome, Status
from certificates.trust.credential import Award, email_hash
from certificates.trust.status_list import StatusEntry
from tests.unit.rules.made import COURSE_ID, ENROLLMENT, EXCEPTION, LEARNER, NOW, PAST, RUN, certificate, facts

SECRET = b"a secret of the tests"
ADDRESS = "https://certificates.example"
CAUSE = Cause(trigger=Trigger.BULK, actor="omar", job="j1")
ISSUES = Decision(outcome=Outcome.ISSUED, reason=Reason.ISSUED, status=Status.DOWNLOADABLE)
ENTRY = StatusEntry("list", 7)
FIRST = replace(facts(), run=replace(RUN, design_digest="d1"), learner=replace(LEARNER, language="zh"))
HELD = replace(
    certificate(Status.DOWNLOADABLE),
    name="Ning Li",
    document="certificates/8f14/3-0.pdf",
    status_list="list",
    status_index=7,
)


def planned(given: Facts, decision: Decision = ISSUES, entry: StatusEntry | None = None) -> Plan:
    return plan(given, decision, CAUSE, secret=SECRET, base_url=ADDRESS, entry=entry)


def change(given: Plan) -> Change:
    assert given.change is not None
    return given.change


def written(given: Plan) -> Certificate:
    made = change(given).certificate
    assert made is not None
    return made


def test_the_first_issue_writes_the_certificate_with_the_facts_of_today() -> None:
    made = planned(FIRST)
    assert replace(written(made), document=None) == Certificate(
        verify_uuid=verify_uuid_of(SECRET, COURSE_ID, "41"),
        course_id=COURSE_ID,
        user_id="41",
        status=Status.DOWNLOADABLE,
        revision=1,
        mode="verified",
        name="Li Ning",
        name_missing=False,
        name_before=None,
        course_title="Statistics for Everyone",
        organization="Northwind",
        grade=Decimal("0.82"),
        design_digest="d1",
        document=None,
        issued_on=NOW.date(),
        modified_at=NOW,
        job="j1",
        fields={},
        language="zh",
    )
    assert made.fields == Fields(
        name="Li Ning",
        issued_on=NOW.date(),
        verify_uuid=written(made).verify_uuid,
        revision=1,
        verify_url=f"{ADDRESS}/certificates/{written(made).verify_uuid}",
        language="zh",
        values=(("grade", "0.82"),),
    )
    assert made.fields is not None
    assert written(made).document == document_key(replace(written(made), document=None), made.fields, None)
    assert (made.award, made.obsolete) == (None, None)


def test_the_first_issue_is_noted_and_depends_on_the_facts_that_were_read() -> None:
    made = change(planned(FIRST))
    assert made.history == HistoryEntry(
        at=NOW, actor="omar", trigger=Trigger.BULK, change=ChangeKind.ISSUED, reason="issued", job_id="j1"
    )
    assert (made.course_id, made.user_id, made.revision_read) == (COURSE_ID, "41", 0)
    assert (made.graded, made.excepted, made.revoked, made.first) == (FIRST.enrollment, None, None, None)


def test_a_new_revision_keeps_id_and_first_day_and_notes_the_name_before() -> None:
    made = planned(replace(FIRST, certificate=HELD))
    after = written(made)
    assert (after.verify_uuid, after.issued_on, after.revision) == (HELD.verify_uuid, PAST.date(), 4)
    assert (after.name, after.name_before) == ("Li Ning", "Ning Li")
    assert made.obsolete == "certificates/8f14/3-0.pdf"
    noted = change(made)
    assert (noted.history.change, noted.revision_read, noted.graded) == (ChangeKind.REGENERATED, 3, None)
    assert (noted.history.name_before, noted.history.name_after) == ("Ning Li", "Li Ning")


@pytest.mark.parametrize("before", ["", "Li Ning"])
def test_a_name_that_stays_or_that_was_never_printed_is_no_change_of_name(before: str) -> None:
    made = planned(replace(FIRST, certificate=replace(HELD, name=before)))
    assert written(made).name_before is None
    assert (change(made).history.name_before, change(made).history.name_after) == (None, None)


def test_an_issue_after_a_refusal_is_an_issue_and_gets_its_first_day_now() -> None:
    marked = replace(HELD, status=Status.NOTPASSING, issued_on=None, document=None)
    made = planned(replace(FIRST, certificate=marked))
    assert change(made).history.change is ChangeKind.ISSUED
    assert written(made).issued_on == NOW.date()
    assert change(made).graded == FIRST.enrollment


def test_a_learner_without_a_printable_name_gets_the_username_and_the_certificate_says_so() -> None:
    after = written(planned(replace(FIRST, learner=replace(LEARNER, name=""))))
    assert (after.name, after.name_missing) == ("li", True)


@pytest.mark.parametrize("enrollment", [None, replace(ENROLLMENT, mode=None, grade=None)])
def test_a_learner_whom_only_the_exception_list_knows_has_neither_mode_nor_grade(enrollment: Any) -> None:
    made = planned(replace(FIRST, enrollment=enrollment, exception=EXCEPTION))
    assert (written(made).mode, written(made).grade) == ("", None)
    assert made.fields is not None and made.fields.values == ()
    assert (change(made).excepted, change(made).graded) == (True, None)


def test_a_run_whose_certificates_expire_prints_the_last_day_and_the_further_fields() -> None:
    run = replace(RUN, valid_months=12, field_columns={"hours": "Hours"})
    enrollment = replace(ENROLLMENT, fields={"hours": "40", "other": "x"})
    made = planned(replace(FIRST, run=run, enrollment=enrollment))
    assert written(made).fields == {"hours": "40", "expires": "2027-11-24"}
    assert made.fields is not None
    assert made.fields.values == (("expires", "2027-11-24"), ("grade", "0.82"), ("hours", "40"))


def test_a_certificate_with_a_credential_keeps_its_entry_for_life() -> None:
    made = planned(FIRST, entry=ENTRY)
    after = written(made)
    assert (after.status_list, after.status_index, after.without_credential) == ("list", 7, None)
    assert made.award == award_of(replace(after, document=None), FIRST, ENTRY, secret=SECRET, base_url=ADDRESS)
    made = planned(replace(FIRST, certificate=HELD))
    after = written(made)
    assert (after.status_list, after.status_index, after.without_credential, made.award) == ("list", 7, True, None)


def test_another_content_is_another_document() -> None:
    after = written(planned(FIRST))
    fields = fields_of(after, ADDRESS)
    award = award_of(after, FIRST, ENTRY, secret=SECRET, base_url=ADDRESS)
    keys = {
        document_key(after, fields, None),
        document_key(after, fields._replace(name="Zoe"), None),
        document_key(after, fields, award),
        document_key(replace(after, design_digest="d2"), fields, None),
        document_key(replace(after, revision=2), fields, None),
        document_key(replace(after, verify_uuid="0" * 32), fields, None),
    }
    assert len(keys) == 6
    assert all(key.startswith("certificates/") and key.endswith(".pdf") for key in keys)
    assert document_key(after, fields, None) == document_key(after, fields, None)
    name = document_key(after, fields, None).removeprefix(f"certificates/{after.verify_uuid}/1-")
    assert len(name) == 16 + len(".pdf")


def refuses(status: Status | None) -> Decision:
    return Decision(outcome=Outcome.REFUSED, reason=Reason.NOT_PASSING, status=status)


def test_a_decision_that_writes_no_status_or_the_same_status_plans_nothing() -> None:
    assert planned(FIRST, refuses(None)) == Plan()
    assert planned(replace(FIRST, certificate=replace(HELD, status=Status.NOTPASSING)), refuses(Status.NOTPASSING)) == (
        Plan()
    )


@pytest.mark.parametrize(
    ("status", "kind", "excepted"),
    [
        (Status.NOTPASSING, ChangeKind.MARKED_NOTPASSING, False),
        (Status.UNAVAILABLE, ChangeKind.MARKED_UNAVAILABLE, None),
        (Status.UNVERIFIED, ChangeKind.MARKED_UNVERIFIED, None),
    ],
)
def test_a_refusal_marks_the_certificate_and_frees_its_document(
    status: Status, kind: ChangeKind, excepted: bool | None
) -> None:
    made = planned(replace(FIRST, certificate=HELD), refuses(status))
    assert (written(made).status, written(made).job, written(made).document) == (status, "j1", None)
    assert (change(made).history.change, change(made).excepted, change(made).revoked) == (kind, excepted, True)
    assert (made.fields, made.award, made.obsolete) == (None, None, HELD.document)
    first = written(planned(FIRST, refuses(status)))
    assert (first.revision, first.status, first.job) == (1, status, "j1")
    assert first.verify_uuid == verify_uuid_of(SECRET, COURSE_ID, "41")


@pytest.mark.parametrize(
    ("before", "after", "revoked"),
    [
        (None, HELD, None),
        (replace(HELD, status_list=None), replace(HELD, status=Status.UNAVAILABLE), None),
        (HELD, HELD, None),
        (HELD, replace(HELD, status=Status.UNAVAILABLE), True),
        (replace(HELD, status=Status.UNAVAILABLE), HELD, False),
        (replace(HELD, status=Status.UNAVAILABLE), replace(HELD, status=Status.NOTPASSING), None),
    ],
)
def test_a_credential_is_revoked_while_its_certificate_does_not_stand(
    before: Certificate | None, after: Certificate, revoked: bool | None
) -> None:
    assert revocation(before, after) is revoked


@pytest.mark.parametrize(
    ("held", "entry"),
    [
        (None, None),
        (HELD, ENTRY),
        (replace(HELD, status_index=0), StatusEntry("list", 0)),
        (replace(HELD, status_index=None), None),
        (replace(HELD, status_list=None), None),
    ],
)
def test_the_entry_of_a_status_list_has_both_its_parts(held: Certificate | None, entry: StatusEntry | None) -> None:
    assert entry_of(held) == entry


def test_a_certificate_has_a_credential_if_it_is_issued_and_the_run_wants_one() -> None:
    without = replace(FIRST, run=replace(RUN, credential=False))
    assert [has_credential(given, ISSUES) for given in (FIRST, without)] == [True, False]
    assert has_credential(FIRST, refuses(Status.NOTPASSING)) is False


ACT = HistoryEntry(at=NOW, actor="dean", trigger=Trigger.EXCEPTION_ADDED, change=ChangeKind.EXCEPTION_ADDED, reason="x")


def test_an_act_of_staff_comes_first_in_the_transaction_of_its_decision() -> None:
    both = begun_by(planned(FIRST), FIRST, ACT, exception_added=EXCEPTION)
    assert both == replace(planned(FIRST), change=replace(change(planned(FIRST)), first=ACT, exception_added=EXCEPTION))


@pytest.mark.parametrize(("held", "revision"), [(None, 0), (HELD, 3)])
def test_an_act_of_staff_without_a_change_of_the_certificate_is_written_alone(
    held: Certificate | None, revision: int
) -> None:
    alone = begun_by(Plan(), replace(FIRST, certificate=held), ACT, exception_removed=True)
    assert alone == Plan(
        change=Change(course_id=COURSE_ID, user_id="41", history=ACT, revision_read=revision, exception_removed=True)
    )


def test_a_public_id_is_a_uuid_of_version_8_that_only_the_secret_can_make() -> None:
    made = verify_uuid_of(SECRET, COURSE_ID, "41")
    assert made == "1d0016d3d0aa86ec8d4fd5c3b170df49"
    assert (made[12], made[16] in "89ab", len(made)) == ("8", True, 32)
    others = [verify_uuid_of(b"other", COURSE_ID, "41"), verify_uuid_of(SECRET, COURSE_ID, "42")]
    assert len({made, *others, verify_uuid_of(SECRET, "course", "41")}) == 4


def test_a_certificate_that_was_never_issued_has_neither_paper_nor_credential() -> None:
    never = replace(HELD, issued_on=None)
    with pytest.raises(ValueError, match=f"^certificate {HELD.verify_uuid} was never issued$"):
        fields_of(never, ADDRESS)
    for without in (replace(HELD, modified_at=NOW, issued_on=None), replace(HELD, modified_at=None)):
        with pytest.raises(ValueError, match=f"^certificate {HELD.verify_uuid} was never issued$"):
            award_of(without, FIRST, ENTRY, secret=SECRET, base_url=ADDRESS)


def test_a_credential_has_what_the_paper_shows() -> None:
    held = replace(HELD, course_title="Statistics \U0001f600", organization=" Northwind ", modified_at=NOW)
    made = award_of(held, FIRST, ENTRY, secret=SECRET, base_url=ADDRESS)
    assert made == Award(
        verify_uuid=HELD.verify_uuid,
        base_url=ADDRESS,
        course_id=COURSE_ID,
        title="Statistics",
        organization="Northwind",
        name="Ning Li",
        email_hash=email_hash("li@example.com", made.salt),
        salt=made.salt,
        awarded_on=PAST.date(),
        valid_from=NOW,
        entry=ENTRY,
    )
    assert made.awarded_on == date(2026, 10, 25)


def test_an_exception_added_by_file_waives_like_one_by_hand() -> None:
    by_file = ExceptionEntry(user_id="41", note="", added_by="dean", added_at=PAST, origin="u1:3")
    assert change(planned(replace(FIRST, exception=by_file))).excepted is True
