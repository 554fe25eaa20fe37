"""The role of each function allows nothing forbidden: the tests try such calls with the role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud.cloud import LocalCloud
from tests.template import functions, template

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


def remove_certificate(cloud: LocalCloud, function: str) -> Any:
    s3 = cloud.acting_as(function, "s3")
    return s3.delete_object(Bucket=cloud.name("Bucket"), Key="certificates/some/1.pdf")


def list_certificates(cloud: LocalCloud, function: str) -> Any:
    return cloud.acting_as(function, "s3").list_objects_v2(Bucket=cloud.name("Bucket"), Prefix="certificates/")


def find_by_verify_uuid(cloud: LocalCloud, function: str) -> Any:
    return cloud.acting_as(function, "dynamodb").query(
        TableName=cloud.name("Table"),
        IndexName="by_verify_uuid",
        KeyConditionExpression="verify_uuid = :id",
        ExpressionAttributeValues={":id": {"S": "0" * 32}},
    )


def put_report_part(cloud: LocalCloud, function: str) -> Any:
    s3 = cloud.acting_as(function, "s3")
    return s3.put_object(Bucket=cloud.name("Bucket"), Key="reports/some/certificates-0/00.csv", Body=b"")


def read_report(cloud: LocalCloud, function: str) -> Any:
    cloud.client("s3").put_object(Bucket=cloud.name("Bucket"), Key="reports/some/certificates-0.csv", Body=b"")
    return cloud.acting_as(function, "s3").get_object(
        Bucket=cloud.name("Bucket"), Key="reports/some/certificates-0.csv"
    )


def write_a_part(cloud: LocalCloud, function: str) -> Any:
    return cloud.acting_as(function, "lambda").invoke(
        FunctionName=f"{cloud.name('ReportWriting')}:live",
        Payload=b'{"course_id": "none", "shard": 0, "part": "reports/none/certificates-0/00.csv"}',
    )


def open_the_seal(cloud: LocalCloud, function: str) -> Any:
    """Decrypt the keys that sign credentials."""
    sealed = cloud.client("kms").encrypt(KeyId=cloud.name("SealingKey"), Plaintext=b"a private key")
    return cloud.acting_as(function, "kms").decrypt(CiphertextBlob=sealed["CiphertextBlob"])


def call_itself(cloud: LocalCloud, function: str) -> Any:
    return cloud.acting_as(function, "lambda").invoke(
        FunctionName=f"{cloud.name(function)}:live", InvocationType="Event", Payload=b'{"sweep": "certificates/z"}'
    )


EVERY = frozenset(name for name in functions() if "Condition" not in template()["Resources"][name])
"""Functions without a condition. `test_lms` has the others."""

READER = frozenset({"CertificateVerification", "CertificatePicture"})

DENIED: tuple[tuple[Attempt, frozenset[str]], ...] = (
    (scan_table, EVERY - {"LearnerForgetting"}),
    (delete_bucket, EVERY),
    (read_secret, EVERY),
    (read_certificate, EVERY - READER),
    (write_item, READER | {"DesignCompilation", "DocumentRemoval", "ReportWriting"}),
    (put_certificate, READER | {"DocumentRemoval", "ReportWriting", "ScheduledIssuance", "StatusLists"}),
    (remove_certificate, READER | {"DesignCompilation", "ReportWriting", "ScheduledIssuance", "StatusLists"}),
    (list_certificates, EVERY - {"DocumentRemoval"}),
    (open_the_seal, READER | {"DesignCompilation", "DocumentRemoval", "ReportWriting", "ScheduledIssuance"}),
    (put_report_part, EVERY - {"CertificateInvalidation", "InstructorRequests", "Pages", "ReportWriting"}),
    (read_report, EVERY - {"CertificateInvalidation", "InstructorRequests", "Pages"}),
    (write_a_part, EVERY - {"InstructorRequests", "Pages"}),
)

ALLOWED: tuple[tuple[Attempt, str], ...] = (
    (write_item, "LearnerRequests"),
    (put_certificate, "DesignCompilation"),
    (read_certificate, "CertificateVerification"),
    (list_certificates, "DocumentRemoval"),
    (find_by_verify_uuid, "DocumentRemoval"),
    (remove_certificate, "DocumentRemoval"),
    (call_itself, "DocumentRemoval"),
    (open_the_seal, "CertificateIssuance"),
    (put_report_part, "ReportWriting"),
    (write_a_part, "InstructorRequests"),
)


@pytest.mark.parametrize(
    ("attempt", "function"),
    [
        pytest.param(attempt, name, id=f"{name}-{attempt.__name__}")
        for attempt, names in DENIED
        for name in sorted(names)
    ],
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
