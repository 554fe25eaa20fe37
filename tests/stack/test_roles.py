"""Each function of the stack may do what its role says: what must never be possible is tried with that role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.cloud.cloud import LocalCloud

ITEM = {"pk": {"S": "RUN#none#0"}, "sk": {"S": "CERTIFICATE"}}

Attempt = Callable[[LocalCloud, str], Any]


def write_item(cloud: LocalCloud, function: str) -> Any:
    return cloud.acting_as(function, "dynamodb").put_item(TableName=cloud.name("Table"), Item=ITEM)


def scan_table(cloud: LocalCloud, function: str) -> Any:
    return cloud.acting_as(function, "dynamodb").scan(TableName=cloud.name("Table"))


def put_certificate(cloud: LocalCloud, function: str) -> Any:
    s3 = cloud.acting_as(function, "s3")
    return s3.put_object(Bucket=cloud.name("Bucket"), Key="certificates/forged/1.pdf", Body=b"%PDF-")


def read_certificate(cloud: LocalCloud, function: str) -> Any:
    cloud.client("s3").put_object(Bucket=cloud.name("Bucket"), Key="certificates/some/1.pdf", Body=b"%PDF-")
    return cloud.acting_as(function, "s3").get_object(Bucket=cloud.name("Bucket"), Key="certificates/some/1.pdf")


def delete_bucket(cloud: LocalCloud, function: str) -> Any:
    return cloud.acting_as(function, "s3").delete_bucket(Bucket=cloud.name("Bucket"))


def read_secret(cloud: LocalCloud, function: str) -> Any:
    return cloud.acting_as(function, "secretsmanager").get_secret_value(SecretId=cloud.name("VerifySecret"))


FUNCTIONS = ("LearnerRequests", "InstructorRequests", "CertificateVerification", "DesignCompilation", "LearnerRecords")

DENIED: tuple[tuple[Attempt, tuple[str, ...]], ...] = (
    (scan_table, FUNCTIONS),
    (delete_bucket, FUNCTIONS),
    (read_secret, FUNCTIONS),
    (write_item, ("CertificateVerification", "DesignCompilation")),
    (put_certificate, ("LearnerRequests", "InstructorRequests", "CertificateVerification", "LearnerRecords")),
    (read_certificate, ("InstructorRequests", "LearnerRecords")),
)

ALLOWED: tuple[tuple[Attempt, str], ...] = (
    (write_item, "LearnerRequests"),
    (put_certificate, "DesignCompilation"),
    (read_certificate, "CertificateVerification"),
)


@pytest.mark.parametrize(
    ("attempt", "function"),
    [pytest.param(attempt, name, id=f"{name}-{attempt.__name__}") for attempt, names in DENIED for name in names],
)
def test_a_role_does_not_reach_beyond_its_function(cloud: LocalCloud, attempt: Attempt, function: str) -> None:
    with pytest.raises(ClientError, match=r"AccessDenied"):
        attempt(cloud, function)


@pytest.mark.parametrize(
    ("attempt", "function"), [pytest.param(attempt, name, id=f"{name}-{attempt.__name__}") for attempt, name in ALLOWED]
)
def test_the_same_calls_succeed_for_the_function_they_belong_to(
    cloud: LocalCloud, attempt: Attempt, function: str
) -> None:
    attempt(cloud, function)
