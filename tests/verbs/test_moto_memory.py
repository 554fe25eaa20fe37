"""A copy of a cloud answers as the cloud does, and no copy sees what happens in another one."""

from __future__ import annotations

import os
from typing import Any

from certificates.aws import objects
from tests import moto_cloud
from tests.moto_cloud import client_of

KEY = {"pk": {"S": "a"}, "sk": {"S": "1"}}
BUCKET = os.environ["BUCKET_NAME"]
QUEUE = {"QueueUrl": os.environ["JOBS_QUEUE_URL"]}
GROUP = {"GroupName": os.environ["SCHEDULE_GROUP"]}


def fill(_: Any) -> bytes:
    """Something in each service, and two versions of an object. Returns what KMS has sealed."""
    nested = {"M": {"parts": {"L": [{"S": "x"}]}}}
    client_of("dynamodb").put_item(TableName=os.environ["TABLE_NAME"], Item={**KEY, "said": nested})
    client_of("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for content in (b"one", b"two"):
        client_of("s3").put_object(Bucket=BUCKET, Key="said", Body=content)
    client_of("sqs").send_message(**QUEUE, MessageBody="said")
    client_of("events").create_event_bus(Name="said")
    client_of("secretsmanager").create_secret(Name="said", SecretString="secret")
    at = {"ScheduleExpression": "at(2026-11-20T12:00:00)", "FlexibleTimeWindow": {"Mode": "OFF"}}
    target = {"Arn": os.environ["SCHEDULE_TARGET"], "RoleArn": os.environ["SCHEDULE_ROLE"]}
    client_of("scheduler").create_schedule(Name="said", **GROUP, **at, Target=target)
    sealed: bytes = client_of("kms").encrypt(KeyId=os.environ["SEALING_KEY"], Plaintext=b"sealed")["CiphertextBlob"]
    return sealed


def seen(sealed: bytes) -> dict[str, Any]:
    """What calls find there."""
    s3 = client_of("s3")
    listed = s3.list_object_versions(Bucket=BUCKET)["Versions"]
    versions = [s3.get_object(Bucket=BUCKET, Key=it["Key"], VersionId=it["VersionId"])["Body"].read() for it in listed]
    return {
        "item": client_of("dynamodb").get_item(TableName=os.environ["TABLE_NAME"], Key=KEY).get("Item"),
        "changes": [change["eventName"] for change in moto_cloud.changes()],
        "object": objects.get_object(BUCKET, "said"),
        "contents": moto_cloud.contents(),
        "versions": sorted(versions),
        "messages": [it["Body"] for it in client_of("sqs").receive_message(**QUEUE).get("Messages", [])],
        "buses": [bus["Name"] for bus in client_of("events").list_event_buses()["EventBuses"]],
        "secret": client_of("secretsmanager").get_secret_value(SecretId="said")["SecretString"],
        "schedules": [it["Name"] for it in client_of("scheduler").list_schedules(**GROUP)["Schedules"]],
        "unsealed": client_of("kms").decrypt(CiphertextBlob=sealed)["Plaintext"],
    }


def change_everything() -> None:
    """Change everything, and what lies in another thing as well."""
    update = {"TableName": os.environ["TABLE_NAME"], "Key": KEY, "ExpressionAttributeValues": {":y": {"S": "y"}}}
    client_of("dynamodb").update_item(**update, UpdateExpression="SET said.parts[0] = :y")
    client_of("s3").put_object(Bucket=BUCKET, Key="said", Body=b"three")
    client_of("s3").put_object(Bucket=BUCKET, Key="more", Body=b"three")
    [message] = client_of("sqs").receive_message(**QUEUE)["Messages"]
    client_of("sqs").delete_message(**QUEUE, ReceiptHandle=message["ReceiptHandle"])
    client_of("events").delete_event_bus(Name="said")
    client_of("secretsmanager").update_secret(SecretId="said", SecretString="another")
    client_of("scheduler").delete_schedule(Name="said", **GROUP)


def test_each_copy_of_a_cloud_is_as_the_cloud_was_at_first() -> None:
    first: list[dict[str, Any]] = []

    def fill_and_look(built: Any) -> bytes:
        sealed = fill(built)
        first.append(seen(sealed))
        return sealed

    copied = moto_cloud.prepared(fill_and_look)
    for _ in range(2):
        with copied() as (_, sealed):
            assert seen(sealed) == first[0]
            change_everything()
            changed = seen(sealed)
            kept = {name for name, value in changed.items() if value == first[0][name]}
            assert kept == {"unsealed"}
    with moto_cloud.empty_cloud():
        assert (moto_cloud.items(), moto_cloud.contents()) == ({}, {})
    assert first[0]["versions"] == [b"one", b"two"]
    assert len(first) == 1
