"""Results that many tests need are made once in a run of the tests, for all its processes.

Their files are in a folder of this run, so results of other code are never used.
"""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

_FOLDER = "CERTIFICATES_TESTS_KEPT"

_READ: dict[str, bytes] = {}


def begin() -> None:
    """For the process that starts the others: they inherit its environment."""
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="certificates-tests-")


def end() -> None:
    shutil.rmtree(os.environ.pop(_FOLDER), ignore_errors=True)


def once(kind: str, values: Any, make: Callable[[], bytes]) -> bytes:
    """The result of `make`, which must depend only on `values`. `kind` names it. Errors are raised each time."""
    key = sha256(pickle.dumps((kind, values))).hexdigest()
    if key not in _READ:
        _READ[key] = _from_file(key, make)
    return _READ[key]


def _from_file(key: str, make: Callable[[], bytes]) -> bytes:
    if _FOLDER not in os.environ:
        return make()
    file = Path(os.environ[_FOLDER]) / key
    if not file.exists():
        made = make()
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as part:
            part.write(made)
        Path(part.name).rename(file)  # complete, also for a process that reads it now
    return file.read_bytes()
