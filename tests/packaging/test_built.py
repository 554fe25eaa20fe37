"""The build for each architecture: native code of that machine, bytecode, and a size that Lambda accepts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from layers import assembly, elf
from layers.targets import ARCHITECTURES, LAMBDA_PYTHON
from tests.loading import load
from tests.packaging import building
from tests.packaging.building import BuiltStack

LARGEST = 200_000_000
"""The limit here of a function with its layers, in unpacked bytes. Lambda's limit is 262,144,000."""
PROCESSOR = {"arm64": "aarch64", "x86_64": "x86_64"}
"""The names in compiled modules."""

UNCHECKED_HASH = 0b01
"""The flags in a .pyc's header (PEP 552): Python finds the file by the hash of the source, and never compares the hash.
"""


@pytest.fixture(params=sorted(ARCHITECTURES))
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stack(architecture: str) -> BuiltStack:
    return building.build(architecture)


def native_code(layer: Path) -> list[elf.SharedObject]:
    return list(elf.shared_objects(layer))


def test_native_code_is_for_the_machine_that_the_functions_ask_for(architecture: str, stack: BuiltStack) -> None:
    layers = stack.layers()
    for name in ("DependenciesLayer", "PagesLayer", "SigningLayer", "TypesettingLayer"):
        machines = {library.machine for library in native_code(layers[name])}
        assert machines == {ARCHITECTURES[architecture].elf_machine}, name
    for name in layers.keys() - {"DependenciesLayer", "PagesLayer", "SigningLayer", "TypesettingLayer"}:
        assert native_code(layers[name]) == [], name


def test_modules_are_for_lambdas_python(stack: BuiltStack) -> None:
    tagged = {
        module.name.split(".")[1] for layer in stack.layers().values() for module in layer.rglob("*.cpython-*.so")
    }
    assert {tag.split("-")[1] for tag in tagged} == {LAMBDA_PYTHON.replace(".", "")}


def test_a_function_and_its_layers_are_no_larger_than_they_may_be(stack: BuiltStack) -> None:
    sizes = {
        function.name: assembly.size(function.task) + sum(assembly.size(layer) for layer in function.layers)
        for function in stack.functions()
    }
    assert sizes
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


def test_every_module_of_the_product_has_bytecode_that_is_used_unchecked(stack: BuiltStack) -> None:
    sources = list(stack.layers()["CertificatesLayer"].rglob("*.py"))
    assert sources
    for source in sources:
        bytecode = source.parent / "__pycache__" / f"{source.stem}.cpython-{LAMBDA_PYTHON.replace('.', '')}.pyc"
        assert int.from_bytes(bytecode.read_bytes()[4:8], "little") == UNCHECKED_HASH, source.name


def test_fonts_come_with_their_licences(stack: BuiltStack) -> None:
    fonts = stack.layers()["FontsLayer"] / "fonts"
    assert len(list(fonts.glob("*.ttf"))) > len(list(fonts.glob("LICENCE-*.txt"))) >= 1


def test_only_the_function_that_lays_out_designs_has_the_typesetting_layer(stack: BuiltStack) -> None:
    heavy = stack.layers()["TypesettingLayer"]
    assert [function.name for function in stack.functions() if heavy in function.layers] == ["DesignCompilation"]


def test_functions_are_deployed_as_they_lie(stack: BuiltStack) -> None:
    """A function is one file. To build it, `sam build` would need a python3.13 on this machine."""
    assert {function.task.resolve().parent for function in stack.functions()} == {building.ROOT / "functions"}


def test_the_tests_leave_no_bytecode_in_the_folder_of_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert callable(load("status_lists"))
    assert {path.name for path in (building.ROOT / "functions" / "status_lists").iterdir()} == {"app.py"}


def test_both_architectures_have_the_same_libraries_and_packages() -> None:
    def contents(architecture: str) -> set[str]:
        return {
            f"{name}/{folder}/{path.name.replace(processor, '')}"
            for name, layer in building.build(architecture).layers().items()
            for folder, processor in (("lib", ""), ("python", PROCESSOR[architecture]))
            for path in (layer / folder).glob("*")
        }

    assert contents("arm64") == contents("x86_64")
