"""The product's functions in place of those of `inspect` give the same answers."""

from __future__ import annotations

import enum
import functools
import inspect
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, NamedTuple

import pytest
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from botocore import handlers
from pynamodb.attributes import Attribute, MapAttribute
from pynamodb.models import Model

from certificates.aws.certificate_items import CertificateItem
from certificates.rules.model import Facts
from certificates.start import inspecting
from layers.targets import ROOT


def plain(a: int, /, b: str = "b", *rest: int, c: bool, d: float = 1.0, **more: str) -> None: ...


def bare(): ...  # type: ignore[no-untyped-def]


@functools.wraps(plain)
def wrapping(*given: Any, **named: Any) -> None: ...


def signed() -> None: ...


signed.__signature__ = inspect.signature(plain)  # type: ignore[attr-defined]


class Meta(type):
    def __call__(cls, *given: Any) -> Any: ...


class WithMeta(metaclass=Meta):
    def __init__(self, one: int) -> None: ...


class Base:
    def __init__(self, one: int, two: str = "", **more: int) -> None: ...

    @property
    def shown(self) -> int:
        return 1

    @classmethod
    def made(cls, one: int) -> Base | None: ...


class Below(Base):
    """Has its parameters from above."""


class Pair(NamedTuple):
    left: int
    right: str = ""


class Marked:
    left: int
    right: str


class Colour(enum.Enum):
    RED = 1


class Moving:
    """An attribute of objects alone."""

    @property
    def __abstractmethods__(self) -> None:
        raise AttributeError


async def waited() -> None: ...


async def several() -> AsyncIterator[int]:
    yield 1


def some() -> Iterator[int]:
    yield 1


CALLED: list[Callable[..., Any]] = [
    *(plain, bare, wrapping, signed, Base, Below, Below.made, Below(1).__init__, WithMeta, Pair, Colour, len, dict.get),
    *(
        functools.partial(plain, 1),
        functools.lru_cache(plain),
        str.join,
        Attribute.__init__,
        MapAttribute,
        Facts,
        LambdaPowertoolsFormatter,
    ),
    *(
        handler
        for _, handler, *_ in handlers.BUILTIN_HANDLERS
        if type(handler).__module__ != "moto.core.botocore_stubber"
    ),
]
CLASSES = [
    Base,
    Below,
    Pair,
    Colour,
    Moving,
    Attribute,
    MapAttribute,
    Model,
    CertificateItem,
    Facts,
    WithMeta,
    int,
    type,
]


def named(value: object) -> str:
    """A name without an address in memory: all processes of a test run must name a test alike."""
    return getattr(value, "__qualname__", None) or type(value).__qualname__


def outcome(function: Callable[..., Any], *given: Any) -> Any:
    try:
        return function(*given)
    except TypeError as error:
        return type(error), str(error)


@pytest.mark.parametrize("called", CALLED, ids=named)
def test_the_parameters_of_a_function_are_the_same(called: Any) -> None:
    assert outcome(inspecting.getfullargspec, called) == outcome(inspect.getfullargspec, called)


@pytest.mark.parametrize("object", [*CLASSES, Base, Below(1), Colour.RED, inspect], ids=named)
def test_the_members_of_an_object_are_the_same(object: Any) -> None:
    for predicate in (None, inspect.isfunction, lambda value: isinstance(value, Attribute)):
        ours, theirs = (of.getmembers(object, predicate) for of in (inspecting, inspect))  # type: ignore[attr-defined]
        assert [name for name, _ in ours] == [name for name, _ in theirs]
        # Bound methods are new objects at each look.
        assert all(one is other or one == other for (_, one), (_, other) in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("annotated", [*CLASSES, plain, bare, inspecting], ids=named)
def test_annotations_are_the_same_and_a_copy(annotated: Any) -> None:
    ours = inspecting.get_annotations(annotated)
    assert ours == inspect.get_annotations(annotated)
    assert ours is not getattr(annotated, "__annotations__", None)


def test_annotations_are_evaluated_when_asked() -> None:
    assert inspecting.get_annotations(Marked, eval_str=True) == {"left": int, "right": str}


def test_the_same_objects_can_be_awaited_and_are_functions() -> None:
    coroutine, generator = waited(), several()
    for object in (coroutine, generator, some(), plain, len, Base, 1, "text"):
        assert inspecting.isawaitable(object) == inspect.isawaitable(object)
        assert inspecting.isfunction(object) == inspect.isfunction(object)
    assert inspecting.isawaitable(coroutine)
    coroutine.close()


def test_the_frame_is_that_of_the_caller() -> None:
    assert inspecting.currentframe() is inspect.currentframe()


def test_the_flags_of_code_are_the_same() -> None:
    assert len(inspecting.FLAGS) == 9
    assert {name: getattr(inspecting, name) for name in inspecting.FLAGS} == {
        name: getattr(inspect, name) for name in inspecting.FLAGS
    }


@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("inspect.getfullargspec(json.dumps)", "False"),
        ("@dataclasses.dataclass\nclass Value:\n    'A value.'\n    one: int", "False"),
        ("inspect.getfullargspec(len)", "True"),
        ("inspect.signature(json.dumps)", "True"),
        ("import uharfbuzz", "False"),
        ("import aws_lambda_powertools.logging, aws_lambda_powertools.metrics", "False"),
    ],
)
def test_inspect_is_loaded_only_for_other_cases(code: str, loaded: str) -> None:
    package = ROOT / "layers" / "certificates" / "python"
    before = f"import os, sys; sys.path.insert(0, {str(package)!r}); os.environ['TABLE_NAME'] = 'none'\n"
    before += "import certificates, dataclasses, inspect, json\n"
    after = "\nprint(type(inspect).__name__ == 'module', inspect.getfullargspec.__module__)"
    done = subprocess.run([sys.executable, "-c", before + code + after], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == loaded
    assert (done.stdout.split()[1] == "inspect") == (loaded == "True")
