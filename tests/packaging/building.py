"""What a deployment would upload: functions and layers as `sam build` leaves them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.cloud import template
from tests.cloud.server import REGION

ROOT = Path(__file__).parent.parent.parent
SAM = ROOT / ".venv-sam" / "bin" / "sam"


@dataclass(frozen=True)
class BuiltFunction:
    """`layers` are folders as Lambda lays them over /opt, in their order."""

    name: str
    task: Path
    layers: tuple[Path, ...]


@dataclass(frozen=True)
class BuiltStack:
    """The built template and, beside it, what it names."""

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


@cache
def build(architecture: str) -> BuiltStack:
    """Builds for `arm64` or `x86_64`, apart from what was built to be deployed."""
    folder = ROOT / ".build" / "sam" / architecture
    command = [str(SAM), "build", "--build-dir", str(folder), "--parameter-overrides", f"Architecture={architecture}"]
    environment = os.environ | {
        "ARCHITECTURE": architecture,
        "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return BuiltStack(folder / "template.yaml")
