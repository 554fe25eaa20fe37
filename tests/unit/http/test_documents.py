"""The documents of answers: every member of a document has the value of the fact that it is named after."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws.mail_store import ListedMail
from certificates.errors import BadRequest, Conflict, NotAllowed
from certificates.http import (
    certificates,
    credentials,
    designs,
    exceptions,
    invalidations,
    jobs,
    learner,
    mails,
    reconciliations,
    runs,
    uploads,
    verification,
    webhooks,
)
from certificates.http.answers import Answer
from certificates.http.api import Api
from certificates.http.doors import global_staff, staff_of_the_run
from certificates.http.parameters import FILE_NAME, IF_MATCH, SEARCH
from certificates.http.people import learner_fields, wants_csv
from certificates.http.requests import Request
from certificates.http.runs import NO_VERSION
from certificates.http.uploads import listed_upload
from certificates.issue import Issued
from certificates.rendering.model import Design, Signatory
from certificates.rules.eligibility import Decision, Reason
from certificates.rules.groups import Group, Scope
from certificates.rules.jobs import Job, JobKind, JobState, Part, Selection
from certificates.rules.mailing import MailKind, MailState
from certificates.rules.model import Display, Invalidation, Outcome, Status
from certificates.rules.reconciliation import Phase, Reconciliation, ReconciliationState
from certificates.rules.validity import Validity
from certificates.rules.webhooks import (
    Delivery,
    DeliveryState,
    DeliveryTry,
    EndedBy,
    EventType,
    TryResult,
    Webhook,
    WebhookSettings,
    WebhookState,
)
from certificates.run_settings import ANY_VERSION
from certificates.uploads.forms import Form, UploadKind
from certificates.uploads.upload import Upload, UploadState
from certificates.verify import Verification
from tests.unit.http.calls import NOW, request
from tests.unit.rules import made

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ID = "8f14e45fceea167a5a36dedd4bea2543"
BACKEND: Any = SimpleNamespace(
    page_link=lambda verify_uuid: f"https://here/{verify_uuid}",
    pdf_link=lambda verify_uuid: f"https://here/{verify_uuid}/pdf",
    reconciling=None,
)
LI = {"user_id": "41", "username": "li", "email": "li@example.com", "name": "Li Ning"}
NOBODY = {"user_id": "41", "username": None, "email": None, "name": None}
CERTIFICATE = replace(
    made.certificate(Status.DOWNLOADABLE),
    name="Li Ning",
    course_title="Statistics for Everyone",
    organization="Northwind",
    modified_at=LATER,
)
IMPORTED = replace(CERTIFICATE, imported_at=AT)


def test_a_learner_whose_profile_is_gone_or_forgotten_has_an_id_alone() -> None:
    assert learner_fields("41", made.LEARNER) == LI
    assert learner_fields("41", None) == NOBODY
    assert learner_fields("41", replace(made.LEARNER, forgotten=True)) == NOBODY


def test_a_learner_in_the_list_of_a_run_has_all_facts() -> None:
    facts = replace(
        made.facts(exception=True, invalidation=made.INVALIDATION, last_attempt=made.FAILED), certificate=CERTIFICATE
    )
    assert certificates._document(facts) == {
        **LI,
        "mode": "verified",
        "enrolled": True,
        "grade": Decimal("0.82"),
        "passing": True,
        "status": "downloadable",
        "verify_uuid": ID,
        "revision": 3,
        "issued_on": made.PAST.date(),
        "imported_at": None,
        "modified_at": LATER,
        "exception": {"note": "ill", "added_by": "dean", "added_at": made.PAST},
        "invalidation": {
            "note": "cheated, case 17",
            "invalidated_by": "dean",
            "invalidated_at": made.PAST,
            "active": True,
        },
        "warnings": [],
        "last_outcome": {"outcome": "failed", "reason": "document-store", "at": made.PAST},
    }


def test_a_learner_with_a_certificate_of_the_lms_has_the_time_of_its_import() -> None:
    assert certificates._document(replace(made.facts(), certificate=IMPORTED))["imported_at"] == AT


def test_a_learner_of_whom_nothing_else_is_known_has_no_other_facts() -> None:
    assert certificates._document(made.facts(enrolled=False, learner={"username": "retired__user_1"})) == {
        **LI,
        "username": "retired__user_1",
        "mode": None,
        "enrolled": False,
        "grade": None,
        "passing": False,
        "status": None,
        "verify_uuid": None,
        "revision": None,
        "issued_on": None,
        "imported_at": None,
        "modified_at": None,
        "exception": None,
        "invalidation": None,
        "warnings": ["account-retired"],
        "last_outcome": None,
    }


def test_the_list_names_warnings_only_about_certificates_that_a_job_would_issue() -> None:
    nameless = made.facts(learner={"name": ""})
    assert certificates._document(nameless)["warnings"] == ["name-missing"]
    assert certificates._document(replace(nameless, enrollment=None))["warnings"] == []


def test_a_certificate_of_the_learner_has_its_links() -> None:
    assert learner.certificate_document(CERTIFICATE, BACKEND) == {
        "verify_uuid": ID,
        "issued_on": made.PAST.date(),
        "revision": 3,
        "imported": False,
        "links": {"page": f"https://here/{ID}", "pdf": f"https://here/{ID}/pdf"},
    }


def test_an_imported_certificate_has_no_pdf_and_one_that_expires_has_a_last_day() -> None:
    assert learner.certificate_document(replace(IMPORTED, fields={"expires": "2027-12-31"}), BACKEND) == {
        "verify_uuid": ID,
        "issued_on": made.PAST.date(),
        "expires_on": date(2027, 12, 31),
        "revision": 3,
        "imported": True,
        "links": {"page": f"https://here/{ID}"},
    }


def refused(reason: Reason, **facts: Any) -> Issued:
    decision = Decision(outcome=Outcome.REFUSED, reason=reason, status=None)
    return Issued(decision=decision, certificate=None, facts=made.facts(**facts), changed=False)


def test_a_refused_request_tells_the_learner_state_grade_and_passing_grade() -> None:
    refusal = learner._refusal(refused(Reason.NOT_PASSING, passing=False))
    assert type(refusal) is Conflict
    assert refusal.reason == "not-passing"
    assert "40%" in str(refusal) and "60% is needed" in str(refusal)
    assert refusal.values == {"state": "not-passing", "passing_grade": Decimal("0.6"), "grade": Decimal("0.4")}


def test_a_refused_request_tells_the_day_on_which_the_certificate_is_shown() -> None:
    run = {"display": Display.END_WITH_DATE, "available_on": made.FUTURE}
    refusal = learner._refusal(refused(Reason.NOT_YET_AVAILABLE, status=Status.DOWNLOADABLE, run=run))
    assert refusal.values == {
        "state": "earned-available-later",
        "passing_grade": Decimal("0.6"),
        "grade": Decimal("0.82"),
        "available_on": made.FUTURE,
    }


def test_a_refused_request_names_the_characters_without_a_font() -> None:
    unprintable = refused(Reason.NAME_NOT_PRINTABLE, unprintable="\U00013000")
    assert learner._refusal(unprintable).values["characters"] == "U+13000 EGYPTIAN HIEROGLYPH A001"
    assert "characters" not in learner._refusal(refused(Reason.NOT_PASSING, unprintable="\U00013000")).values
    assert "characters" not in learner._refusal(refused(Reason.NAME_NOT_PRINTABLE)).values


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.NOT_ENROLLED, NotAllowed),
        (Reason.MODE_NOT_ELIGIBLE, NotAllowed),
        (Reason.NOT_A_REGULAR_LEARNER, NotAllowed),
        (Reason.NOT_PASSING, Conflict),
        (Reason.IDENTITY_MISSING, Conflict),
        (Reason.SELF_GENERATION_OFF, Conflict),
    ],
)
def test_reasons_about_the_learners_place_in_the_run_are_not_allowed(reason: Reason, kind: type[Exception]) -> None:
    assert type(learner._refusal(refused(reason))) is kind


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (
            Reason.SELF_GENERATION_OFF,
            "Certificates of this run are not requested by learners: course staff issue them.",
        ),
        (Reason.NO_ACTIVE_DESIGN, "Course staff have not activated a certificate design for this run yet."),
        (Reason.NOT_PASSING, "the explanation"),
    ],
)
def test_two_refusals_of_requests_have_sentences_of_their_own(reason: Reason, text: str) -> None:
    assert learner._sentence(reason, "the explanation") == text


ENTRY = {**LI, "note": "ill", "added_by": "dean", "added_at": made.PAST}


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        (None, {"has_certificate": False, "certificate_status": None}),
        (CERTIFICATE, {"has_certificate": True, "certificate_status": "downloadable"}),
        (made.certificate(Status.NOTPASSING), {"has_certificate": False, "certificate_status": "notpassing"}),
    ],
)
def test_an_entry_of_the_exception_list_says_whether_there_is_a_certificate(certificate: Any, expected: Any) -> None:
    assert exceptions._document(made.EXCEPTION, made.LEARNER, certificate) == ENTRY | expected
    assert exceptions._document(made.EXCEPTION, None, certificate) == ENTRY | NOBODY | expected


@pytest.mark.parametrize(
    ("invalidation", "active", "by", "at"),
    [(made.INVALIDATION, True, None, None), (made.CLOSED, False, "dean", made.PAST)],
)
def test_an_invalidation_says_who_made_and_who_closed_it(
    invalidation: Invalidation, active: bool, by: Any, at: Any
) -> None:
    assert invalidations._document(invalidation, made.LEARNER) == {
        **LI,
        "note": "cheated, case 17",
        "invalidated_by": "dean",
        "invalidated_at": made.PAST,
        "active": active,
        "revalidated_by": by,
        "revalidated_at": at,
    }


def job(**values: Any) -> Job:
    usual: dict[str, Any] = {
        "course_id": made.COURSE_ID,
        "job_id": "j1",
        "selection": Selection(kind=JobKind.BULK),
        "dry_run": False,
        "state": JobState.RUNNING,
        "started_by": "dean",
        "started_at": AT,
        "sent_at": AT,
        "parts": (Part(total=3, outcomes={"issued": 1, "not-passing": 1}), Part(total=7, stalled=True)),
    }
    return Job(**usual | values)


def test_a_job_has_the_counts_of_all_its_parts() -> None:
    parts = (
        Part(total=8, outcomes={"issued": 2, "kept": 1, "not-passing": 3, "failed": 1}, warnings={"name-missing": 1}),
        Part(total=2, outcomes={"issued": 1}, warnings={"name-missing": 2}, stalled=True),
    )
    document = jobs._document(job(parts=parts, finished_at=LATER, scheduled_for=NOW), BACKEND)
    assert document == {
        "job_id": "j1",
        "course_id": made.COURSE_ID,
        "kind": "bulk",
        "groups": None,
        "scope": None,
        "dry_run": False,
        "state": "running",
        "progress": 0.8,
        "total": 10,
        "done": 8,
        "issued": 3,
        "kept": 1,
        "refused": {"not-passing": 3},
        "failed": 1,
        "warnings": {
            "verdict-contradicts-passing-grade": 0,
            "name-missing": 3,
            "name-not-printable": 0,
            "name-misspelt": 0,
            "name-changes": 0,
            "account-retired": 0,
        },
        "mails": None,
        "started_by": "dean",
        "started_at": AT,
        "finished_at": LATER,
        "scheduled_for": NOW,
        "waits_for_lms": None,
        "stalled_shards": [1],
    }


def test_a_dry_run_counts_the_mails() -> None:
    document = jobs._document(job(dry_run=True, parts=(Part(mails=2), Part(mails=1))), BACKEND)
    assert (document["dry_run"], document["mails"]) == (True, 3)


def test_a_regeneration_names_its_groups_and_a_generation_of_exceptions_its_scope() -> None:
    groups = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED, Group.FAILED}))
    document = jobs._document(job(selection=groups), BACKEND)
    assert (document["kind"], document["groups"], document["scope"]) == ("regenerate", ["failed", "received"], None)
    document = jobs._document(job(selection=Selection(kind=JobKind.EXCEPTIONS, scope=Scope.ALL)), BACKEND)
    assert (document["kind"], document["groups"], document["scope"]) == ("exceptions", None, "all")


READING = Reconciliation(
    course_id=made.COURSE_ID,
    reconciliation_id="r1",
    started_by="dean",
    started_at=AT,
    state=ReconciliationState.RUNNING,
    phase=Phase.GRADES,
    moved_at=AT,
    tries=2,
    next_try_at=LATER,
)


def test_a_job_that_waits_for_the_lms_names_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "waits_for_lms", lambda job, backend: job.waits and backend is BACKEND)
    monkeypatch.setattr(jobs, "reading_for", lambda job, *, backend: READING if job.job_id == "j1" else None)
    assert jobs._document(job(sent_at=None), BACKEND)["waits_for_lms"] == {
        "state": "running",
        "reconciliation_id": "r1",
        "phase": "grades",
        "why": None,
        "tries": 2,
        "next_try_at": LATER,
    }
    assert jobs._document(job(), BACKEND)["waits_for_lms"] is None


def test_a_job_that_waits_for_the_lms_says_why_the_reading_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(READING, state=ReconciliationState.BROKEN, why="lms-unavailable")
    monkeypatch.setattr(jobs, "reading_for", lambda job, *, backend: broken)
    wait = jobs._wait(job(), BACKEND)
    assert (wait["state"], wait["why"]) == ("broken", "lms-unavailable")


def test_a_job_whose_reading_has_not_begun_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "reading_for", lambda job, *, backend: None)
    assert jobs._wait(job(), BACKEND) == {"state": "queued"}


def body(**values: Any) -> Any:
    return SimpleNamespace(**{"kind": "bulk", "groups": None, "scope": None} | values)


@pytest.mark.parametrize(
    ("asked", "selection"),
    [
        (body(), Selection(kind=JobKind.BULK)),
        (
            body(kind="regenerate", groups=["received", "failed"]),
            Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED, Group.FAILED})),
        ),
        (
            body(kind="exceptions", scope="without-certificate"),
            Selection(kind=JobKind.EXCEPTIONS, scope=Scope.WITHOUT_CERTIFICATE),
        ),
        (body(kind="exceptions", scope="all"), Selection(kind=JobKind.EXCEPTIONS, scope=Scope.ALL)),
    ],
)
def test_a_job_selects_by_the_member_of_its_kind(asked: Any, selection: Selection) -> None:
    assert jobs._selection(asked) == selection


@pytest.mark.parametrize(
    ("asked", "field", "text"),
    [
        (body(groups=["received"]), "groups", "groups belong to the kind regenerate."),
        (body(groups=[]), "groups", "groups belong to the kind regenerate."),
        (body(kind="exceptions", groups=["received"]), "groups", "groups belong to the kind regenerate."),
        (body(scope="all"), "scope", "scope belongs to the kind exceptions."),
        (body(kind="regenerate", groups=["received"], scope="all"), "scope", "scope belongs to the kind exceptions."),
    ],
)
def test_a_job_refuses_the_member_of_another_kind(asked: Any, field: str, text: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        jobs._selection(asked)
    assert (refusal.value.reason, str(refusal.value)) == ("invalid-body", text)
    assert refusal.value.values == {
        "field": field,
        "errors": [{"field": field, "message": text.removesuffix(".")}],
    }


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (body(kind="regenerate"), "no-groups"),
        (body(kind="regenerate", groups=[]), "no-groups"),
        (body(kind="exceptions"), "unknown-scope"),
    ],
)
def test_a_regeneration_needs_a_group_and_a_generation_of_exceptions_a_scope(asked: Any, reason: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        jobs._selection(asked)
    assert refusal.value.reason == reason


def test_a_mail_that_did_not_arrive_names_its_learner_and_the_reason() -> None:
    mail = ListedMail(
        user_id="41",
        kind=MailKind.ISSUED,
        revision=3,
        state=MailState.BOUNCED,
        reason="Permanent",
        at=AT,
        place="place",
    )
    facts = {"kind": "issued", "revision": 3, "state": "bounced", "reason": "Permanent", "at": AT}
    assert mails._document(mail, made.LEARNER) == LI | facts
    assert mails._document(mail, None) == NOBODY | facts


def test_a_mail_is_of_a_known_kind() -> None:
    assert [mails._kind(kind.value) for kind in MailKind] == list(MailKind)
    with pytest.raises(BadRequest) as refusal:
        mails._kind("x" * 61)
    assert (refusal.value.reason, str(refusal.value)) == ("unknown-kind", f"There is no mail {'x' * 60}.")
    assert refusal.value.values == {"field": "kind"}


WEBHOOK = Webhook(
    owner=made.COURSE_ID,
    webhook_id="w1",
    settings=WebhookSettings(
        address="https://receiver.example",
        description="ours",
        events=frozenset({EventType.SHOWN, EventType.ISSUED}),
    ),
    created_by="dean",
    created_at=AT,
    sealed="sealed",
    both_until=LATER,
    failing_since=NOW,
)
SHOWN_WEBHOOK = {
    "webhook_id": "w1",
    "url": "https://receiver.example",
    "description": "ours",
    "event_types": ["certificate.issued", "certificate.shown"],
    "state": "on",
    "ended_because": None,
    "ended_at": None,
    "failing_since": NOW,
    "created_by": "dean",
    "created_at": AT,
    "both_secrets_until": LATER,
}


def test_a_webhook_has_its_settings_and_never_a_sealed_secret() -> None:
    assert webhooks._webhook_document(WEBHOOK) == SHOWN_WEBHOOK
    ended = replace(WEBHOOK, ended_by=EndedBy.GONE, ended_at=LATER)
    assert webhooks._webhook_document(ended) == SHOWN_WEBHOOK | {
        "state": WebhookState.ENDED,
        "ended_because": "gone",
        "ended_at": LATER,
    }


def test_the_secret_comes_with_the_webhook_that_was_made() -> None:
    made_now: Any = SimpleNamespace(webhook=WEBHOOK, secret="whsec_1")
    assert webhooks._with_secret(made_now) == SHOWN_WEBHOOK | {"secret": "whsec_1"}


def test_a_delivery_has_its_tries_the_newest_first() -> None:
    tries = (
        DeliveryTry(at=AT, result=TryResult.REFUSED, status=500, milliseconds=12, said="no"),
        DeliveryTry(at=LATER, result=TryResult.DELIVERED, status=204, milliseconds=7),
    )
    delivery = Delivery(
        webhook_id="w1",
        message_id="m1",
        event_type="certificate.issued",
        occurred_at=AT,
        event={},
        state=DeliveryState.DELIVERED,
        next_try_at=NOW,
        tries=tries,
    )
    assert webhooks._delivery_document(delivery) == {
        "delivery_id": "20261120T080000.000000Z~m1",
        "message_id": "m1",
        "event_type": "certificate.issued",
        "occurred_at": AT,
        "state": "delivered",
        "next_try_at": NOW,
        "tries": [
            {"at": LATER, "result": "delivered", "status": 204, "milliseconds": 7, "answer": ""},
            {"at": AT, "result": "refused", "status": 500, "milliseconds": 12, "answer": "no"},
        ],
    }


def test_a_webhook_is_made_with_the_settings_of_the_body() -> None:
    asked: Any = SimpleNamespace(
        url="https://receiver.example", description=" ours ", event_types=frozenset({EventType.SHOWN}), enabled=False
    )
    assert webhooks._settings(asked) == WebhookSettings(
        address="https://receiver.example", description="ours", events=frozenset({EventType.SHOWN}), on=False
    )


COURSE = {"course_id": made.COURSE_ID, "title": "Statistics for Everyone", "organization": "Northwind"}
HOLDER = {"name": "Li Ning", "mode": "verified", "issued_on": made.PAST.date(), "revision": 3}
PAGE, PDF = {"page": f"https://here/{ID}"}, {"pdf": f"https://here/{ID}/pdf"}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Verification(validity=Validity.VALID, certificate=CERTIFICATE), {**HOLDER, "links": PAGE | PDF}),
        (
            Verification(validity=Validity.EXPIRED, certificate=CERTIFICATE, expires_on=date(2026, 1, 1)),
            {**HOLDER, "expires_on": date(2026, 1, 1), "links": PAGE | PDF},
        ),
        (
            Verification(validity=Validity.IMPORTED, certificate=IMPORTED, imported_on=date(2026, 1, 1)),
            {**HOLDER, "imported_on": date(2026, 1, 1), "links": PAGE},
        ),
        (
            Verification(validity=Validity.INVALIDATED, certificate=CERTIFICATE, invalidated_on=date(2026, 1, 1)),
            {"invalidated_on": date(2026, 1, 1), "links": PAGE},
        ),
        (Verification(validity=Validity.WITHDRAWN, certificate=CERTIFICATE), {"links": PAGE}),
    ],
)
def test_anyone_learns_the_holder_only_of_a_certificate_that_stands(found: Verification, expected: Any) -> None:
    call: Any = SimpleNamespace(backend=BACKEND)
    usual = {"verify_uuid": ID, "status": found.validity, "course": COURSE}
    assert verification._document(found, call) == usual | expected


@pytest.mark.parametrize(
    ("active", "state"),
    [(True, "ready"), (False, "inactive")],
)
def test_a_design_has_its_signatories_with_their_pictures(active: bool, state: str) -> None:
    design = Design(
        template="plain",
        language="fr",
        title="Attestation",
        paper="a4",
        show=("grade",),
        signatories=(
            Signatory(name="Ada", title="Dean", organization="Fjord", signature_image=b"png"),
            Signatory(name="Zoe", title="Head", organization=""),
        ),
    )
    run = replace(made.RUN, design_digest="d1", design_active=active)
    assert designs._design_document(run, design, ("too long",)) == {
        "title": "Attestation",
        "language": "fr",
        "signatories": [
            {"name": "Ada", "title": "Dean", "organization": "Fjord", "signature_image": "cG5n"},
            {"name": "Zoe", "title": "Head", "organization": "", "signature_image": None},
        ],
        "template": "plain",
        "paper": "a4",
        "show": ["grade"],
        "active": active,
        "state": state,
        "digest": "d1",
        "warnings": ["too long"],
    }


def test_a_design_shows_each_value_once_in_the_order_of_the_body() -> None:
    asked: Any = SimpleNamespace(
        template="plain",
        language="fr",
        title="Attestation",
        paper="letter",
        show=("grade", "mode", "grade"),
        signatories=({"name": "Ada", "title": "Dean", "organization": "Fjord"},),
    )
    assert designs._design(asked) == Design(
        template="plain",
        language="fr",
        title="Attestation",
        paper="letter",
        show=("grade", "mode"),
        signatories=(Signatory(name="Ada", title="Dean", organization="Fjord"),),
    )


def test_another_design_or_its_activation_has_another_etag() -> None:
    kinds = [
        designs._etag(replace(made.RUN, design_digest=digest, design_active=active))
        for digest in ("d1", "d2")
        for active in (True, False)
    ]
    assert len(set(kinds)) == 4


def test_the_settings_of_a_run_say_never_for_a_bulk_issue_by_hand() -> None:
    document = runs._settings_document(replace(made.RUN, bulk_issue_at=None, version=4))
    assert document["bulk_issue_at"] is None
    assert document["course_id"] == made.COURSE_ID
    assert document["passing_grade"] == Decimal("0.6")
    assert "version" not in document
    assert runs._settings_document(replace(made.RUN, bulk_issue_by_hand=True)) == document | {"bulk_issue_at": "never"}


def test_the_version_of_settings_is_their_etag() -> None:
    assert runs._etag(replace(made.RUN, version=4)) == '"4"'


def test_the_course_staff_are_their_usernames_under_an_etag_of_who_they_are() -> None:
    def given(*usernames: str) -> Answer:
        store = SimpleNamespace(run=lambda course_id: made.RUN, staff=lambda course_id: frozenset(usernames))
        backend: Any = SimpleNamespace(runs=store)
        return runs.read_staff(request(path={"course_id": made.COURSE_ID}, backend=backend))

    staff = given("dean", "ada")
    assert staff.status == 200
    assert sorted(json.loads(staff.body)["usernames"]) == ["ada", "dean"]
    assert staff.headers == given("ada", "dean").headers
    assert len({given(*names).headers["ETag"] for names in ((), ("ada",), ("ada", "dean"))}) == 3


def test_an_upload_in_a_list_has_its_progress() -> None:
    upload = Upload(
        course_id=made.COURSE_ID,
        upload_id="u1",
        object_key="key",
        kind="grade-report",
        state=UploadState.DONE,
        uploaded_by="dean",
        name="grades.csv",
        rows=3,
        rejected=1,
        total=3,
        created_at=AT,
        finished_at=LATER,
        taken_back_at=NOW,
        problem={"reason": "broken"},
    )
    assert listed_upload(upload) == {
        "upload_id": "u1",
        "file_name": "grades.csv",
        "kind": "grade-report",
        "state": "done",
        "uploaded_by": "dean",
        "created_at": AT,
        "finished_at": LATER,
        "rows": 3,
        "total": 3,
        "rejected": 1,
        "progress": upload.progress,
        "problem": {"reason": "broken"},
        "taken_back_at": NOW,
    }


def test_a_reading_of_the_lms_has_its_progress_and_not_its_place() -> None:
    document = reconciliations._reconciliation_document(READING)
    assert document["reconciliation_id"] == "r1"
    assert (document["state"], document["phase"], document["tries"]) == ("running", "grades", 2)
    assert not {"course_id", "cursor", "page", "position", "total", "version", "accepts_shrinking"} & set(document)
    assert {"started_by", "started_at", "finished_at", "job_id", "why", "active", "compared"} <= set(document)


CREDENTIAL = {
    "name": "Statistics",
    "issuer": {"name": "Northwind"},
    "credentialSubject": {"name": "Li Ning"},
    "awardedDate": "2026-11-24T12:00:00Z",
}


def test_a_checked_credential_shows_what_people_compare_with_the_paper() -> None:
    assert credentials._facts(CREDENTIAL) == {
        "name": "Li Ning",
        "title": "Statistics",
        "organization": "Northwind",
        "issued_on": "2026-11-24",
    }


def test_the_issuers_keys_are_for_any_site_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials.published, "issuer", lambda *, backend: {"id": backend})
    call: Any = SimpleNamespace(backend="did:web:here")
    assert credentials._issuer(call) == Answer(
        200,
        '{"id": "did:web:here"}',
        "application/did+json",
        {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"},
    )


@pytest.mark.parametrize(("accept", "csv"), [("text/csv", True), ("application/json", False)])
def test_a_caller_who_accepts_csv_gets_a_file(accept: str, csv: bool) -> None:
    assert wants_csv(request(headers={"accept": accept}, also=("text/csv",))) is csv


@pytest.mark.parametrize(("query", "name"), [({"file_name": "grades.csv"}, "grades.csv"), ({}, "")])
def test_a_form_for_a_file_is_made_for_the_run_in_the_name_of_the_caller(
    monkeypatch: pytest.MonkeyPatch, query: dict[str, str], name: str
) -> None:
    asked: list[Any] = []

    def start_upload(course_id: str, kind: UploadKind, **how: Any) -> Form:
        asked.append((course_id, kind, how))
        return Form(upload_id="u1", url="https://bucket", fields={"key": "value"}, max_bytes=9, expires_at=LATER)

    monkeypatch.setattr(uploads, "start_upload", start_upload)
    monkeypatch.setenv("USERNAME_CLAIM", "username")
    backend: Any = SimpleNamespace(runs=SimpleNamespace(run=lambda course_id: made.RUN))
    call = request(
        path={"course_id": made.COURSE_ID},
        claims={"username": "dean"},
        backend=backend,
        query=query,
        reads=(FILE_NAME,),
    )
    given = uploads.answer_with_form(call, UploadKind.RECORDS)
    assert given.status == 201
    assert json.loads(given.body) == {
        "upload_id": "u1",
        "url": "https://bucket",
        "fields": {"key": "value"},
        "max_bytes": 9,
        "expires_at": "2026-11-21T08:00:00Z",
    }
    assert asked == [(made.COURSE_ID, UploadKind.RECORDS, {"by": "dean", "backend": backend, "now": NOW, "name": name})]


def test_webhooks_are_those_of_the_run_in_the_path_or_of_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certificates.runtime.webhooks.managing", lambda: "the means")
    monkeypatch.setattr(webhooks, "webhooks_of_run", lambda course_id, **how: (course_id, how))
    monkeypatch.setattr(webhooks, "webhooks_of_all_runs", lambda **how: how)
    of_run: Any = webhooks._owned(request(path={"course_id": made.COURSE_ID}, backend=BACKEND))
    of_all: Any = webhooks._owned(request(path={}, backend=BACKEND))
    assert of_run == (made.COURSE_ID, {"means": "the means", "backend": BACKEND})
    assert of_all == {"means": "the means"}


def test_each_operation_on_webhooks_is_there_for_a_run_and_for_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api()
    monkeypatch.setattr(webhooks, "api", api)

    @webhooks._operation("PUT", "/{webhook_id}", answers={200: "WebhookAnswer"})
    def change_webhook(request: Request) -> Answer:
        """Change it."""
        return Answer(200, request.path["webhook_id"])

    of_run, of_all = api.operations
    assert (of_run.method, of_run.path, of_run.door) == (
        "PUT",
        "/course-runs/{course_id}/webhooks/{webhook_id}",
        staff_of_the_run,
    )
    assert (of_all.method, of_all.path, of_all.door) == ("PUT", "/webhooks/{webhook_id}", global_staff)
    assert of_run.answers == of_all.answers == {200: "WebhookAnswer"}
    assert of_run.handler is change_webhook
    assert (of_all.handler.__name__, of_all.handler.__doc__) == ("change_webhook_of_all_runs", "Change it.")
    assert of_all.handler(request(path={"webhook_id": "w1"})) == Answer(200, "w1")


def test_a_repeated_call_gets_the_design_that_it_stored_and_not_a_later_one() -> None:
    stored = Design(title="Attestation", template="formal").to_json().encode()
    later = replace(made.RUN, design_digest="later", design_active=False)
    backend: Any = SimpleNamespace(
        runs=SimpleNamespace(run=lambda course_id: later),
        documents=SimpleNamespace(get=lambda key: stored if key == "designs/d1.json" else None),
        has_lasting_address=True,
    )
    kept = Answer(200, json.dumps({"digest": "d1", "active": True, "warnings": ["too long"]}))
    given = designs._completed(request(path={"course_id": made.COURSE_ID}, backend=backend), kept)
    document = json.loads(given.body)
    assert (document["title"], document["digest"], document["active"]) == ("Attestation", "d1", True)
    assert document["warnings"] == ["too long"]
    assert given.headers == {"ETag": designs._etag(replace(later, design_digest="d1", design_active=True))}


def if_match(sent: str | None) -> Any:
    headers = {"if-match": sent} if sent is not None else {}
    return runs._if_match(request(headers=headers, reads=(IF_MATCH,)))


@pytest.mark.parametrize(
    ("sent", "version"),
    [
        (None, None),
        ("*", ANY_VERSION),
        (" * ", ANY_VERSION),
        ('"3"', 3),
        ("3", 3),
        ('W/"3"', 3),
        ('"1000000000000"', 10**12),
        ('"1000000000001"', NO_VERSION),
        ('"3X"', NO_VERSION),
        ('"-1"', NO_VERSION),
        ('"3", "3"', 3),
        ('"5X", "-1"', NO_VERSION),
    ],
)
def test_if_match_names_a_version_or_any(sent: str | None, version: Any) -> None:
    assert if_match(sent) == version


@pytest.mark.parametrize(("sent", "version"), [('"3", "4"', 4), ('"4",W/"9"', 4), ('"3", "5"', NO_VERSION)])
def test_of_several_versions_in_if_match_the_present_one_counts(sent: str, version: int) -> None:
    run = SimpleNamespace(version=4)
    backend = SimpleNamespace(runs=SimpleNamespace(run={"course-v1:Fjord+BIO1+2026": run}.get))
    path = {"course_id": "course-v1:Fjord+BIO1+2026"}
    assert runs._if_match(request(headers={"if-match": sent}, reads=(IF_MATCH,), path=path, backend=backend)) == version


@pytest.mark.parametrize("sent", ["", "X3", "**", '"3", 4', '*, "3"', '"', '""'])
def test_another_text_in_if_match_is_refused(sent: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        if_match(sent)
    assert (refusal.value.reason, str(refusal.value)) == (
        "bad-if-match",
        "If-Match must have the ETag that you read, with its quotes, or *.",
    )


@pytest.mark.parametrize(
    ("query", "text"), [({}, ""), ({"search": " ada "}, "ada"), ({"search": "a" * 254 + "  "}, "a" * 254)]
)
def test_a_search_has_no_blanks_at_its_ends(query: dict[str, str], text: str) -> None:
    assert certificates._search(request(query=query, reads=(SEARCH,))) == text


def test_a_search_has_at_most_254_characters() -> None:
    with pytest.raises(BadRequest) as refusal:
        certificates._search(request(query={"search": "a" * 255}, reads=(SEARCH,)))
    assert (refusal.value.reason, str(refusal.value), refusal.value.values) == (
        "bad-search",
        "search has at most 254 characters.",
        {"field": "search"},
    )
