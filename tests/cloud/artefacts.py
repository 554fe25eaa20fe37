"""The deployment packages of the functions: an archive with one file that starts the function from its built folder."""

from __future__ import annotations

import hashlib
import io
import shlex
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from layers import assembly
from layers.certificates.build import INPUTS
from tests.cloud.errors import CloudError
from tests.cloud.template import Function

ENTRY = Path(__file__).parent / "bootstrap.py"


@dataclass(frozen=True)
class Build:
    """The folders and programs that `make` has built.

    A layer is in `.build/<name of its folder>`, built for this machine, as Lambda would unpack it to /opt. A layer that
    is not built, or was built from other sources than the present ones, is in its own folder. `python` is the
    interpreter that has Lambda's runtime client.
    """

    root: Path

    @property
    def ministack(self) -> Path:
        return self.root / ".venv-cloud" / "bin" / "ministack"

    @property
    def python(self) -> Path:
        return self.root / ".venv-lambda" / "bin" / "python"

    def require(self) -> None:
        """Raises CloudError if an environment is missing."""
        for program in (self.ministack, self.python):
            if not program.exists():
                raise CloudError(f"{program.relative_to(self.root)} is missing; `make install` makes it")

    def layer(self, folder: str) -> Path:
        built = self.root / ".build" / Path(folder).name
        return built if is_built(built, (self.root / folder).resolve()) else self.root / folder


@cache
def is_built(built: Path, source: Path) -> bool:
    """Whether a layer is built, from what its folder has now if the layer says from what it was built."""
    inputs = built / INPUTS
    return built.is_dir() and (not inputs.exists() or inputs.read_text() == assembly.digest(source))


@dataclass(frozen=True)
class Package:
    """A function's archive. The key changes with the content."""

    key: str
    content: bytes


Packaging = Callable[[Function, Path, Mapping[str, str], Build], Package]
"""Makes the archive of a function, of the folder that holds its template and of the folders of layers by logical id."""


def package(function: Function, code: Path, layers: Mapping[str, str], build: Build) -> Package:
    """Starts a function from its folder and those of its layers, in a clean interpreter.

    `code` is the folder that holds template.yaml; `layers` maps the logical ids of layers to their folders.
    """
    folders = [layers[logical_id] for logical_id in function.layers]
    command = [
        "env",
        *(f"{name}={value}" for name, value in outside_opt(folders, build).items()),
        str(build.python),
        "-I",  # without PYTHONPATH and user site: only built packages can be imported
        "-X",
        f"pycache_prefix={build.root / '.build' / 'bytecode'}",  # writes no bytecode into built folders
        str(ENTRY),
        str(code / function.folder),
        *(str(build.layer(folder)) for folder in folders),
    ]
    return archive(function.logical_id, command)


def archive(logical_id: str, command: Sequence[str]) -> Package:
    """The archive of a function that a command starts. The command serves the Lambda runtime interface."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        bootstrap = zipfile.ZipInfo("bootstrap")
        bootstrap.external_attr = 0o755 << 16
        packed.writestr(bootstrap, f"#!/bin/sh\nexec {shlex.join(command)}\n")
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    return Package(f"{logical_id}-{digest[:16]}.zip", content.getvalue())


def outside_opt(folders: list[str], build: Build) -> dict[str, str]:
    """Environment variables with the folders of fonts and native libraries, which are under /opt on Lambda."""
    found = {}
    for folder in folders:
        match Path(folder).name:
            case "fonts":
                found["CERTIFICATES_FONTS"] = str(build.layer(folder))
            case "typesetting":
                found["CERTIFICATES_NATIVE_LIBS"] = str(build.layer(folder) / "lib")
    return found
