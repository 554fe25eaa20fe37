"""Open edX events arrive from EventBridge, are written, and lead to decisions where the run issues automatically."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates import runtime
from certificates.aws.queues import UploadQueue
from certificates.aws.records_store import RecordsStore
from certificates.aws.upload_files import UploadFiles
from certificates.errors import NotPrintable
from certificates.lms.events import EVENT_TYPES
from certificates.lms.records import Records
from certificates.request import request_certificate
from certificates.rules.eligibility import Reason
from certificates.rules.history import ChangeKind, Trigger
from certificates.rules.lms_update import LmsUpdate
from certificates.rules.model import Certificate, Status
from certificates.runtime import uploads
from certificates.telemetry import logger
from tests import cheap_backend, killing, moto_cloud
from tests.handlers.conftest import load
from tests.handlers.lms_events import Context, sqs_event
from tests.people import enroll, make_run
from tests.samples.openedx_events import (
    COURSE_ID,
    access_role,
    enrollment,
    grade_summary,
    identity_approved,
    passing_status,
    unenrollment,
)
from tests.template import resource

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


@pytest.fixture
def cheap(backend: Any) -> Any:
    """A cheap backend: other tests check the certificate itself."""
    return cheap_backend.cheap(backend)


@pytest.fixture
def deliver(cheap: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Deliver events to the function, one message each. Returns the ids of the messages that failed."""
    records = Records(RecordsStore(workers=1), UploadFiles(cheap.documents.bucket, "records"), UploadQueue("none"))
    monkeypatch.setattr(runtime, "backend", lambda base_url="": cheap)
    monkeypatch.setattr(uploads, "records", lambda: records)
    monkeypatch.setattr(runtime, "now", lambda: minute(600))
    handler = load("learner_records")

    def deliver_events(*events: dict[str, Any]) -> list[str]:
        answer = handler(sqs_event(*events), Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    return deliver_events


@pytest.fixture
def run(cheap: Any) -> Callable[..., Any]:
    """`run(**settings)` makes the course run of the events."""
    return lambda **settings: make_run(cheap, COURSE_ID, passing_grade=Decimal("0.6"), **settings)


@pytest.fixture
def certificate(cheap: Any) -> Callable[[], Certificate | None]:
    def read() -> Certificate | None:
        facts = cheap.certificates.facts(COURSE_ID, "42", site=cheap.site, now=minute(600))
        return facts.certificate if facts else None

    return read


def status(found: Certificate | None) -> str | None:
    return found.status.value if found else None


ENROLLED = enrollment("created", mode="verified", at=minute(0))


def test_a_learner_who_passes_gets_a_certificate_if_the_run_issues_automatically(
    cheap: Any, deliver: Any, run: Any, certificate: Any
) -> None:
    run()
    assert deliver(ENROLLED, passing_status(True, at=minute(5))) == []
    found = certificate()
    assert (found.status, found.name, found.mode) == (Status.DOWNLOADABLE, "Ana Lima", "verified")
    (entry,) = cheap.certificates.history(COURSE_ID, "42")
    assert (entry.actor, entry.trigger, entry.change) == ("lms", Trigger.GRADE, ChangeKind.ISSUED)
    assert moto_cloud.objects("certificates/") == [found.document]


def test_a_learner_who_passes_gets_no_certificate_without_automatic_issuing(
    deliver: Any, run: Any, certificate: Any
) -> None:
    run(automatic_generation=False)
    deliver(ENROLLED, passing_status(True, at=minute(5)))
    assert certificate() is None


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(0.6, "downloadable"), (0.59, None), (0.5999999, "downloadable"), (0.5966, None), (1.15, "downloadable")],
)
def test_a_grade_without_a_verdict_passes_by_the_runs_passing_grade(
    deliver: Any, run: Any, certificate: Any, percent: float, expected: str | None
) -> None:
    run()
    event = grade_summary(percent, at=minute(5))
    del event["detail"]["grade"]["letter_grade"]
    assert deliver(ENROLLED, event) == []
    assert status(certificate()) == expected


def test_a_number_without_a_verdict_that_may_be_a_percentage_neither_issues_nor_withdraws(
    deliver: Any, run: Any, certificate: Any
) -> None:
    run()
    in_percent = [grade_summary(percent, at=minute(at)) for percent, at in ((72, 5), (72, 7))]
    for event in in_percent:
        del event["detail"]["grade"]["letter_grade"]
    assert deliver(ENROLLED, in_percent[0]) == []
    assert certificate() is None
    assert deliver(graded(0.8, "Pass", at=minute(6)), in_percent[1]) == []
    assert status(certificate()) == "downloadable"


