"""The day in a course run's own time zone is the same on paper, on pages and in answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates import runtime
from certificates.invalidate import invalidate
from certificates.rules.groups import Group
from certificates.rules.jobs import JobKind, Selection
from certificates.rules.model import Pacing, Site
from tests import cheap_backend, jobs
from tests.handlers.conftest import load
from tests.handlers.http_events import Answer, Caller, encoded
from tests.moto_cloud import items
from tests.people import COURSE, enroll, make_run

RUN = f"/course-runs/{encoded(COURSE)}"
NEW_YEARS_EVE = datetime(2027, 1, 1, 1, 30, tzinfo=UTC)
"""In Lima it is 31 December, half past eight in the evening."""
FEBRUARY_IN_AUCKLAND = datetime(2027, 1, 31, 11, tzinfo=UTC)


@pytest.fixture
def made(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    cheap = cheap_backend.cheap(backend)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": cheap)
    monkeypatch.setattr(runtime, "now", lambda: NEW_YEARS_EVE)
    return cheap


def ask(function: str, username: str | None, method: str, path: str, **headers: str) -> Answer:
    return Caller(load(function), username, {"administrator": "true"} if username == "root" else {})(
        method, path, **headers
    )


def request(made: Any) -> Any:
    enroll(made, "1", "zoe", grade="0.9")
    return ask("learner_requests", "zoe", "POST", f"{RUN}/certificate").json()


def test_the_day_of_issue_is_in_the_run_s_time_zone(made: Any) -> None:
    make_run(made, time_zone="America/Lima")
    issued = request(made)
    assert issued["issued_on"] == "2026-12-31"
    path = f"/certificates/{issued['verify_uuid']}"
    assert ask("certificate_verification", None, "GET", path, accept="application/json").json()["issued_on"] == (
        "2026-12-31"
    )
    assert "31 December 2026" in ask("certificate_verification", None, "GET", path).text


def test_a_run_without_a_zone_of_its_own_has_that_of_the_deployment(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    site = replace(made, site=Site(time_zone="America/Lima"))
    monkeypatch.setattr(runtime, "backend", lambda base_url="": site)
    make_run(site)
    assert request(site)["issued_on"] == "2026-12-31"


def test_a_changed_zone_moves_no_day_that_is_printed(made: Any) -> None:
    make_run(made, time_zone="America/Lima")
    verify_uuid = request(made)["verify_uuid"]
    make_run(made, time_zone="Pacific/Auckland")
    jobs.start(made, Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED})))
    jobs.work(made)
    held = made.certificates.certificate(verify_uuid)
    assert (held.revision, held.issued_on.isoformat()) == (2, "2026-12-31")


def test_available_on_is_the_first_of_february_in_auckland(made: Any) -> None:
    make_run(made, pacing=Pacing.INSTRUCTOR, available_on=FEBRUARY_IN_AUCKLAND, time_zone="Pacific/Auckland")
    enroll(made, "1", "zoe", grade="0.9")
    jobs.start(made)
    jobs.work(made)
    said = ask("learner_requests", "zoe", "GET", f"{RUN}/certificate").json()
    assert said["state"] == "earned-available-later"
    assert said["available_on"] == "2027-02-01T00:00:00+13:00"
    assert "1 February 2027" in said["explanation"]
    [verify_uuid] = {item["verify_uuid"]["S"] for item in items().values() if "verify_uuid" in item}
    public = ask("certificate_verification", None, "GET", f"/certificates/{verify_uuid}", accept="application/json")
    assert public.json()["available_on"] == "2027-02-01T00:00:00+13:00"


def test_the_day_of_an_invalidation_is_in_the_run_s_time_zone_too(made: Any) -> None:
    make_run(made, time_zone="America/Lima")
    verify_uuid = request(made)["verify_uuid"]
    later = NEW_YEARS_EVE + timedelta(minutes=1)
    invalidate(COURSE, "zoe", "", by="ines", backend=made, now=later)
    path = f"/certificates/{verify_uuid}"
    public = ask("certificate_verification", None, "GET", path, accept="application/json").json()
    assert public["invalidated_on"] == "2026-12-31"
    assert "31 December 2026" in ask("certificate_verification", None, "GET", path).text
    assert "31 December 2026" in ask("learner_requests", "zoe", "GET", f"{RUN}/certificate").json()["explanation"]


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "", "Europe", "../../etc/passwd", "america/lima", "UTC\n", 5, "x" * 300]
)
def test_an_unknown_time_zone_is_refused_with_a_sentence(made: Any, zone: Any) -> None:
    body = {"title": "Marine Biology", "organization": "Fjord", "pacing": "self", "time_zone": zone}
    answer = Caller(load("instructor_requests"), "root", {"administrator": "true"})("PUT", RUN, body)
    assert answer.status == 400
    assert "time" in answer.json()["detail"].replace("_", " ")


def test_the_settings_tell_the_zone(made: Any) -> None:
    body = {"title": "Marine Biology", "organization": "Fjord", "pacing": "self", "time_zone": "America/Lima"}
    staff = Caller(load("instructor_requests"), "root", {"administrator": "true"})
    assert staff("PUT", RUN, body).json()["time_zone"] == "America/Lima"
    assert staff("GET", RUN).json()["time_zone"] == "America/Lima"
    assert staff("PUT", RUN, {**body, "time_zone": None}, if_match='"1"').json()["time_zone"] is None


def test_a_deployment_with_an_unknown_time_zone_does_not_start(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_ZONE", "Mars/Olympus")
    runtime.backend.cache_clear()
    with pytest.raises(ValueError, match="TIME_ZONE"):
        runtime.backend()


def test_the_operator_may_write_modes_with_blanks_and_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    """One blank too many must not give certificates to everybody of a mode."""
    monkeypatch.setenv("MODES_WITHOUT_CERTIFICATE", "honor, Credit ,")
    runtime.backend.cache_clear()
    try:
        assert runtime.backend().site.modes_without_certificate == {"honor", "credit"}
    finally:
        runtime.backend.cache_clear()
