"""AWS's own schemas of resources from cfn-lint, which comes with SAM: what each region's CloudFormation accepts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from tests.template import ROOT


def faults(resources: dict[str, dict[str, Any]], region: str) -> Iterator[str]:
    """The faults that a region's CloudFormation would find in filled resources, with unknown kinds."""
    for name, resource in resources.items():
        schema = _schema(resource["Type"], region)
        if schema is None:
            yield f"{name}: {region} has no {resource['Type']}"
            continue
        for error in schema.iter_errors(resource["Properties"]):
            yield f"{name}: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def known(kind: str, region: str) -> bool:
    """Whether a region's CloudFormation knows a kind of resource."""
    return _schema(kind, region) is not None


def _schema(kind: str, region: str) -> Any:
    """Most regions have the same schema of a kind."""
    name = _names(region).get(kind)
    return None if name is None else _validator(name)


@cache
def _names(region: str) -> dict[str, str]:
    """The schemas of a region's kinds of resources."""
    names: dict[str, str] = json.loads((_folder() / "providers" / f"{region}.json").read_text())
    return names


@cache
def _validator(name: str) -> Any:
    return _Validator(json.loads((_folder() / "resources" / f"{name}.json").read_text()))


@cache
def _folder() -> Path:
    [folder] = (ROOT / ".venv-sam" / "lib").glob("python3*/site-packages/cfnlint/data/schemas")
    return folder


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[jsonschema.ValidationError]:
    """Patterns are written for Java. A pattern that Python cannot read (`\\p{L}`) is not checked."""
    with suppress(re.error):
        if isinstance(instance, str) and not re.search(pattern, instance):
            yield jsonschema.ValidationError(f"{instance!r} is not of the form {pattern!r}")


_Validator = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": _pattern})
