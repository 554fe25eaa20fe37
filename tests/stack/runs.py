"""Course runs that a test makes for itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from tests.cloud.cloud import LocalCloud
from tests.cloud.people import GLOBAL_STAFF
from tests.cloud.sample import FILES, SAMPLES, SETTINGS, expect


def path_of(course_id: str) -> str:
    return f"/course-runs/{quote(course_id, safe='')}"


def make_run(cloud: LocalCloud, course_id: str, **changed: Any) -> None:
    """A run with the settings of the sample run, except those in `changed`."""
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        expect(http.put(path_of(course_id), json={**SETTINGS, **changed}), 201)


def copy_records(cloud: LocalCloud, course_id: str) -> None:
    """Copy the sample files to the prefix of the run's records, as `aws s3 cp` does. Returns when they are loaded."""
    s3 = cloud.client("s3")
    for name in FILES:
        s3.put_object(
            Bucket=cloud.name("Bucket"), Key=f"records/{course_id}/{name}", Body=(SAMPLES / name).read_bytes()
        )
    # The last row of each file that is not refused.
    with cloud.http("nour") as grades, cloud.http("yulia_k") as profile:
        cloud.wait_until(lambda: status(grades, course_id).get("grade") and status(profile, course_id).get("grade"))


def status(http: httpx.Client, course_id: str) -> dict[str, Any]:
    """The status of the signed-in learner."""
    return dict(http.get(f"{path_of(course_id)}/certificate").json())
