"""template.yaml as the local cloud can deploy it: the one place where local and AWS differ.

SAM's own translator expands the template. What is adapted then is what ministack 1.5 does otherwise than AWS:

- It would run `python3.13` functions in its own interpreter, its own packages in sight: functions become
  `provided.al2023` with a bootstrap (artefacts.py), their layers are folders on its path.
- It ignores the OpenAPI body of an HTTP API: routes, integrations and the authorizer become resources of their own.
- It reads a CORS configuration as the API spells it (camelCase), not as CloudFormation does; the body has it that way.
- It puts every schedule under the default group when it asks whether a role may touch it: policies name any group.
- It asks for sqs:SendMessageBatch, which is no action of IAM's: it is granted with sqs:SendMessage.
- It knows no alarm on an expression over several metrics: those are left out.
- It speaks HTTP: statements that refuse requests without TLS are left out.
- It knows no metric math: an alarm on several metrics watches the first of them.
- It runs on loopback without TLS, and so does the issuer of tokens: parameters for addresses take http here.
- It takes a parameter that is a number for text: the number itself stands in its place, a text in the environment.
- What is developed with it runs on this machine: receivers of webhooks may be on its loopback, without TLS.
- Its SES keeps no headers and no tags, and publishes no events: functions send mail to tests/cloud/mailbox.py.
- Its functions share the processors of this machine with everything that runs here: short times are longer.
- It gives an API a random id, unless a tag names one: the address is known before anything is deployed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml
from samtranslator.translator.transform import transform  # type: ignore[import-untyped]
from samtranslator.yaml_helper import intrinsics_multi_constructor  # type: ignore[import-untyped]

from tests.cloud.server import REGION

API_ID = "ce271f1c"  # eight hexadecimal digits, or ministack's host-based address would not match
ARTEFACTS = "local-artefacts"

SHORTEST_SECONDS = 120
"""The least time that a function may take here. On AWS each has a processor of its own. Here dozens may share two: the
report of a large run begins sixteen processes at once.
"""
SHORT_SECONDS = 30
"""Functions that answer a request, whose time is made longer. Others have enough, or must end as on AWS."""

Template = dict[str, Any]


@dataclass(frozen=True)
class Function:
    """A function of the template: its folder, and the ids of its layers in the order in which they cover /opt."""

    logical_id: str
    folder: str
    layers: tuple[str, ...]


class _Loader(yaml.CSafeLoader):
    """SAM's own loader, in C."""


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


def read(path: Path) -> Template:
    template: Template = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a safe loader
    return template


def functions(template: Template) -> tuple[Function, ...]:
    """The functions of a SAM template, before its transform."""
    common = template.get("Globals", {}).get("Function", {})
    return tuple(
        Function(
            logical_id,
            folder=str(properties["CodeUri"]),
            layers=tuple(layer["Ref"] for layer in [*common.get("Layers", ()), *properties.get("Layers", ())]),
        )
        for logical_id, properties in of_type(template, "AWS::Serverless::Function")
    )


def layers(template: Template) -> dict[str, str]:
    """The layers of a SAM template and their folders, by logical id."""
    return {name: str(layer["ContentUri"]) for name, layer in of_type(template, "AWS::Serverless::LayerVersion")}


