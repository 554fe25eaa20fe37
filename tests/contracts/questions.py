"""Requests that read everything that is stored."""

from __future__ import annotations

from collections.abc import Iterator

from tests import moto_cloud
from tests.contracts.cloud import Cloud
from tests.contracts.story import OPEN, RUNS, run

LEARNERS = ("ana", "benedict", "chi", "dov", "eva", "fay", "gus", "hal", "ivy", "fin", "jo", "learner100", "learner101")


def questions(cloud: Cloud) -> Iterator[tuple[str, str]]:
    """The caller and the path of each request."""
    items = moto_cloud.items()
    yield "root", "/course-runs"
    yield "ines", "/course-runs"
    for course_id in RUNS:
        for part in ("", "/design", "/staff", "/certificates?limit=200", "/certificates/counts"):
            yield "root", run(course_id) + part
        for part in ("/exceptions", "/invalidations", "/jobs"):
            yield "root", f"{run(course_id)}{part}?limit=200"
    for number in range(1, 12):
        yield "root", f"{run(OPEN)}/certificates/{number}/history"
    for (_, sk), item in sorted(items.items()):
        kind, _, name = sk.partition("#")
        course = run(item["course_id"]["S"]) if "course_id" in item else ""
        if kind == "JOB":
            yield "root", f"{course}/jobs/{name}"
        if kind == "UPLOAD":
            prefix = item["object_key"]["S"].partition("/")[0]
            yield "root", f"{course}/{prefix}/uploads/{name}"
        if kind == "CERTIFICATE":
            yield "nobody", f"/certificates/{item['verify_uuid']['S']}"
    for username in LEARNERS:
        yield username, "/me/certificates"
        for course_id in RUNS:
            yield username, f"{run(course_id)}/certificate"
