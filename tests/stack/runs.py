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
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        uploads = f"{path_of(course_id)}/records/uploads"
        cloud.wait_until(lambda: [each["state"] for each in listed(http, uploads)] == ["done"] * len(FILES))


def listed(http: httpx.Client, path: str) -> list[dict[str, Any]]:
    """The items of a list's first page."""
    return list(expect(http.get(path), 200)["items"])


def status(http: httpx.Client, course_id: str) -> dict[str, Any]:
    """The status of the signed-in learner."""
    return dict(http.get(f"{path_of(course_id)}/certificate").json())