def graded(percent: float, letter: str | None, *, at: datetime) -> dict[str, Any]:
    event = grade_summary(percent, at=at)
    event["detail"]["grade"]["letter_grade"] = letter
    return event


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(seconds=10)])
@pytest.mark.parametrize("order", [1, -1])
def test_a_certificate_stays_if_the_lms_passes_a_grade_below_the_runs_passing_grade(
    cheap: Any, deliver: Any, run: Any, certificate: Any, apart: timedelta, order: int
) -> None:
    run(automatic_generation=True)
    deliver(ENROLLED, passing_status(True, at=minute(1)))
    first = certificate()
    events = [graded(0.55, "Pass", at=minute(5)), passing_status(True, at=minute(5) + apart)]
    deliver(*events[::order])
    assert certificate() == first
    assert len(cheap.certificates.history(COURSE_ID, "42")) == 1


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("letter", ["", None])
def test_nothing_is_issued_if_the_lms_fails_a_grade_above_the_runs_passing_grade(
    cheap: Any, deliver: Any, run: Any, certificate: Any, letter: str | None, order: int
) -> None:
    run()
    events = [graded(0.65, letter, at=minute(5)), passing_status(False, at=minute(6))]
    deliver(ENROLLED, *events[::order])
    deliver(*events)
    assert certificate() is None
    assert cheap.certificates.history(COURSE_ID, "42") == []


def test_only_the_grade_event_shows_that_a_learner_fails_or_no_longer_passes(
    deliver: Any, run: Any, certificate: Any
) -> None:
    run()
    deliver(ENROLLED, graded(0.55, "Pass", at=minute(5)))
    assert status(certificate()) == "downloadable"
    deliver(graded(0.4, "", at=minute(6)))
    assert status(certificate()) == "notpassing"


def test_an_old_event_that_comes_again_changes_nothing_after_a_newer_file(
    cheap: Any, deliver: Any, run: Any, certificate: Any
) -> None:
    run()
    deliver(ENROLLED, passing_status(True, at=minute(5)))
    filed = LmsUpdate(user_id="42", at=minute(7), course_id=COURSE_ID, grade=Decimal("0.4"))
    RecordsStore(workers=1).apply([filed])
    deliver(passing_status(True, at=minute(5)), passing_status(False, at=minute(3)))
    assert (status(certificate()), certificate().revision) == ("downloadable", 1)


def test_an_approved_identity_decides_without_a_certificate(
    cheap: Any, deliver: Any, run: Any, certificate: Any
) -> None:
    run(identity_required=True, automatic_generation=False)
    deliver(ENROLLED, passing_status(True, at=minute(5)))
    assert certificate() is None
    run(identity_required=True)
    deliver(identity_approved(until=minute(100_000), at=minute(6)))
    assert status(certificate()) == "downloadable"


