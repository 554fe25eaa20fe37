"""The machines that layers are built for."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LAMBDA_PYTHON = "3.13"
"""Must be the template's Runtime."""


@dataclass(frozen=True)
class Architecture:
    """One kind of processor, with its names in Debian, in ELF files and in Python wheels."""

    name: str
    debian: str
    triplet: str
    elf_machine: str
    wheels: str


ARCHITECTURES = {
    "arm64": Architecture("arm64", "arm64", "aarch64-linux-gnu", "EM_AARCH64", "aarch64-manylinux_2_28"),
    "x86_64": Architecture("x86_64", "amd64", "x86_64-linux-gnu", "EM_X86_64", "x86_64-manylinux_2_28"),
}


@dataclass(frozen=True)
class Target:
    """Where a layer will run: Lambda on one architecture, or this machine with the Python of .venv-lambda."""

    architecture: Architecture
    is_lambda: bool

    @property
    def name(self) -> str:
        return f"lambda-{self.architecture.name}" if self.is_lambda else "this-machine"

    @property
    def uv_arguments(self) -> list[str]:
        if self.is_lambda:
            return ["--python-platform", self.architecture.wheels, "--python-version", LAMBDA_PYTHON]
        return ["--python", str(ROOT / ".venv-lambda" / "bin" / "python")]


def can_compile_for_lambda() -> bool:
    """Whether this Python makes the bytecode of Lambda's Python."""
    return sys.version_info[:2] == tuple(map(int, LAMBDA_PYTHON.split(".")))


def require_the_python_of_lambda() -> None:
    """Ends the program with what to do, unless this Python can compile for Lambda.

    Without bytecode in the layers, every cold start takes twice as long. A deployment must not have this by accident.
    """
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not can_compile_for_lambda():
        sys.exit(
            f"A deployment is built with Python {LAMBDA_PYTHON}, and this is Python {running}: install Python "
            f"{LAMBDA_PYTHON}, remove .venv*, and try again; or build in a container (.ci/Dockerfile)."
        )


def lambda_on(architecture: str) -> Target:
    return Target(ARCHITECTURES[architecture], is_lambda=True)


def this_machine() -> Target:
    machine = platform.machine()
    name = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64"}.get(machine)
    if name is None:
        sys.exit(f"Layers can be built for {' and '.join(ARCHITECTURES)}; this machine is {machine}.")
    return Target(ARCHITECTURES[name], is_lambda=False)


if __name__ == "__main__":
    require_the_python_of_lambda()
