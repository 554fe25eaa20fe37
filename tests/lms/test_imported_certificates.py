"""Certificates that the LMS issued itself: imported with their ids, shown as imported, and never issued twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest

from certificates import runtime
from certificates.forgetting.forget import start_forgetting
from certificates.invalidate import invalidate, revalidate
from certificates.jobs.starting import start_job
from certificates.lists.counts import count_learners
from certificates.lists.csv_of_run import certificates_report
from certificates.messages.lms import LearnerToReadAgain
from certificates.request import request_certificate
from certificates.rules.eligibility import Reason
from certificates.rules.groups import Group
from certificates.rules.history import ChangeKind, Trigger
from certificates.rules.jobs import JobKind, Selection
from certificates.rules.model import Outcome, Status
from certificates.rules.reconciliation import CERTIFICATES_UNREAD, ReconciliationState
from certificates.verify import Validity, verify
from tests import cheap_backend, jobs, moto_cloud
from tests.handlers.browsing import Browser
from tests.handlers.conftest import documented, load  # noqa: F401
from tests.handlers.http_events import Caller, encoded
from tests.lms.fake import KEY, FakeLms
from tests.lms.news import PASSED, PASSING, send
from tests.lms.reconciling import NOW, Clock, deliver, reconcile, reconciling
from tests.people import make_run

OLD = "5f0c" * 8
"""The LMS's own id of the certificate."""

PAGE = f"/certificates/{OLD}"
RELEASES = pytest.mark.parametrize("release", ["redwood", "verawood"])