def test_events_of_runs_that_are_not_ours_fail_nothing_and_leave_a_line_in_the_log(
    deliver: Any, run: Any, certificate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", logged)
    run()
    legacy = passing_status(True, at=minute(5), course_id="Lyceum/BOT101/2026")
    library = enrollment("created", mode="verified", at=minute(5), course_id="library-v1:Lyceum+Botany")
    assert deliver(legacy, library, ENROLLED, passing_status(True, at=minute(5))) == []
    assert logged.getvalue().count("event ignored") == 2
    assert status(certificate()) == "downloadable"


def test_a_passing_event_does_not_change_the_name_that_the_profile_has(
    deliver: Any, run: Any, certificate: Any
) -> None:
    run()
    other = {"id": 42, "is_active": True, "pii": {"username": "ana", "email": "", "name": "A. L."}}
    deliver(ENROLLED, passing_status(True, at=minute(5), learner=other))
    assert certificate().name == "Ana Lima"


def test_the_later_of_enrollment_and_grade_decides(deliver: Any, run: Any, certificate: Any) -> None:
    run()
    deliver(passing_status(True, at=minute(5)))
    assert certificate() is None
    deliver(ENROLLED)
    assert status(certificate()) == "downloadable"


def test_a_failing_grade_withdraws_the_certificate_and_a_passing_one_brings_it_back(
    cheap: Any, deliver: Any, run: Any, certificate: Any
) -> None:
    run()
    deliver(ENROLLED, passing_status(True, at=minute(5)))
    first = certificate()
    deliver(passing_status(False, at=minute(6)))
    assert (status(certificate()), certificate().document) == ("notpassing", None)
    assert moto_cloud.objects("certificates/") == []
    deliver(passing_status(True, at=minute(7)))
    again = certificate()
    assert (status(again), again.verify_uuid, again.issued_on) == ("downloadable", first.verify_uuid, first.issued_on)
    assert [entry.change.value for entry in cheap.certificates.history(COURSE_ID, "42")] == [
        "issued",
        "marked-notpassing",
        "issued",
    ]


def test_a_failing_grade_that_comes_while_the_certificate_is_in_hand_leaves_none(
    cheap: Any, deliver: Any, run: Any, certificate: Any
) -> None:
    run(automatic_generation=False, self_generation=True)
    deliver(ENROLLED, passing_status(True, at=minute(5)))
    failing = cheap_backend.interrupted(cheap, lambda: deliver(passing_status(False, at=minute(6))))
    asked = request_certificate(COURSE_ID, "ana", backend=failing, now=minute(600))
    assert asked.decision.reason is Reason.NOT_PASSING
    assert certificate() is None
    assert moto_cloud.objects("certificates/") == []


def test_a_failing_grade_changes_nothing_for_an_excepted_learner(
    cheap: Any, deliver: Any, run: Any, certificate: Any
) -> None:
    from certificates.aws.certificate_items import exception_item
    from certificates.aws.writes import put, write_one
    from certificates.rules.model import ExceptionEntry

    run()
    deliver(ENROLLED, passing_status(True, at=minute(5)))
    entry = ExceptionEntry(user_id="42", note="", added_by="staff", added_at=minute(5))
    write_one(put(exception_item(COURSE_ID, entry)))
    deliver(passing_status(False, at=minute(6)))
    assert status(certificate()) == "downloadable"


def test_old_and_repeated_events_change_nothing(cheap: Any, deliver: Any, run: Any, certificate: Any) -> None:
    run()
    deliver(ENROLLED, passing_status(True, at=minute(5)))
    before = moto_cloud.items()
    assert deliver(passing_status(False, at=minute(4)), grade_summary(0.1, at=minute(3)), ENROLLED) == []
    assert deliver(passing_status(True, at=minute(5))) == []
    after = moto_cloud.items()
    enrolled = after[f"RUN#{COURSE_ID}#42", "ENROLLMENT"]
    # No grade was stored: this grade is new, and older than the present verdict.
    news = ("grade", "graded_at", "same_grade_since", "verdict_grade", "verdict_grade_at")
    at = {"S": "2026-11-24T08:03:00.000000+0000"}
    assert [enrolled.pop(name) for name in news] == [{"N": "0.1"}, at, at, {"N": "0.1"}, at]
    assert after == before


def test_a_failing_event_older_than_a_passing_one_changes_nothing(deliver: Any, run: Any, certificate: Any) -> None:
    run()
    deliver(ENROLLED, passing_status(True, at=minute(9)), passing_status(False, at=minute(6)))
    assert (status(certificate()), certificate().revision) == ("downloadable", 1)


def test_a_change_of_track_decides_again_unless_there_is_a_certificate(
    deliver: Any, run: Any, certificate: Any
) -> None:
    run()
    deliver(enrollment("created", mode="audit", at=minute(0)), passing_status(True, at=minute(5)))
    assert certificate() is None
    deliver(enrollment("changed", mode="honor", at=minute(6)))
    assert (status(certificate()), certificate().mode) == ("downloadable", "honor")
    deliver(enrollment("changed", mode="verified", at=minute(7)))
    assert (certificate().revision, certificate().mode) == (1, "honor")


def test_an_unenrollment_leaves_the_certificate(cheap: Any, deliver: Any, run: Any, certificate: Any) -> None:
    run()
    deliver(ENROLLED, passing_status(True, at=minute(5)), unenrollment(mode="verified", at=minute(6)))
    facts = cheap.certificates.facts(COURSE_ID, "42", site=cheap.site, now=minute(600))
    assert (status(certificate()), facts.enrollment.active) == ("downloadable", False)


def test_an_approved_identity_issues_the_certificates_that_waited_for_it(
    deliver: Any, run: Any, certificate: Any
) -> None:
    run(identity_required=True)
    deliver(ENROLLED, passing_status(True, at=minute(5)))
    assert status(certificate()) == "unverified"
    deliver(identity_approved(until=minute(100_000), at=minute(6)))
    assert status(certificate()) == "downloadable"


@pytest.mark.parametrize("failing", ["course-v1:Lyceum+BOT101+2026_T3", "course-v1:Lyceum+ZOO101+2026_T3"])
@pytest.mark.parametrize(("failure", "comes_again"), [(NotPrintable("too long"), []), (OSError("down"), ["message-0"])])
def test_an_approved_identity_is_decided_in_the_other_runs_if_one_of_them_fails(
    cheap: Any, deliver: Any, monkeypatch: Any, failing: str, failure: Exception, comes_again: list[str]
) -> None:
    runs = ["course-v1:Lyceum+BOT101+2026_T3", "course-v1:Lyceum+ZOO101+2026_T3"]
    for course_id in runs:
        make_run(cheap, course_id, title=course_id, identity_required=True)
        enroll(cheap, "42", "ana", course_id=course_id, grade="0.9", identity_verified=False)
    prepare, digest = cheap_backend.CheapRenderer.prepare, cheap.runs.run(failing).design_digest

    def prepare_or_fail(renderer: Any, design_digest: str, *arguments: Any) -> Any:
        if design_digest == digest:
            raise failure
        return prepare(renderer, design_digest, *arguments)

    monkeypatch.setattr(cheap_backend.CheapRenderer, "prepare", prepare_or_fail)
    assert deliver(identity_approved(until=minute(100_000), at=minute(6))) == comes_again
    issued = [held.course_id for held in cheap.certificates.certificates_of("42")]
    assert issued == [course_id for course_id in runs if course_id != failing]


def test_a_beta_tester_has_none_until_the_role_is_removed(deliver: Any, run: Any, certificate: Any) -> None:
    run()
    deliver(ENROLLED, access_role("added", "beta_testers", at=minute(1)), passing_status(True, at=minute(5)))
    assert certificate() is None
    deliver(access_role("removed", "beta_testers", at=minute(6)), passing_status(True, at=minute(7)))
    assert status(certificate()) == "downloadable"


def test_events_of_a_run_without_settings_are_stored_for_later(
    cheap: Any, deliver: Any, run: Any, certificate: Any
) -> None:
    assert deliver(ENROLLED, passing_status(True, at=minute(5)), grade_summary(0.9, at=minute(5))) == []
    run()
    facts = cheap.certificates.facts(COURSE_ID, "42", site=cheap.site, now=minute(600))
    assert (facts.enrollment.mode, facts.enrollment.verdict) == ("verified", True)
    assert facts.enrollment.grade == Decimal("0.9")
    assert facts.certificate is None


def test_a_malformed_event_fails_alone_and_an_unknown_one_not_at_all(
    deliver: Any, run: Any, certificate: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    malformed = passing_status(True, at=minute(4))
    malformed["detail"]["course_passing_status"]["is_passing"] = "yes"
    unknown = {**ENROLLED, "detail-type": "org.openedx.learning.student.registration.completed.v1"}
    failed = deliver(ENROLLED, malformed, unknown, {"surprise": True}, passing_status(True, at=minute(5)))
    assert failed == ["message-1", "message-3"]
    # An alarm needs this: Lambda counts no error of a function that names the failed messages of a batch.
    assert '"MessagesFailed":[1.0,1.0]' in capsys.readouterr().out
    assert status(certificate()) == "downloadable"


def test_logs_have_no_name_email_or_grade(deliver: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    logged = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", logged)
    run()
    broken = enrollment("changed", mode="verified", at=minute(8))
    broken["detail"]["enrollment"]["user"]["pii"]["username"] = "somebody\tat home"
    deliver(ENROLLED, grade_summary(0.8125, at=minute(5)), passing_status(True, at=minute(6)), broken)
    printed = logged.getvalue()
    assert "event stored" in printed and "message failed" in printed
    for private in ("Ana", "ana@", "somebody", "0.8125"):
        assert private not in printed


def test_after_a_crash_at_any_call_the_next_delivery_ends_with_one_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed at every AWS call, just before and just after its effect."""
    handler = load("learner_records")

    @contextmanager
    def world() -> Any:
        with moto_cloud.empty_cloud() as backend:
            cheap = cheap_backend.cheap(backend)
            make_run(cheap, COURSE_ID)
            files = UploadFiles(backend.documents.bucket, "records")
            records = Records(RecordsStore(workers=1), files, UploadQueue("none"))
            with monkeypatch.context() as patched:
                patched.setattr(runtime, "backend", lambda base_url="": cheap)
                patched.setattr(uploads, "records", lambda: records)
                patched.setattr(runtime, "now", lambda: minute(600))
                handler(sqs_event(ENROLLED), Context())
                yield cheap

    def act(_: Any) -> None:
        handler(sqs_event(passing_status(True, at=minute(5))), Context())

    def check(cheap: Any) -> None:
        facts = cheap.certificates.facts(COURSE_ID, "42", site=cheap.site, now=minute(600))
        assert (facts.enrollment.verdict, status(facts.certificate), facts.certificate.revision) == (
            True,
            "downloadable",
            1,
        )
        assert moto_cloud.objects("certificates/") == [facts.certificate.document]
        assert len(cheap.certificates.history(COURSE_ID, "42")) == 1

    assert killing.at_every_call(world, act, check) >= 10


def test_the_rule_on_the_bus_brings_every_event_that_is_listened_to() -> None:
    (pattern,) = resource("LmsEvents")["EventPattern"]["detail-type"]
    assert all(event_type.startswith(pattern["prefix"]) for event_type in EVENT_TYPES)
