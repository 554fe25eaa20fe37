"""Uses what the build of the layer compiled: regular expressions, the methods of dataclasses and named tuples, and the
annotations of named tuples.

Python keeps the bytecode of modules, but compiles these again in every new process. The tables of
`layers/certificates/compiling_ahead.py` find each by its source text. Python compiles what is not in the tables, and
everything if the tables are for another Python. Without tables, as beside the sources, nothing changes.

A function uses a third of the methods of dataclasses. They have most of the bytes, so they are in a file of their own,
and each is read when a class needs it. Reading all of them takes 2 ms.
"""

from __future__ import annotations

import marshal
import os
import re
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

_compiler: Any = re._compiler  # type: ignore[attr-defined]
_sre = _compiler._sre

TABLE_FILE = Path(__file__).with_suffix(".table")
METHODS = "methods.table"
"""The file beside the table. Each entry is the source text of a dataclass's methods and their bytecode, marshalled."""

FORMS = (MAGIC_NUMBER, _sre.MAGIC, _sre.CODESIZE)
"""The forms of bytecode and of compiled regular expressions: they differ between versions of Python."""

Expressions = Mapping[tuple[str | bytes, int], tuple[Any, ...]]
"""The arguments of `_sre.compile` for a pattern and its flags, without the pattern. The code is stored as the bytes of
its words.
"""

Sources = Mapping[str, bytes]
"""For the source text of annotations and of the methods of named tuples: their bytecode, marshalled."""

MethodPlaces = Mapping[int, tuple[int, int]]
"""For the CRC-32 of a source text of methods: the entry's place in their file, and its length. The entry has the text
itself, so another text with the same CRC-32 is noticed.
"""


def use_compiled_ahead(file: Path = TABLE_FILE) -> None:
    """Use the tables from now on, in all modules of this process."""
    if not file.exists():
        return
    # The file is a part of the layer, as all bytecode is.
    forms, expressions, sources, places = marshal.loads(file.read_bytes())  # noqa: S302
    if forms == FORMS:
        _use_expressions(expressions)
        _use_sources(sources)
        _use_methods(places, file.with_name(METHODS))


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
    # Not imported before: these imports compile regular expressions.
    import collections
    import typing

    def code_of(source: str) -> Any:
        compiled = sources.get(source)
        return source if compiled is None else marshal.loads(compiled)  # noqa: S302

    def evaluate(source: str, *names: Any) -> Any:
        return eval(code_of(source), *names)  # noqa: S307 - as the module does it

    @cache  # most annotations are in many classes
    def compile_annotation(source: str, *how: str) -> Any:
        compiled = code_of(source)
        return compile(source, *how) if compiled is source else compiled

    # Names of a module hide Python's own functions in the module.
    collections.eval = evaluate  # type: ignore[attr-defined]
    typing.compile = compile_annotation  # type: ignore[attr-defined]


def _use_methods(places: MethodPlaces, file: Path) -> None:
    # Not imported before: this import makes a named tuple, see `inspecting`.
    import dataclasses

    # Open as long as the process: modules with dataclasses are imported at any time.
    methods = os.open(file, os.O_RDONLY | os.O_CLOEXEC)

    def code_of(source: str) -> Any:
        place = places.get(zlib.crc32(source.encode()))
        if place is None:
            return source
        start, length = place
        text, code = marshal.loads(os.pread(methods, length, start))  # noqa: S302
        return code if text == source else source

    def execute(source: str, *names: Any) -> None:
        exec(code_of(source), *names)  # noqa: S102 - as the module does it

    dataclasses.exec = execute  # type: ignore[attr-defined]
