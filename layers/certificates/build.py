"""Builds the product's own layer: `python -m layers.certificates.build FOLDER [arm64|x86_64]`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from layers import assembly, python_packages
from layers.targets import Target

SOURCE = Path(__file__).with_name("python")
LARGEST = 5_000_000


def build(folder: Path, _target: Target) -> None:
    shutil.copytree(SOURCE, folder / "python", ignore=shutil.ignore_patterns("__pycache__"))
    python_packages.precompile(folder / "python")
    assembly.check_size(folder, LARGEST)


if __name__ == "__main__":
    assembly.main(build, sys.argv[1:])
