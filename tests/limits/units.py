"""Parts of a filled template, found by kind or by reference."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Resources = dict[str, dict[str, Any]]


def of(resources: Resources, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and properties of every resource of a kind."""
    for name, resource in resources.items():
        if resource["Type"] == kind:
            yield name, resource["Properties"]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def packed(document: Any) -> int:
    """The size of a policy as IAM counts it: without blanks."""
    return len(json.dumps(document, separators=(",", ":")))


def alarm_seconds(alarm: dict[str, Any]) -> list[int]:
    """The periods of an alarm's metrics."""
    return (
        [alarm["Period"]]
        if "Period" in alarm
        else [metric["MetricStat"]["Period"] for metric in alarm["Metrics"] if "MetricStat" in metric]
    )


def statements(resources: Resources) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every policy document, with the resource that it belongs to."""
    for name, resource in resources.items():
        properties = resource["Properties"]
        for document in (properties.get("PolicyDocument"), properties.get("AssumeRolePolicyDocument")):
            if document:
                yield name, document
        for policy in properties.get("Policies") or () if isinstance(properties.get("Policies"), list) else ():
            yield name, policy["PolicyDocument"]


def queue_of(resources: Resources, arn: str) -> dict[str, Any]:
    """The queue of an ARN that names its logical id."""
    return _named(resources, arn, "AWS::SQS::Queue")


def function_of(resources: Resources, reference: str) -> dict[str, Any]:
    """The function of a name, an ARN or an alias."""
    return _named(resources, reference, "AWS::Lambda::Function")


def _named(resources: Resources, reference: str, kind: str) -> dict[str, Any]:
    found = [
        (name, properties)
        for name, properties in of(resources, kind)
        if name in reference or properties.get("FunctionName", "\0") in reference
    ]
    return max(found, key=lambda pair: len(pair[0]))[1]
