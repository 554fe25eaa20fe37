"""A process with a table of compiled sources has the same classes and regular expressions, and compiles less."""

from __future__ import annotations

import marshal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from certificates.start.compiled_ahead import FORMS
from layers.targets import ROOT

PACKAGES = ROOT / "layers" / "certificates" / "python"

# Parts that a module of the product may have. The answers show how the classes and expressions work.
MODULE = '''
import re
from collections import namedtuple
from dataclasses import FrozenInstanceError, dataclass, field, replace
from typing import Generic, NamedTuple, TypeVar, get_type_hints

T = TypeVar("T")

@dataclass(frozen=True, slots=True)
class Value:
    """A value."""
    name: str
    marks: tuple[str, ...] = ()
    more: dict[str, int] = field(default_factory=dict, compare=False)

@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Ordered(Generic[T]):
    first: T
    second: int = 2

@dataclass
class Counting:
    count: int
    def __post_init__(self):
        self.count += 1

class Point(NamedTuple):
    x: int
    y: int = 5

class Texts(NamedTuple):
    x: "int"
    many: "tuple[Point, ...]" = ()

Old = namedtuple("Old", "a b", defaults=[1])

def frozen():
    try:
        Value("a").name = "b"
    except FrozenInstanceError as error:
        return str(error)

named = re.compile(r"(?P<year>\\d{4})-(?P<month>\\d\\d)", re.ASCII)
answers = [
    repr(Value("a", ("b",))), Value("a") == Value("a", (), {"c": 1}), hash(Value("a")) == hash(("a", ())), frozen(),
    Value.__slots__, Value.__doc__, replace(Value("a"), name="z").name, Ordered(first=1) < Ordered(first=1, second=3),
    Ordered[int](first=3), Counting(1).count, Point(1), Point(1)._replace(x=2), Old(3)._asdict(), Texts(1),
    get_type_hints(Texts, {"Point": Point}), Texts.__annotations__,
    Old.__new__.__defaults__,
    named.fullmatch("2026-11").groupdict(), named.flags, named.groups, named.groupindex["month"],
    named.search("\\u0662\\u0660\\u0662\\u0666-11"), re.findall(b"[\\\\x80-\\\\xff]+", b"a\\xff\\xfeb"),
    re.sub("(?i)ST(R|\\u00c4)+", r"<\\1>", "Str stR\\u00e4"), re.split(r"\\s*[,;]\\s*", "a , b;c"),
]
'''
NOTE = "from layers.certificates import compiling_ahead as noting; noting.note_expressions(); noting.note_sources()\n"
WRITE = "\nfrom pathlib import Path; noting.write_tables(Path({table!r}))"
USE = "from pathlib import Path; from certificates.start.compiled_ahead import *; use_compiled_ahead(Path({table!r}))\n"
COUNT = """
import inspect, re, sys
from collections import namedtuple
from dataclasses import dataclass
inspect.Signature  # loads the module before anything is counted
compiled = []
sys.addaudithook(lambda event, given: compiled.append(given) if event == "compile" and given[0] else None)
parse = re._parser.parse
re._parser.parse = lambda *given: (compiled.append(given), parse(*given))[1]
"""


def run(code: str, *before: str) -> bytes:
    """The output of a new process that first compiles the module itself, and then runs the code."""
    setting_up = "\n".join(before)
    text = f"{setting_up}\ncode = compile({MODULE!r}, 'm', 'exec')\n{code}"
    path = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(PACKAGES)!r}]\n"
    return subprocess.run([sys.executable, "-I", "-c", path + text], capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tables") / "some.table"
    run(f"exec(code, {{'__name__': 'm'}}){WRITE.format(table=str(file))}", NOTE)
    return file


def another(table: Path, name: str, *parts: Any) -> Path:
    """A table with other parts, beside the same file of methods."""
    file = table.with_name(name)
    file.write_bytes(marshal.dumps(parts))
    return file


def parts_of(table: Path) -> Any:
    return marshal.loads(table.read_bytes())  # noqa: S302 - made here


ANSWERS = "names = {'__name__': 'm'}\nexec(code, names)\nprint(names['answers'])"
COMPILED = "compiled.clear()\nexec(code, {'__name__': 'm'})\nprint(len(compiled))"


def test_classes_and_expressions_are_the_same_as_without_a_table(table: Path) -> None:
    assert run(ANSWERS, USE.format(table=str(table))) == run(ANSWERS)


def test_nothing_is_compiled_that_the_table_has(table: Path) -> None:
    assert int(run(COMPILED, COUNT)) > 5
    assert int(run(COMPILED, USE.format(table=str(table)), COUNT)) == 0


def test_what_the_table_does_not_have_is_compiled_as_usual(table: Path) -> None:
    empty = another(table, "empty.table", FORMS, {}, {}, {})
    assert run(ANSWERS, USE.format(table=str(empty))) == run(ANSWERS)


def test_methods_are_compiled_as_usual_if_the_table_has_another_text_with_the_same_checksum(table: Path) -> None:
    forms, expressions, sources, places = parts_of(table)
    of_others = dict(zip(places, [*list(places.values())[1:], places[next(iter(places))]], strict=True))
    assert len(set(of_others.values())) > 2
    mixed = another(table, "mixed.table", forms, expressions, sources, of_others)
    assert run(ANSWERS, USE.format(table=str(mixed))) == run(ANSWERS)
    assert int(run(COMPILED, USE.format(table=str(mixed)), COUNT)) == len(places)


def test_the_table_of_another_python_is_not_used(table: Path) -> None:
    _, *parts = parts_of(table)
    other = another(table, "other.table", (b"other", *FORMS[1:]), *parts)
    assert run(ANSWERS, USE.format(table=str(other))) == run(ANSWERS)
    assert int(run(COMPILED, USE.format(table=str(other)), COUNT)) > 5


def test_a_start_without_a_table_is_as_usual(tmp_path: Path) -> None:
    assert run(ANSWERS, USE.format(table=str(tmp_path / "none.table"))) == run(ANSWERS)
