"""Locked Python packages laid into a layer's folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from layers.targets import LAMBDA_PYTHON, ROOT, Target

UV = ROOT / ".venv" / "bin" / "uv"


def install(lock: Path, folder: Path, target: Target) -> None:
    """The packages of `lock`, wheels only, under `folder`/python; what Lambda never runs is left out."""
    packages = folder / "python"
    options = ["--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--link-mode", "copy"]
    command: list[str | Path] = [UV, "pip", "install", *options, *target.uv_arguments]
    command += ["--target", packages, "--requirements", lock]
    subprocess.run(command, check=True)
    shutil.rmtree(packages / "bin", ignore_errors=True)
    (packages / ".lock").unlink(missing_ok=True)
    for tests in [path for path in packages.rglob("tests") if path.is_dir()]:
        shutil.rmtree(tests)
    if target.is_lambda:
        precompile(packages)


def precompile(packages: Path) -> None:
    """Bytecode that Lambda takes unchecked: /opt is read-only, so without it each cold start compiles anew."""
    if sys.version_info[:2] != tuple(map(int, LAMBDA_PYTHON.split("."))):
        print(f"Not Python {LAMBDA_PYTHON}: {packages} has no bytecode, and cold starts will take longer.")
        return
    compiler = [sys.executable, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    # Paths as on Lambda, so that the same input makes the same bytes wherever it is built.
    subprocess.run([*compiler, "-s", packages, "-p", "/opt/python", packages], check=True)
