"""Deploys a SAM template into the running cloud: packages, one CloudFormation stack, and a check that all is there."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tests.cloud import artefacts, expected, template
from tests.cloud.errors import CloudError
from tests.cloud.expected import Clients
from tests.cloud.server import REGION

STACK = "certificates"
DEPLOY_SECONDS = 600
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]


@dataclass(frozen=True)
class Stack:
    """A deployed stack: the physical ids of its resources by logical id (for a queue, its URL), and its outputs."""

    resources: Mapping[str, str]
    outputs: Mapping[str, str]


def deploy(
    path: Path,
    parameters: Mapping[str, str],
    build: artefacts.Build,
    client: Clients,
    packaging: artefacts.Packaging = artefacts.package,
    mailbox: str = "",
) -> Stack:
    """Deploys a new stack, or upgrades the deployed one; functions send mail to `mailbox`.

    Raises CloudError with CloudFormation's reasons.
    """
    source = template.read(path)
    keys = upload_code(path, source, build, client("s3"), packaging)
    known = {name: value for name, value in parameters.items() if name in source.get("Parameters", {})}
    local = template.localised(path, keys, known, mailbox)
    run_stack(local, known, client)
    stack = described(client("cloudformation"))
    reserve_concurrency(local, stack, client("lambda"))
    expected.require_whole(source, client, known)
    return stack


def upload_code(
    path: Path, source: template.Template, build: artefacts.Build, s3: Any, packaging: artefacts.Packaging
) -> dict[str, str]:
    """Puts every function's archive into the bucket of artefacts; returns their keys by logical id."""
    if template.ARTEFACTS not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=template.ARTEFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})
    keys = {}
    for function in template.functions(source):
        packaged = packaging(function, path.parent, template.layers(source), build)
        s3.put_object(Bucket=template.ARTEFACTS, Key=packaged.key, Body=packaged.content)
        keys[function.logical_id] = packaged.key
    return keys


def run_stack(local: template.Template, parameters: Mapping[str, str], client: Clients) -> None:
    formation, s3 = client("cloudformation"), client("s3")
    s3.put_object(Bucket=template.ARTEFACTS, Key="template.json", Body=json.dumps(local))
    request = {
        "StackName": STACK,
        # By address: a template in the request may have at most 51,200 bytes.
        "TemplateURL": f"{s3.meta.endpoint_url}/{template.ARTEFACTS}/template.json",
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        "Capabilities": CAPABILITIES,
    }
    if exists(formation):
        formation.update_stack(**request)
    else:
        formation.create_stack(**request)
    await_stack(formation)


def exists(formation: Any) -> bool:
    try:
        formation.describe_stacks(StackName=STACK)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return False
    return True


def await_stack(formation: Any) -> None:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while (status := formation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]).endswith("IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise CloudError(f"the stack is still {status} after {DEPLOY_SECONDS} seconds")
        time.sleep(0.05)
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
        reasons = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed]
        raise CloudError(f"the stack ended as {status}: " + "; ".join(reasons))


def described(formation: Any) -> Stack:
    resources = formation.describe_stack_resources(StackName=STACK)["StackResources"]
    outputs = formation.describe_stacks(StackName=STACK)["Stacks"][0].get("Outputs", [])
    return Stack(
        resources={resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources},
        outputs={output["OutputKey"]: output["OutputValue"] for output in outputs},
    )


def reserve_concurrency(local: template.Template, stack: Stack, functions: Any) -> None:
    """Sets each function's ReservedConcurrentExecutions, which ministack's CloudFormation leaves out.

    Only numbers: a value from a parameter reserves nothing by default.
    """
    for logical_id, properties in template.of_type(local, "AWS::Lambda::Function"):
        if isinstance(reserved := properties.get("ReservedConcurrentExecutions"), int):
            functions.put_function_concurrency(
                FunctionName=stack.resources[logical_id], ReservedConcurrentExecutions=reserved
            )
