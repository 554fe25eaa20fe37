"""The deployment packages of the functions: an archive with one file, which starts the built folder where it lies."""

from __future__ import annotations

import hashlib
import io
import shlex
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cloud.errors import CloudError
from tests.cloud.template import Function

ENTRY = Path(__file__).parent / "bootstrap.py"


@dataclass(frozen=True)
class Build:
    """Where the built things lie.

    A layer is taken from `.build/<its folder's name>`, as Lambda would unpack it to /opt and built for this machine, or
    from its own folder where nothing needs building. `python` is the interpreter that has Lambda's runtime client.
    """

    root: Path

    @property
    def ministack(self) -> Path:
        return self.root / ".venv-cloud" / "bin" / "ministack"

    @property
    def python(self) -> Path:
        return self.root / ".venv-lambda" / "bin" / "python"

    def require(self) -> None:
        """Raises CloudError where an environment has not been made yet."""
        for program in (self.ministack, self.python):
            if not program.exists():
                raise CloudError(f"{program.relative_to(self.root)} is missing; `make` builds it")

    def layer(self, folder: str) -> Path:
        built = self.root / ".build" / Path(folder).name
        return built if built.is_dir() else self.root / folder


@dataclass(frozen=True)
class Package:
    key: str
    content: bytes


def package(function: Function, code: Path, layers: Mapping[str, str], build: Build) -> Package:
    """The archive of one function, under a key that changes with it.

    `code` is the folder that holds template.yaml; `layers` maps the logical ids of layers to their folders.
    """
    folders = [layers[logical_id] for logical_id in function.layers]
    command = [
        "env",
        *(f"{name}={value}" for name, value in outside_opt(folders, build).items()),
        str(build.python),
        "-I",  # neither PYTHONPATH nor a user's site: what is not built is not there
        "-X",
        f"pycache_prefix={build.root / '.build' / 'bytecode'}",  # built folders stay as they were built
        str(ENTRY),
        str(code / function.folder),
        *(str(build.layer(folder)) for folder in folders),
    ]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        bootstrap = zipfile.ZipInfo("bootstrap")
        bootstrap.external_attr = 0o755 << 16
        content.writestr(bootstrap, f"#!/bin/sh\nexec {shlex.join(command)}\n")
    packed = archive.getvalue()
    return Package(f"{function.logical_id}-{hashlib.sha256(packed).hexdigest()[:16]}.zip", packed)


def outside_opt(folders: list[str], build: Build) -> dict[str, str]:
    """Where fonts and native libraries are, for functions that carry them: on Lambda they are under /opt."""
    found = {}
    for folder in folders:
        match Path(folder).name:
            case "fonts":
                found["CERTIFICATES_FONTS"] = str(build.layer(folder))
            case "typesetting":
                found["CERTIFICATES_NATIVE_LIBS"] = str(build.layer(folder) / "lib")
    return found
