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
from tests.template import table_keys

BATCH = 25
NAMES = ("Zoë Ångström", "María José García Márquez", "Łukasz Wiśniewski", "Grace Hopper", "Ngũgĩ wa Thiong’o")


def main(learners: int) -> None:
    boto3.client("dynamodb").create_table(TableName=os.environ["TABLE_NAME"], **table_keys())
    location: Any = {"LocationConstraint": os.environ["AWS_REGION"]}
    boto3.client("s3").create_bucket(Bucket=os.environ["BUCKET_NAME"], CreateBucketConfiguration=location)
    boto3.client("sqs").create_queue(QueueName="jobs")
    sealing = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
    boto3.client("kms").create_alias(AliasName=os.environ["SEALING_KEY"], TargetKeyId=sealing)

    from certificates import runtime
    from tests.people import make_run
    from tests.rendering_function import InProcess

    backend = runtime.backend()
    laying_out = replace(backend, renderer=InProcess("in this process", backend.documents, backend.credentials))
    sizes = {settings.COURSE: learners, settings.WARMING: settings.WARMING_LEARNERS}
    for course_id in sizes:
        make_run(laying_out, course_id)
    items = [item for course_id, size in sizes.items() for item in enrollments(course_id, size)]
    put([*items, *profiles(max(sizes.values()))])


def put(items: list[dict[str, Any]]) -> None:
    """Write items into the table as they are."""
    from certificates.aws.clients import dynamodb

    client: Any = dynamodb()

    def put_from(start: int) -> None:
        requests = [{"PutRequest": {"Item": item}} for item in items[start : start + BATCH]]
        client.batch_write_item(RequestItems={os.environ["TABLE_NAME"]: requests})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put_from, range(0, len(items), BATCH)))


def profiles(learners: int) -> Iterator[dict[str, Any]]:
    """The items in DynamoDB's form."""
    for number in range(learners):
        username = f"learner{number}"
        yield {
            "pk": {"S": f"LEARNER#{user_id(number)}"},
            "sk": {"S": "PROFILE"},
            "user_id": {"S": user_id(number)},
            "username": {"S": username},
            "email": {"S": f"{username}@example.org"},
            "name": {"S": NAMES[number % len(NAMES)]},
            "identity_verified": {"BOOL": True},
        }


def enrollments(course_id: str, learners: int) -> Iterator[dict[str, Any]]:
    """The items in DynamoDB's form."""
    from certificates.aws.table import learner_key, shard_key, shard_of

    for learner in map(user_id, range(learners)):
        yield {
            "pk": {"S": learner_key(course_id, learner)},
            "sk": {"S": "ENROLLMENT"},
            "course_id": {"S": course_id},
            "user_id": {"S": learner},
            "shard": {"S": shard_key(course_id, shard_of(learner))},
            "shard_entry": {"S": f"ENROLLMENT#{learner}"},
            "mode": {"S": "verified"},
            "active": {"BOOL": True},
            "enrolled_at": {"S": "2026-09-01T00:00:00.000000+0000"},
            "grade": {"N": "0.81"},
            "graded_at": {"S": "2026-11-01T00:00:00.000000+0000"},
        }


def user_id(number: int) -> str:
    return str(100_000 + number)


if __name__ == "__main__":
    main(int(sys.argv[1]))
