"""A bulk job sends every learner one mail, even if functions die meanwhile. MAILS=1000 makes a run of that size."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.people import GLOBAL_STAFF
from tests.cloud.sample import SETTINGS, expect
from tests.stack.conftest import AS_MANY_AT_ONCE, denied
from tests.stack.runs import make_run, path_of
from tests.stack.test_jobs import finished

LEARNERS = int(os.environ.get("MAILS", "40"))
COURSE_ID = "course-v1:Lyceum+MAIL1+2026_T3"
CONTACT = "team@lyceum.example"
MAIL = {"MailFrom": "certificates@lyceum.example", "MailDelaySeconds": "2", "MailRate": "40"}
VISIBILITY_SECONDS = "15"
"""A message of a function that died comes again after this time. On AWS, the time is minutes."""

CRASHES = ("CertificateMail", "ChangeEvents", "CertificateMail", "MailOutcomes", "CertificateMail")
"""The functions whose processes are killed, one after the other, while the mails are sent."""

PATIENCE_SECONDS = 240 + LEARNERS // 2
HEADING = (
    "Student ID,Email,Username,Grade,Enrollment Track,Verification Status,Certificate Eligible,Enrollment Status\n"
)


@pytest.fixture(scope="module")
def mailing() -> Iterator[LocalCloud]:
    with deployed(parameters=MAIL | AS_MANY_AT_ONCE) as cloud:
        yield cloud
        assert not denied(cloud)


@pytest.fixture
def staff(mailing: LocalCloud) -> Iterator[httpx.Client]:
    with mailing.http(GLOBAL_STAFF, administrator=True) as http:
        yield http


def load(cloud: LocalCloud, course_id: str, learners: range) -> None:
    """A run of learners who pass, in the form of the LMS's grade report."""
    make_run(cloud, course_id, automatic_generation=False, identity_required=False, pacing="self", contact=CONTACT)
    rows = "".join(f"{n},{address_of(n)},learner{n},0.9,verified,N/A,N,enrolled\n" for n in learners)
    key = f"records/{course_id}/grades.csv"
    cloud.client("s3").put_object(Bucket=cloud.name("Bucket"), Key=key, Body=(HEADING + rows).encode())
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        counts = f"{path_of(course_id)}/certificates?limit=1&search=learner{learners[-1]}"
        cloud.wait_until(lambda: expect(http.get(counts), 200)["items"], seconds=PATIENCE_SECONDS)


def address_of(number: int) -> str:
    return f"learner{number}@example.org"


def kill(cloud: LocalCloud, function: str) -> bool:
    """Kill every process of a function. Returns whether there was one."""
    name = cloud.name(function)
    found = [
        pid for pid in processes_of(cloud.server.pid) if name in environment(pid).get("AWS_LAMBDA_FUNCTION_NAME", "")
    ]
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return bool(found)


