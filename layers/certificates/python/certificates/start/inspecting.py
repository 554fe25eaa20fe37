"""What libraries ask of `inspect` at their start, for the cases that they have.

Importing `inspect` takes a tenth of a start. For every other case, these functions load `inspect` and ask its own
function, see `certificates.start.later`.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from types import DynamicClassAttribute, FrameType, FunctionType, GeneratorType, GetSetDescriptorType, MethodType
from typing import Any, NamedTuple

# Flags of a function's code. Modules that Cython compiled ask for them.
CO_OPTIMIZED, CO_NEWLOCALS, CO_VARARGS, CO_VARKEYWORDS, CO_NESTED, CO_GENERATOR = (1 << bit for bit in range(6))
CO_COROUTINE, CO_ITERABLE_COROUTINE, CO_ASYNC_GENERATOR = (1 << bit for bit in range(7, 10))

FLAGS = tuple(name for name in dir() if name.startswith("CO_"))
__all__ = ["currentframe", "get_annotations", "getfullargspec", "getmembers", "isawaitable", "isfunction", *FLAGS]


class FullArgSpec(NamedTuple):
    """The parameters of a function, as `inspect` has them."""

    args: list[str]
    varargs: str | None
    varkw: str | None
    defaults: tuple[Any, ...] | None
    kwonlyargs: list[str]
    kwonlydefaults: dict[str, Any] | None
    annotations: dict[str, Any]


def getfullargspec(func: Any) -> Any:
    function = _plain_function(func)
    if function is None:
        return _inspect().getfullargspec(func)
    code = function.__code__
    flags = code.co_flags
    count = code.co_argcount + code.co_kwonlyargcount + bool(flags & CO_VARARGS) + bool(flags & CO_VARKEYWORDS)
    parameters = code.co_varnames[:count]
    names = iter(parameters)
    args = [next(names) for _ in range(code.co_argcount)]
    keywords = [next(names) for _ in range(code.co_kwonlyargcount)]
    return FullArgSpec(
        args,
        next(names) if flags & CO_VARARGS else None,
        next(names) if flags & CO_VARKEYWORDS else None,
        function.__defaults__ or None,
        keywords,
        function.__kwdefaults__ or None,
        # A function that wraps another has the annotations of the other.
        {name: text for name, text in function.__annotations__.items() if name in parameters or name == "return"},
    )


def _plain_function(called: Any) -> FunctionType | None:
    """The function whose parameters are asked for. None if the parameters do not follow from a function alone."""
    if type(called) is MethodType:
        called = called.__func__
    elif isinstance(called, type):
        made: Any = called
        usual = type(made).__call__ is type.__call__ and made.__new__ is object.__new__
        if not usual or hasattr(made, "__signature__"):
            return None
        called = made.__init__
    if type(called) is not FunctionType or vars(called).keys() - {"__wrapped__"}:
        return None
    return called


def getmembers(object: Any, predicate: Callable[[Any], Any] | None = None) -> list[tuple[str, Any]]:
    if isinstance(object, type):
        inherited = (value for base in object.__bases__ for value in vars(base).values())
        if not any(isinstance(value, DynamicClassAttribute) for value in inherited):
            try:
                members = [(name, getattr(object, name)) for name in dir(object)]
            except AttributeError:
                pass  # some names have a value for objects only
            else:
                return [each for each in members if predicate is None or predicate(each[1])]
    members = _inspect().getmembers(object, predicate)
    return members  # type: ignore[no-any-return]


def get_annotations(obj: Any, **how: Any) -> dict[str, Any]:
    if how or not isinstance(obj, type):
        return _inspect().get_annotations(obj, **how)  # type: ignore[no-any-return]
    annotations = vars(obj).get("__annotations__")
    return {} if annotations is None or isinstance(annotations, GetSetDescriptorType) else dict(annotations)


def isfunction(object: Any) -> bool:
    return isinstance(object, FunctionType)


def isawaitable(object: Any) -> bool:
    if isinstance(object, GeneratorType):
        return bool(object.gi_code.co_flags & CO_ITERABLE_COROUTINE)
    return isinstance(object, Awaitable)


def currentframe() -> FrameType | None:
    return sys._getframe(1)


def _inspect() -> Any:
    """The whole module. If somebody asks for a name that is not here, Python loads it with its own functions."""
    import inspect

    inspect.Signature  # noqa: B018 - asks for a name
    return inspect
