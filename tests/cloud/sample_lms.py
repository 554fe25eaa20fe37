"""The sample course run in an LMS, for `make run LMS=1`: everything is read from the LMS, without files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.people import COURSE_STAFF, GLOBAL_STAFF, person
from tests.cloud.sample import COURSE_ID, RUN, SAMPLES, SETTINGS, expect
from tests.lms.fake import FakeLms

ACTIVE, NOT_VERIFIED = "enrolled", "Not ID Verified"


def world() -> dict[str, Any]:
    """The sample in the LMS: the learners of the grade report, course staff and global staff."""
    with Path(SAMPLES / "grade_report.csv").open(encoding="utf-8-sig", newline="") as file:
        # The file has bad rows on purpose: of a learner's two rows, the first is right.
        rows = list({row["Username"]: row for row in reversed(list(csv.DictReader(file))) if _is_right(row)}.values())
    approved = {"is_verified": True, "status": "approved", "expiration_datetime": ""}
    learners = [
        {
            "username": row["Username"],
            "id": int(row["Student ID"]),
            "name": person(row["Username"]).name,
            "email": row["Email"],
            "verification": None if row["Verification Status"] == NOT_VERIFIED else approved,
        }
        for row in rows
    ]
    staff = [
        {"username": COURSE_STAFF, "id": 11, "name": person(COURSE_STAFF).name, "email": "staff@example.org"},
        {"username": GLOBAL_STAFF, "id": 12, "name": person(GLOBAL_STAFF).name, "is_staff": True},
    ]
    return {
        "people": [*learners, *staff],
        "runs": [
            {
                "course_id": COURSE_ID,
                "name": SETTINGS["title"],
                "org": SETTINGS["organization"],
                "start": SETTINGS["start"],
                "end": SETTINGS["end"],
                "pacing": SETTINGS["pacing"],
                "cutoffs": {"Pass": SETTINGS["passing_grade"]},
            }
        ],
        "enrollments": [
            {
                "username": row["Username"],
                "course_id": COURSE_ID,
                "mode": row["Enrollment Track"],
                "is_active": row["Enrollment Status"] == ACTIVE,
            }
            for row in rows
        ],
        "grades": [
            {
                "username": row["Username"],
                "course_id": COURSE_ID,
                "percent": float(row["Grade"]),
                "letter": "Pass" if float(row["Grade"]) >= SETTINGS["passing_grade"] else None,
            }
            for row in rows
        ],
        "roles": [{"username": COURSE_STAFF, "org": "Lyceum", "role": "instructor", "course_id": COURSE_ID}],
    }


def _is_right(row: dict[str, str]) -> bool:
    try:
        return row["Student ID"].isdigit() and float(row["Grade"]) >= 0 and row["Enrollment Track"].isalpha()
    except (TypeError, ValueError):
        return False


@contextmanager
def sample_cloud(lms: FakeLms, **known: Any) -> Iterator[LocalCloud]:
    """A cloud that has read the sample course run from this LMS. The LMS also has the people in `known`."""
    with deployed(lms=lms) as made:
        lms.knows(**world(), **known)
        assert load(made).endswith("finished")
        yield made


def load(cloud: LocalCloud) -> str:
    """Make the run from the LMS's data, and read all its learners. Returns the result as a sentence."""
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        made = expect(http.post(f"{RUN}/sync"), 201)
        # Learners press the button themselves.
        by_hand = {name: value for name, value in made.items() if name != "course_id"} | {"automatic_generation": False}
        expect(http.put(RUN, json=by_hand, headers={"if-match": "*"}), 200)
        expect(http.post(f"{RUN}/reconciliations", json={}), 202)

        def ended() -> dict[str, Any] | None:
            [latest] = expect(http.get(f"{RUN}/reconciliations"), 200)["items"]
            return dict(latest) if latest["state"] != "running" else None

        found = cloud.wait_until(ended)
    assert found is not None
    return f"{found['active']} active learners, {found['compared']} compared: {found['state']}"


def guide(cloud: LocalCloud, lms: str, came_to: str) -> str:
    run = quote(COURSE_ID, safe="")
    lines = [
        "Open in a browser; the LMS's sign-in page lets you be anybody:",
        f"  {cloud.api_url}/learn/{run}   a learner's progress, for example as amara",
        f"  {cloud.api_url}/teach/{run}   course staff, as {COURSE_STAFF}",
        "",
        f"The LMS is at {lms}; read from it: {came_to}.",
        "",
        "Ctrl-C stops everything.",
    ]
    return "\n".join(lines)
