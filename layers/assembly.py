"""How every layer comes to be: built aside, checked, and put in place as a whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from layers.debian import BuildError
from layers.targets import Target, lambda_on, this_machine


def main(build: Callable[[Path, Target], None], arguments: Sequence[str]) -> None:
    """Runs `build` for `FOLDER [arm64|x86_64]`; a build that fails leaves what was in FOLDER before."""
    folder = Path(arguments[0])
    target = lambda_on(arguments[1]) if len(arguments) > 1 else this_machine()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        build(made, target)
        _clear(folder)
        made.rename(folder)


def _clear(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def size(folder: Path) -> int:
    """Bytes, unpacked."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def check_size(folder: Path, largest: int) -> None:
    if size(folder) > largest:
        raise BuildError(f"{folder.name} has {size(folder):,} bytes, more than {largest:,}")
