"""Some days of course runs. At the end, the cloud has every kind of item, object and message.

`tell` stops in the middle of the work: jobs and files are half done, and messages wait in queues.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from PIL import Image

from tests.contracts.cloud import NOW, Cloud
from tests.handlers.http_events import encoded
from tests.handlers.lms_events import upload
from tests.handlers.test_instructor_requests import OWN, STYLE, archive
from tests.killing import Point, killed_at
from tests.moto_cloud import client_of
from tests.samples import openedx_events as lms

OPEN = "course-v1:Fjord+BIO1+2026"
"""Self-paced, with its own design. Nearly everything happens in this run."""
DATED = "course-v1:Fjord+BIO2+2026"
"""Instructor-paced, with every setting set; identity is required."""
CLOSED = "course-v1:Fjord+BIO3+2026"
"""Its design is inactive, its certificates are issued by hand, and its job was begun but never sent."""
LARGE = "course-v1:Fjord+BIO4+2026"
"""A bulk job runs in it."""

ENDED = "course-v1:Fjord+BIO5+2026"
"""Its certificates were issued when its schedule fired."""

RUNS = (OPEN, DATED, CLOSED, LARGE, ENDED)
LEARNERS_OF_LARGE = 40
UNPRINTABLE = "\U0001f41f\U0001f41f"


def tell(cloud: Cloud) -> None:
    with few_together():
        _runs(cloud)
        _learners(cloud)
        _certificates(cloud)
        _lists(cloud)
        _jobs(cloud)
        _uploads(cloud)
        _what_is_under_way(cloud)


@contextmanager
def few_together() -> Iterator[None]:
    """One learner or row in a batch, so that a story of few people has work that is half done."""
    sizes = {
        "certificates.jobs.worker.BATCH": 1,
        "certificates.lms.loading.BATCH_ROWS": 2,
        "certificates.exception_list.file.BATCH_ROWS": 2,
    }
    with ExitStack() as stack:
        for name, size in sizes.items():
            stack.enter_context(patch(name, size))
        yield


def run(course_id: str) -> str:
    return f"/course-runs/{encoded(course_id)}"


def _ask(cloud: Cloud, status: int, *request: Any, **headers: str) -> Any:
    answer = cloud.ask(*request, **headers)
    assert answer.status == status, (request, answer.status, answer.text)
    return answer.json() if answer.text else None


def _runs(cloud: Cloud) -> None:
    plain = {"title": "Marine Biology", "organization": "Fjord University", "pacing": "self"}
    _ask(cloud, 201, "root", "PUT", run(OPEN), plain)
    _ask(cloud, 201, "root", "PUT", run(LARGE), plain)
    dated = {
        "title": "Meeresbiologie & Küste",
        "organization": "Fjord University",
        "pacing": "instructor",
        "start": "2026-09-01T08:00:00+02:00",
        "end": "2026-12-20T23:59:59Z",
        "passing_grade": 0.65,
        "self_generation": True,
        "automatic_generation": True,
        "display": "end_with_date",
        "available_on": "2027-01-10T00:00:00Z",
        "eligible_modes": ["verified", "professional"],
        "identity_required": True,
        "bulk_issue_at": "2026-12-21T06:00:00Z",
    }
    _ask(cloud, 201, "root", "PUT", run(DATED), dated)
    closed = {**plain, "pacing": "instructor", "end": "2026-11-01T00:00:00Z", "bulk_issue_at": "never"}
    _ask(cloud, 201, "root", "PUT", run(CLOSED), {**closed, "automatic_generation": False})
    _ask(cloud, 201, "root", "PUT", run(ENDED), {**plain, "pacing": "instructor", "end": "2026-11-20T11:00:00Z"})
    for course_id in RUNS:
        _ask(cloud, 200, "root", "PUT", f"{run(course_id)}/staff", {"usernames": ["ines", "ole"]})
    _ask(cloud, 200, "root", "PUT", f"{run(CLOSED)}/staff", {"usernames": []})
    signature = io.BytesIO()
    Image.new("RGBA", (4, 2), "#1d4f6380").save(signature, "PNG")
    signatories = [
        {
            "name": "Prof. Åse Ødegård",
            "title": "Dean",
            "signature_image": base64.b64encode(signature.getvalue()).decode(),
        },
        {"name": "J. Li", "organization": "Fjord University"},
    ]
    design = {"title": "Certificate of Achievement", "language": "de", "template": "modern", "signatories": signatories}
    _ask(cloud, 200, "ines", "PUT", f"{run(OPEN)}/design", design)
    own = archive(template__html=OWN, style__css=STYLE)
    client_of("s3").put_object(Bucket=os.environ["BUCKET_NAME"], Key="templates/own.zip", Body=own)
    _ask(cloud, 200, "root", "PUT", f"{run(CLOSED)}/design", {"template": "own", "active": False})
    assert cloud.ask("ines", "POST", f"{run(OPEN)}/design/preview", {}).status == 302


def _learners(cloud: Cloud) -> None:
    """Ana has everything that an LMS can send, Ben only an account; also names of other scripts, and a learner who
    left."""
    begun = NOW - timedelta(days=60)
    people = {
        1: ("ana", "Ana@Example.org", "Ana Zoë Ångström"),
        2: ("ben", "ben@example.org", ""),
        3: ("chi", "chi@example.org", "李小龍"),
        4: ("dov", "dov@example.org", "דב לוי"),
        5: ("eva", "eva@example.org", "Eva & <Adam>"),
        6: ("fay", "fay@example.org", "Fay Wray"),
        7: ("gus", "gus@example.org", "Gus Fring"),
        8: ("hal", "hal@example.org", "Hal Jordan"),
        9: ("ivy", "ivy@example.org", "Ivy Blue"),
        10: ("fin", "fin@example.org", UNPRINTABLE),
        11: ("gil", "gil@example.org", UNPRINTABLE),
    }
    users = {number: lms.user(number, *said) for number, said in people.items()}
    messages = [
        lms.enrollment("created", mode="verified", at=begun, learner=user, course_id=course_id)
        for user in users.values()
        for course_id in (OPEN, DATED)
    ]
    messages += [
        lms.enrollment("changed", mode="honor", at=begun + timedelta(days=1), learner=users[4], course_id=OPEN),
        lms.identity_approved(until=NOW + timedelta(days=400), at=begun + timedelta(days=2), learner=users[1]),
        lms.identity_approved(until=None, at=begun + timedelta(days=2), learner=users[3]),
        lms.grade_summary(0.83, at=begun + timedelta(days=9), user_id=1, course_id=OPEN),
        lms.grade_summary(0.2, at=begun + timedelta(days=9), user_id=5, course_id=OPEN),
        lms.grade_summary(0.9, at=begun + timedelta(days=9), user_id=11, course_id=OPEN),
        # The LMS sent no enrollment of these two, and no account of the second.
        lms.passing_status(True, at=begun, learner=lms.user(12, "jo", "jo@example.org", "Jo"), course_id=OPEN),
        lms.grade_summary(0.5, at=begun, user_id=13, course_id=OPEN),
        lms.enrollment("created", mode="professional", at=begun, learner=users[1], course_id=ENDED),
        lms.grade_summary(0.7, at=begun, user_id=1, course_id=ENDED),
        # A renamed account: one pointer is given back, another is claimed.
        lms.enrollment(
            "changed",
            mode="verified",
            at=begun + timedelta(days=3),
            learner=lms.user(2, "benedict", "ben@example.org", "Benedict Ng"),
            course_id=OPEN,
        ),
    ]
    role = lms.access_role("added", "beta_testers", at=begun)
    role["detail"]["course_access_role_data"] |= {"user": users[7], "course_key": OPEN}
    left = lms.unenrollment(mode="verified", at=begun + timedelta(days=5))
    left["detail"]["enrollment"] |= {"user": users[8], "course": {**lms.COURSE, "course_key": OPEN}}
    messages += [role, left]
    for course_id in (LARGE, CLOSED):
        messages += [
            lms.enrollment(
                "created",
                mode="verified" if number % 4 else "audit",
                at=begun,
                learner=lms.user(number, f"learner{number}", f"learner{number}@example.org", f"Learner {number}"),
                course_id=course_id,
            )
            for number in range(100, 100 + (LEARNERS_OF_LARGE if course_id == LARGE else 3))
        ]
    cloud.deliver("learner_records", *messages)
    heading = "Student ID,Email,Username,Grade,Enrollment Track,Verification Status,Enrollment Status\n"
    grades = "".join(
        f"{number},learner{number}@example.org,learner{number},{0.9 if number % 3 else 0.1},"
        f"{'verified' if number % 4 else 'audit'},Not ID Verified,enrolled\n"
        for number in range(100, 100 + LEARNERS_OF_LARGE)
    )
    arrived = upload(f"records/{LARGE}/grades.csv", (heading + grades).encode(), NOW - timedelta(days=20))
    cloud.deliver("learner_records", arrived)


def _certificates(cloud: Cloud) -> None:
    """Issued by event, by request and again by request; withdrawn; waiting for identity."""
    design = _ask(cloud, 200, "root", "GET", f"{run(DATED)}/design")["digest"]
    # Without a compiled design, certificates are laid out in full by another function.
    client_of("s3").delete_object(Bucket=os.environ["BUCKET_NAME"], Key=f"designs/{design}.compiled")
    passed, learners = NOW - timedelta(days=10), {1: "ana", 3: "chi", 4: "dov", 6: "fay", 9: "ivy"}
    for number in learners:
        for course_id in (OPEN, DATED):
            learner = lms.user(number, learners[number], f"{learners[number]}@example.org", "")
            cloud.deliver("learner_records", lms.passing_status(True, at=passed, learner=learner, course_id=course_id))
    cloud.later(days=1)
    failed = lms.user(6, "fay", "fay@example.org", "")
    cloud.deliver(
        "learner_records", lms.passing_status(False, at=passed + timedelta(days=1), learner=failed, course_id=OPEN)
    )
    _ask(cloud, 200, "ana", "POST", f"{run(OPEN)}/certificate", idempotency_key="ana's first")
    _ask(cloud, 409, "fay", "POST", f"{run(OPEN)}/certificate", idempotency_key="fay's first")


def _lists(cloud: Cloud) -> None:
    """On the exception list with and without a note; invalidated, re-validated, and invalidated again."""
    exceptions, invalidations = f"{run(OPEN)}/exceptions", f"{run(OPEN)}/invalidations"
    cloud.later(hours=1)
    body = {"learner": "eva", "note": "was ill; see <ticket> 4711"}
    _ask(cloud, 201, "ines", "POST", exceptions, body, idempotency_key="eva")
    _ask(cloud, 201, "ines", "POST", exceptions, {"learner": "benedict"})
    cloud.later(hours=1)
    _ask(cloud, 201, "ines", "POST", exceptions, {"learner": "gus@example.org", "note": "beta"})
    _ask(cloud, 204, "ines", "DELETE", f"{exceptions}/7")
    for username, note in (("chi", "copied from the web"), ("dov", ""), ("ivy", "first")):
        cloud.later(hours=1)
        _ask(cloud, 201, "ines", "POST", invalidations, {"learner": username, "note": note})
    cloud.later(hours=1)
    _ask(cloud, 200, "ole", "DELETE", f"{invalidations}/4")
    _ask(cloud, 200, "ole", "DELETE", f"{invalidations}/9")
    cloud.later(hours=1)
    _ask(cloud, 201, "ines", "POST", invalidations, {"learner": "ivy", "note": "and again"})


def _jobs(cloud: Cloud) -> None:
    """Finished, cancelled and dry runs of every kind; one runs, with a stalled shard; one was never sent."""
    for body in (
        {"kind": "bulk", "dry_run": True},
        {"kind": "bulk"},
        {"kind": "regenerate", "groups": ["received", "failed"]},
        {"kind": "exceptions", "scope": "without-certificate"},
    ):
        cloud.later(hours=1)
        _ask(cloud, 202, "ines", "POST", f"{run(OPEN)}/jobs", body, idempotency_key=f"job {body}")
        _work(cloud)
    cloud.later(hours=1)
    job = _ask(cloud, 202, "ines", "POST", f"{run(OPEN)}/jobs", {"kind": "exceptions", "scope": "all"})
    _ask(cloud, 200, "ines", "DELETE", f"{run(OPEN)}/jobs/{job['job_id']}")
    cloud.waiting("JobsQueue")
    cloud.later(hours=1)
    cloud.send("scheduled_issuance", {"course_id": ENDED, "due": "2026-11-20T11:00:00+00:00"})
    _work(cloud)
    # The process dies between the item of a job and its messages.
    with patch("certificates.aws.queues.JobQueue.send", side_effect=OSError), suppress(OSError):
        cloud.ask("root", "POST", f"{run(CLOSED)}/jobs", {"kind": "bulk"})


def _work(cloud: Cloud) -> None:
    while messages := cloud.waiting("JobsQueue"):
        cloud.deliver("certificate_issuance", *messages)


def _uploads(cloud: Cloud) -> None:
    """Expected; done with and without bad rows; refused; half done; and one that was copied to the bucket."""
    cloud.later(hours=1)
    records, exceptions = f"{run(OPEN)}/records/uploads", f"{run(OPEN)}/exceptions/uploads"
    _ask(cloud, 201, "ines", "POST", records, {})
    _ask(cloud, 201, "ole", "POST", exceptions, {})
    profiles = "id,username,name,email\n1,ana,Ana Zoë Ångström,Ana@Example.org\nx,bad,Bad,bad@example.org\n"
    half = "id,username,name,email\n" + "".join(
        f"{number},new{number},New {number},new{number}@example.org\n" for number in range(200, 206)
    )
    cloud.deliver("learner_records", _arrived(cloud, "records", OPEN, profiles))
    cloud.deliver("learner_records", _arrived(cloud, "records", OPEN, "neither,one,nor,other\n"))
    cloud.deliver("learner_records", _arrived(cloud, "records", OPEN, half), looks=1)
    fin = _arrived(cloud, "exceptions", OPEN, "fin\n")
    cloud.deliver("exception_processing", fin)
    cloud.deliver("exception_processing", *cloud.waiting("ExceptionDecisionsQueue"))
    cloud.deliver("exception_processing", _arrived(cloud, "exceptions", OPEN, "username;note\nfay;was ill\nnobody;?\n"))
    cloud.deliver("exception_processing", _arrived(cloud, "exceptions", OPEN, "a;b\n\0\n"))
    listed = "".join(f"learner{number}\n" for number in range(100, 109))
    cloud.deliver("exception_processing", _arrived(cloud, "exceptions", LARGE, listed), looks=2)
    copied = upload(f"exceptions/{OPEN}/copied.csv", b"ana\n", cloud.now)
    cloud.deliver("exception_processing", copied)


def _arrived(cloud: Cloud, kind: str, course_id: str, text: str) -> dict[str, Any]:
    """The notification of a file that was uploaded with a form."""
    cloud.later(minutes=1)
    form = _ask(cloud, 201, "ines", "POST", f"{run(course_id)}/{kind}/uploads", {})
    return upload(form["fields"]["key"], text.encode(), cloud.now)


def _what_is_under_way(cloud: Cloud) -> None:
    """A job runs: some of its messages were delivered, one of them for the last time, the others wait."""
    cloud.later(hours=1)
    _ask(cloud, 202, "ines", "POST", f"{run(LARGE)}/jobs", {"kind": "bulk"}, idempotency_key="large")
    first, second, *others = cloud.waiting("JobsQueue")
    cloud.deliver("certificate_issuance", first, looks=0)
    cloud.later(minutes=1)
    cloud.deliver("certificate_issuance", *others[:3], looks=0)
    with patch("certificates.jobs.worker._work_on_batch", side_effect=OSError):
        try:
            cloud.deliver("certificate_issuance", second, receives=5)
        except AssertionError:
            cloud.put_back("JobsQueue", second, *others[3:])
    cloud.send("document_removal", {"sweep": ""}, looks=0)
    with killed_at(Point(0, "after")):
        cloud.ask("ana", "POST", f"{run(DATED)}/certificate", idempotency_key="ana's second")
    # The report of a large run is written in parts, each by an invocation.
    with patch("certificates.lists.csv_of_run.MOST_INLINE", 1):
        assert cloud.ask("ines", "GET", f"{run(LARGE)}/certificates/report").status == 302
