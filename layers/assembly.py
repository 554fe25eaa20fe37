"""Builds every layer in the same way: in a temporary folder first. A layer is kept until its inputs change.

Each build limits the size of its layer. The limits of a function's layers add up to 200 MB, unpacked: Lambda takes
262 MB of function and layers together.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from layers.debian import BuildError
from layers.targets import ROOT, Target, lambda_on, this_machine

Builder = Callable[[Path, Target], None]
KEPT = ROOT / ".build" / "kept"


def main(build: Builder, source: Path, arguments: Sequence[str]) -> None:
    """Builds the layer of folder `source`. `arguments` are `FOLDER [arm64|x86_64]`.

    If the build fails, FOLDER does not change.
    """
    folder = Path(arguments[0])
    target = lambda_on(arguments[1]) if len(arguments) > 1 else this_machine()
    made = kept(build, source, target)
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(made, folder, symlinks=True)


def kept(build: Builder, source: Path, target: Target) -> Path:
    """The folder of the layer: an earlier build from the same inputs, or a new one."""
    name = f"{source.name}-{target.name}-"
    made = KEPT / f"{name}{digest(source)}"
    if not made.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="new-", dir=KEPT) as scratch:
            fresh = Path(scratch) / made.name
            fresh.mkdir()
            build(fresh, target)
            for outdated in KEPT.glob(f"{name}*"):
                shutil.rmtree(outdated)
            fresh.rename(made)
    return made


def digest(source: Path) -> str:
    """The digest of all inputs of a layer: its folder, the code that builds layers, and the version of Python."""
    files = [*source.parent.glob("*.py"), *(path for path in source.rglob("*") if path.is_file())]
    inputs = hashlib.sha256(sys.version.encode())
    for path in sorted(path for path in files if "__pycache__" not in path.parts):
        inputs.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return inputs.hexdigest()[:16]


def size(folder: Path) -> int:
    """The size of all files, in bytes."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def check_size(folder: Path, largest: int) -> None:
    if size(folder) > largest:
        raise BuildError(f"the layer has {size(folder):,} bytes, more than {largest:,}")
