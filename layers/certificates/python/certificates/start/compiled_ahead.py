"""Uses what the build of the layer compiled: regular expressions, the methods of dataclasses and named tuples, and the
annotations of named tuples.

Python keeps the bytecode of modules, but compiles these again in every new process. The table of
`layers/certificates/compiling_ahead.py` finds each by its source text. Python compiles what is not in the table, and
everything if the table is for another Python. Without a table, as beside the sources, nothing changes.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Mapping
from functools import cache
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

_compiler: Any = re._compiler  # type: ignore[attr-defined]
_sre = _compiler._sre

TABLE_FILE = Path(__file__).with_suffix(".table")

FORMS = (MAGIC_NUMBER, _sre.MAGIC, _sre.CODESIZE)
"""The forms of bytecode and of compiled regular expressions: they differ between versions of Python."""

Expressions = Mapping[tuple[str | bytes, int], tuple[Any, ...]]
"""The arguments of `_sre.compile` for a pattern and its flags, without the pattern. The code is stored as the bytes of
its words.
"""

Sources = Mapping[str, bytes]
"""For the source text of generated methods, and of annotations: their bytecode, marshalled."""


def use_compiled_ahead(file: Path = TABLE_FILE) -> None:
    """Use the table from now on, in all modules of this process."""
    if not file.exists():
        return
    # The file is a part of the layer, as all bytecode is.
    forms, expressions, sources = marshal.loads(file.read_bytes())  # noqa: S302
    if forms == FORMS:
        _use_expressions(expressions)
        _use_sources(sources)


def _use_expressions(expressions: Expressions) -> None:
    compile_now = _compiler.compile

    def compile_(pattern: Any, flags: int = 0) -> Any:
        parts = expressions.get((pattern, flags))
        if parts is None:
            return compile_now(pattern, flags)
        all_flags, code, *groups = parts
        return _sre.compile(pattern, all_flags, memoryview(code).cast("I").tolist(), *groups)

    _compiler.compile = compile_


def _use_sources(sources: Sources) -> None:
    # Not imported before: this import compiles regular expressions.
    import collections
    import dataclasses
    import typing

    def code_of(source: str) -> Any:
        compiled = sources.get(source)
        return source if compiled is None else marshal.loads(compiled)  # noqa: S302

    def execute(source: str, *names: Any) -> None:
        exec(code_of(source), *names)  # noqa: S102 - as the module does it

    def evaluate(source: str, *names: Any) -> Any:
        return eval(code_of(source), *names)  # noqa: S307 - as the module does it

    @cache  # most annotations are in many classes
    def compile_annotation(source: str, *how: str) -> Any:
        compiled = code_of(source)
        return compile(source, *how) if compiled is source else compiled

    # Names of a module hide Python's own functions in the module.
    dataclasses.exec = execute  # type: ignore[attr-defined]
    collections.eval = evaluate  # type: ignore[attr-defined]
    typing.compile = compile_annotation  # type: ignore[attr-defined]
