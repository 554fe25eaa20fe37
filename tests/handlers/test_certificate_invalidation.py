"""Course staff over HTTP: invalidations."""

from __future__ import annotations

from typing import Any

import pytest

from certificates import runtime
from certificates.request import request_certificate
from tests.cheap_backend import cheap
from tests.handlers.http_events import encoded
from tests.moto_cloud import objects
from tests.people import COURSE, enroll, make_run

INVALIDATIONS = f"/course-runs/{encoded(COURSE)}/invalidations"


@pytest.fixture
def backend(backend: Any) -> Any:
    return cheap(backend)


@pytest.fixture
def staff(backend: Any, people: Any) -> Any:
    """Ines, course staff of a run where Zoe has her certificate."""
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.9")
    backend.runs.replace_staff(COURSE, ["ines"])
    request_certificate(COURSE, "zoe", backend=backend, now=runtime.now())
    return people("certificate_invalidation", "ines")


def test_a_certificate_is_invalidated_and_its_links_are_dead(staff: Any, people: Any) -> None:
    anyone, zoe = people("certificate_verification", None), people("learner_requests", "zoe")
    links = zoe("GET", f"/course-runs/{encoded(COURSE)}/certificate").json()["certificate"]["links"]
    path = links["page"].removeprefix("https://certificates.example")

    done = staff("POST", INVALIDATIONS, {"learner": "zoe", "note": "copied"})

    assert done.status == 201
    assert (done.json()["note"], done.json()["invalidated_by"], done.json()["active"]) == ("copied", "ines", True)
    assert objects("certificates/") == []
    public = anyone("GET", path, accept="application/json")
    assert (public.status, public.json()["status"]) == (200, "invalidated")
    assert "Zoë" not in public.text
    assert "copied" not in public.text
    assert anyone("GET", f"{path}/pdf", accept="application/json").refusal == (410, "invalidated")
    assert anyone("GET", "/certificates/" + "0" * 32, accept="application/json").refusal == (404, "unknown-certificate")


def test_revalidating_answers_with_the_new_outcome_and_keeps_the_invalidation(staff: Any) -> None:
    staff("POST", INVALIDATIONS, {"learner": "zoe", "note": "copied"})
    done = staff("DELETE", f"{INVALIDATIONS}/7")
    assert done.status == 200
    said = done.json()
    assert (said["outcome"], said["reason"], said["status"]) == ("issued", "issued", "downloadable")
    assert said["certificate"]["revision"] == 3

    staff("POST", INVALIDATIONS, {"learner": "zoe", "note": "again"})
    listed = staff("GET", INVALIDATIONS).json()["items"]
    assert sorted((item["note"], item["active"], item["revalidated_by"]) for item in listed) == [
        ("again", True, None),
        ("copied", False, "ines"),
    ]


def test_each_refusal_has_its_problem(staff: Any, backend: Any) -> None:
    enroll(backend, "8", "abe", grade="0.2")
    assert staff("POST", INVALIDATIONS, {}).refusal == (400, "identifier-missing")
    assert staff("POST", INVALIDATIONS, {"learner": "nobody"}).refusal == (404, "unknown-learner")
    assert staff("POST", INVALIDATIONS, {"learner": "abe"}).refusal == (409, "no-certificate")
    assert staff("DELETE", f"{INVALIDATIONS}/7").refusal == (404, "not-invalidated")
    assert staff("DELETE", f"{INVALIDATIONS}/99").refusal == (404, "unknown-learner")
    assert staff("POST", INVALIDATIONS, {"learner": "zoe"}).status == 201
    assert staff("POST", INVALIDATIONS, {"learner": "zoe"}).refusal == (409, "already-invalidated")


def test_only_course_staff_may(staff: Any, people: Any) -> None:
    zoe = people("certificate_invalidation", "zoe")
    assert zoe("POST", INVALIDATIONS, {"learner": "zoe"}).refusal == (403, "not-course-staff")
    assert zoe("GET", INVALIDATIONS).refusal == (403, "not-course-staff")
    assert zoe("DELETE", f"{INVALIDATIONS}/7").refusal == (403, "not-course-staff")
    assert people("certificate_invalidation", None)("GET", INVALIDATIONS).status == 401


def test_a_run_that_does_not_exist_has_no_invalidations(administrator: Any) -> None:
    assert administrator("certificate_invalidation")("GET", INVALIDATIONS).refusal == (404, "unknown-course-run")


def test_the_list_comes_as_a_file(staff: Any, backend: Any) -> None:
    staff("POST", INVALIDATIONS, {"learner": "zoe", "note": "@copied"})
    assert staff("GET", INVALIDATIONS, accept="text/csv").status == 302
    [key] = objects("reports/")
    heading, row = backend.documents.get(key).decode("utf-8-sig").splitlines()
    assert heading.startswith("user_id,username,email,note,invalidated_by")
    assert row.startswith("7,zoe,zoe@example.org,'@copied,ines,")
