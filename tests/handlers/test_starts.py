"""The modules that a function imports at its start: learners do not wait for pages of staff, the LMS or sentences."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest


@pytest.mark.parametrize(
    ("started", "unneeded"),
    [
        ("certificates.pages.table", "certificates.pages.staff"),
        ("certificates.pages.table", "certificates.lms_api"),
        ("certificates.pages.table", "certificates.issue"),
        ("certificates.pages.table", "certificates.staff_sentences"),
        ("certificates.pages.table", "pynamodb"),
        ("certificates.pages.table", "jinja2"),
        ("certificates.http.learner", "certificates.lms_api"),
        ("certificates.http.learner", "certificates.reconciliation"),
        ("certificates.http.learner", "certificates.staff_sentences"),
        ("certificates.http.learner", "zoneinfo"),
        ("certificates.http.learner", "importlib.resources"),
        ("certificates.http.invalidations", "certificates.lms_api"),
        ("certificates.http.invalidations", "certificates.rules.jobs"),
        ("certificates.http.verification", "certificates.rules.jobs"),
        ("certificates.aws.certificate_store", "html"),
        ("certificates.aws.certificate_store", "botocore.docs.bcdoc"),
    ],
)
def test_functions_that_learners_wait_for_start_without_rare_modules(started: str, unneeded: str) -> None:
    assert [name for name in modules_after(started) if name.startswith(unneeded)] == []


@cache
def modules_after(started: str) -> list[str]:
    """The modules of a new process that has imported this one."""
    asked = f"import sys, {started}; print(*sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    modules = done.stdout.split()
    assert started in modules
    return modules


def test_boto3_works_beside_clients_that_have_no_documentation() -> None:
    """powertools makes its client of DynamoDB with boto3."""
    asked = """
import certificates.aws.certificate_store, boto3, botocore.docs
client = boto3.client("dynamodb", "eu-west-1")
print(client.meta.service_model.service_name, boto3.resource("dynamodb", "eu-west-1").Table("t").name)
print(bool(botocore.docs.DEPRECATED_SERVICE_NAMES), repr(client.get_item.__doc__))
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "dynamodb t\nTrue ''\n"
