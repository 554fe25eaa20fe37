"""Counts the parts of the stack in template.yaml and in the cloud, so that no part gets lost without an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tests.cloud.errors import CloudError
from tests.cloud.template import Template, of_type

Clients = Callable[[str], Any]

POLLED = ("SQS", "DynamoDB")
"""Events that Lambda polls from a source."""


@dataclass(frozen=True)
class Wiring:
    """The number of each kind of resource that starts functions."""

    routes: int
    authorizers: int
    event_sources: int
    notifications: int
    rules: int
    schedules: int


def written(template: Template, parameters: Mapping[str, str] | None = None) -> Wiring:
    """The counts in the SAM template, without the parts that these parameters switch off."""
    template = wanted(template, parameters or {})
    kinds = [
        event["Type"]
        for _, function in of_type(template, "AWS::Serverless::Function")
        for event in function.get("Events", {}).values()
    ]
    apis = [properties for _, properties in of_type(template, "AWS::Serverless::HttpApi")]
    buckets = [bucket.get("NotificationConfiguration", {}) for _, bucket in of_type(template, "AWS::S3::Bucket")]
    return Wiring(
        routes=kinds.count("HttpApi"),
        authorizers=sum(len(api.get("Auth", {}).get("Authorizers", {})) for api in apis),
        event_sources=sum(map(kinds.count, POLLED)) + number_of(template, "AWS::Lambda::EventSourceMapping"),
        notifications=sum(len(configurations) for bucket in buckets for configurations in bucket.values()),
        rules=kinds.count("EventBridgeRule") + kinds.count("Schedule") + number_of(template, "AWS::Events::Rule"),
        schedules=kinds.count("ScheduleV2") + number_of(template, "AWS::Scheduler::Schedule"),
    )


def number_of(template: Template, kind: str) -> int:
    return sum(1 for _ in of_type(template, kind))


def deployed(client: Clients) -> Wiring:
    """The counts in the cloud, which has one stack only."""
    gateway, s3, notifications = client("apigatewayv2"), client("s3"), 0
    apis = [api["ApiId"] for api in gateway.get_apis()["Items"]]
    for bucket in s3.list_buckets()["Buckets"]:
        found = s3.get_bucket_notification_configuration(Bucket=bucket["Name"])
        notifications += sum(len(value) for name, value in found.items() if name.endswith("Configurations"))
    return Wiring(
        routes=sum(len(gateway.get_routes(ApiId=api)["Items"]) for api in apis),
        authorizers=sum(len(gateway.get_authorizers(ApiId=api)["Items"]) for api in apis),
        event_sources=len(client("lambda").list_event_source_mappings()["EventSourceMappings"]),
        notifications=notifications,
        rules=len(client("events").list_rules()["Rules"]),
        schedules=len(client("scheduler").list_schedules()["Schedules"]),
    )


def wanted(template: Template, parameters: Mapping[str, str]) -> Template:
    """The template with only the resources whose condition is true."""
    given = {name: parameters.get(name, it.get("Default")) for name, it in template.get("Parameters", {}).items()}
    conditions = template.get("Conditions", {})

    def holds(value: Any) -> bool:
        if isinstance(value, str):
            return holds(conditions[value])
        ((operator, parts),) = value.items()
        if operator == "Fn::Equals":
            one, other = (given[part["Ref"]] if isinstance(part, dict) else part for part in parts)
            return bool(one == other)
        if operator == "Fn::Not":
            return not holds(parts[0])
        if operator == "Condition":
            return holds(str(parts))
        return all(map(holds, parts)) if operator == "Fn::And" else any(map(holds, parts))

    kept = {name: it for name, it in template["Resources"].items() if "Condition" not in it or holds(it["Condition"])}
    return {**template, "Resources": kept}


def require_whole(template: Template, client: Clients, parameters: Mapping[str, str] | None = None) -> None:
    """Raises CloudError with both counts if they differ."""
    due, found = asdict(written(template, parameters)), asdict(deployed(client))
    if wrong := [name for name in due if due[name] != found[name]]:
        counts = "; ".join(f"{name}: {due[name]} in the template, {found[name]} deployed" for name in wrong)
        raise CloudError(f"the local cloud lost a part of the template; {counts}")
