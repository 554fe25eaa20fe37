"""The built functions run as on Lambda: from their own layers, in a read-only root, without privileges."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from certificates.aws.renderer import compiled_key
from certificates.designs.run_design import design_key
from certificates.rendering.compile import compile_design
from certificates.rendering.full import render
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF, LEARNER
from tests.cloud.sample import RUN
from tests.packaging import lambda_root
from tests.packaging.building import BuiltStack
from tests.packaging.examples import DESIGN, EVENTS, FIELDS, INTERFACE


def over_http(cloud: LocalCloud, function: str) -> httpx.Response:
    """A request for this function of the interface."""
    with cloud.http(LEARNER) as learner, cloud.http(COURSE_STAFF) as staff:
        match function:
            case "LearnerRequests":
                return learner.get(f"{RUN}/certificate")
            case "InstructorRequests":
                return staff.get(RUN)
            case "CertificateInvalidation":
                return staff.get(f"{RUN}/invalidations")
            case "CertificateVerification":
                return httpx.get(learner.post(f"{RUN}/certificate").json()["links"]["page"])
            case "CertificatePicture":
                return httpx.get(learner.post(f"{RUN}/certificate").json()["links"]["page"] + "/picture")
            case "Pages":
                return httpx.get(f"{cloud.api_url}/verify")
    raise LookupError(function)


def invoke(cloud: LocalCloud, function: str, event: Any) -> Any:
    answer = cloud.client("lambda").invoke(FunctionName=cloud.name(function), Payload=json.dumps(event).encode())
    said = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, said
    return said


@pytest.mark.parametrize("function", INTERFACE)
def test_a_function_of_the_interface_answers(cloud: LocalCloud, function: str) -> None:
    answer = over_http(cloud, function)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("function", EVENTS)
def test_a_function_behind_queue_stream_schedule_or_another_answers(cloud: LocalCloud, function: str) -> None:
    event, done = EVENTS[function]
    assert invoke(cloud, function, event) == done


def test_no_function_is_left_out(built: BuiltStack) -> None:
    # These functions need an LMS, or receivers of changes: tests/stack runs them.
    telling = {"ChangeEvents", "CertificateMail", "MailOutcomes", "WebhookDelivery", "WebhookRequests"}
    on_a_condition = {"Reconciliation", *telling}
    known = {*INTERFACE, *EVENTS, "DesignCompilation", *on_a_condition}
    assert known == {function.name for function in built.functions()}


@pytest.fixture(scope="module")
def stored_design(cloud: LocalCloud) -> str:
    """The digest of DESIGN in the bucket."""
    digest = DESIGN.digest()
    cloud.client("s3").put_object(Bucket=cloud.name("Bucket"), Key=design_key(digest), Body=DESIGN.to_json().encode())
    return digest


def stored(cloud: LocalCloud, key: str) -> bytes:
    return bytes(cloud.client("s3").get_object(Bucket=cloud.name("Bucket"), Key=key)["Body"].read())


def test_a_page_of_twelve_scripts_is_the_one_made_here_byte_for_byte(cloud: LocalCloud, stored_design: str) -> None:
    key = "certificates/3f2b8c1e9a474d528e601b7c5a2d9f03/1-0.pdf"
    request = {"action": "render", "design": stored_design, "fields": FIELDS.to_json(), "document": key}
    assert invoke(cloud, "DesignCompilation", request) == {"version": 1}
    assert stored(cloud, key) == render(DESIGN, FIELDS)


def test_a_compiled_design_is_the_one_made_here_byte_for_byte(cloud: LocalCloud, stored_design: str) -> None:
    assert invoke(cloud, "DesignCompilation", {"action": "compile", "design": stored_design}) == {"version": 1}
    assert stored(cloud, compiled_key(stored_design)) == compile_design(DESIGN)


LOOK_AROUND = """
import ctypes, json, os
def refused(path):
    try:
        open(path, "w")
    except OSError as error:
        return type(error).__name__ + str(error.errno)
def loads(library):
    try:
        return bool(ctypes.CDLL(library))
    except OSError:
        return False
open("/tmp/scratch", "w").close()
print(json.dumps({
    "user": os.getuid(), "home": os.environ.get("HOME"),
    "refused": {refused(folder + "scratch") for folder in ("/", "/opt/", "/opt/python/", "/var/task/", "/var/lang/")},
    "pango": loads("libpango-1.0.so.0"),
}, default=list))
"""
PATH = ["/var/task", "/opt/python"]
READ_ONLY = "OSError30"


@pytest.mark.parametrize(("function", "has_pango"), [("DesignCompilation", True), ("LearnerRequests", False)])
def test_a_function_sees_only_its_layers_and_a_folder_for_scratch(
    built: BuiltStack, root: Path, function: str, has_pango: bool
) -> None:
    chosen = next(each for each in built.functions() if each.name == function)
    command = [*lambda_root.python(root, chosen.task, chosen.layers), "-c", LOOK_AROUND]
    seen = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert seen == {"user": 993, "home": None, "refused": [READ_ONLY], "pango": has_pango}


HEAVY = ["aws_lambda_powertools.event_handler", "boto3", "botocore.client", "pynamodb", "pydantic", "weasyprint", "PIL"]
"""Each of these takes a good part of a cold start, so it is imported at its first use."""


@pytest.mark.parametrize(
    "function",
    [
        "LearnerRequests",
        "Pages",
        "CertificateInvalidation",
        "CertificateVerification",
        "DocumentRemoval",
        "DesignCompilation",
    ],
)
def test_a_function_starts_without_modules_that_it_may_never_need(built: BuiltStack, root: Path, function: str) -> None:
    chosen = next(each for each in built.functions() if each.name == function)
    loaded = f"import app, sys; print([name for name in {HEAVY} if name in sys.modules])"
    command = [
        *lambda_root.python(root, chosen.task, chosen.layers),
        "-c",
        f"import sys; sys.path[:0] = {PATH}; {loaded}",
    ]
    settings = {"POWERTOOLS_SERVICE_NAME": "certificates"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **settings})
    assert done.stdout.strip() == "[]"
