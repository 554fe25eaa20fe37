"""Compiles regular expressions, generated methods and annotations for `certificates.start.compiled_ahead`.

    python -m layers.certificates.compiling_ahead FOLDER

FOLDER has the package `certificates`, and the tables are written into the package. The process imports all modules of
the package, makes clients of AWS, and notes what Python compiles meanwhile. Its own imports are few: what Python
compiles for them is not noted.
"""

from __future__ import annotations

import marshal
import os
import re
import sys
import zlib
from pathlib import Path
from types import CodeType
from typing import Any

_compiler: Any = re._compiler  # type: ignore[attr-defined]
_sre = _compiler._sre

expressions: dict[tuple[str | bytes, int], tuple[Any, ...]] = {}
sources: dict[str, bytes] = {}
methods: dict[str, CodeType] = {}


def note_expressions() -> None:
    compile_, make = _compiler.compile, _sre.compile
    parts: list[Any] = []

    def note_parts(pattern: Any, flags: int, code: list[int], *groups: Any) -> Any:
        words = b"".join(word.to_bytes(_sre.CODESIZE, sys.byteorder) for word in code)
        parts[:] = [flags, words, *groups]
        return make(pattern, flags, code, *groups)

    def note(pattern: Any, flags: int = 0) -> Any:
        made = compile_(pattern, flags)
        # These two depend on the process, or print.
        if not flags & (re.LOCALE | re.DEBUG):
            expressions[pattern, int(flags)] = tuple(parts)
        return made

    _compiler.compile, _sre.compile = note, note_parts


def note_sources() -> None:
    import collections
    import typing

    def noted(source: str, mode: str) -> CodeType:
        code: CodeType = compile(source, "<string>", mode)
        sources[source] = marshal.dumps(code)
        return code

    def execute(source: str, *names: Any) -> None:
        methods[source] = compile(source, "<string>", "exec")
        exec(methods[source], *names)  # noqa: S102 - as the module does it

    def evaluate(source: str, *names: Any) -> Any:
        return eval(noted(source, "eval"), *names)  # noqa: S307 - as the module does it

    def annotation(source: str, _file: str, mode: str) -> CodeType:
        return noted(source, mode)

    collections.eval = evaluate  # type: ignore[attr-defined]
    # This import makes named tuples.
    import dataclasses

    dataclasses.exec = execute  # type: ignore[attr-defined]
    typing.compile = annotation  # type: ignore[attr-defined]


def start_as_functions_do(package: Path) -> None:
    """Import all modules of the package, and make clients."""
    import encodings.idna  # noqa: F401 - sockets encode names of hosts with it
    from importlib import import_module
    from pkgutil import walk_packages

    # Functions with queues import this themselves.
    import aws_lambda_powertools.utilities.batch  # noqa: F401

    sys.path.insert(0, str(package.parent))
    # Modules need the name of a table. With these credentials, botocore looks for no others on this machine.
    os.environ |= {"TABLE_NAME": "none", "AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull}
    os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    for module in walk_packages([str(package)], f"{package.name}."):
        import_module(module.name)
    from certificates.aws import clients, objects

    for make in (clients.dynamodb, clients.kms, clients.lambda_, clients.s3, clients.sqs):
        make()
    # Compiles what the first call of a service compiles to find its address.
    objects.bucket_address("none")


def make_tables(folder: Path) -> None:
    package = folder / "certificates"
    table = package / "start" / "compiled_ahead.table"
    # Python would compile nothing that earlier tables have.
    table.unlink(missing_ok=True)
    note_expressions()
    note_sources()
    start_as_functions_do(package)
    write_tables(table)


def write_tables(table: Path) -> None:
    from certificates.start.compiled_ahead import FORMS, METHODS

    places, entries = placed(methods)
    table.with_name(METHODS).write_bytes(entries)
    table.write_bytes(marshal.dumps((FORMS, expressions, sources, places)))


def placed(compiled: dict[str, CodeType]) -> tuple[dict[int, tuple[int, int]], bytes]:
    """The place and length of each entry by the CRC-32 of its source text, and all entries. Of two texts with the same
    CRC-32, Python compiles the second itself.
    """
    places: dict[int, tuple[int, int]] = {}
    entries = b""
    for each in compiled.items():
        entry = marshal.dumps(each)
        places.setdefault(zlib.crc32(each[0].encode()), (len(entries), len(entry)))
        entries += entry
    return places, entries


if __name__ == "__main__":
    make_tables(Path(sys.argv[1]))
