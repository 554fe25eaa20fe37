"""The build that a deployment would upload: functions and layers as `sam build` makes them."""

from __future__ import annotations

import fcntl
import os
import subprocess
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.cloud import template
from tests.cloud.server import REGION

ROOT = Path(__file__).parent.parent.parent
SAM = ROOT / ".venv-sam" / "bin" / "sam"
BUILT = ROOT / ".build" / "sam"
MADE = ROOT / ".build" / "made"
TEST_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
"""The workers of one test run share it."""


@dataclass(frozen=True)
class BuiltFunction:
    """`layers` are folders in the order in which Lambda unpacks them to /opt."""

    name: str
    task: Path
    layers: tuple[Path, ...]


@dataclass(frozen=True)
class BuiltStack:
    """The built template with its files."""

    template: Path

    def functions(self) -> tuple[BuiltFunction, ...]:
        source = template.read(self.template)
        folder = {name: self.template.parent / path for name, path in template.layers(source).items()}
        return tuple(
            BuiltFunction(
                function.logical_id,
                self.template.parent / function.folder,
                tuple(folder[layer] for layer in function.layers),
            )
            for function in template.functions(source)
        )

    def layers(self) -> dict[str, Path]:
        return {
            name: self.template.parent / path for name, path in template.layers(template.read(self.template)).items()
        }


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """The folder. The first worker of a test run makes it; the others wait and use it."""
    MADE.mkdir(parents=True, exist_ok=True)
    with (MADE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made_by = MADE / folder.name
        if not (made_by.exists() and made_by.read_text() == TEST_RUN):
            made_by.unlink(missing_ok=True)
            make(folder)
            made_by.write_text(TEST_RUN)
    return folder


@cache
def build(architecture: str) -> BuiltStack:
    """Build for `arm64` or `x86_64`, apart from the build for deployments."""
    folder = once(BUILT / architecture, lambda folder: sam_build(folder, architecture))
    return BuiltStack(folder / "template.yaml")


def sam_build(folder: Path, architecture: str) -> None:
    command = [str(SAM), "build", "--build-dir", str(folder), "--parameter-overrides", f"Architecture={architecture}"]
    settings = {"ARCHITECTURE": architecture, "AWS_DEFAULT_REGION": REGION, "SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
