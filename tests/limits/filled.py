"""template.yaml as CloudFormation sees it in one region: expanded by SAM, with every parameter and function filled in.

Values that only AWS knows (an ARN, an address, an id) are replaced by examples of the same form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.translator import arn_generator  # type: ignore[import-untyped]

from tests.cloud.template import Template, by_sam, of_type, read
from tests.template import ROOT

ACCOUNT = "123456789012"
STACK_UUID = "7a3c1e50-94d1-11f0-8d3a-0affd2b1c0de"
REGIONS = ("eu-west-1", "us-east-1", "eu-central-2", "ap-southeast-3", "cn-north-1", "us-gov-west-1")
"""An old region, the oldest one, two that are newer than 2019 (an account must turn them on), and both other
partitions."""

LONGEST_STACK_NAME = "Certificates-of-the-Open-University-of-Ny"
"""The longest name that the README allows, with capitals."""

LAYER = "s3://artefacts/layer.zip"
"""The content of every layer, as `sam package` writes it."""

NOTHING = object()


@dataclass(frozen=True)
class Place:
    """The region, account and name of a stack."""

    region: str = "eu-west-1"
    stack: str = "certificates"

    @property
    def partition(self) -> str:
        others = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
        return others.get(self.region.rpartition("-")[0].rpartition("-")[0], "aws")

    @property
    def suffix(self) -> str:
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def pseudo(self) -> dict[str, Any]:
        stack_id = f"arn:{self.partition}:cloudformation:{self.region}:{ACCOUNT}:stack/{self.stack}/{STACK_UUID}"
        return {
            "AWS::AccountId": ACCOUNT,
            "AWS::NoValue": NOTHING,
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackId": stack_id,
            "AWS::StackName": self.stack,
            "AWS::URLSuffix": self.suffix,
        }


def expanded(path: Path = ROOT / "template.yaml", region: str = "eu-west-1", **parameters: str) -> Template:
    """The template after SAM's transform, still with functions and conditions. SAM knows the parameters."""
    template = read(path)
    for _, properties in of_type(template, "AWS::Serverless::Function"):
        properties["CodeUri"] = "s3://artefacts/code.zip"
    for _, properties in of_type(template, "AWS::Serverless::LayerVersion"):
        properties["ContentUri"] = LAYER
    # SAM reads the region from the environment once.
    for remembered in (arn_generator._get_region_from_session, arn_generator._region_to_partition):
        remembered.cache_clear()
    return by_sam(template, parameters, region)


@cache
def _expanded_once(region: str) -> Template:
    return expanded(region=region)


def stack(place: Place | None = None, **parameters: str) -> dict[str, dict[str, Any]]:
    """The resources that a deployment with these parameters makes, by logical id."""
    place = place or Place()
    return filled(deepcopy(_expanded_once(place.region)), place, parameters)


def outputs(place: Place | None = None, **parameters: str) -> dict[str, Any]:
    """The outputs of such a deployment."""
    place = place or Place()
    template = deepcopy(_expanded_once(place.region))
    filling = Filling(template, place, parameters)
    given = template["Outputs"].items()
    return {name: filling.value(it["Value"]) for name, it in given if filling.holds(it.get("Condition"))}


