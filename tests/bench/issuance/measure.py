"""One bulk job through the worker's handler, and its cost in this process."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from tests.bench.issuance import settings

# After the settings, which the module reads at import.
from certificates.aws import clients, objects  # isort: skip
from tests.bench.counting import calls_of_botocore
from tests.loading import load

POLLED = frozenset({"sqs.ReceiveMessage", "sqs.DeleteMessage"})
"""Calls that Lambda makes, not the function."""


class Context:
    """The context of a function that has just begun its 180 seconds."""

    function_name = "certificate_issuance"
    function_version = "$LATEST"
    memory_limit_in_mb = 1769
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:certificate_issuance"
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def __init__(self) -> None:
        self.began = time.monotonic()

    def get_remaining_time_in_millis(self) -> int:
        return int(180_000 - 1000 * (time.monotonic() - self.began))


def main(learners: int, through: str) -> None:
    if through == "botocore":
        objects.put_object = _put_through_botocore
    puts = _counted()
    start_ms = 1000 * issue(settings.WARMING, settings.WARMING_LEARNERS, started(settings.WARMING)["job_id"])
    start = started(settings.COURSE)
    began = time.monotonic()
    puts.clear()
    with calls_of_botocore() as made:
        cpu = issue(settings.COURSE, learners, start["job_id"])
    # With botocore, these calls are counted already.
    if through == "obstore":
        made += ["s3.PutObject"] * len(puts)
    result = {
        "issued": learners,
        "through": through,
        "start_ms": start_ms,
        "cpu_ms": 1000 * cpu / learners,
        "start": start,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "elapsed": time.monotonic() - began,
        "calls": {kind: count for kind, count in Counter(made).items() if kind not in POLLED},
    }
    print(json.dumps(result))


def _counted() -> list[str]:
    """The keys of objects that are put from now on. The two ways of putting share no code that could count."""
    puts: list[str] = []
    put = objects.put_object

    def counted(bucket: str, key: str, body: bytes, content_type: str) -> None:
        puts.append(key)
        put(bucket, key, body, content_type)

    objects.put_object = counted
    return puts


def _put_through_botocore(bucket: str, key: str, body: bytes, content_type: str) -> None:
    """Documents are put by botocore, as before obstore."""
    clients.s3().put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)


def started(course_id: str) -> dict[str, Any]:
    """Start the bulk job of a run in another process. Its id and cost."""
    command = [sys.executable, "-m", "tests.bench.issuance.start", course_id]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    cost: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return cost


def issue(course_id: str, learners: int, job_id: str) -> float:
    """Issue every certificate of the started job. Returns the worker's CPU seconds."""
    before = time.process_time()
    from certificates import runtime

    backend, handler = runtime.backend(), load("certificate_issuance")
    cpu = time.process_time() - before
    queue, url = clients.sqs(), os.environ["JOBS_QUEUE_URL"]
    while messages := queue.receive_message(QueueUrl=url, AttributeNames=["All"]).get("Messages"):
        before = time.process_time()
        answer = handler({"Records": [event(dict(message)) for message in messages]}, Context())
        cpu += time.process_time() - before
        if answer["batchItemFailures"]:
            raise SystemExit("a message failed")
        for message in messages:
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    ended = backend.jobs.job(course_id, job_id)
    if ended is None or ended.outcomes != {"issued": learners}:
        raise SystemExit(f"the job came to {ended and ended.outcomes}")
    return cpu


def event(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:jobs",
        "awsRegion": "eu-west-1",
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