def of_type(template: Template, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield logical_id, resource.get("Properties", {})


def expanded_by_sam(path: Path, keys: Mapping[str, str], parameters: Mapping[str, str] | None = None) -> Template:
    """The template at `path` as CloudFormation gets it.

    `keys` names the object with each function's code. SAM has the `parameters` at hand, as CloudFormation hands them.
    """
    template = read(path)
    for logical_id, properties in of_type(template, "AWS::Serverless::Function"):
        properties["CodeUri"] = f"s3://{ARTEFACTS}/{keys[logical_id]}"
    for logical_id, properties in of_type(template, "AWS::Serverless::LayerVersion"):
        properties["ContentUri"] = f"s3://{ARTEFACTS}/{logical_id}.zip"
    return by_sam(template, parameters or {}, REGION)


def by_sam(template: Template, parameters: Mapping[str, str], region: str) -> Template:
    """The template after SAM's transform in a region. SAM changes the given one."""
    with (
        patch.dict(os.environ, {"AWS_DEFAULT_REGION": region}),  # SAM reads the partition from the environment
        patch("samtranslator.open_api.open_api._deepcopy", _uncopied),
    ):
        expanded: Template = transform(template, dict(parameters), NoManagedPolicies())
    return expanded


def _uncopied(document: Any) -> Any:
    """SAM copies the whole OpenAPI document for every route, and nobody keeps the document before: three quarters of
    the time of its transform.
    """
    return document


def localised(
    path: Path, keys: Mapping[str, str], parameters: Mapping[str, str] | None = None, mailbox: str = ""
) -> Template:
    """The template at `path`, expanded by SAM and adapted.

    `keys` names the object with each function's code, `parameters` are those that differ from their defaults, `mailbox`
    is where functions send mail.
    """
    expanded = expanded_by_sam(path, keys, parameters)
    resources = expanded["Resources"]
    for logical_id, _ in list(of_type(expanded, "AWS::Lambda::LayerVersion")):
        del resources[logical_id]
    for logical_id, properties in list(of_type(expanded, "AWS::CloudWatch::Alarm")):
        if "Metrics" in properties:
            del resources[logical_id]
    for _, properties in of_type(expanded, "AWS::Lambda::Function"):
        properties["Runtime"] = "provided.al2023"
        if properties.get("Timeout", 0) <= SHORT_SECONDS:
            properties["Timeout"] = SHORTEST_SECONDS
        variables = properties.get("Environment", {}).get("Variables", {})
        if "WEBHOOK_LOOPBACK" in variables:
            variables["WEBHOOK_LOOPBACK"] = "true"
        properties.pop("Layers", None)
    for _, properties in of_type(expanded, "AWS::CloudWatch::Alarm"):
        properties |= first_metric(properties.pop("Metrics", ()))
    for logical_id, _ in list(of_type(expanded, "AWS::ApiGatewayV2::Api")):
        resources.update(http_api(logical_id, resources[logical_id]["Properties"]))
    for parameter in expanded.get("Parameters", {}).values():
        if "https" in parameter.get("AllowedPattern", ""):
            parameter["AllowedPattern"] = parameter["AllowedPattern"].replace("https:", "https?:")
    numbers = {
        name: int((parameters or {}).get(name, parameter["Default"]))
        for name, parameter in expanded.get("Parameters", {}).items()
        if parameter["Type"] == "Number"
    }
    expanded["Resources"] = with_numbers(without_tls(as_ministack_asks(resources)), numbers)
    for _, properties in of_type(expanded, "AWS::Lambda::Function"):
        variables = properties["Environment"]["Variables"]
        variables |= {name: str(value) for name, value in variables.items() if isinstance(value, int)}
        if mailbox:
            variables["AWS_ENDPOINT_URL_SESV2"] = mailbox
    return expanded


class NoManagedPolicies:
    """Takes the place of SAM's list of managed policies, which SAM would get from IAM. The template names none."""

    def load(self) -> dict[str, str]:
        return {}


def with_numbers(value: Any, numbers: Mapping[str, int]) -> Any:
    """The same value, with numbers instead of references to numeric parameters."""
    if isinstance(value, dict):
        if set(value) == {"Ref"} and value["Ref"] in numbers:
            return numbers[value["Ref"]]
        return {name: with_numbers(part, numbers) for name, part in value.items()}
    return [with_numbers(part, numbers) for part in value] if isinstance(value, list) else value


def first_metric(metrics: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The properties of an alarm with only its first metric, made from an alarm with metric math."""
    for metric in metrics:
        if measured := metric.get("MetricStat"):
            return {**measured["Metric"], "Period": measured["Period"], "Statistic": measured["Stat"]}
    return {}


def as_ministack_asks(value: Any) -> Any:
    """The same value, with every policy in the form that ministack checks."""
    if isinstance(value, dict):
        value = {name: as_ministack_asks(part) for name, part in value.items()}
        actions = [value["Action"]] if isinstance(value.get("Action"), str) else value.get("Action", [])
        return value | {"Action": [*actions, "sqs:SendMessageBatch"]} if "sqs:SendMessage" in actions else value
    if isinstance(value, list):
        return [as_ministack_asks(part) for part in value]
    return re.sub(r":schedule/[^/]+/", ":schedule/*/", value) if isinstance(value, str) else value


def without_tls(resources: dict[str, Any]) -> dict[str, Any]:
    """The resources without statements about `aws:SecureTransport`, and without policies that have nothing else."""
    kept = {}
    for logical_id, resource in resources.items():
        document = resource.get("Properties", {}).get("PolicyDocument")
        if document and "aws:SecureTransport" in str(document):
            said = [part for part in document["Statement"] if "aws:SecureTransport" not in str(part.get("Condition"))]
            if not said:
                continue
            document["Statement"] = said
        kept[logical_id] = resource
    return kept


def http_api(api: str, properties: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The API, and the resources that its OpenAPI body describes."""
    body = properties.pop("Body")
    properties |= {"Name": api, "ProtocolType": "HTTP", "Tags": {"ms-custom-id": API_ID}}
    properties.pop("FailOnWarnings", None)
    if cors := body.get("x-amazon-apigateway-cors"):
        properties["CorsConfiguration"] = cors
    resources = {api: {"Type": "AWS::ApiGatewayV2::Api", "Properties": properties}}
    authorizers = {}
    for name, scheme in body.get("components", {}).get("securitySchemes", {}).items():
        authorizers[name] = f"{api}Authorizer{name}"
        resources[authorizers[name]] = authorizer(api, name, scheme["x-amazon-apigateway-authorizer"])
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            logical_id = f"{api}{method.title()}{''.join(filter(str.isalnum, path.title()))}"
            resources |= route(api, logical_id, f"{method.upper()} {path}", operation, authorizers)
    return resources


def authorizer(api: str, name: str, described: dict[str, Any]) -> dict[str, Any]:
    jwt = described["jwtConfiguration"]
    return {
        "Type": "AWS::ApiGatewayV2::Authorizer",
        "Properties": {
            "ApiId": {"Ref": api},
            "Name": name,
            "AuthorizerType": "JWT",
            "IdentitySource": [described["identitySource"]],
            "JwtConfiguration": {"Issuer": jwt["issuer"], "Audience": jwt["audience"]},
        },
    }


def route(
    api: str, logical_id: str, key: str, operation: dict[str, Any], authorizers: dict[str, str]
) -> dict[str, dict[str, Any]]:
    integration = operation["x-amazon-apigateway-integration"]
    # One for all routes of a function: a stack has 500 resources at most, and a route on AWS is none.
    shared = f"{api}Integration{hashlib.sha256(json.dumps(integration, sort_keys=True).encode()).hexdigest()[:12]}"
    properties: dict[str, Any] = {
        "ApiId": {"Ref": api},
        "RouteKey": key.replace("X-AMAZON-APIGATEWAY-ANY-METHOD", "ANY"),
        "Target": {"Fn::Sub": f"integrations/${{{shared}}}"},
    }
    for requirement in operation.get("security", ()):
        for name, scopes in requirement.items():
            if name in authorizers:  # SAM writes NONE for a public route
                properties |= {
                    "AuthorizationType": "JWT",
                    "AuthorizerId": {"Ref": authorizers[name]},
                    "AuthorizationScopes": scopes,
                }
    return {
        shared: {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": api},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": integration["uri"],
                "PayloadFormatVersion": integration["payloadFormatVersion"],
            },
        },
        logical_id: {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties},
    }