def filled(template: Template, place: Place, parameters: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    filling = Filling(template, place, parameters)
    return {
        name: {**resource, "Properties": filling.value(resource.get("Properties", {}))}
        for name, resource in template["Resources"].items()
        if filling.holds(resource.get("Condition"))
    }


class Filling:
    """CloudFormation's functions that the template uses. Raises KeyError for any other."""

    def __init__(self, template: Template, place: Place, parameters: Mapping[str, str]) -> None:
        unknown = set(parameters) - set(template["Parameters"])
        assert not unknown, unknown
        self.template, self.place, self.pseudo = template, place, place.pseudo()
        self.parameters = {name: it.get("Default") for name, it in template["Parameters"].items()} | dict(parameters)

    def holds(self, condition: str | None) -> bool:
        return condition is None or self.value(self.template["Conditions"][condition]) is True

    def value(self, given: Any) -> Any:
        if isinstance(given, list):
            return [value for value in map(self.value, given) if value is not NOTHING]
        if not isinstance(given, dict):
            return given
        if len(given) == 1 and (function := next(iter(given))) in FUNCTIONS:
            return FUNCTIONS[function](self, given[function])
        values = {name: self.value(value) for name, value in given.items()}
        return {name: value for name, value in values.items() if value is not NOTHING}

    def ref(self, name: str) -> Any:
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            kind = self.template["Parameters"][name]["Type"]
            value = self.parameters[name]
            return int(value) if kind == "Number" else value
        self._require(name)
        resource = self.template["Resources"][name]
        example = REFERENCES.get(resource["Type"], "{stack}-{name}-1ABCDEFGHIJKL")
        return self._example(example, name)

    def attribute(self, given: Any) -> Any:
        name, attribute = given.split(".", 1) if isinstance(given, str) else given
        self._require(name)
        resource = self.template["Resources"][name]
        if resource["Type"] == "AWS::SSM::Parameter" and attribute == "Value":
            return self.value(resource["Properties"]["Value"])
        if attribute == "Arn" and (named := resource.get("Properties", {}).get("FunctionName")):
            return f"{self._example('arn:{partition}:lambda:{region}:{account}:function:', name)}{self.value(named)}"
        return self._example(ATTRIBUTES[resource["Type"], attribute], name)

    def _require(self, name: str) -> None:
        condition = self.template["Resources"][name].get("Condition")
        assert self.holds(condition), f"{name} is named, and is not made"

    def _example(self, form: str, name: str) -> str:
        place = self.place
        return form.format(
            stack=place.stack,
            name=name,
            lower=f"{place.stack}-{name}".lower()[:50],
            region=place.region,
            partition=place.partition,
            suffix=place.suffix,
            account=ACCOUNT,
        )

    def substituted(self, given: Any) -> str:
        text, own = given if isinstance(given, list) else (given, {})

        def one(found: re.Match[str]) -> str:
            name = found.group(1)
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return str(self.value(own[name]))
            return str(self.attribute(name) if "." in name else self.ref(name))

        return re.sub(r"\$\{([^}]+)\}", one, text)

    def chosen(self, given: Any) -> Any:
        condition, if_true, if_false = given
        return self.value(if_true if self.holds(condition) else if_false)


FUNCTIONS: dict[str, Any] = {
    "Ref": Filling.ref,
    "Fn::GetAtt": Filling.attribute,
    "Fn::Sub": Filling.substituted,
    "Fn::If": Filling.chosen,
    "Fn::Join": lambda self, given: given[0].join(self.value(given[1])),
    "Fn::Split": lambda self, given: self.value(given[1]).split(given[0]),
    "Fn::Select": lambda self, given: self.value(given[1])[int(given[0])],
    "Fn::Equals": lambda self, given: str(self.value(given[0])) == str(self.value(given[1])),
    "Fn::Not": lambda self, given: not self.value(given[0]),
    "Fn::And": lambda self, given: all(map(self.value, given)),
    "Fn::Or": lambda self, given: any(map(self.value, given)),
    "Condition": Filling.holds,
}

REFERENCES = {
    "AWS::SQS::Queue": "https://sqs.{region}.{suffix}/{account}/{stack}-{name}-1ABCDEFGHIJKL",
    "AWS::SNS::Topic": "arn:{partition}:sns:{region}:{account}:{stack}-{name}-1ABCDEFGHIJKL",
    "AWS::SecretsManager::Secret": "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-1ABC-abcdef",
    "AWS::Cognito::UserPool": "{region}_Abcdefghi",
    "AWS::Cognito::UserPoolClient": "1abcdefghijklmnopqrstuvwxy",
    "AWS::ApiGatewayV2::Api": "a1b2c3d4e5",
    "AWS::ApiGatewayV2::Stage": "$default",
    "AWS::S3::Bucket": "{lower}-1abcdefghijk",
    "AWS::Lambda::LayerVersion": "arn:{partition}:lambda:{region}:{account}:layer:{name}:7",
    "AWS::Lambda::Alias": "arn:{partition}:lambda:{region}:{account}:function:{stack}-{name}:live",
    "AWS::SSM::Parameter": "/{stack}/{name}",
}
"""The values of Ref that are not made from the names of stack and resource."""

ATTRIBUTES = {
    ("AWS::DynamoDB::Table", "Arn"): "arn:{partition}:dynamodb:{region}:{account}:table/{stack}-{name}-1ABCDEFGHIJKL",
    ("AWS::DynamoDB::Table", "StreamArn"): (
        "arn:{partition}:dynamodb:{region}:{account}:table/{stack}-{name}-1ABCDEFGHIJKL/stream/2026-11-28T00:00:00.000"
    ),
    ("AWS::S3::Bucket", "Arn"): "arn:{partition}:s3:::{lower}-1abcdefghijk",
    ("AWS::SQS::Queue", "Arn"): "arn:{partition}:sqs:{region}:{account}:{stack}-{name}-1ABCDEFGHIJKL",
    ("AWS::SQS::Queue", "QueueName"): "{stack}-{name}-1ABCDEFGHIJKL",
    ("AWS::IAM::Role", "Arn"): "arn:{partition}:iam::{account}:role/{stack}-{name}-1ABCDEFGHIJKL",
    ("AWS::KMS::Key", "Arn"): "arn:{partition}:kms:{region}:{account}:key/12345678-1234-1234-1234-123456789012",
    ("AWS::Lambda::Function", "Arn"): "arn:{partition}:lambda:{region}:{account}:function:{stack}-{name}-1ABCDEF",
    ("AWS::Lambda::Version", "Version"): "1",
    ("AWS::Logs::LogGroup", "Arn"): "arn:{partition}:logs:{region}:{account}:log-group:{stack}-{name}-1ABCDEFGHIJKL:*",
    ("AWS::Events::Rule", "Arn"): "arn:{partition}:events:{region}:{account}:rule/{stack}-{name}-1ABCDEFGHIJKL",
    ("AWS::Events::EventBus", "Arn"): "arn:{partition}:events:{region}:{account}:event-bus/{stack}-changes",
    ("AWS::ApiGatewayV2::DomainName", "RegionalDomainName"): "d-abcdefghij.execute-api.{region}.{suffix}",
    ("AWS::ApiGatewayV2::DomainName", "RegionalHostedZoneId"): "Z1ABCDEFGHIJKL",
}
