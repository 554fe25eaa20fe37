"""The table, the bucket, the queue, a run with a compiled design, and its learners."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import boto3

from tests.bench.issuance import settings
from tests.template import resource

BATCH = 25
NAMES = ("Zoë Ångström", "María José García Márquez", "Łukasz Wiśniewski", "Grace Hopper", "Ngũgĩ wa Thiong’o")


def main(learners: int) -> None:
    table = resource("Table")
    kept = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    boto3.client("dynamodb").create_table(TableName=os.environ["TABLE_NAME"], **{key: table[key] for key in kept})
    location: Any = {"LocationConstraint": os.environ["AWS_REGION"]}
    boto3.client("s3").create_bucket(Bucket=os.environ["BUCKET_NAME"], CreateBucketConfiguration=location)
    boto3.client("sqs").create_queue(QueueName="jobs")

    from certificates import runtime
    from certificates.aws.table import dynamodb
    from tests.people import make_run
    from tests.rendering_function import InProcess

    backend = runtime.backend()
    make_run(replace(backend, renderer=InProcess("in this process", backend.documents)), settings.COURSE)
    items = list(records(learners))
    client: Any = dynamodb()

    def put(start: int) -> None:
        requests = [{"PutRequest": {"Item": item}} for item in items[start : start + BATCH]]
        client.batch_write_item(RequestItems={os.environ["TABLE_NAME"]: requests})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(0, len(items), BATCH)))


def records(learners: int) -> Iterator[dict[str, Any]]:
    """Profile and enrollment of each learner, as DynamoDB holds them."""
    from certificates.aws.table import learner_key, shard_key, shard_of

    for number in range(learners):
        user_id, username = str(100_000 + number), f"learner{number}"
        yield {
            "pk": {"S": f"LEARNER#{user_id}"},
            "sk": {"S": "PROFILE"},
            "user_id": {"S": user_id},
            "username": {"S": username},
            "email": {"S": f"{username}@example.org"},
            "name": {"S": NAMES[number % len(NAMES)]},
            "identity_verified": {"BOOL": True},
        }
        yield {
            "pk": {"S": learner_key(settings.COURSE, user_id)},
            "sk": {"S": "ENROLLMENT"},
            "course_id": {"S": settings.COURSE},
            "user_id": {"S": user_id},
            "shard": {"S": shard_key(settings.COURSE, shard_of(user_id))},
            "shard_entry": {"S": f"ENROLLMENT#{user_id}"},
            "mode": {"S": "verified"},
            "active": {"BOOL": True},
            "enrolled_at": {"S": "2026-09-01T00:00:00.000000+0000"},
            "grade": {"N": "0.81"},
            "graded_at": {"S": "2026-11-01T00:00:00.000000+0000"},
        }


if __name__ == "__main__":
    main(int(sys.argv[1]))
