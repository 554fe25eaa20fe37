"""A learner over HTTP."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.session import Session

from certificates.aws import clients
from certificates.errors import Raced
from certificates.invalidate import invalidate
from certificates.rules.model import Pacing
from certificates.telemetry import logger
from tests import faults, moto_cloud
from tests.handlers.http_events import encoded
from tests.people import COURSE, enroll, make_run

PATH = f"/course-runs/{encoded(COURSE)}/certificate"
begin = Session.__init__


@pytest.fixture
def zoe(people: Any) -> Any:
    return people("learner_requests", "zoe")


def test_a_passing_learner_is_offered_the_button_presses_it_and_has_the_certificate(backend: Any, zoe: Any) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")

    before = zoe("GET", PATH).json()
    assert (before["state"], before["can_request"], before["grade"]) == ("requestable", True, 0.81)

    created = zoe("POST", PATH)
    assert created.status == 201
    certificate = created.json()
    assert certificate["links"]["page"] == f"https://certificates.example/certificates/{certificate['verify_uuid']}"

    again = zoe("POST", PATH)
    assert (again.status, again.json()) == (200, certificate)

    after = zoe("GET", PATH).json()
    assert (after["state"], after["certificate"]) == ("available", certificate)

    mine = zoe("GET", "/me/certificates").json()
    assert [item["verify_uuid"] for item in mine["items"]] == [certificate["verify_uuid"]]


def test_logs_have_ids_and_never_the_username_of_the_caller(
    backend: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", logged)
    make_run(backend)
    enroll(backend, "7", "zoe.petrova", grade="0.81")
    ask = people("learner_requests", "zoe.petrova")
    assert ask("POST", PATH, idempotency_key="1").status == 201
    assert ask("GET", PATH.replace("BIO1", "BIO9")).status in (403, 404)
    assert people("instructor_requests", "zoe.petrova")("GET", PATH.removesuffix("/certificate")).status == 403
    printed = logged.getvalue()
    assert "decided" in printed and "refused" in printed
    assert "petrova" not in printed


def test_a_first_request_opens_one_session_for_all_its_clients(
    backend: Any, zoe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")
    clients.forget()
    opened: list[Session] = []
    monkeypatch.setattr(Session, "__init__", lambda session, *a, **b: opened.append(session) or begin(session, *a, **b))
    assert zoe("POST", PATH).status == 201
    assert len(opened) == 1


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "pressed-once"}], ids=["plain", "idempotent"])
def test_a_request_that_is_throttled_is_503_and_succeeds_when_it_is_tried_again(
    backend: Any, zoe: Any, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")
    with faults.transactions_throttled(1):
        refused = zoe("POST", PATH, **headers)
    assert (refused.status, refused.headers["retry-after"]) == (503, "1")
    assert refused.reason == "throttled"
    assert zoe("POST", PATH, **headers).status == 201


def test_a_request_that_meets_throttled_reads_is_503(backend: Any, zoe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    make_run(backend)
    with faults.throttled(1):
        refused = zoe("GET", PATH)
    assert (refused.status, refused.headers["retry-after"]) == (503, "1")


def test_a_request_whose_idempotency_key_cannot_be_kept_for_throttling_is_503(
    backend: Any, zoe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")
    with faults.throttled(1):
        assert zoe("POST", PATH, **{"Idempotency-Key": "k"}).status == 503
    assert zoe("POST", PATH, **{"Idempotency-Key": "k"}).status == 201


def test_a_certificate_that_others_keep_changing_is_busy_and_503(
    backend: Any, zoe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")

    def lose(_: Any) -> None:
        raise Raced("somebody else")

    with monkeypatch.context() as patched:
        patched.setattr("certificates.aws.certificate_store.transact", lose)
        refused = zoe("POST", PATH)
    assert (refused.status, refused.headers["retry-after"]) == (503, "1")
    assert refused.reason == "busy"
    assert zoe("POST", PATH).status == 201


def test_a_literal_plus_in_the_course_id_is_the_same_run(backend: Any, zoe: Any) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.2")
    assert zoe("GET", f"/course-runs/{COURSE}/certificate").json()["state"] == "not-passing"


@pytest.mark.parametrize(
    ("facts", "settings", "status", "reason"),
    [
        ({"grade": "0.2"}, {}, 409, "not-passing"),
        ({"grade": "0.9", "mode": "audit"}, {}, 403, "mode-not-eligible"),
        ({"grade": "0.9", "mode": None}, {}, 403, "not-enrolled"),
        ({"grade": "0.9", "beta_tester": True}, {}, 403, "not-a-regular-learner"),
        ({"grade": "0.9"}, {"self_generation": False}, 409, "self-generation-off"),
        ({"grade": "0.9", "identity_verified": False}, {"identity_required": True}, 409, "identity-missing"),
    ],
)
def test_a_refusal_says_why_in_a_problem_document(
    backend: Any, zoe: Any, facts: Any, settings: Any, status: int, reason: str
) -> None:
    make_run(backend, **settings)
    enroll(backend, "7", "zoe", **facts)

    refused = zoe("POST", PATH)

    assert refused.status == status
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert problem["type"] == f"urn:certificates:problem:{reason}"
    assert problem["status"] == status
    assert problem["detail"]


def test_a_certificate_that_is_not_due_cannot_be_requested(backend: Any, zoe: Any) -> None:
    make_run(backend, pacing=Pacing.INSTRUCTOR, self_generation=True, end=datetime(2999, 1, 1, tzinfo=UTC))
    enroll(backend, "7", "zoe", grade="0.9")
    assert zoe("POST", PATH).json()["type"].endswith("not-yet-available")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/course-runs/nonsense/certificate", "malformed-course-id"),
        ("/course-runs/course-v1%3ANo%2BSuch%2BRun/certificate", "unknown-course-run"),
    ],
)
def test_an_impossible_run_and_a_missing_run_have_their_own_reasons(
    backend: Any, zoe: Any, path: str, reason: str
) -> None:
    for method in ("GET", "POST"):
        answer = zoe(method, path)
        assert answer.refusal == (404, reason)


def test_without_verified_claims_every_call_is_refused(people: Any) -> None:
    answer = people("learner_requests", None)("GET", PATH)
    assert answer.refusal == (401, "not-signed-in")


def test_the_same_idempotency_key_gives_the_same_answer_and_another_body_is_refused(backend: Any, zoe: Any) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")

    first = zoe("POST", PATH, idempotency_key="k1")
    again = zoe("POST", PATH, idempotency_key="k1")
    other_body = zoe("POST", PATH, {"x": 1}, idempotency_key="k1")

    assert (first.status, again.status) == (201, 201)
    assert again.json() == first.json()
    assert other_body.json()["type"].endswith("idempotency-key-reused")


def test_the_answer_to_an_idempotency_key_is_kept_for_a_day(backend: Any, zoe: Any) -> None:
    make_run(backend)
    zoe("POST", PATH, idempotency_key="k1")
    [kept] = [item for (pk, _), item in moto_cloud.items().items() if pk.startswith("IDEMPOTENCY#")]
    assert abs(int(kept["expires_at"]["N"]) - time.time() - 24 * 3600) < 600


def test_two_learners_who_send_the_same_key_have_their_own_answers(backend: Any, people: Any) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")
    enroll(backend, "8", "abe", grade="0.81")
    answers = [people("learner_requests", who)("POST", PATH, idempotency_key="1") for who in ("zoe", "abe")]
    assert [answer.status for answer in answers] == [201, 201]
    holders = [backend.certificates.whose(answer.json()["verify_uuid"])[1] for answer in answers]
    assert holders == ["7", "8"]


def test_the_same_key_for_another_run_is_another_call(backend: Any, zoe: Any) -> None:
    other = "course-v1:Fjord+BIO2+2026"
    for course_id in (COURSE, other):
        make_run(backend, course_id)
        enroll(backend, "7", "zoe", course_id=course_id, grade="0.81")
    paths = (PATH, f"/course-runs/{encoded(other)}/certificate")
    answers = [zoe("POST", path, idempotency_key="1") for path in paths]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].json()["verify_uuid"] != answers[1].json()["verify_uuid"]


def test_my_certificates_are_those_that_are_shown(backend: Any, zoe: Any) -> None:
    """A certificate that was issued early is not shown before its date, and an invalidated one never."""

    def listed() -> list[str]:
        return [item["course"]["title"] for item in zoe("GET", "/me/certificates").json()["items"]]

    now = datetime.now(tz=UTC)
    runs = {title: f"course-v1:Fjord+{title}+2026" for title in ("Shown", "Early", "Invalid")}
    for title, course_id in runs.items():
        make_run(backend, course_id, title=title)
        enroll(backend, "7", "zoe", course_id=course_id, grade="0.9")
        assert zoe("POST", f"/course-runs/{encoded(course_id)}/certificate").status == 201
    assert sorted(listed()) == ["Early", "Invalid", "Shown"]

    invalidate(runs["Invalid"], "zoe", "", by="ines", backend=backend, now=now)
    due = {"pacing": Pacing.INSTRUCTOR, "title": "Early", "available_on": datetime(2999, 1, 1, tzinfo=UTC)}
    make_run(backend, runs["Early"], **due)
    assert listed() == ["Shown"]
    make_run(backend, runs["Early"], **due | {"available_on": now - timedelta(days=1)})
    assert sorted(listed()) == ["Early", "Shown"]


def test_my_certificates_come_in_pages(backend: Any, zoe: Any) -> None:
    for number in range(3):
        course_id = f"course-v1:Fjord+BIO{number}+2026"
        make_run(backend, course_id)
        enroll(backend, "7", "zoe", course_id=course_id, grade="0.9")
        assert zoe("POST", f"/course-runs/{encoded(course_id)}/certificate").status == 201

    first = zoe("GET", "/me/certificates?limit=2").json()
    second = zoe("GET", f"/me/certificates?limit=2&cursor={first['next_cursor']}").json()

    seen = [item["course"]["course_id"] for item in first["items"] + second["items"]]
    assert len(seen) == len(set(seen)) == 3
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "reason"), [("limit=0", "bad-limit"), ("limit=x", "bad-limit"), ("cursor=%21", "bad-cursor")]
)
def test_a_bad_page_is_refused(zoe: Any, query: str, reason: str) -> None:
    answer = zoe("GET", f"/me/certificates?{query}")
    assert answer.refusal == (400, reason)
