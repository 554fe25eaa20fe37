"""Keeps botocore from importing what writes the documentation of its methods: an HTML parser and all that it needs.

Nobody reads this documentation in a running function. Its import is a tenth of botocore's.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any

import botocore

_DOCS = "botocore.docs"


class _NoText(str):
    """Stands for all classes of `botocore.docs.docstring`: these make texts for the `__doc__` of methods."""

    __slots__ = ()

    def __new__(cls, *_: Any, **__: Any) -> str:  # type: ignore[misc]
        return ""


def leave_docs_out() -> None:
    """Must be called before the first import of botocore's modules. Later, it changes nothing."""
    if _DOCS in sys.modules:
        return
    package, docstring = ModuleType(_DOCS), ModuleType(f"{_DOCS}.docstring")
    # The other modules of the package can be imported.
    package.__path__ = [f"{folder}/docs" for folder in botocore.__path__]
    package.__getattr__ = lambda name: getattr(_whole_package(), name)  # type: ignore[method-assign]
    docstring.__getattr__ = lambda _: _NoText  # type: ignore[method-assign]
    for parent, module in ((botocore, package), (package, docstring)):
        sys.modules[module.__name__] = module
        setattr(parent, module.__name__.rpartition(".")[2], module)


def _whole_package() -> ModuleType:
    """The package as botocore has it, for boto3: it asks for names that the package defines."""
    spec = PathFinder.find_spec(_DOCS, botocore.__path__)
    if spec is None or spec.loader is None:
        raise AttributeError(f"botocore has no {_DOCS}")
    whole = module_from_spec(spec)
    spec.loader.exec_module(whole)
    return whole
