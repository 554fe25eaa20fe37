"""template.yaml as a value: tests build their table and their expectations from it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent


class _Loader(yaml.CSafeLoader):
    pass


def _intrinsic(loader: yaml.CSafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    return {"Ref" if suffix == "Ref" else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)  # type: ignore[no-untyped-call]


@cache
def template() -> dict[str, Any]:
    """The template as written, before SAM's transform; intrinsic functions in their long form."""
    return dict(yaml.load((ROOT / "template.yaml").read_text(), Loader=_Loader))  # noqa: S506 - a safe loader


def resource(logical_id: str) -> dict[str, Any]:
    return dict(template()["Resources"][logical_id]["Properties"])


def functions() -> dict[str, dict[str, Any]]:
    """Logical id to properties of every function."""
    found = template()["Resources"].items()
    return {name: value["Properties"] for name, value in found if value["Type"] == "AWS::Serverless::Function"}


def routes() -> set[tuple[str, str]]:
    """Method and path of every HTTP event."""
    return {
        (event["Properties"]["Method"], event["Properties"]["Path"])
        for function in functions().values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }


def table_keys() -> dict[str, Any]:
    """Keys and indexes of the template's table, as CreateTable gets them. Parameters of the template have the
    throughput.
    """
    table = resource("Table")
    indexes = [
        {name: index[name] for name in index if name != "WarmThroughput"} for index in table["GlobalSecondaryIndexes"]
    ]
    kept = ("BillingMode", "AttributeDefinitions", "KeySchema")
    return {**{key: table[key] for key in kept}, "GlobalSecondaryIndexes": indexes}
