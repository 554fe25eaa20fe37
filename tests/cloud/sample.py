"""Loads the sample course run of tests/samples into the local cloud over HTTP, as its staff would."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.cloud.cloud import LocalCloud
from tests.cloud.errors import CloudError, NotInTime
from tests.cloud.people import COURSE_STAFF, GLOBAL_STAFF

SAMPLES = Path(__file__).parent.parent / "samples"
FILES = ("grade_report.csv", "learner_profile.csv")
COURSE_ID = "course-v1:Lyceum+BOT101+2026_T3"


def path(course_id: str) -> str:
    """The address of a run in the interface."""
    return f"/course-runs/{quote(course_id, safe='')}"


RUN = path(COURSE_ID)

SETTINGS = {
    "title": "Botany: Leaves, Roots, and What Grows Between",
    "organization": "Lyceum",
    "pacing": "self",
    "start": "2026-09-01T00:00:00Z",
    "end": "2026-12-01T00:00:00Z",
    "passing_grade": 0.6,
    "self_generation": True,
    "automatic_generation": False,
    "display": "early_no_info",
    "available_on": None,
    "eligible_modes": ["verified", "honor", "professional"],
    "identity_required": True,
    "bulk_issue_at": None,
}


@dataclass(frozen=True)
class Loaded:
    """The result of a file: the number of its rows, and of its refused rows."""

    name: str
    rows: int
    rejected: int


def load(cloud: LocalCloud, course_id: str = COURSE_ID) -> list[Loaded]:
    """Makes the run, names its staff and loads its two files. Raises CloudError if the product refuses."""
    run = path(course_id)
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        expect(http.put(run, json=SETTINGS), 201)
        expect(http.put(f"{run}/staff", json={"usernames": [COURSE_STAFF]}), 200)
    with cloud.http(COURSE_STAFF) as http:
        return [loaded(cloud, http, name, upload(http, SAMPLES / name, run)) for name in FILES]


def upload(http: httpx.Client, file: Path, run: str = RUN) -> str:
    """Uploads a file of LMS records; returns the address of its result."""
    form = expect(http.post(f"{run}/records/uploads"), 201)
    sent = httpx.post(
        form["url"], data=form["fields"], files={"file": (file.name, file.read_bytes(), "text/csv")}, timeout=150
    )
    if sent.status_code != 204:
        raise CloudError(f"the bucket refused {file.name}: {sent.status_code} {sent.text}")
    return f"{run}/records/uploads/{form['upload_id']}"


def loaded(cloud: LocalCloud, http: httpx.Client, name: str, result: str) -> Loaded:
    def finished() -> dict[str, Any] | None:
        found = expect(http.get(result), 200)
        return found if found["state"] not in ("waiting", "processing") else None

    try:
        found = cloud.wait_until(finished)
    except NotInTime as late:
        raise CloudError(f"{name} is still being loaded: {http.get(result).text}") from late
    if found is None or found["state"] != "done":
        raise CloudError(f"{name} was not loaded: {found}")
    return Loaded(name, rows=found["rows"], rejected=found["rejected"])


def expect(response: httpx.Response, status: int) -> dict[str, Any]:
    if response.status_code != status:
        request = response.request
        raise CloudError(f"{request.method} {request.url} answered {response.status_code}: {response.text}")
    return dict(response.json())
