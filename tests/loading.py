"""Loads a function as Lambda does."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

_FUNCTIONS = Path(__file__).parents[1] / "functions"


def load(function: str) -> Any:
    """The handler of `functions/<function>/app.py`."""
    spec = importlib.util.spec_from_file_location(f"functions.{function}", _FUNCTIONS / function / "app.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.lambda_handler
