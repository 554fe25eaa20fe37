"""Each function may do only what its role in the template allows."""

from __future__ import annotations

import json
from typing import Any

from tests.cloud.cloud import LocalCloud


def attempt(probe: LocalCloud, service: str, call: str, **arguments: Any) -> str | None:
    """Makes an AWS call as the probe. Returns the error code; None if the call was allowed."""
    event = {"service": service, "call": call, "arguments": arguments}
    answer = probe.client("lambda").invoke(FunctionName=probe.name("Probe"), Payload=json.dumps(event))
    said = json.load(answer["Payload"])
    assert "FunctionError" not in answer, said
    return str(said["error"]) if said["error"] else None


def test_a_granted_call_is_allowed(probe: LocalCloud) -> None:
    assert attempt(probe, "dynamodb", "get_item", TableName=probe.name("Table"), Key={"pk": {"S": "a"}}) is None


def test_a_call_that_is_not_granted_is_denied(probe: LocalCloud) -> None:
    item = {"TableName": probe.name("Table"), "Item": {"pk": {"S": "a"}}}
    assert attempt(probe, "dynamodb", "put_item", **item) == "AccessDeniedException"


def test_a_transaction_is_denied_for_any_part_that_is_not_granted(probe: LocalCloud) -> None:
    put = {"Put": {"TableName": probe.name("Table"), "Item": {"pk": {"S": "a"}}}}
    assert attempt(probe, "dynamodb", "transact_write_items", TransactItems=[put]) == "AccessDeniedException"


def test_objects_are_written_only_under_the_granted_prefix(probe: LocalCloud) -> None:
    put = {"Bucket": probe.name("Bucket"), "Body": "x"}
    assert attempt(probe, "s3", "put_object", Key="allowed/a.pdf", **put) is None
    assert attempt(probe, "s3", "put_object", Key="elsewhere/a.pdf", **put) == "AccessDenied"


def test_schedules_of_the_granted_group_are_reached(probe: LocalCloud) -> None:
    group = {"GroupName": probe.name("Group"), "Name": "none"}
    assert attempt(probe, "scheduler", "get_schedule", **group) == "ResourceNotFoundException"
    assert attempt(probe, "scheduler", "delete_schedule", **group) == "AccessDeniedException"


def test_a_grant_to_send_messages_includes_several_at_once(probe: LocalCloud) -> None:
    several = {"Entries": [{"Id": "1", "MessageBody": "sent"}]}
    assert attempt(probe, "sqs", "send_message_batch", QueueUrl=probe.name("DeadLetters"), **several) is None
    assert attempt(probe, "sqs", "send_message_batch", QueueUrl=probe.name("Queue"), **several) == "AccessDenied"


def test_no_object_can_be_read_without_a_signature(probe: LocalCloud) -> None:
    probe.client("s3").put_object(Bucket=probe.name("Bucket"), Key="allowed/secret.pdf", Body=b"x")
    with probe.http() as http:
        assert http.get(f"{probe.server.url}/{probe.name('Bucket')}/allowed/secret.pdf").status_code == 403
