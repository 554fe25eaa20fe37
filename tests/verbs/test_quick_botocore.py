"""Only what moto answers, and what it does not read, is sent without a signature."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import Session

from tests import moto_cloud  # noqa: F401 - makes the client quick


class Sent(Exception):
    """What a call would have sent to prove who calls."""


@pytest.mark.parametrize(
    ("service", "operation", "asked", "address", "is_signed"),
    [
        ("dynamodb", "ListTables", {}, None, False),
        ("dynamodb", "ListTables", {}, "http://127.0.0.1:4566", True),
        ("lambda", "ListFunctions", {}, "http://localhost:4566", True),
        ("s3", "ListObjects", {"Bucket": "papers"}, None, True),
    ],
)
def test_calls_of_the_local_cloud_and_of_s3_are_signed(
    service: str, operation: str, asked: dict[str, Any], address: str | None, is_signed: bool
) -> None:
    session = Session()
    session.set_credentials("key", "secret")
    client = session.create_client(service, region_name="eu-north-1", endpoint_url=address)

    def send(request: Any, **_: Any) -> None:
        raise Sent(request.headers["Authorization"].decode())

    client.meta.events.register_first("before-send", send)
    with pytest.raises(Sent) as sent:
        client._make_api_call(operation, asked)
    assert ("Signature=unread" not in str(sent.value)) == is_signed
