"""AWS accepts every call that the code makes, and every call goes to an address in the stack's region.

The stories of tests/grants cause every AWS call of every function. Each kind of call is made again with the product's
own clients for five regions, with the real rules for addresses, up to the request that would be sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from certificates.aws import clients, objects
from certificates.aws.documents import Documents
from tests.grants.told import told
from tests.limits.filled import REGIONS, Place
from tests.template import functions

CLIENTS: dict[tuple[str, str], Any] = {}
"""The product's own clients, by service and region. To make them takes longer than the calls."""

Move = Callable[[str], None]


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Iterator[Move]:
    """Makes this process look like a function in another region."""

    def to(region: str) -> None:
        monkeypatch.setenv("AWS_REGION", region)
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
        clients.forget()

    yield to
    clients.forget()


@pytest.mark.parametrize("function", functions())
def test_every_call_fits_aws_s_models_and_goes_to_the_region(function: str, move: Move) -> None:
    calls = told(function).calls
    assert calls
    models = {name: boto3.client(name).meta.service_model for name in {service for service, _, _ in calls}}
    for service, operation, values in calls:
        shape = models[service].operation_model(operation).input_shape
        assert list(faults(values, shape)) == [], (service, operation)
    once = {(service, operation): values for service, operation, values in calls}
    for region in REGIONS:
        for (service, operation), values in once.items():
            if (service, region) not in CLIENTS:
                move(region)
                CLIENTS[service, region] = clients._client(service)
            host = urlsplit(asked(CLIENTS[service, region], operation, values)).hostname
            assert host and host.endswith(f".{region}.{Place(region).suffix}"), (operation, host)


def faults(value: Any, shape: Shape, path: str = "") -> Iterator[str]:
    """Values that break the length, size or form in botocore's model. botocore itself checks less."""
    if isinstance(shape, StructureShape):
        # Items pass as they are (aws/service_models): models do not have the names of their attributes.
        for name, part in () if shape.is_document_type else value.items():
            yield from faults(part, shape.members[name], f"{path}.{name}")
    elif isinstance(shape, ListShape):
        yield from _sized(len(value), shape, path)
        for part in value:
            yield from faults(part, shape.member, f"{path}[]")
    elif isinstance(shape, MapShape):
        yield from _sized(len(value), shape, path)
        for name, part in value.items():
            yield from faults(name, shape.key, f"{path}.{name}")
            yield from faults(part, shape.value, f"{path}.{name}")
    elif isinstance(value, str):
        yield from _sized(len(value), shape, path)
        if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
            yield f"{path}: {value!r} is none of {shape.enum}"
        # botocore reads patterns but does not show them.
        pattern = shape._shape_model.get("pattern")  # type: ignore[attr-defined]
        if pattern and not re.fullmatch(pattern, value, re.S):
            yield f"{path}: {value!r} is not of the form {pattern}"
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from _sized(value, shape, path)


def _sized(size: int, shape: Shape, path: str) -> Iterator[str]:
    if not shape.metadata.get("min", size) <= size <= shape.metadata.get("max", size):
        yield f"{path}: {size} is not from {shape.metadata.get('min')} to {shape.metadata.get('max')}"


def test_a_value_that_is_too_long_or_in_another_form_is_found() -> None:
    model = boto3.client("scheduler", region_name="eu-west-1").meta.service_model
    shape = model.operation_model("CreateSchedule").input_shape
    found = list(faults({"Name": "a b", "GroupName": "x" * 65, "FlexibleTimeWindow": {"Mode": "SOMETIMES"}}, shape))
    assert [fault.split(":")[0] for fault in found] == [".Name", ".GroupName", ".FlexibleTimeWindow.Mode"]


class Sent(Exception):
    """The request is complete and would now leave the machine."""


def asked(client: Any, operation: str, values: dict[str, Any]) -> str:
    """The address to which a client would send a call."""

    def stop(request: Any, **_: Any) -> None:
        raise Sent(request.url)

    client.meta.events.register_first("before-send", stop)
    try:
        with pytest.raises(Sent) as sent:
            client._make_api_call(operation, values)
    finally:
        client.meta.events.unregister("before-send", stop)
    return str(sent.value)


@pytest.mark.parametrize("region", REGIONS)
def test_every_link_and_form_names_the_buckets_host_in_the_region(region: str, move: Move) -> None:
    move(region)
    documents = Documents("certificates-bucket-1abcdefghijk")
    form = documents.upload_form("records/course-v1:Fjord+BIO1+2026/1.csv", 10, 60)
    link = documents.link("certificates/1/1.pdf", "certificate.pdf")
    put_at = objects.bucket_address(documents.bucket)
    host = f"certificates-bucket-1abcdefghijk.s3.{region}.{Place(region).suffix}"
    assert {urlsplit(address).hostname for address in (form["url"], link, put_at)} == {host}
