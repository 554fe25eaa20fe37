"""Additions to the sample: runs in other states, learners in rare states, certificates, files and jobs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.browser.papers import altered
from tests.cloud import sample
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF, GLOBAL_STAFF
from tests.cloud.sample import RUN, SAMPLES, SETTINGS, expect
from tests.lms.fake import FakeLms
from tests.receiver import receiver
from tests.samples import openedx_events as lms
from tests.stack.people import send

TIDES = "course-v1:Lyceum+SEA110+2026_T2"
MAPS = "course-v1:Lyceum+GEO120+2027_T1"
GLASS = "course-v1:Lyceum+MAT140+2027_T1"
WELSH = "course-v1:Lyceum+CYM101+2026_T3"
INSTRUCTOR_PACED = {"pacing": "instructor", "self_generation": False, "start": "2026-09-01T00:00:00Z"}
OTHER_RUNS: Mapping[str, Mapping[str, Any]] = {
    TIDES: {
        **INSTRUCTOR_PACED,
        "title": "Reading the Tides",
        "end": "2027-01-15T00:00:00Z",
        "display": "end_with_date",
        "available_on": "2027-02-01T00:00:00Z",
        "contact": "tides@lyceum.example",
    },
    MAPS: {**INSTRUCTOR_PACED, "title": "Maps That Lie, and How", "end": "2027-04-30T00:00:00Z"},
    GLASS: {**INSTRUCTOR_PACED, "title": "Glass, Sand, Fire", "end": "2027-06-30T00:00:00Z"},
    WELSH: {"title": "Beginning Welsh"},
}
"""A run whose certificates are shown later, one that issues at its end, one without learners, one on hold."""

HOLDERS = ("parisa", "kamala", "mlopez", "eleni")
"""Learners with a certificate of the sample run. The certificate of `kamala` is invalidated, that of
`eleni` has expired."""

WITHOUT_MAILBOX = {"eleni@example.org", "mlopez@uni.example.edu"}
"""The mail service refuses mails to these learners."""

UNPRINTABLE, BETA_TESTER = "zoe", "ana"
SECONDS = 60

RUNNING_PARTS = [
    {"total": 9329, "outcomes": {"issued": 4608, "kept": 0, "not-passing": 948, "identity-missing": 43, "failed": 3}},
    {"total": 9329, "outcomes": {"issued": 4607, "kept": 0, "not-passing": 947, "identity-missing": 45, "failed": 3}},
]
FAILED_PARTS = [{"total": 38, "ended": True, "outcomes": {"issued": 26, "not-passing": 9, "failed": 3}}]


@dataclass(frozen=True)
class Known:
    """Certificates by learner; uploads, jobs and webhooks by state; user ids; the files; the LMS, if there is one."""

    page_of: Mapping[str, str]
    uploads: Mapping[str, str]
    jobs: Mapping[str, str]
    user_ids: Mapping[str, str]
    webhooks: Mapping[str, str]
    files: Path
    lms: FakeLms | None = None


def path_of(course_id: str) -> str:
    return f"/course-runs/{quote(course_id, safe='')}"


def prepared(cloud: LocalCloud, files: Path) -> Known:
    sample.load(cloud)
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        for course_id, settings in OTHER_RUNS.items():
            expect(http.put(path_of(course_id), json={**SETTINGS, **settings}), 201)
            expect(http.put(f"{path_of(course_id)}/staff", json={"usernames": [COURSE_STAFF]}), 200)
        for course_id in (TIDES, MAPS, WELSH):
            _upload(cloud, http, f"{path_of(course_id)}/records/uploads", (SAMPLES / "grade_report.csv").read_bytes())
        expect(http.put(f"{path_of(WELSH)}/design", json={"active": False}), 200)
        cloud.mailbox.refuse = _without_mailbox
        page_of = {username: _requested(cloud, username) for username in HOLDERS}
        cloud.wait_until(lambda: len(expect(http.get(f"{RUN}/mails"), 200)["items"]) == len(WITHOUT_MAILBOX))
        _write_files(page_of, files)
        jobs = _jobs(cloud, http)
        page_of["withdrawn"] = _withdrawn(cloud, http)
        page_of["later"] = _later(http)
        expect(http.post(f"{RUN}/invalidations", json={"learner": "kamala", "note": "Work handed in twice"}), 201)
        uploads = _uploads(cloud, http)
        jobs["dry-run-of-exceptions"] = job(cloud, http, RUN, kind="exceptions", scope="all", dry_run=True)
        jobs["dry-run"] = job(cloud, http, RUN, kind="bulk", dry_run=True)
        jobs["dry-run-of-regeneration"] = job(cloud, http, RUN, kind="regenerate", groups=["received"], dry_run=True)
        _left_running(cloud, jobs)
        _expired(cloud, _learner(http, "eleni")["user_id"])
        _rare_learners(cloud)
        user_ids = {
            username: _learner(http, username)["user_id"] for username in ("kamala", "zoe.k", "mlopez", "eleni")
        }
        webhooks = _webhooks(cloud, http)
    return Known(page_of, uploads, jobs, user_ids, webhooks, files)


def job(cloud: LocalCloud, http: httpx.Client, run: str, **asked: Any) -> str:
    """The id of a job that has ended."""
    begun = expect(http.post(f"{run}/jobs", json=asked), 202)
    path = f"{run}/jobs/{begun['job_id']}"
    cloud.wait_until(lambda: http.get(path).json()["state"] == "finished")
    return str(begun["job_id"])


def _without_mailbox(asked: dict[str, Any]) -> tuple[int, str] | None:
    return (400, "MessageRejected") if set(asked["Destination"]["ToAddresses"]) & WITHOUT_MAILBOX else None


def _requested(cloud: LocalCloud, username: str) -> str:
    with cloud.http(username) as http:
        return str(http.post(f"{RUN}/certificate").json()["links"]["page"])


def _webhooks(cloud: LocalCloud, http: httpx.Client) -> dict[str, str]:
    """One webhook with delivered and failed deliveries, one that its receiver has ended, and one that is off."""
    made = {}
    with receiver() as known:
        for shows, description in (("delivered", "The registrar’s records"), ("ended", "The alumni office")):
            told = {"url": known.url, "description": description}
            webhook = expect(http.post(f"{RUN}/webhooks", json=told), 201)
            known.secret, made[shows] = webhook["secret"], webhook["webhook_id"]
            path = f"{RUN}/webhooks/{webhook['webhook_id']}"
            for number, answer in enumerate([204, 500] if shows == "delivered" else [410], 1):
                known.answers = [answer]
                expect(http.post(f"{path}/tests"), 202)
                cloud.wait_until(lambda number=number, path=path: _tried(http, path) >= number)
    off = {"url": "https://hooks.example.org/certificates?run=botany", "enabled": False}
    expect(http.post(f"{RUN}/webhooks", json={**off, "event_types": ["certificate.issued"]}), 201)
    return made


def _tried(http: httpx.Client, path: str) -> int:
    """The number of tried deliveries of a webhook."""
    return sum(1 for each in expect(http.get(f"{path}/deliveries"), 200)["items"] if each["tries"])


def _write_files(page_of: Mapping[str, str], files: Path) -> None:
    """A certificate, the same one with a changed paper, a revoked and an expired one, and one without a credential."""
    files.mkdir(parents=True, exist_ok=True)
    for name, holder in (("certificate.pdf", "mlopez"), ("revoked.pdf", "kamala"), ("expired.pdf", "eleni")):
        pdf = httpx.get(f"{page_of[holder]}/pdf", follow_redirects=True, timeout=SECONDS)
        (files / name).write_bytes(pdf.raise_for_status().content)
    altered(files / "certificate.pdf", files / "altered.pdf")
    (files / "holiday.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IEND\xaeB`\x82")


def _jobs(cloud: LocalCloud, http: httpx.Client) -> dict[str, str]:
    return {"bulk": job(cloud, http, path_of(TIDES), kind="bulk")}


def _withdrawn(cloud: LocalCloud, http: httpx.Client) -> str:
    """A certificate that an exception gave, and that was withdrawn when the exception was removed."""
    expect(http.post(f"{RUN}/exceptions", json={"learner": "hetal", "note": "Illness"}), 201)
    job(cloud, http, RUN, kind="exceptions", scope="without-certificate")
    with cloud.http("hetal") as learner:
        page = str(learner.get(f"{RUN}/certificate").json()["certificate"]["links"]["page"])
    http.delete(f"{RUN}/exceptions/{_learner(http, 'hetal')['user_id']}").raise_for_status()
    return page


def _later(http: httpx.Client) -> str:
    return f"{str(http.base_url).rstrip('/')}/certificates/{_learner(http, 'mlopez', path_of(TIDES))['verify_uuid']}"


def _learner(http: httpx.Client, username: str, run: str = RUN) -> dict[str, Any]:
    return dict(http.get(f"{run}/certificates", params={"search": username}).json()["items"][0])


DOUBTFUL_NAME = b"id,username,name,email\n9101,conor,Conor O&#39;Brien,conor@example.org\n"
TWO_IN_A_ROW = b"chen_yt, amara@example.org\nsomebody\n"


def _uploads(cloud: LocalCloud, http: httpx.Client) -> dict[str, str]:
    exceptions = (SAMPLES / "exceptions_spreadsheet.csv").read_bytes()
    return {
        "exceptions": _upload(cloud, http, f"{RUN}/exceptions/uploads", exceptions),
        "records": _upload(cloud, http, f"{RUN}/records/uploads", (SAMPLES / "grade_report.csv").read_bytes()),
        "refused": _upload(cloud, http, f"{RUN}/records/uploads", b"city,colour\nLisbon,blue\n"),
        "doubtful-name": _upload(cloud, http, f"{RUN}/records/uploads", DOUBTFUL_NAME),
        "two-in-a-row": _upload(cloud, http, f"{RUN}/exceptions/uploads", TWO_IN_A_ROW),
    }


def _upload(cloud: LocalCloud, http: httpx.Client, path: str, content: bytes) -> str:
    form = expect(http.post(path), 201)
    file = ("file.csv", content, "text/csv")
    sent = httpx.post(form["url"], data=form["fields"], files={"file": file}, timeout=SECONDS)
    assert sent.status_code == 204, sent.text
    result = f"{path}/{form['upload_id']}"
    cloud.wait_until(lambda: http.get(result).json()["state"] not in ("waiting", "processing"))
    return str(form["upload_id"])


def _left_running(cloud: LocalCloud, jobs: dict[str, str]) -> None:
    """Jobs as in a large run: one that runs, and one that failed for some learners. Only their items are written."""
    table, dynamodb = cloud.name("Table"), cloud.client("dynamodb")
    key = {"pk": {"S": f"COURSE-RUN#{TIDES}"}, "sk": {"S": f"JOB#{jobs['bulk']}"}}
    written = dynamodb.get_item(TableName=table, Key=key)["Item"]
    for name, state, parts in (("running", "running", RUNNING_PARTS), ("failed", "finished", FAILED_PARTS)):
        jobs[name] = f"{jobs['bulk']}-{name}"
        made = {
            **written,
            "sk": {"S": f"JOB#{jobs[name]}"},
            "job_id": {"S": jobs[name]},
            "state": {"S": state},
            "parts": {"L": [{"S": json.dumps(part)} for part in parts]},
        }
        dynamodb.put_item(TableName=table, Item=made)
    lock = {"pk": key["pk"], "sk": {"S": "JOB-RUNNING"}, "kind": {"S": "running-job"}, "job_id": {"S": jobs["running"]}}
    dynamodb.put_item(TableName=table, Item=lock)


def _expired(cloud: LocalCloud, user_id: str) -> None:
    """A certificate that was issued in an earlier year. Only its item is written."""
    table, dynamodb = cloud.name("Table"), cloud.client("dynamodb")
    [item] = [
        item
        for page in dynamodb.get_paginator("scan").paginate(TableName=table)
        for item in page["Items"]
        if item["sk"]["S"] == "CERTIFICATE" and item["holder"]["S"] == user_id and sample.COURSE_ID in item["pk"]["S"]
    ]
    fields = {**json.loads(item.get("fields", {"S": "{}"})["S"]), "expires": "2026-05-20"}
    made = {**item, "issued_on": {"S": "2025-05-20"}, "fields": {"S": json.dumps(fields)}}
    dynamodb.put_item(TableName=table, Item=made)


def _rare_learners(cloud: LocalCloud) -> None:
    at = datetime.now(UTC)
    people = {UNPRINTABLE: lms.user(900_001, UNPRINTABLE, "zoe@example.com", "Zoë \U00012000"), BETA_TESTER: lms.user()}
    for username, learner in people.items():
        role = [lms.access_role("added", "beta_testers", at=at)] if username == BETA_TESTER else []
        send(
            cloud,
            # This mode needs no identity check: a verified identity would bring another name.
            lms.enrollment("created", mode="honor", at=at, learner=learner),
            lms.grade_summary(0.87, at=at, user_id=learner["id"]),
            lms.passing_status(True, at=at, learner=learner),
            *role,
        )
        _await_state(cloud, username)


def _await_state(cloud: LocalCloud, username: str) -> None:
    with cloud.http(username) as http:
        path = f"{RUN}/certificate"
        cloud.wait_until(lambda: http.get(path).json().get("state") == "not-available", seconds=120)
