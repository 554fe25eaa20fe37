"""botocore without what writes the documentation of its methods: empty texts, and the rest for those who ask."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import botocore
import pytest

from certificates.aws.without_docs import leave_docs_out

DOCS = "botocore.docs"


def of_docs() -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.items() if name == DOCS or name.startswith(f"{DOCS}.")}


@pytest.fixture(autouse=True)
def without_imports() -> Iterator[None]:
    """A process that has not imported the package, for a while."""
    before, attribute = of_docs(), vars(botocore).pop("docs", None)
    for name in before:
        del sys.modules[name]
    yield
    for name in of_docs():
        del sys.modules[name]
    sys.modules.update(before)
    if attribute is not None:
        botocore.docs = attribute


def test_methods_have_an_empty_text_in_place_of_documentation() -> None:
    leave_docs_out()
    docstring: Any = importlib.import_module("botocore.docs.docstring")
    text = docstring.ClientMethodDocstring(operation_model=None, method_name="query")
    assert (text, type(text)) == ("", str)
    assert issubclass(docstring.PaginatorDocstring, str)
    assert sorted(of_docs()) == [DOCS, f"{DOCS}.docstring"]


def test_both_modules_are_found_by_name_and_as_attributes() -> None:
    leave_docs_out()
    docs: Any = botocore.docs
    assert docs is sys.modules[DOCS]
    assert docs.docstring is sys.modules[f"{DOCS}.docstring"]
    assert (docs.__name__, docs.docstring.__name__) == (DOCS, f"{DOCS}.docstring")


def test_whoever_asks_for_a_name_of_the_package_gets_the_real_one() -> None:
    leave_docs_out()
    docs: Any = importlib.import_module(DOCS)
    assert docs.DEPRECATED_SERVICE_NAMES
    assert docs.ServiceDocumenter.__module__ == "botocore.docs.service"
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = docs.no_such_name


def test_other_modules_of_the_package_can_be_imported() -> None:
    leave_docs_out()
    found = find_spec("botocore.docs.bcdoc")
    assert found and found.origin and found.origin.endswith("botocore/docs/bcdoc/__init__.py")


def test_a_second_call_and_a_package_that_is_imported_already_change_nothing() -> None:
    leave_docs_out()
    before = of_docs()
    leave_docs_out()
    assert of_docs() == before


def test_a_botocore_without_the_package_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_docs_out()
    monkeypatch.setattr(botocore, "__path__", [])
    with pytest.raises(AttributeError, match=r"^botocore has no botocore\.docs$"):
        _ = sys.modules[DOCS].ServiceDocumenter
