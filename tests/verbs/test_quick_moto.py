"""moto answers the same, made quick or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError
from moto import mock_aws

from certificates.aws import clients
from tests import moto_cloud

TABLE = "of-the-story"
KEY = {"pk": {"S": "a"}, "sk": {"S": "1"}}
EVERY_TYPE = {
    "said": {"S": "Zoë"},
    "amount": {"N": "1.50"},
    "bytes": {"B": "AP8="},
    "saids": {"SS": ["a", "b"]},
    "yes": {"BOOL": True},
    "no": {"BOOL": False},
    "nothing": {"NULL": True},
    "empty": {"M": {}},
    "inside": {"M": {"parts": {"L": [{"S": "x"}, {"M": {"deep": {"B": "AQ=="}}}]}, "times": {"N": "0"}}},
}

BY_KIND = {"IndexName": "by-kind"}
QUERIES: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("pk = :pk", {":pk": "a"}, {}),
    ("pk = :pk", {":pk": "nobody"}, {}),
    ("pk = :pk AND begins_with(sk, :sk)", {":pk": "a", ":sk": "1"}, {}),
    ("pk = :pk AND sk BETWEEN :sk AND :end", {":pk": "a", ":sk": "1", ":end": "2"}, {}),
    ("kind = :kind", {":kind": "x"}, BY_KIND),
    ("kind = :kind AND begins_with(sk, :sk)", {":kind": "x", ":sk": "1"}, BY_KIND),
]


def update(expression: str, condition: str | None = None, **values: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"TableName": TABLE, "Key": KEY, "UpdateExpression": expression}
    if values:
        given["ExpressionAttributeValues"] = {f":{name}": value for name, value in values.items()}
    return given if condition is None else {**given, "ConditionExpression": condition}


def calls() -> Iterator[tuple[str, dict[str, Any]]]:
    one, here = {"N": "1"}, {"TableName": TABLE}
    yield "put_item", {**here, "Item": {**KEY, **EVERY_TYPE}}
    yield "put_item", {**here, "Item": {**KEY, "sk": {"S": "large"}, "said": {"S": "x" * 404_900}}}
    yield "put_item", {**here, "Item": {**KEY, "sk": {"S": "large"}, "said": {"S": "x" * 405_000}}}
    yield "delete_item", {**here, "Key": {**KEY, "sk": {"S": "large"}}}
    yield "get_item", {**here, "Key": KEY}
    yield (
        "update_item",
        {**update("SET inside.times = inside.times + :n REMOVE saids", n=one), "ReturnValues": "ALL_NEW"},
    )
    yield "update_item", update("SET inside.parts = list_append(inside.parts, :more)", more={"L": [{"S": "y"}]})
    yield "update_item", update("SET fresh = if_not_exists(fresh, :n), said = :n ADD amount :n", n=one)
    yield "update_item", update("SET fresh = if_not_exists(fresh, :n), said = :n ADD amount :n", n={"N": "7"})
    yield "update_item", update("REMOVE inside.parts[0], inside.parts[2]")
    # These calls are refused, each for another reason.
    yield "update_item", update("SET said = :n", "attribute_not_exists(said)", n=one)
    yield "update_item", update("SET said = :n, said = :n", n=one)
    yield "update_item", update("SET said = :n, inside.parts = :n, inside.parts[0] = :n", n=one)
    yield "update_item", update("SET said = :n SET fresh = :n", n=one)
    yield "update_item", update("SET sk = :n", n=one)
    yield "update_item", update("SET said = :other", n=one, elsewhere=one)
    yield "update_item", update("SET said = absent")
    yield "update_item", update("SET said = :n + :t", n=one, t={"S": "x"})
    refused = {
        **update("SET said = :n", "said = :t", n=one, t={"S": "x"}),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    other = {**here, "Item": {**KEY, "sk": {"S": "2"}, "beside": one}}
    yield "transact_write_items", {"TransactItems": [{"Put": other}, {"Update": refused}]}
    yield "transact_write_items", {"TransactItems": [{"Put": other}, {"Update": update("REMOVE yes")}]}
    keys = [{"pk": {"S": "a"}, "sk": {"S": sk}} for sk in ("1", "2", "3")]
    yield "batch_get_item", {"RequestItems": {TABLE: {"Keys": keys, "ProjectionExpression": "sk, beside, inside"}}}
    for partition, place, kind in (("b", "1", "x"), ("a", "10", "y"), ("a", "3", "x"), ("", "1", "x"), ("c", "2", "x")):
        key = {"pk": {"S": partition}, "sk": {"S": place}}
        yield "put_item", {**here, "Item": {**key, "kind": {"S": kind}, "beside": one}}
    for condition, values, index in QUERIES:
        asked = {**here, **index, "KeyConditionExpression": condition}
        asked["ExpressionAttributeValues"] = {name: {"S": value} for name, value in values.items()}
        for forward in (True, False):
            yield "query", {**asked, "ScanIndexForward": forward}
            yield "query", {**asked, "ScanIndexForward": forward, "Limit": 1}
    start = {"pk": {"S": "a"}, "sk": {"S": "10"}}
    asked = {**here, "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "a"}}}
    yield "query", {**asked, "ExclusiveStartKey": start, "FilterExpression": "attribute_exists(kind)"}
    yield "query", {**asked, "ExclusiveStartKey": start, "Select": "COUNT"}
    yield "scan", here
    yield "scan", {**here, "Limit": 2, "ExclusiveStartKey": start}
    yield "delete_item", {**here, "Key": KEY, "ReturnValues": "ALL_OLD"}
    yield "get_item", {**here, "Key": KEY}


def calls_of_others() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Calls of the other services whose calls are a body alone, the last one of each refused."""
    queue = {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/of-the-story"}
    fifo = {"QueueUrl": f"{queue['QueueUrl']}.fifo"}
    yield "sqs", "create_queue", {"QueueName": "of-the-story", "Attributes": {"VisibilityTimeout": "0"}}
    yield "sqs", "create_queue", {"QueueName": "of-the-story.fifo", "Attributes": {"FifoQueue": "true"}}
    yield "sqs", "send_message", {**queue, "MessageBody": "Zoë", "DelaySeconds": 0}
    yield "sqs", "send_message", {**fifo, "MessageBody": "x", "MessageGroupId": "a", "MessageDeduplicationId": "b"}
    yield "sqs", "send_message_batch", {**queue, "Entries": [{"Id": str(id_), "MessageBody": "y"} for id_ in range(3)]}
    yield "sqs", "receive_message", {**queue, "MaxNumberOfMessages": 10}
    yield "sqs", "get_queue_attributes", {**queue, "AttributeNames": ["ApproximateNumberOfMessages", "QueueArn"]}
    yield "sqs", "get_queue_url", {"QueueName": "of-the-story"}
    yield "sqs", "list_queues", {}
    yield "sqs", "send_message", {"QueueUrl": f"{queue['QueueUrl']}-of-nobody", "MessageBody": "x"}
    entry = {"Source": "story", "DetailType": "told", "Detail": "{}"}
    yield "events", "create_event_bus", {"Name": "changes"}
    yield "events", "put_events", {"Entries": [{**entry, "EventBusName": "changes"}, {**entry, "Detail": "no JSON"}]}
    yield "events", "describe_event_bus", {"Name": "nobody"}
    yield "kms", "create_key", {}
    yield "kms", "create_alias", {"AliasName": "alias/story", "TargetKeyId": "KEY"}
    yield "kms", "encrypt", {"KeyId": "alias/story", "Plaintext": b"\x00\xff", "EncryptionContext": {"for": "story"}}
    yield "kms", "decrypt", {"CiphertextBlob": b"SEALED", "EncryptionContext": {"for": "story"}}
    yield "kms", "decrypt", {"CiphertextBlob": b"SEALED", "EncryptionContext": {"for": "nobody"}}
    yield "secretsmanager", "create_secret", {"Name": "story", "SecretString": "é"}
    yield "secretsmanager", "get_secret_value", {"SecretId": "story"}
    yield "secretsmanager", "get_secret_value", {"SecretId": "nobody"}


RANDOM = {
    *("MessageId", "ReceiptHandle", "EventId", "KeyId", "KeyMetadata", "CiphertextBlob", "ARN", "VersionId"),
    *("CreatedDate", "SequenceNumber"),
}
"""Members of answers that differ each time."""


def story_of_others() -> list[str]:
    made: dict[str, Any] = {}

    def given(value: Any) -> Any:
        return {"KEY": made.get("key"), b"SEALED": made.get("sealed")}.get(value, value) if value else value

    def lasting(value: Any) -> Any:
        if isinstance(value, list):
            return [lasting(part) for part in value]
        if isinstance(value, dict):
            return {name: "..." if name in RANDOM else lasting(part) for name, part in value.items()}
        return value

    told = []
    with mock_aws():
        session = clients.session()
        services = {service for service, _, _ in calls_of_others()}
        made_for = {service: session.create_client(service, region_name="eu-west-1") for service in services}
        for service, name, values in calls_of_others():
            whole = {key: value if isinstance(value, dict | list) else given(value) for key, value in values.items()}
            try:
                answer = getattr(made_for[service], name)(**whole)
            except ClientError as refused:
                answer = refused.response
            answer.pop("ResponseMetadata")
            made["key"] = answer.get("KeyMetadata", {}).get("KeyId", made.get("key"))
            made["sealed"] = answer.get("CiphertextBlob", made.get("sealed"))
            told.append(f"{service} {name} {json.dumps(lasting(answer), default=repr, sort_keys=True)}")
    return told


def story() -> list[str]:
    """moto's answer to each call of DynamoDB."""
    with mock_aws():
        client = clients.session().create_client("dynamodb", region_name="eu-west-1")
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "kind")],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-kind",
                    "KeySchema": [
                        {"AttributeName": "kind", "KeyType": "HASH"},
                        {"AttributeName": "sk", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        return [f"{name} {_answer(client, name, values)}" for name, values in calls()]


def _answer(client: Any, name: str, values: dict[str, Any]) -> str:
    try:
        answer = getattr(client, name)(**values)
    except ClientError as refused:
        answer = refused.response
    answer.pop("ResponseMetadata")
    return json.dumps(answer, default=repr, sort_keys=True)


def test_quick_or_not_moto_answers_every_call_alike() -> None:
    # In this process, tests.conftest has made moto quick.
    plain = subprocess.run(
        [sys.executable, "-m", __name__],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert [*story(), *story_of_others()] == json.loads(plain)


def test_a_queue_gives_each_message_once_until_its_retention_ends(aws: None) -> None:
    sqs = moto_cloud.client_of("sqs")
    url = sqs.create_queue(QueueName="kept", Attributes={"MessageRetentionPeriod": "60"})["QueueUrl"]

    def received() -> list[str]:
        return [message["Body"] for message in sqs.receive_message(QueueUrl=url).get("Messages", [])]

    for body in ("in time", "too late"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    assert received() == ["in time"]
    [late] = [message for message in moto_cloud.messages("kept") if message.body == "too late"]
    late.sent_timestamp -= 61_000
    assert received() == []


if __name__ == "__main__":
    print(json.dumps([*story(), *story_of_others()]))
