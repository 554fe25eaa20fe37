"""Builds the signing layer: `python -m layers.signing.build FOLDER [arm64|x86_64]`, else for this machine."""

from __future__ import annotations

import sys
from pathlib import Path

from layers import assembly, elf, python_packages
from layers.targets import Target

HERE = Path(__file__).parent
LARGEST = 18_000_000


def build(folder: Path, target: Target) -> None:
    python_packages.install(HERE / "requirements.lock", folder, target)
    elf.check(folder, target.architecture)
    assembly.check_size(folder, LARGEST)


if __name__ == "__main__":
    assembly.main(build, HERE, sys.argv[1:])
