"""Builds the product's own layer: `python -m layers.certificates.build FOLDER [arm64|x86_64]`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from layers import assembly, python_packages
from layers.certificates import generated
from layers.targets import ROOT, Target, can_compile_for_lambda, this_machine

HERE = Path(__file__).parent
LARGEST = 10_000_000
"""Bytes, with bytecode. The tables of `compiling_ahead` have 1.6 million of them."""
GENERATED = ("*.mo", "*.woff2", "*.table")


INPUTS = "inputs"
"""The file of a layer for this machine that has the digest of its inputs. A layer of other inputs must not be used."""


def build(folder: Path, target: Target) -> None:
    """The layer for Lambda is the layer for this machine, with bytecode: it has no native code."""
    if target.is_lambda:
        shutil.copytree(assembly.kept(build, HERE, this_machine()) / "python", folder / "python")
        python_packages.precompile(folder / "python")
    else:
        shutil.copytree(HERE / "python", folder / "python", ignore=shutil.ignore_patterns("__pycache__", *GENERATED))
        generated.make(folder / "python" / "certificates", for_lambda=True)
        if can_compile_for_lambda():
            compile_ahead(folder / "python")
        (folder / INPUTS).write_text(assembly.digest(HERE))
    assembly.check_size(folder, LARGEST)


def compile_ahead(packages: Path) -> None:
    # Without the random order of sets, the same input makes the same bytes. Bytecode comes later, in Lambda's form.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    command: list[str | Path] = [sys.executable, "-m", "layers.certificates.compiling_ahead", packages]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    assembly.main(build, HERE, sys.argv[1:])
