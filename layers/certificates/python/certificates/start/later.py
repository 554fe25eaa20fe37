"""Loads some modules at their first use.

Libraries import these modules at their own start, but hardly any request uses them. The library gets a module without
content. Python loads the content when somebody asks for a name that the module does not have yet.

`importlib.util.LazyLoader` loads at every use, even at the second `import` of a process. Here, a module can have some
names before it is loaded, and a module inside a package can be imported without the content of the package.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

LATER: Mapping[str, str | None] = {
    # By dataclasses and by most libraries. They call a few functions, which the product's module has.
    "inspect": "certificates.start.inspecting",
    # By `inspect`, to read the source text of functions.
    **dict.fromkeys(("ast", "tokenize")),
    # By Powertools' own modules: the package has all its parts. The product asks for the parts that it needs.
    "aws_lambda_powertools": None,
    # By Powertools, for queries in events.
    "aws_lambda_powertools.utilities.jmespath_utils": None,
    # By botocore, for credentials in files. Lambda has them in the environment.
    "configparser": None,
    # By botocore, for calls that wait for a state. The product makes none.
    "botocore.waiter": None,
    # By botocore, to look for values in answers and in parameters of calls. No call of a learner's request needs it.
    "jmespath": None,
    # By `importlib.metadata`, for packages in archives.
    "zipfile": None,
    # By the standard library's HTTP client, for headers with letters beyond ASCII.
    "email.header": None,
    # By urllib3, for files in forms.
    "mimetypes": None,
    # By urllib3, for HTTP/2. The package imports `importlib.metadata`, which takes 5 ms.
    "urllib3.http2": None,
}
"""Module: the product's module with the names that it has before it is loaded, None without any."""

HOLLOW = frozenset({"aws_lambda_powertools", "urllib3.http2"})
"""Packages whose modules do not need the content of the package: they are imported without it."""


class _Later(ModuleType):
    """A module that Python has not loaded yet."""

    def __getattr__(self, name: str) -> Any:
        """Python asks here for names that the module does not have."""
        spec = self.__spec__
        inside = spec.submodule_search_locations if spec else None
        if name == "__path__" and inside is None:  # Python asks before it asks for other names
            raise AttributeError(name)
        module = f"{self.__name__}.{name}"
        if self.__name__ in HOLLOW and PathFinder.find_spec(module, inside):
            return import_module(module)
        _load(self, name)
        return getattr(self, name)

    def __dir__(self) -> list[str]:
        _load(self, "__dir__")
        return dir(self)


class _Loading:
    """Whether one thread loads a module. The other threads wait for the lock."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.has_begun = False


def _load(module: _Later, wanted: str) -> None:
    """Load the content of a module. It takes the place of the names that the module had before."""
    spec: Any = module.__spec__
    with spec.loader_state.lock:
        if type(module) is not _Later:
            return  # another thread has loaded the module
        if spec.loader_state.has_begun:
            # This thread loads the module, and the module does not have the name yet.
            raise AttributeError(f"partially loaded module {module.__name__!r} has no attribute {wanted!r}")
        spec.loader_state.has_begun = True
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations
        try:
            spec.loader.exec_module(module)
        finally:
            spec.loader_state.has_begun = False
        module.__class__ = ModuleType  # type: ignore[assignment]


class _Loader:
    """Makes a module without content. The usual loader loads the content."""

    def __init__(self, usual: Any) -> None:
        self.usual = usual

    def create_module(self, _spec: ModuleSpec) -> None:
        """None: Python makes the module."""

    def exec_module(self, module: ModuleType) -> None:
        spec: Any = module.__spec__
        spec.loader, spec.loader_state = self.usual, _Loading()
        module.__loader__ = self.usual
        if spec.name not in HOLLOW:
            vars(module).pop("__path__", None)  # Python asks for it before it imports a module of the package
        if names := LATER[spec.name]:
            early = import_module(names)
            vars(module).update({name: getattr(early, name) for name in early.__all__})
        module.__class__ = _Later


class _Finder:
    """A finder of modules (`sys.meta_path`) that goes before Python's own finders."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """None leaves a module to the other finders."""
        if name not in LATER:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)  # type: ignore[assignment]
        return spec


def load_later() -> None:
    """From now on, load the modules of `LATER` at their first use. Those that are already loaded stay as they are."""
    sys.meta_path.insert(0, _Finder)
