"""Installs locked Python packages into the folder of a layer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from layers.targets import LAMBDA_PYTHON, ROOT, Target, can_compile_for_lambda

Unused = Callable[[Path], Iterable[Path]]

UV = ROOT / ".venv" / "bin" / "uv"


def install(lock: Path, folder: Path, target: Target, unused: Unused = lambda packages: ()) -> None:
    """Installs the packages of `lock` under `folder`/python, from wheels only, without tests and scripts.

    `unused` names files and folders, below the folder of packages, that are left out too.
    """
    packages = folder / "python"
    options = ["--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--link-mode", "copy"]
    command: list[str | Path] = [UV, "pip", "install", *options, *target.uv_arguments]
    command += ["--target", packages, "--requirements", lock]
    subprocess.run(command, check=True)
    shutil.rmtree(packages / "bin", ignore_errors=True)
    (packages / ".lock").unlink(missing_ok=True)
    for tests in [path for path in packages.rglob("tests") if path.is_dir()]:
        shutil.rmtree(tests)
    for path in list(unused(packages)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if target.is_lambda:
        precompile(packages)


def precompile(packages: Path) -> None:
    """Writes bytecode that Lambda loads without a check. Without it, every cold start compiles: /opt is read-only."""
    if not can_compile_for_lambda():
        print(f"Not Python {LAMBDA_PYTHON}: {packages} has no bytecode, and cold starts will take longer.")
        return
    compiler = [sys.executable, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    # The paths are Lambda's: the same input makes the same bytes on every machine.
    subprocess.run([*compiler, "-s", packages, "-p", "/opt/python", packages], check=True)
