"""The JSON interface with an LMS: for callers with a token of another provider, the service user reads."""

from __future__ import annotations

from typing import Any

import pytest

from certificates import runtime
from certificates.rules.model import Display, Pacing
from tests import cheap_backend
from tests.handlers.browsing import Browser
from tests.handlers.conftest import documented, load  # noqa: F401
from tests.handlers.http_events import Caller, encoded
from tests.lms.fake import DEMO, KEY, FakeLms
from tests.lms.reconciling import Clock, deliver, reconciling
from tests.people import make_run

CERTIFICATE = f"/course-runs/{encoded(KEY)}/certificate"
SYNC = f"/course-runs/{encoded(KEY)}/sync"


@pytest.fixture
def root(cloud: Any) -> Caller:
    return Caller(load("instructor_requests"), "root", {"administrator": "true"})


def test_a_learner_without_any_update_requests_and_is_read(cloud: Any) -> None:
    make_run(cloud, KEY)
    mira = Caller(load("learner_requests"), "mira")
    assert mira("POST", CERTIFICATE).status == 201
    assert mira("POST", CERTIFICATE).status == 200


def test_a_person_unknown_to_the_lms_is_not_enrolled(cloud: Any) -> None:
    make_run(cloud, KEY)
    answer = Caller(load("learner_requests"), "nobody")("POST", CERTIFICATE)
    assert (answer.status, answer.json()["type"].rpartition(":")[2]) == (403, "not-enrolled")


def test_an_lms_that_does_not_answer_is_a_problem_that_says_when_to_try_again(cloud: Any, lms: FakeLms) -> None:
    make_run(cloud, KEY)
    lms.fail("error", last=99)
    answer = Caller(load("learner_requests"), "mira")("POST", CERTIFICATE, idempotency_key="1")
    assert answer.refusal == (503, "lms-unavailable")
    assert answer.headers["retry-after"] == str(answer.json()["retry_after"])
    lms.recover()
    again = Caller(load("learner_requests"), "mira")("POST", CERTIFICATE, idempotency_key="1")
    assert again.status == 201, "an answer that says try again is not remembered under the key"


def test_a_run_is_made_from_the_lms_s_data_and_brought_into_step(cloud: Any, lms: FakeLms, root: Caller) -> None:
    made = root("POST", SYNC)
    said = made.json()
    assert (made.status, said["title"], said["pacing"], said["passing_grade"]) == (
        201,
        "Tables & Trees",
        "instructor",
        0.5,
    )
    assert (said["display"], said["end"], made.headers["etag"]) == ("end", "2026-06-30T00:00:00Z", '"1"')
    same = root("POST", SYNC)
    assert (same.status, same.headers["etag"]) == (200, '"1"')
    lms.knows(runs=[{**DEMO, "name": "Tables <3", "pacing": "self", "cutoffs": {"A": 0.8, "B": 0.6}}])
    changed = root("POST", SYNC).json()
    assert (changed["title"], changed["passing_grade"], changed["self_generation"]) == ("Tables <3", 0.6, True)


def test_settings_that_staff_made_here_stay(cloud: Any, root: Caller) -> None:
    make_run(cloud, KEY, eligible_modes=frozenset({"honor"}), identity_required=True, automatic_generation=False)
    said = root("POST", SYNC).json()
    assert (said["eligible_modes"], said["identity_required"], said["automatic_generation"]) == (["honor"], True, False)


def test_when_certificates_are_shown_comes_from_studio(cloud: Any, lms: FakeLms, root: Caller) -> None:
    lms.knows(runs=[{**DEMO, "display": "end_with_date", "available_on": "2026-07-15T00:00:00Z"}])
    said = root("POST", SYNC).json()
    assert (said["display"], said["available_on"]) == ("end_with_date", "2026-07-15T00:00:00Z")


