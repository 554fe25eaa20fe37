"""The LMS's facts reach the learners: by a plain copy of its files, and by its events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.cloud.cloud import LocalCloud
from tests.samples import openedx_events as lms
from tests.stack.people import send
from tests.stack.runs import copy_records, make_run, status

AUTOMATIC = "course-v1:Lyceum+BOT201+2026_T3"
BY_COPY = "course-v1:Lyceum+BOT301+2026_T3"


def test_a_file_copied_into_the_bucket_is_loaded(cloud: LocalCloud) -> None:
    make_run(cloud, BY_COPY)
    copy_records(cloud, BY_COPY)

    with cloud.http("yulia_k") as http:
        cloud.wait_until(lambda: status(http, BY_COPY)["state"] == "requestable")
        assert status(http, BY_COPY)["grade"] == 0.66


HOUR_AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
LEARNER = lms.user(700_001, "event_learner", "event_learner@example.com", "Þórir Örn Ægisson")


def passing(is_passing: bool, *, minutes: int) -> dict[str, Any]:
    """An event with the LMS's verdict, with a time so many minutes after the hour."""
    at = HOUR_AGO + timedelta(minutes=minutes)
    return lms.passing_status(is_passing, at=at, learner=LEARNER, course_id=AUTOMATIC)


@pytest.fixture
def learner(cloud: LocalCloud) -> Iterator[httpx.Client]:
    """A learner enrolled by events in a run that issues automatically, signed in."""
    make_run(cloud, AUTOMATIC, automatic_generation=True)
    send(
        cloud,
        lms.enrollment("created", mode="verified", at=HOUR_AGO, learner=LEARNER, course_id=AUTOMATIC),
        lms.identity_approved(until=None, at=HOUR_AGO, learner=LEARNER),
    )
    with cloud.http("event_learner") as http:
        cloud.wait_until(lambda: status(http, AUTOMATIC).get("state") == "not-passing")
        yield http


def test_the_newest_verdict_of_the_lms_decides_about_a_certificate(cloud: LocalCloud, learner: httpx.Client) -> None:
    send(cloud, passing(True, minutes=10))
    cloud.wait_until(lambda: status(learner, AUTOMATIC)["state"] == "available")
    issued = status(learner, AUTOMATIC)["certificate"]
    assert issued["revision"] == 1

    send(cloud, passing(True, minutes=10), passing(False, minutes=5), passing(False, minutes=20))
    cloud.wait_until(lambda: status(learner, AUTOMATIC)["state"] == "not-passing")
    page = httpx.get(issued["links"]["page"], headers={"Accept": "application/json"}).json()
    assert page["status"] == "withdrawn"
    assert httpx.get(issued["links"]["pdf"]).status_code == 410

    send(cloud, passing(True, minutes=30), passing(False, minutes=25))
    cloud.wait_until(lambda: status(learner, AUTOMATIC)["state"] == "available")
    again = status(learner, AUTOMATIC)["certificate"]
    assert (again["verify_uuid"], again["issued_on"]) == (issued["verify_uuid"], issued["issued_on"])
    assert httpx.get(again["links"]["pdf"], follow_redirects=True).content.startswith(b"%PDF-")
