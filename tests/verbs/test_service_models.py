"""Botocore reads and writes the same with the product's additions to its model of DynamoDB as without them."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import botocore.session
import pytest
from botocore.loaders import Loader

from certificates.aws import clients

ITEM: dict[str, Any] = {
    "pk": {"S": "RUN#1"},
    "sk": {"S": "Zoë"},
    "revision": {"N": "1"},
    "active": {"BOOL": True},
    "usernames": {"SS": ["ines", "abe"]},
    "errors": {"L": [{"M": {"row": {"N": "2"}}}, {"NULL": True}]},
}
KEY = {name: ITEM[name] for name in ("pk", "sk")}
EXPRESSION = {
    "TableName": "t",
    "ConditionExpression": "#0 = :0",
    "ExpressionAttributeNames": {"#0": "revision"},
    "ExpressionAttributeValues": {":0": {"N": "1"}},
}
CALLS = {
    "PutItem": {"Item": ITEM, **EXPRESSION},
    "DeleteItem": {"Key": KEY, **EXPRESSION},
    "UpdateItem": {"Key": KEY, "UpdateExpression": "SET #0 = :0", **EXPRESSION},
    "Query": {"TableName": "t", "KeyConditionExpression": "pk = :0", "ExpressionAttributeValues": {":0": {"S": "1"}}},
    "BatchGetItem": {"RequestItems": {"t": {"Keys": [KEY], "ConsistentRead": True}}},
    "TransactWriteItems": {
        "ClientRequestToken": "token",
        "TransactItems": [
            {"Put": {"Item": ITEM, **EXPRESSION}},
            {"Delete": {"Key": KEY, **EXPRESSION}},
            {"Update": {"Key": KEY, "UpdateExpression": "SET #0 = :0", **EXPRESSION}},
            {"ConditionCheck": {"Key": KEY, **EXPRESSION}},
        ],
    },
}
ANSWERS: dict[str, dict[str, Any]] = {
    "BatchGetItem": {"Responses": {"t": [ITEM]}, "UnprocessedKeys": {"t": {"Keys": [KEY], "ConsistentRead": True}}},
    "Query": {"Items": [ITEM, KEY], "Count": 2, "ScannedCount": 2, "LastEvaluatedKey": KEY},
}


@pytest.fixture
def plain() -> Any:
    session = botocore.session.Session()
    session.register_component("data_loader", Loader())
    return session.create_client("dynamodb", region_name="eu-west-1")


def request(client: Any, operation: str) -> dict[str, Any]:
    model = client.meta.service_model.operation_model(operation)
    made = client._serializer.serialize_to_request(CALLS[operation], model)
    return {**made, "body": json.loads(made["body"])}


def answer(client: Any, operation: str) -> Any:
    model = client.meta.service_model.operation_model(operation)
    parser = client._endpoint._response_parser_factory.create_parser(client.meta.service_model.resolved_protocol)
    response = {"headers": {}, "body": json.dumps(ANSWERS[operation]).encode(), "status_code": 200}
    return parser.parse(response, model.output_shape)


@pytest.mark.parametrize("operation", CALLS)
def test_a_call_is_written_as_botocore_writes_it(backend: Any, plain: Any, operation: str) -> None:
    assert request(clients.dynamodb(), operation) == request(plain, operation)


@pytest.mark.parametrize("operation", ANSWERS)
def test_an_answer_is_read_as_botocore_reads_it(backend: Any, plain: Any, operation: str) -> None:
    assert answer(clients.dynamodb(), operation) == answer(plain, operation)


def test_items_are_not_converted(backend: Any) -> None:
    shape = clients.dynamodb().meta.service_model.shape_for
    assert all(shape(name).is_document_type for name in ("Key", "AttributeMap", "TransactWriteItem"))
    assert answer(clients.dynamodb(), "BatchGetItem")["Responses"]["t"] == [ITEM]


def test_every_service_that_has_a_client_is_found_in_a_function_as_well() -> None:
    # In tests, moto's session finds every service.
    asked_for = set(re.findall(r'_client\("(\w+)"', inspect.getsource(clients)))
    # botocore looks for the rules of an address under the service's older name too: SES is called email.
    addressed = {botocore.session.get_session().get_service_model(name).endpoint_prefix for name in asked_for}
    assert asked_for | addressed == set(clients.SERVICES)
