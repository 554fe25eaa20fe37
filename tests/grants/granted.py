"""The grants of each function in template.yaml, with SAM's additions to its role.

A grant is an IAM action and a resource, by logical id: `Table`, `Table/index/by_kind`, `Bucket/designs/*`, `JobsQueue`,
`IssuanceSchedules/*`. The listing of a bucket is granted by prefix, `Bucket?designs/`, and a role is passed to a
service, `SchedulerRole to scheduler.amazonaws.com`. Items with staff need a grant of their own, `Table of STAFF`; a
grant for the table means all other items. A function may be granted `Table of WEBHOOK` alone, or other beginnings of
keys. Mail is sent with a configuration set and as an identity, `identity/* from MailFrom`. A managed policy is one
grant: its name, for everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.cloud.template import expanded_by_sam
from tests.template import ROOT, functions

Grant = tuple[str, str]

_ARN = re.compile(
    r"^arn:\$\{AWS::Partition\}:\w+:(\$\{AWS::Region\}:\$\{AWS::AccountId\})?:(:|function:|schedule/|table/|(?=identity/)|configuration-set/)"
)
_STACK = "${AWS::StackName}-"
ALIAS = "Aliaslive"
"""SAM's suffix of a function's logical id for its alias, which callers call."""


def granted(function: str) -> set[Grant]:
    """What the role of this function allows."""
    role = _resources()[f"{function}Role"]["Properties"]
    managed = {(arn.rsplit("/", 1)[1], "*") for arn in role.get("ManagedPolicyArns", ())}
    documents = [policy["PolicyDocument"] for policy in role.get("Policies", ())]
    parts = [part for document in documents for part in document["Statement"]]
    # Grants on the condition of an LMS are included.
    whole = [part["Fn::If"][1] if "Fn::If" in part else part for part in parts]
    return managed | {grant for part in whole for grant in _grants(part)}


def used_by_lambda(function: str) -> set[Grant]:
    """Calls of Lambda itself with this role: write logs and traces, read its events, report failures."""
    properties = functions()[function]
    events = list(properties.get("Events", {}).values())
    used = {("AWSLambdaBasicExecutionRole", "*")}
    used |= {(_READERS[event["Type"]], "*") for event in events if event["Type"] in _READERS}
    if properties.get("Tracing") == "Active":
        used.add(("AWSXrayWriteOnlyAccess", "*"))
    for source in (properties.get("EventInvokeConfig", {}), *(event["Properties"] for event in events)):
        if destination := source.get("DestinationConfig", {}).get("OnFailure"):
            used.add(("sqs:SendMessage", _resource(destination["Destination"])))
    return used


_READERS = {"SQS": "AWSLambdaSQSQueueExecutionRole", "DynamoDB": "AWSLambdaDynamoDBExecutionRole"}


def by_name() -> dict[str, str]:
    """The logical ids of the functions that have a name, by what follows the stack's in it."""
    named = {name: properties.get("FunctionName") for name, properties in functions().items()}
    plain = {given["Fn::Sub"].removeprefix(_STACK): name for name, given in named.items() if given}
    return plain | {f"{name}:live": logical_id for name, logical_id in plain.items()}


@cache
def _resources() -> dict[str, Any]:
    resources: dict[str, Any] = expanded_by_sam(ROOT / "template.yaml", dict.fromkeys(functions(), "code"))["Resources"]
    return resources


def _grants(statement: dict[str, Any]) -> Iterator[Grant]:
    assert statement["Effect"] == "Allow", statement
    for action in _listed(statement["Action"]):
        for resource in map(_resource, _listed(statement["Resource"])):
            yield from ((action, resource + limit) for limit in _limits(statement.get("Condition", {})))


def _limits(condition: dict[str, Any]) -> list[str]:
    """The part of a resource that a condition allows. Other kinds of conditions must be added here first."""
    limits = [""]
    for operator, values in condition.items():
        for key, value in values.items():
            sign = _SIGNS[key]
            limits = [""] if "Not" in operator else [sign + _limit(limit) for limit in _listed(value)]
    return limits


_SIGNS = {
    "s3:prefix": "?",
    "iam:PassedToService": " to ",
    "dynamodb:LeadingKeys": " of ",
    "ses:FromAddress": " from ",
}


def _limit(value: Any) -> str:
    return value.removesuffix("*") if isinstance(value, str) else str(value["Ref"])


def _resource(value: Any) -> str:
    if isinstance(value, str):
        return value
    if attribute := value.get("Fn::GetAtt"):
        named = str(attribute if isinstance(attribute, str) else ".".join(attribute))
        return named.removesuffix(".Arn").removesuffix("InUse.Value")
    if reference := value.get("Ref"):
        return str(reference).removesuffix(ALIAS)
    text = _ARN.sub("", value["Fn::Sub"])
    if text.startswith(_STACK):
        return by_name()[text.removeprefix(_STACK)]
    return re.sub(r"\$\{(\w+?)(InUse\.Value|\.Arn)?\}", r"\1", text)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