@pytest.fixture
def cloud(backend: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = reconciling(cheap_backend.cheap(backend), lms)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
    make_run(made, KEY, automatic_generation=False)
    return made


def held_by(username: str, uuid: str = OLD, **changed: Any) -> dict[str, Any]:
    return {"username": username, "course_id": KEY, "uuid": uuid, **changed}


def facts(cloud: Any, user_id: str = "4711") -> Any:
    return cloud.certificates.facts(KEY, user_id, site=cloud.site, now=NOW)


def calls(lms: FakeLms) -> list[str]:
    """The learners whose certificate was asked for since the count began."""
    return [asked.split("/v0/certificates/")[1].split("/")[0] for asked in lms.requests if "/v0/certificates/" in asked]


@pytest.fixture
def imported(cloud: Any, lms: FakeLms) -> Any:
    """Mira has a certificate of the LMS, and all learners were read."""
    lms.knows(certificates=[held_by("mira")])
    reconcile(cloud)
    return cloud


@RELEASES
def test_a_reading_imports_the_certificate_with_its_id_and_its_day(cloud: Any, lms: FakeLms, release: str) -> None:
    lms.switch(release=release)
    lms.knows(certificates=[held_by("mira", mode="honor", grade="0.77")])
    assert reconcile(cloud).imported == 1
    held = facts(cloud).certificate
    assert (held.verify_uuid, held.issued_on, held.mode, held.grade) == (
        OLD,
        date(2026, 7, 1),
        "honor",
        Decimal("0.77"),
    )
    assert (held.status, held.document, held.imported_at is not None) == (Status.DOWNLOADABLE, None, True)
    [entry] = cloud.certificates.history(KEY, "4711")
    assert (entry.change, entry.trigger, entry.actor) == (ChangeKind.IMPORTED, Trigger.IMPORT, "lms")


@RELEASES
def test_no_learner_is_asked_about_twice_without_need(cloud: Any, lms: FakeLms, release: str) -> None:
    names = ["ana", "bea", "cid"]
    lms.switch(release=release)
    lms.knows(
        people=[{"username": name, "id": 70 + each, "name": name} for each, name in enumerate(names)],
        enrollments=[{"username": name, "course_id": KEY} for name in names],
        certificates=[held_by("mira")],
    )
    lms.tell(count_anew=True)
    reconcile(cloud)
    asked = calls(lms)
    assert asked == (["mira"] if release == "verawood" else ["mira", *names]), "who passes is asked about first"
    lms.tell(count_anew=True)
    lms.knows(grades=[{"username": "bea", "course_id": KEY, "percent": 0.8, "letter": "Pass"}])
    reconcile(cloud, now=NOW + timedelta(days=1))
    assert calls(lms) == ([] if release == "verawood" else ["bea"]), "and once more who passes by now"
    lms.tell(count_anew=True)
    assert reconcile(cloud, now=NOW + timedelta(days=2)).imported == 0
    assert calls(lms) == []


@RELEASES
def test_a_learner_who_left_before_the_first_reading_keeps_a_certificate_or_stays_unknown(
    cloud: Any, lms: FakeLms, release: str
) -> None:
    lms.switch(release=release)
    lms.knows(
        people=[{"username": "ana", "id": 70, "name": "Ana Ruiz"}, {"username": "bea", "id": 71, "name": "Bea"}],
        enrollments=[{"username": name, "course_id": KEY, "is_active": False} for name in ("ana", "bea")],
        certificates=[held_by("ana")],
    )
    reconcile(cloud)
    found = facts(cloud, "70")
    assert (found.certificate.name, found.enrollment.active, facts(cloud, "71")) == ("Ana Ruiz", False, None)
    lms.tell(count_anew=True)
    reconcile(cloud, now=NOW + timedelta(days=1))
    assert calls(lms) == []


def test_a_second_request_gives_the_existing_certificate(cloud: Any, lms: FakeLms) -> None:
    lms.knows(certificates=[held_by("mira")])
    mira = Caller(load("learner_requests"), "mira")
    answer = mira("POST", f"/course-runs/{encoded(KEY)}/certificate")
    said = answer.json()
    assert (answer.status, said["verify_uuid"], said["imported"], "pdf" in said["links"]) == (200, OLD, True, False)
    assert said["issued_on"] == "2026-07-01"
    assert moto_cloud.objects("certificates/") == []
    [listed] = mira("GET", "/me/certificates").json()["items"]
    assert (listed["verify_uuid"], listed["imported"]) == (OLD, True)


def test_a_request_while_the_lms_cannot_say_issues_nothing(cloud: Any, lms: FakeLms) -> None:
    lms.knows(certificates=[held_by("mira")])
    lms.fail("error", last=9, path="/v0/certificates/")
    answer = Caller(load("learner_requests"), "mira")("POST", f"/course-runs/{encoded(KEY)}/certificate")
    assert (answer.status, moto_cloud.objects("certificates/")) == (503, [])


def test_a_hint_and_a_bulk_issue_give_nobody_a_second_one(cloud: Any, lms: FakeLms) -> None:
    make_run(cloud, KEY, automatic_generation=True)
    names = ["ana", "bea"]
    lms.knows(
        people=[{"username": name, "id": 70 + each, "name": name} for each, name in enumerate(names)],
        enrollments=[{"username": name, "course_id": KEY} for name in names],
        grades=[{"username": name, "course_id": KEY, "percent": 0.8, "letter": "Pass"} for name in names],
        certificates=[held_by("mira"), held_by("ana", "a1" * 16)],
    )
    cloud.reconciling.queue.send(LearnerToReadAgain(KEY, "4711", None))
    deliver(cloud)
    assert facts(cloud).certificate.verify_uuid == OLD
    job = start_job(KEY, Selection(kind=JobKind.BULK), dry_run=False, by="ines", backend=cloud, now=NOW)
    deliver(cloud)
    jobs.work(cloud)
    outcomes = cloud.jobs.job(KEY, job.job_id).outcomes
    assert (outcomes["issued"], outcomes["kept"]) == (1, 2)
    assert [facts(cloud, user_id).certificate.imported_at is None for user_id in ("4711", "70", "71")] == [
        False,
        False,
        True,
    ]


def test_automatic_issuing_after_a_night_leaves_out_holders_of_a_certificate(cloud: Any, lms: FakeLms) -> None:
    make_run(cloud, KEY, automatic_generation=True)
    lms.knows(certificates=[held_by("mira")])
    ended = reconcile(cloud)
    assert (ended.to_issue, cloud.jobs.jobs(KEY, limit=9).items) == (0, [])


def test_a_regeneration_makes_a_document_under_the_same_id_and_day(imported: Any) -> None:
    chosen = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED}))
    start_job(KEY, chosen, dry_run=False, by="ines", backend=imported, now=NOW)
    jobs.work(imported)
    held = facts(imported).certificate
    assert (held.verify_uuid, held.issued_on, held.revision, held.imported_at) == (OLD, date(2026, 7, 1), 2, None)
    assert moto_cloud.objects("certificates/") == [held.document]
    assert verify(OLD, backend=imported, now=NOW).validity is Validity.VALID
    changes = {entry.change for entry in imported.certificates.history(KEY, "4711")}
    assert changes == {ChangeKind.IMPORTED, ChangeKind.REGENERATED}


FAILED = {"course_passing_status": {**PASSED["course_passing_status"], "is_passing": False}}


