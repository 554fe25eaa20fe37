"""Certificates of a whole run: a dry run, issued at the date of staff, and listed."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.cloud.cloud import LocalCloud
from tests.cloud.people import GLOBAL_STAFF
from tests.cloud.sample import expect
from tests.stack.runs import copy_records, make_run, path_of

DECIDED = ("total", "done", "kept", "refused")


def finished(cloud: LocalCloud, http: httpx.Client, course_id: str, job_id: str) -> dict[str, Any]:
    job = f"{path_of(course_id)}/jobs/{job_id}"
    cloud.wait_until(lambda: expect(http.get(job), 200)["finished_at"])
    return expect(http.get(job), 200)


def results(http: httpx.Client, course_id: str, job_id: str) -> list[dict[str, str]]:
    link = http.get(f"{path_of(course_id)}/jobs/{job_id}/results").headers["location"]
    return list(csv.DictReader(io.StringIO(httpx.get(link).content.decode("utf-8-sig"))))


def certificates(cloud: LocalCloud) -> set[str]:
    listed = cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=cloud.name("Bucket"))
    keys = {entry["Key"] for page in listed for entry in page.get("Contents", [])}
    return {key for key in keys if key.startswith("certificates/")}


@pytest.fixture(scope="module")
def course_id(cloud: LocalCloud) -> str:
    made = "course-v1:Lyceum+BOT401+2026_T3"
    make_run(cloud, made)
    copy_records(cloud, made)
    return made


@pytest.fixture
def staff(cloud: LocalCloud) -> Any:
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        yield http


def test_a_bulk_job_has_the_outcome_of_its_dry_run(cloud: LocalCloud, course_id: str, staff: httpx.Client) -> None:
    jobs, before = f"{path_of(course_id)}/jobs", certificates(cloud)

    dry = expect(staff.post(jobs, json={"kind": "bulk", "dry_run": True}), 202)
    said = finished(cloud, staff, course_id, dry["job_id"])
    assert certificates(cloud) == before

    job = expect(staff.post(jobs, json={"kind": "bulk"}), 202)
    done = finished(cloud, staff, course_id, job["job_id"])

    assert {name: done[name] for name in DECIDED} == {name: said[name] for name in DECIDED}
    assert done["done"] == done["total"] > 50
    # The dry run knows which names can be printed.
    assert (done["issued"], done["failed"]) == (said["issued"], 0)
    assert len(certificates(cloud) - before) == done["issued"] > 20
    assert len(results(staff, course_id, job["job_id"])) == done["total"]


def test_certificates_are_issued_when_the_schedule_fires(cloud: LocalCloud, staff: httpx.Client) -> None:
    course_id = "course-v1:Lyceum+BOT701+2026_T3"
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)
    make_run(cloud, course_id, bulk_issue_at=due.isoformat())
    copy_records(cloud, course_id)
    schedule = only_schedule(cloud, f"at({due:%Y-%m-%dT%H:%M:%S})")

    fire_now(cloud, schedule)

    jobs = cloud.wait_until(lambda: staff.get(f"{path_of(course_id)}/jobs").json()["items"])
    job = finished(cloud, staff, course_id, jobs[0]["job_id"])
    assert (job["scheduled_for"], job["issued"] > 20) == (due.isoformat().replace("+00:00", "Z"), True)
    assert len(staff.get(f"{path_of(course_id)}/jobs").json()["items"]) == 1
    with pytest.raises(cloud.client("scheduler").exceptions.ResourceNotFoundException):
        cloud.client("scheduler").get_schedule(GroupName=schedule["GroupName"], Name=schedule["Name"])


def only_schedule(cloud: LocalCloud, expression: str) -> dict[str, Any]:
    """The one schedule of this expression."""
    scheduler, group = cloud.client("scheduler"), cloud.name("IssuanceSchedules")
    names = [entry["Name"] for entry in scheduler.list_schedules(GroupName=group)["Schedules"]]
    found = [scheduler.get_schedule(GroupName=group, Name=name) for name in names]
    (schedule,) = [entry for entry in found if entry["ScheduleExpression"] == expression]
    return dict(schedule)


def fire_now(cloud: LocalCloud, schedule: dict[str, Any]) -> None:
    """Move a schedule to this moment. Everything else stays as the product made it."""
    kept = ("GroupName", "Name", "Target", "FlexibleTimeWindow", "ActionAfterCompletion")
    now = datetime.now(UTC)
    cloud.client("scheduler").update_schedule(
        ScheduleExpression=f"at({now:%Y-%m-%dT%H:%M:%S})", **{name: schedule[name] for name in kept}
    )
