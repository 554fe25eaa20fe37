"""Loads some modules at their first use.

Libraries import these modules at their own start, but hardly any request uses them. The library gets an empty module,
and Python loads it when somebody asks for a name in it (`importlib.util.LazyLoader`). Two kinds of import ask at once,
so a module that is imported in these ways does not belong in the list: `from module import name`, and the second
`import module` of a process.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

LATER = frozenset(
    {
        # Imported by `inspect`, to read the source text of functions.
        *("ast", "tokenize"),
        # By `importlib.metadata`, for packages in archives.
        "zipfile",
        # By botocore, for credentials in files. Lambda has them in the environment.
        "configparser",
        # By urllib3, for files in forms.
        "mimetypes",
        # By Powertools, for queries in events. The product asks for the names that it needs.
        "aws_lambda_powertools.utilities.jmespath_utils",
    }
)


class _Later:
    """A finder of modules (`sys.meta_path`) that goes before Python's own finders."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """None leaves a module to the other finders."""
        if name not in LATER:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def load_later() -> None:
    """From now on, load the modules of `LATER` at their first use. Those that are already loaded stay as they are."""
    sys.meta_path.insert(0, _Later)
