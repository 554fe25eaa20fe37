"""Builds the product's own layer: `python -m layers.certificates.build FOLDER [arm64|x86_64]`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from layers import assembly, python_packages
from layers.certificates import generated
from layers.targets import Target

HERE = Path(__file__).parent
LARGEST = 6_000_000
GENERATED = ("*.mo", "*.woff2")


def build(folder: Path, _target: Target) -> None:
    shutil.copytree(HERE / "python", folder / "python", ignore=shutil.ignore_patterns("__pycache__", *GENERATED))
    generated.make(folder / "python" / "certificates", for_lambda=True)
    python_packages.precompile(folder / "python")
    assembly.check_size(folder, LARGEST)


if __name__ == "__main__":
    assembly.main(build, HERE, sys.argv[1:])
