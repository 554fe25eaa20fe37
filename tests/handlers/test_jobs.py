"""Jobs over HTTP, from the queue and from the scheduler: events as AWS sends them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from certificates.aws.job_results import JobResults
from tests import cheap_backend
from tests.handlers.conftest import load
from tests.handlers.http_events import Caller, Context, encoded
from tests.jobs import delete, few_shards, messages
from tests.moto_cloud import client_of
from tests.people import COURSE, enroll, make_run

PATH = f"/course-runs/{encoded(COURSE)}/jobs"


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    with few_shards():
        yield


@pytest.fixture
def staff(administrator: Callable[[str], Caller]) -> Caller:
    return administrator("instructor_requests")


@pytest.fixture
def backend(backend: Any) -> Any:
    return cheap_backend.cheap(backend)


def records(*bodies: dict[str, Any], receives: int = 1) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "handle",
                "body": json.dumps(body),
                "attributes": {"ApproximateReceiveCount": str(receives), "SentTimestamp": "1795500000000"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:jobs",
                "awsRegion": "eu-west-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


class Roomy(Context):
    """The context of a function that has just begun."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 180_000


def work() -> None:
    worker = load("certificate_issuance")
    for message in messages():
        assert worker(records(message.body), Roomy()) == {"batchItemFailures": []}
        delete(message)


def test_a_bulk_job_from_button_to_results(backend: Any, staff: Caller) -> None:
    make_run(backend)
    enroll(backend, "7", "=zoe", grade="0.9")
    enroll(backend, "8", "bo", grade="0.1")

    begun = staff("POST", PATH, {"kind": "bulk"})
    assert begun.status == 202
    job = begun.json()
    assert (job["state"], job["total"], job["done"], job["started_by"]) == ("running", 2, 0, "root")
    assert staff("POST", PATH, {"kind": "bulk"}).json()["job_id"] == job["job_id"]
    work()

    ended = staff("GET", f"{PATH}/{job['job_id']}").json()
    counts = {name: ended[name] for name in ("state", "total", "done", "issued", "kept", "refused", "failed")}
    assert counts == {
        "state": "finished",
        "total": 2,
        "done": 2,
        "issued": 1,
        "kept": 0,
        "refused": {"not-passing": 1},
        "failed": 0,
    }
    assert staff("GET", PATH).json() == {"items": [ended], "next_cursor": None}
    link = staff("GET", f"{PATH}/{job['job_id']}/results")
    assert link.status == 302
    assert "attachment" in link.headers["location"]
    key = f"results/jobs/{COURSE}/{job['job_id']}.csv"
    rows = list(csv.reader(io.StringIO(backend.documents.get(key).decode("utf-8-sig"))))
    assert rows[0][:4] == ["user_id", "username", "outcome", "reason"]
    assert sorted(row[1:4] for row in rows[1:]) == [
        ["'=zoe", "issued", "issued"],
        ["bo", "refused", "not-passing"],
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"kind": "regenerate"}, "no-groups"),
        ({"kind": "regenerate", "groups": []}, "no-groups"),
        ({"kind": "regenerate", "groups": ["received", "lucky"]}, "unknown-group"),
        ({"kind": "exceptions"}, "unknown-scope"),
        ({"kind": "exceptions", "scope": "some"}, "unknown-scope"),
        ({"kind": "bulk", "groups": ["received"]}, "invalid-body"),
        ({"kind": "bulk", "scope": "all"}, "invalid-body"),
        ({"kind": "monthly"}, "invalid-body"),
        ({"kind": "bulk", "dryrun": True}, "unknown-field"),
    ],
)
def test_a_job_that_cannot_be_meant_is_refused_and_not_started(
    backend: Any, staff: Caller, body: dict[str, Any], reason: str
) -> None:
    make_run(backend)
    refused = staff("POST", PATH, body)
    assert refused.refusal == (400, reason)
    assert staff("GET", PATH).json()["items"] == []


def test_the_same_call_under_the_same_key_starts_one_job(backend: Any, staff: Caller) -> None:
    make_run(backend)
    answers = [staff("POST", PATH, {"kind": "bulk", "dry_run": True}, idempotency_key="k") for _ in range(2)]
    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()


def test_a_job_is_cancelled_and_leaves_the_way_free(backend: Any, staff: Caller) -> None:
    make_run(backend)
    job = staff("POST", PATH, {"kind": "regenerate", "groups": ["received", "failed"]}).json()
    assert job["groups"] == ["failed", "received"]
    cancelled = staff("DELETE", f"{PATH}/{job['job_id']}")
    assert (cancelled.status, cancelled.json()["state"]) == (200, "cancelled")
    assert staff("POST", PATH, {"kind": "exceptions", "scope": "all"}).status == 202
    work()
    assert [found["state"] for found in staff("GET", PATH).json()["items"]] == ["finished", "cancelled"]
    assert staff("GET", f"{PATH}/unknown").status == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_jobs_are_for_the_runs_staff(backend: Any, people: Callable[..., Caller], method: str) -> None:
    make_run(backend)
    body = {"kind": "bulk"} if method == "POST" else None
    assert people("instructor_requests", "stranger")(method, PATH, body).status == 403


def test_only_the_failed_message_comes_again(backend: Any, staff: Caller) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.9")
    job = staff("POST", PATH, {"kind": "bulk"}).json()
    good = {"course_id": COURSE, "job_id": job["job_id"], "shard": 0}
    worker = load("certificate_issuance")
    answer = worker(records(good, {"course_id": COURSE, "job_id": job["job_id"], "shard": 99}), Roomy())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    work()
    assert staff("GET", f"{PATH}/{job['job_id']}").json()["state"] == "finished"


def test_the_scheduler_starts_the_job_and_the_daily_event_repairs(backend: Any, staff: Caller) -> None:
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    make_run(backend, end=end)
    enroll(backend, "7", "zoe", grade="0.9")
    handler = load("scheduled_issuance")
    for _ in range(2):
        handler({"course_id": COURSE, "due": end.isoformat()}, Context())
    work()
    jobs = staff("GET", PATH).json()["items"]
    assert [(job["started_by"], job["state"], job["issued"]) for job in jobs] == [("schedule", "finished", 1)]
    assert jobs[0]["scheduled_for"] == end.isoformat().replace("+00:00", "Z")

    other = "course-v1:Fjord+BIO2+2026"
    make_run(backend, other, end=end)
    handler({"repair": True}, Context())
    assert len(list(backend.jobs.jobs(other, limit=5).items)) == 1


def test_a_dead_letter_sent_again_is_worked_on_like_any_other(backend: Any, staff: Caller) -> None:
    """What `aws sqs start-message-move-task` does: the same body in the queue again, received for the first time."""
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.9")
    job = staff("POST", PATH, {"kind": "bulk"}).json()
    worker, dead = load("certificate_issuance"), []
    with patch.object(JobResults, "put_part", side_effect=OSError("no place")):
        for message in messages():
            if worker(records(message.body, receives=5), Roomy())["batchItemFailures"]:
                dead.append(message.body)
            delete(message)
    stuck = staff("GET", f"{PATH}/{job['job_id']}").json()
    assert (stuck["state"], stuck["stalled_shards"]) == ("running", [body["shard"] for body in dead])

    client, url = client_of("sqs"), client_of("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
    for body in dead:
        client.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    work()
    ended = staff("GET", f"{PATH}/{job['job_id']}").json()
    assert (ended["state"], ended["issued"], ended["stalled_shards"]) == ("finished", 1, [])