@pytest.fixture
def failing(imported: Any, lms: FakeLms) -> Any:
    """Mira has a certificate of the LMS and does not pass any more. The LMS has sent an event about this."""
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.1}])
    send(imported, PASSING, FAILED, NOW + timedelta(hours=1))
    return imported


def test_a_failing_learner_keeps_a_certificate_that_the_lms_keeps_and_staff_see_why(failing: Any, lms: FakeLms) -> None:
    """The LMS keeps it for a learner on its own exception list, and sends the failing grade all the same."""
    assert facts(failing).certificate.status is Status.DOWNLOADABLE, "nothing is withdrawn before the LMS was asked"
    deliver(failing, clock=Clock(NOW + timedelta(hours=2)))
    held = facts(failing)
    assert (held.certificate.status, held.certificate.revision, held.enrollment.verdict) == (
        Status.DOWNLOADABLE,
        1,
        False,
    )
    root = Caller(load("instructor_requests"), "root", {"administrator": "true"})
    [listed] = root("GET", f"/course-runs/{encoded(KEY)}/certificates?search=mira").json()["items"]
    assert (listed["last_outcome"]["outcome"], listed["last_outcome"]["reason"]) == ("kept", "kept-by-lms")


def test_a_failing_learner_loses_a_certificate_that_the_lms_has_withdrawn(failing: Any, lms: FakeLms) -> None:
    lms.knows(forget_certificates=[["mira", KEY]])
    deliver(failing, clock=Clock(NOW + timedelta(hours=2)))
    assert facts(failing).certificate.status is Status.NOTPASSING
    entry = failing.certificates.history(KEY, "4711")[-1]
    assert (entry.change, entry.trigger, entry.actor) == (ChangeKind.MARKED_NOTPASSING, Trigger.GRADE, "lms")


def test_while_the_lms_does_not_answer_a_failing_learner_keeps_the_certificate(failing: Any, lms: FakeLms) -> None:
    lms.knows(forget_certificates=[["mira", KEY]])
    lms.fail("error", last=1, path="/v0/certificates/")
    deliver(failing, clock=Clock(NOW + timedelta(hours=2)))
    assert facts(failing).certificate.status is Status.NOTPASSING, "the message was sent again, still about a failure"


def test_a_hint_withdraws_nothing_whatever_it_says(imported: Any, lms: FakeLms) -> None:
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.1}], forget_certificates=[["mira", KEY]])
    imported.reconciling.queue.send(LearnerToReadAgain(KEY, "4711", None))
    deliver(imported, clock=Clock(NOW + timedelta(hours=2)))
    assert facts(imported).certificate.status is Status.DOWNLOADABLE


def test_it_is_invalidated_and_re_validated_as_any_other(imported: Any) -> None:
    invalidate(KEY, "mira", "copied", by="ines", backend=imported, now=NOW)
    page = Browser(load("certificate_verification")).get(PAGE).text
    assert ("This certificate was invalidated." in page, "Mira" in page) == (True, False)
    revalidate(KEY, "4711", by="ines", backend=imported, now=NOW + timedelta(hours=1))
    held = facts(imported).certificate
    assert (held.verify_uuid, held.status, held.document is not None) == (OLD, Status.DOWNLOADABLE, True)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "This certificate is on record."),
        ("es", "Este certificado consta en el registro."),
        ("ar", "هذه الشهادة مسجّلة."),
    ],
)
def test_the_page_of_an_imported_certificate_shows_only_known_facts(imported: Any, language: str, said: str) -> None:
    page = Browser(load("certificate_verification"), headers={"accept-language": language}).get(PAGE)
    assert (page.status, said in page.text, "Mira Okafor" in page.text) == (200, True, True)
    for untrue in ("/picture", "/pdf", "linkedin", "badge.png", "This certificate is valid."):
        assert untrue not in page.text
    if language == "en":
        for part in ("issued it on 1 July 2026", "the document itself is not here", "may carry an earlier one"):
            assert part in page.text


def test_the_interface_says_imported_and_since_when(imported: Any) -> None:
    anybody = Caller(load("certificate_verification"), None)
    said = anybody("GET", PAGE, accept="application/json").json()
    assert (said["status"], said["name"], said["issued_on"]) == ("imported", "Mira Okafor", "2026-07-01")
    assert (said["imported_on"], "pdf" in said["links"]) == ("2026-11-29", False)
    refused = anybody("GET", f"{PAGE}/pdf")
    assert (refused.status, refused.json()["type"].rpartition(":")[2]) == (404, "no-document")
    assert Browser(load("certificate_picture")).get(f"{PAGE}/picture").status == 404


