"""Each layer names exactly the libraries that the functions import from it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from layers import libraries
from layers.certificates import build as certificates
from layers.fonts import build as fonts
from layers.targets import ARCHITECTURES, LAMBDA_PYTHON
from layers.typesetting import build as typesetting
from tests.template import functions, template

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "layers" / "certificates" / "python"
RUNTIME = {"boto3", "botocore", "urllib3"}
LARGEST = {
    "certificates": certificates.LARGEST,
    "fonts": fonts.LARGEST,
    "typesetting": typesetting.LARGEST,
    **libraries.LARGEST,
}


def asked_for(layer: str) -> set[str]:
    lines = (ROOT / "layers" / layer / "requirements.in").read_text().splitlines()
    return {line for line in lines if re.match(r"[a-z]", line)}


def sources() -> list[Path]:
    return [*PACKAGE.rglob("*.py"), *(ROOT / "functions").rglob("*.py")]


def imported(source: Path) -> set[str]:
    """The distributions that a file imports, at its start or on first use; not what only a type checker reads."""
    tops = {name.partition(".")[0] for name in _modules(ast.parse(source.read_text()))}
    third_party = tops - set(sys.stdlib_module_names) - {"certificates", "__future__"}
    return {distribution_of(name) for name in third_party}


def distribution_of(module: str) -> str:
    """Under its name as locks have it."""
    return re.sub(r"[-_.]+", "-", distributions()[module][0]).lower()


distributions = cache(packages_distributions)


def _modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
        yield from _modules(node)


def test_every_import_is_asked_for_by_a_layer_or_lambdas_own() -> None:
    available = (
        asked_for("dependencies") | asked_for("typesetting") | asked_for("pages") | asked_for("signing") | RUNTIME
    )
    strangers = {source.name: imported(source) - available for source in sources()}
    assert {name: found for name, found in strangers.items() if found} == {}


def test_everything_that_a_layer_asks_for_is_imported() -> None:
    used = set().union(*(imported(source) for source in sources()))
    if any("zoneinfo" in _modules(ast.parse(source.read_text())) for source in sources()):
        used.add("tzdata")  # what Python's own zoneinfo reads where the system has no zones
    assert asked_for("dependencies") | asked_for("typesetting") | asked_for("pages") | asked_for("signing") <= used


def test_the_typesetting_layer_is_on_the_one_function_that_lays_out() -> None:
    carrying = {name for name, function in functions().items() if {"Ref": "TypesettingLayer"} in function["Layers"]}
    assert carrying == {"DesignCompilation"}


def test_layers_are_built_for_the_python_that_functions_run_on() -> None:
    assert template()["Globals"]["Function"]["Runtime"] == f"python{LAMBDA_PYTHON}"


def test_layers_are_built_for_the_architectures_that_can_be_deployed() -> None:
    assert set(template()["Parameters"]["Architecture"]["AllowedValues"]) == set(ARCHITECTURES)


def test_every_layer_of_the_template_has_its_makefile_and_its_build() -> None:
    layers = {name: Path(layer["ContentUri"]) for name, layer in of_type("AWS::Serverless::LayerVersion").items()}
    assert {folder.name for folder in layers.values()} == set(LARGEST)
    for name, folder in layers.items():
        assert f"\nbuild-{name}:\n" in (ROOT / folder / "Makefile").read_text()


def test_a_function_with_its_layers_is_well_below_lambdas_limit() -> None:
    """Lambda takes 250 MiB, the function's own file included."""
    largest = {name: LARGEST[Path(layer["ContentUri"]).name] for name, layer in layers_of().items()}
    for name, function in functions().items():
        assert sum(largest[layer["Ref"]] for layer in function["Layers"]) <= 245_000_000, name


def test_functions_need_no_build() -> None:
    """Each folder has one file. A build would need Lambda's version of Python on this machine."""
    for name, function in functions().items():
        assert [path.name for path in (ROOT / function["CodeUri"]).glob("*") if path.is_file()] == ["app.py"]
        assert template()["Resources"][name]["Metadata"] == {"SkipBuild": True}


def layers_of() -> dict[str, dict[str, Any]]:
    return of_type("AWS::Serverless::LayerVersion")


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: value["Properties"] for name, value in template()["Resources"].items() if value["Type"] == kind}
