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
    """A run with the settings of the sample run, but for what is changed."""
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        expect(http.put(path_of(course_id), json={**SETTINGS, **changed}), 201)


def copy_records(cloud: LocalCloud, course_id: str) -> None:
    """Copies the sample files to where the run's records belong, as `aws s3 cp` does; returns when they are loaded."""
    s3 = cloud.client("s3")
    for name in FILES:
        s3.put_object(
            Bucket=cloud.name("Bucket"), Key=f"records/{course_id}/{name}", Body=(SAMPLES / name).read_bytes()
        )
    # The last row of the one file, and of the other, that is not refused.
    with cloud.http("nour") as grades, cloud.http("yulia_k") as profile:
        cloud.wait_until(lambda: status(grades, course_id).get("grade") and status(profile, course_id).get("grade"))


def status(http: httpx.Client, course_id: str) -> dict[str, Any]:
    """What the signed-in learner's progress page says."""
    return dict(http.get(f"{path_of(course_id)}/certificate").json())