def processes_of(ancestor: int) -> list[int]:
    """The processes that the local cloud has started, and those that they have started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found, left = [], [ancestor]
    while left:
        one = left.pop()
        children = [pid for pid, parent in parents.items() if parent == one]
        found += children
        left += children
    return found


def environment(pid: int) -> dict[str, str]:
    try:
        text = Path(f"/proc/{pid}/environ").read_text(errors="replace")
    except OSError:
        return {}
    return dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)


def to_learners(cloud: LocalCloud) -> list[str]:
    return [mail.to for mail in list(cloud.mailbox.mails) if mail.to.startswith("learner")]


def recorded(cloud: LocalCloud) -> Counter[str]:
    """The numbers of stored mails by state."""
    pages = (
        cloud.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=cloud.name("Table"),
            FilterExpression="begins_with(sk, :mail)",
            ExpressionAttributeValues={":mail": {"S": "MAIL#"}},
        )
    )
    return Counter(item["state"]["S"] for page in pages for item in page["Items"])


def left_in(cloud: LocalCloud, queue: str) -> int:
    """Messages that wait, are held back, or are in hand."""
    names = ("", "Delayed", "NotVisible")
    wanted = [f"ApproximateNumberOfMessages{name}" for name in names]
    found = cloud.client("sqs").get_queue_attributes(QueueUrl=cloud.name(queue), AttributeNames=wanted)["Attributes"]
    return sum(map(int, found.values()))


def test_a_bulk_job_sends_one_mail_to_each_learner_through_five_crashes(
    mailing: LocalCloud, staff: httpx.Client
) -> None:
    for queue in ("MailQueue", "MailOutcomesQueue"):
        attributes = {"VisibilityTimeout": VISIBILITY_SECONDS}
        mailing.client("sqs").set_queue_attributes(QueueUrl=mailing.name(queue), Attributes=attributes)
    load(mailing, COURSE_ID, range(1, LEARNERS + 1))

    job = expect(staff.post(f"{path_of(COURSE_ID)}/jobs", json={"kind": "bulk"}), 202)
    for number, function in enumerate(CRASHES, 1):
        enough = LEARNERS * number // (len(CRASHES) + 1)
        mailing.wait_until(lambda enough=enough: len(to_learners(mailing)) >= enough, PATIENCE_SECONDS)  # type: ignore[misc]
        mailing.wait_until(lambda function=function: kill(mailing, function), PATIENCE_SECONDS, every=0.01)  # type: ignore[misc]
    done = finished(mailing, staff, COURSE_ID, job["job_id"])
    assert done["issued"] == LEARNERS

    def is_over() -> bool:
        quiet = not (left_in(mailing, "MailQueue") or left_in(mailing, "MailOutcomesQueue"))
        return quiet and recorded(mailing) == Counter(sent=LEARNERS + 1)

    mailing.wait_until(is_over, PATIENCE_SECONDS, every=1)
    sent = Counter(to_learners(mailing))
    assert sent == Counter(address_of(number) for number in range(1, LEARNERS + 1))
    digests = [mail.subject for mail in mailing.mailbox.mails if mail.to == CONTACT]
    assert digests == [f"{LEARNERS:,} certificates issued in {SETTINGS['title']}"]
    assert left_in(mailing, "MailDeadLetters") == 0


def test_nobody_gets_a_mail_about_a_certificate_that_was_invalidated_within_the_delay(
    mailing: LocalCloud, staff: httpx.Client
) -> None:
    course_id = "course-v1:Lyceum+MAIL2+2026_T3"
    load(mailing, course_id, range(9001, 9003))
    url = mailing.name("MailQueue")
    mailing.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "20"})
    for number in (9001, 9002):
        with mailing.http(f"learner{number}") as learner:
            expect(learner.post(f"{path_of(course_id)}/certificate"), 201)
    expect(staff.post(f"{path_of(course_id)}/invalidations", json={"learner": "learner9001", "note": ""}), 201)
    mailing.wait_until(lambda: address_of(9002) in to_learners(mailing), PATIENCE_SECONDS)
    mailing.wait_until(lambda: not left_in(mailing, "MailQueue"), PATIENCE_SECONDS)
    assert address_of(9001) not in to_learners(mailing)
    mailing.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "2"})


def test_a_learner_ends_the_mails_with_the_link_in_one(mailing: LocalCloud, staff: httpx.Client) -> None:
    course_id = "course-v1:Lyceum+MAIL3+2026_T3"
    load(mailing, course_id, range(9101, 9102))

    def requested() -> dict[str, Any]:
        with mailing.http("learner9101") as learner:
            return expect(learner.post(f"{path_of(course_id)}/certificate"), 201)

    requested()
    mailing.wait_until(lambda: address_of(9101) in to_learners(mailing), PATIENCE_SECONDS)
    [mail] = [mail for mail in mailing.mailbox.mails if mail.to == address_of(9101)]
    address = mail.headers["List-Unsubscribe"].strip("<>")
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert httpx.post(address, content="List-Unsubscribe=One-Click", headers=form).status_code == 200
    assert "You get no more mails about certificates." in httpx.get(address).text


def test_an_address_that_mail_comes_back_from_is_listed(mailing: LocalCloud, staff: httpx.Client) -> None:
    course_id = "course-v1:Lyceum+MAIL4+2026_T3"
    make_run(mailing, course_id, automatic_generation=False, identity_required=False, pacing="self")
    rows = "9201,bounce@simulator.amazonses.com,learner9201,0.9,verified,N/A,N,enrolled\n"
    key = f"records/{course_id}/grades.csv"
    mailing.client("s3").put_object(Bucket=mailing.name("Bucket"), Key=key, Body=(HEADING + rows).encode())
    with mailing.http("learner9201") as learner:
        mailing.wait_until(
            lambda: learner.get(f"{path_of(course_id)}/certificate").json().get("can_request"), PATIENCE_SECONDS
        )
        expect(learner.post(f"{path_of(course_id)}/certificate"), 201)
    mails = f"{path_of(course_id)}/mails"
    mailing.wait_until(lambda: expect(staff.get(mails), 200)["items"], PATIENCE_SECONDS)
    [listed] = expect(staff.get(mails), 200)["items"]
    assert (listed["username"], listed["state"], listed["reason"]) == ("learner9201", "bounced", "Permanent/General")
