"""Builds the dependencies layer: `python -m layers.dependencies.build FOLDER [arm64|x86_64]`, else for this machine."""

from __future__ import annotations

import sys
from pathlib import Path

from layers import assembly, elf, python_packages
from layers.targets import Target

LOCK = Path(__file__).with_name("requirements.lock")
LARGEST = 60_000_000
"""Bytes; every function carries this layer, and its size is part of every cold start."""


def build(folder: Path, target: Target) -> None:
    python_packages.install(LOCK, folder, target)
    elf.check(folder, target.architecture)
    assembly.check_size(folder, LARGEST)


if __name__ == "__main__":
    assembly.main(build, sys.argv[1:])