def test_the_learner_sees_it_without_a_pdf(imported: Any) -> None:
    mira = Browser(load("pages")).sign_in("mira")
    shown = mira.get(f"/learn/{encoded(KEY)}").text
    assert "You have a certificate of your course site." in shown
    assert "Issued on 1 July 2026." in shown
    listed = mira.get("/learn").text
    assert "Its PDF is not here." in listed
    for page in (shown, listed):
        assert PAGE in page
        assert ("/pdf" in page, "/picture" in page) == (False, False)


def test_staff_see_imported_certificates_in_counts_lists_and_files(imported: Any) -> None:
    root = Caller(load("instructor_requests"), "root", {"administrator": "true"})
    run = f"/course-runs/{encoded(KEY)}/certificates"
    counts = root("GET", f"{run}/counts").json()
    assert (counts["imported"], counts["statuses"]["downloadable"]) == (1, 1)
    [listed] = root("GET", f"{run}?status=imported").json()["items"]
    assert (listed["username"], listed["imported_at"] is not None) == ("mira", True)
    assert root("GET", f"{run}/4711/history").json()["items"][0]["change"] == "imported"
    link = certificates_report(KEY, backend=imported, now=NOW)
    content = b"".join(imported.documents.chunks(unquote(link.partition("?")[0].partition(".com/")[2])))
    [row] = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (row["verify_uuid"], row["imported_at"] != "") == (OLD, True)
    staff = Browser(load("pages")).sign_in("root", global_staff=True)
    learners = staff.get(f"/teach/{encoded(KEY)}/learners").text
    assert ("by the LMS itself, 1 July 2026" in learners, "/pdf" in learners) == (True, False)
    assert "Imported: the LMS had issued it" in staff.get(f"/teach/{encoded(KEY)}/learners/4711").text
    assert "Imported certificates" in staff.get(f"/teach/{encoded(KEY)}/records").text


def test_one_that_was_made_here_is_counted_as_none(cloud: Any, lms: FakeLms) -> None:
    reconcile(cloud)
    request_certificate(KEY, "mira", backend=cloud, now=NOW)
    assert count_learners(KEY, backend=cloud, now=NOW).imported == 0
    lms.knows(certificates=[held_by("mira")])
    assert reconcile(cloud, now=NOW + timedelta(days=1)).imported == 0
    assert facts(cloud).certificate.verify_uuid != OLD, "whoever has one of ours keeps it, and its id"


def test_forgetting_removes_the_name_and_a_later_reading_does_not_bring_it_back(imported: Any, lms: FakeLms) -> None:
    start_forgetting(
        "4711", by="root", out_of_time=lambda: False, function="learner-forgetting", backend=imported, now=NOW
    )
    page = Browser(load("certificate_verification")).get(PAGE).text
    assert ("This certificate was withdrawn." in page, "Mira" in page) == (True, False)
    assert "Mira" not in str(moto_cloud.items())
    assert reconcile(imported, now=NOW + timedelta(days=1)).imported == 0
    assert facts(imported).certificate.status is Status.UNAVAILABLE


def test_staff_see_certificates_that_the_lms_no_longer_lists(imported: Any, lms: FakeLms) -> None:
    lms.knows(forget_certificates=[["mira", KEY]])
    reconcile(imported, now=NOW + timedelta(days=1))
    [listed] = imported.reconciling.store.differences(KEY, limit=9).items
    assert set(listed.since) == {"certificate-gone"}
    assert facts(imported).certificate.status is Status.DOWNLOADABLE
    lms.switch(release="redwood")
    reconcile(imported, now=NOW + timedelta(days=2))
    assert imported.reconciling.store.differences(KEY, limit=9).items == [], "where nobody lists them, nothing is known"


def test_a_certificate_without_a_page_has_an_id_of_ours(cloud: Any, lms: FakeLms) -> None:
    lms.knows(certificates=[held_by("mira", "no-uuid")])
    reconcile(cloud)
    held = facts(cloud).certificate
    assert (len(held.verify_uuid), held.imported_at is not None) == (32, True)
    assert verify(held.verify_uuid, backend=cloud, now=NOW).validity is Validity.IMPORTED


@pytest.fixture
def many(cloud: Any, lms: FakeLms) -> int:
    """Learners who pass, each with a certificate of the LMS. Automatic issuing is on."""
    make_run(cloud, KEY, automatic_generation=True)
    names = [f"u{each}" for each in range(6)]
    lms.knows(
        people=[{"username": name, "id": 700 + each, "name": name} for each, name in enumerate(names)],
        enrollments=[{"username": name, "course_id": KEY} for name in names],
        grades=[{"username": name, "course_id": KEY, "percent": 0.8, "letter": "Pass"} for name in names],
        certificates=[held_by(name, f"{each:032x}") for each, name in enumerate(names)],
    )
    return len(names)


