"""Loads a function as Lambda does."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

_FUNCTIONS = Path(__file__).parents[1] / "functions"


class _Loader(SourceFileLoader):
    """Writes no bytecode: the folder of a function is deployed as it lies."""

    def get_code(self, fullname: str) -> CodeType:
        return _compiled(self.path)


@cache
def _compiled(path: str) -> CodeType:
    return compile(Path(path).read_bytes(), path, "exec")


def load(function: str) -> Any:
    """The handler of `functions/<function>/app.py`."""
    name, path = f"functions.{function}", str(_FUNCTIONS / function / "app.py")
    spec = importlib.util.spec_from_file_location(name, loader=_Loader(name, path))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.lambda_handler