def test_dates_of_the_lms_that_hide_certificates_need_a_confirmation(cloud: Any, lms: FakeLms, root: Caller) -> None:
    make_run(cloud, KEY)
    assert Caller(load("learner_requests"), "mira")("POST", CERTIFICATE).status == 201
    lms.knows(runs=[{**DEMO, "end": "2036-06-30T00:00:00Z"}])
    refused = root("POST", SYNC)
    assert (refused.status, refused.json()["type"].rpartition(":")[2]) == (409, "would-hide-shown")
    assert cloud.runs.run(KEY).pacing is Pacing.SELF
    changed = root("POST", f"{SYNC}?hide_shown=true")
    assert (changed.status, changed.json()["end"]) == (200, "2036-06-30T00:00:00Z")


def test_a_run_without_an_end_can_be_made_and_waits_for_staff(cloud: Any, lms: FakeLms, root: Caller) -> None:
    lms.knows(runs=[{**DEMO, "end": None}])
    assert root("POST", SYNC).status == 201
    run = cloud.runs.run(KEY)
    assert (run.pacing, run.display, run.automatic_generation) == (Pacing.INSTRUCTOR, Display.EARLY_NO_INFO, False)


def test_a_run_that_the_lms_does_not_have_is_unknown(root: Caller) -> None:
    answer = root("POST", f"/course-runs/{encoded('course-v1:No+Such+Run')}/sync")
    assert (answer.status, answer.json()["type"].rpartition(":")[2]) == (404, "unknown-course-run")


def test_course_staff_of_the_run_sync_it_and_others_do_not(cloud: Any) -> None:
    make_run(cloud, KEY)
    cloud.runs.replace_staff(KEY, ["ines"])
    staff = load("instructor_requests")
    assert Caller(staff, "ines")("POST", SYNC).status == 200
    assert Caller(staff, "mira")("POST", SYNC).status == 403
    assert Caller(staff, None)("POST", SYNC).status == 401