def last_reading(cloud: Any) -> Any:
    return cloud.reconciling.store.reconciliations(KEY, limit=1).items[0]


def test_a_night_that_is_too_short_issues_nothing_and_the_next_one_continues(
    cloud: Any, lms: FakeLms, many: int
) -> None:
    from certificates.reconciliation.starting import begin_night

    begin_night(backend=cloud, now=NOW, hours=5)
    late = Lateness(cloud, after=3)
    deliver(cloud, clock=late)
    first = last_reading(cloud)
    assert (first.state, first.why, first.imported) == (ReconciliationState.FINISHED, CERTIFICATES_UNREAD, 3)
    assert facts(cloud, "703").enrollment.verdict is True, "facts are in step"
    assert cloud.jobs.jobs(KEY, limit=9).items == []
    lms.tell(count_anew=True)
    reconcile(cloud, now=NOW + timedelta(days=1))
    assert len(calls(lms)) == many - 3
    [job] = cloud.jobs.jobs(KEY, limit=9).items
    jobs.work(cloud)
    assert cloud.jobs.job(KEY, job.job_id).outcomes["issued"] == 1, "Mira alone, who has none"


class Lateness:
    """A clock that stands still until a number of certificates are imported. Then the night is over."""

    def __init__(self, cloud: Any, after: int) -> None:
        self.cloud, self.after = cloud, after

    def __call__(self) -> datetime:
        at = last_reading(self.cloud)
        return NOW + timedelta(hours=6 if at.imported >= self.after else 1)


def test_a_job_waits_until_all_of_the_lmss_own_are_known(cloud: Any, lms: FakeLms, many: int) -> None:
    job = start_job(KEY, Selection(kind=JobKind.BULK), dry_run=False, by="ines", backend=cloud, now=NOW)
    lms.fail("error", 2, last=999, path="/v0/certificates/")
    deliver(cloud)
    assert (last_reading(cloud).why, cloud.jobs.job(KEY, job.job_id).sent_at) == (CERTIFICATES_UNREAD, None)
    lms.recover()
    reconcile(cloud, now=NOW + timedelta(hours=1))
    jobs.work(cloud)
    outcomes = cloud.jobs.job(KEY, job.job_id).outcomes
    assert (outcomes["issued"], outcomes["kept"]) == (1, many)


def test_a_crash_after_any_step_imports_each_once(cloud: Any, lms: FakeLms, many: int) -> None:
    from certificates.reconciliation.starting import begin_reconciliation

    begin_reconciliation(KEY, by="ines", backend=cloud, now=NOW)
    deliver(cloud, out_of_time=lambda: True, clock=Clock(NOW))
    assert last_reading(cloud).imported == many
    for each in range(many):
        assert len(cloud.certificates.history(KEY, str(700 + each))) == 1


def test_two_readings_of_one_learner_at_once_record_one_certificate(cloud: Any, lms: FakeLms) -> None:
    from certificates.lms_api.values import LmsCertificate
    from certificates.reconciliation.importing import import_certificate

    reconcile(cloud)
    said = LmsCertificate("verified", datetime(2026, 7, 1, tzinfo=UTC), None, OLD)
    write: Callable[..., None] = cloud.certificates.write

    class WrittenTwice:
        def __getattr__(self, name: str) -> Any:
            return getattr(cloud.certificates, name)

        def write(self, *changes: Any) -> None:
            write(*changes)
            write(*changes)

    assert import_certificate(KEY, "4711", said, backend=replace(cloud, certificates=WrittenTwice()), now=NOW) is None
    assert (facts(cloud).certificate.revision, len(cloud.certificates.history(KEY, "4711"))) == (1, 1)


def test_an_enrollment_whose_mode_carries_a_certificate_again_is_decided_as_ever(cloud: Any, lms: FakeLms) -> None:
    make_run(cloud, KEY, automatic_generation=False, eligible_modes=frozenset({"verified"}))
    lms.knows(certificates=[held_by("mira", mode="honor")])
    issued = request_certificate(KEY, "mira", backend=cloud, now=NOW)
    held = issued.certificate
    assert held is not None
    assert (issued.decision.outcome, issued.decision.reason) == (Outcome.ISSUED, Reason.ISSUED)
    assert (held.verify_uuid, held.mode, held.revision, held.issued_on) == (OLD, "verified", 2, date(2026, 7, 1))