def test_without_an_lms_there_is_nothing_to_read_from(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    root = Caller(load("instructor_requests"), "root", {"administrator": "true"})
    answer = root("POST", SYNC)
    assert (answer.status, answer.json()["type"].rpartition(":")[2]) == (404, "no-lms")


READINGS = f"/course-runs/{encoded(KEY)}/reconciliations"
DIFFERENCES = f"/course-runs/{encoded(KEY)}/differences"


@pytest.fixture
def reading(backend: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = reconciling(cheap_backend.cheap(backend), lms)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
    make_run(made, KEY, automatic_generation=False)
    return made


def test_staff_have_the_learners_read_and_see_how_far_that_has_come(reading: Any) -> None:
    root = Caller(load("instructor_requests"), "root", {"administrator": "true"})
    begun = root("POST", READINGS, {})
    assert (begun.status, begun.json()["state"], begun.json()["phase"]) == (202, "running", "enrollments")
    again = root("POST", READINGS, {"accepts_shrinking": True})
    assert (again.status, again.json()["reconciliation_id"]) == (409, begun.json()["reconciliation_id"])
    deliver(reading)
    [listed] = root("GET", READINGS).json()["items"]
    assert (listed["state"], listed["active"], listed["compared"]) == ("finished", 1, 1)
    assert root("GET", DIFFERENCES).json() == {"items": [], "next_cursor": None}


def test_a_reading_that_is_asked_for_again_under_the_same_key_is_the_same_reading(reading: Any) -> None:
    root, key = (
        Caller(load("instructor_requests"), "root", {"administrator": "true"}),
        {"Idempotency-Key": "asked-once"},
    )
    begun, again = (root("POST", READINGS, {}, **key) for _ in range(2))
    assert (again.status, again.json()) == (202, begun.json())
    assert root("POST", READINGS, {"accepts_shrinking": True}, **key).status == 400
    assert len(root("GET", READINGS).json()["items"]) == 1


def test_staff_see_the_learners_who_differ_and_since_when(reading: Any, lms: FakeLms) -> None:
    root = Caller(load("instructor_requests"), "root", {"administrator": "true"})
    root("POST", READINGS, {})
    deliver(reading)
    lms.switch(grades_leave_out=["mira"])
    root("POST", READINGS, {})
    deliver(reading)
    [listed] = root("GET", DIFFERENCES).json()["items"]
    assert (listed["user_id"], listed["username"], listed["differences"][0]["kind"]) == (
        "4711",
        "mira",
        "grade-missing",
    )
    assert Caller(load("instructor_requests"), "mira")("GET", DIFFERENCES).status == 403
    shown = Browser(load("pages")).sign_in("root", global_staff=True).get(f"/teach/{encoded(KEY)}/records").text
    for said in ("In step with the LMS", "Read all learners now", "The LMS lists no grade", "mira"):
        assert said in shown


def test_the_button_has_the_learners_read(reading: Any) -> None:
    root = Browser(load("pages")).sign_in("root", global_staff=True)
    address = f"/teach/{encoded(KEY)}/reconciliation"
    assert root.post(address).headers["location"].endswith("/records?done=reading")
    twice = root.post(address)
    assert (twice.status, "are being read from the LMS already" in twice.text) == (409, True)
    shown = root.get(f"/teach/{encoded(KEY)}/records").text
    assert "Read all learners now" not in shown and "The learners are being read from the LMS." in shown
    assert 'data-live="running"' in shown
    assert Browser(load("pages")).sign_in("mira").post(address).status == 403


def test_a_bulk_issue_says_that_it_waits_for_the_lms_and_why(reading: Any, lms: FakeLms) -> None:
    root = Caller(load("instructor_requests"), "root", {"administrator": "true"})
    jobs = f"/course-runs/{encoded(KEY)}/jobs"
    begun = root("POST", jobs, {"kind": "bulk"}).json()
    assert begun["waits_for_lms"]["state"] == "queued"
    lms.fail("error", last=9999)
    tried: list[Any] = []

    def sleep(seconds: float) -> None:
        tried.append(root("GET", f"{jobs}/{begun['job_id']}").json()["waits_for_lms"])

    clock = Clock(runtime.now())
    deliver(reading, clock=clock, sleep=lambda seconds: (sleep(seconds), clock.sleep(seconds)))
    waiting = next(said for said in tried if said["tries"] == 1)
    assert (waiting["state"], waiting["next_try_at"] is not None) == ("running", True)
    broken = root("GET", f"{jobs}/{begun['job_id']}").json()["waits_for_lms"]
    assert (broken["state"], broken["why"]) == ("broken", "lms-unavailable")
    lms.recover()
    assert root("POST", READINGS, {}).status == 202
    deliver(reading)
    assert root("GET", f"{jobs}/{begun['job_id']}").json()["waits_for_lms"] is None


def test_a_dry_run_waits_for_nothing(reading: Any) -> None:
    root = Caller(load("instructor_requests"), "root", {"administrator": "true"})
    dry = root("POST", f"/course-runs/{encoded(KEY)}/jobs", {"kind": "bulk", "dry_run": True})
    assert (dry.status, dry.json()["waits_for_lms"]) == (202, None)


def test_a_reading_that_is_tried_again_says_so_on_the_page(reading: Any, lms: FakeLms) -> None:
    root = Caller(load("instructor_requests"), "root", {"administrator": "true"})
    root("POST", READINGS, {})
    lms.fail("error", last=9999)
    shown: list[str] = []

    def look(_: float) -> None:
        staff = Browser(load("pages")).sign_in("root", global_staff=True)
        if len(shown) < 3:
            shown.append(staff.get(f"/teach/{encoded(KEY)}/records").text)

    clock = Clock(runtime.now())
    deliver(reading, clock=clock, sleep=lambda seconds: (look(seconds), clock.sleep(seconds)))
    assert "The LMS did not answer · Next try" in shown[-1]
