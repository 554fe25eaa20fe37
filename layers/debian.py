"""Files out of Debian packages, fetched by apt itself, named and checked by a lock.

A lock is a text file of lines `package version architecture sha256`. apt runs as any user in a root of its own: nothing
of the machine is changed, and the archive's address comes from the machine's own sources (or from DEBIAN_ARCHIVE).
Standard library and apt-get alone.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class BuildError(SystemExit):
    """Stops a build with one line that says what to do."""


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    architecture: str
    sha256: str

    @property
    def spec(self) -> str:
        return f"{self.name}:{self.architecture}={self.version}" if self.architecture != "all" else self.versioned

    @property
    def versioned(self) -> str:
        return f"{self.name}={self.version}"

    @property
    def file(self) -> str:
        """As apt-get names it."""
        return f"{self.name}_{self.version.replace(':', '%3a')}_{self.architecture}.deb"


def read_lock(path: Path) -> list[Package]:
    lines = [line.split("#")[0].split() for line in path.read_text().splitlines()]
    return [Package(*fields) for fields in lines if fields]


def archive() -> str:
    """The address of a Debian archive: DEBIAN_ARCHIVE, or the first of the machine's own sources."""
    chosen = os.environ.get("DEBIAN_ARCHIVE")
    if chosen:
        return chosen
    lists = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for path in (path for path in lists if path.is_file()):
        for found in re.finditer(r"^(?:URIs:|deb(?:\s+\[[^]]*\])?)\s*(\S+/debian)/?(?:\s|$)", path.read_text(), re.M):
            return found.group(1)
    raise BuildError("No Debian archive in /etc/apt: set DEBIAN_ARCHIVE to the address of one.")


class Apt:
    """apt-get with lists, cache and sources of its own under `root`."""

    def __init__(self, root: Path, suites: tuple[str, ...], architectures: tuple[str, ...]) -> None:
        root = self.root = root.resolve()
        for folder in ("lists/partial", "cache/archives/partial", "parts"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "status").touch()
        signed = f" [signed-by={KEYRING}]" if KEYRING.exists() else ""
        (root / "sources.list").write_text("".join(f"deb{signed} {archive()} {suite} main\n" for suite in suites))
        options = {
            "Dir::Etc::SourceList": root / "sources.list",
            "Dir::Etc::SourceParts": root / "parts",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": root / "parts",
            "Dir::State": root,
            "Dir::State::Lists": root / "lists",
            "Dir::State::Status": root / "status",
            "Dir::Cache": root / "cache",
            "APT::Architecture": architectures[0],
            "APT::Sandbox::User": "",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
        }
        self.command = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]
        self.command += [f"-oAPT::Architectures::={architecture}" for architecture in architectures]

    def update(self) -> None:
        self._run("update", cwd=self.root)

    def download(self, packages: list[Package], folder: Path) -> dict[str, Path]:
        """The .deb of each package, under its name; raises BuildError where version or digest is not the lock's."""
        folder.mkdir(parents=True, exist_ok=True)
        missing = [package for package in packages if not is_there(package, folder)]
        if missing:
            self.update()
            self._run("download", *(package.spec for package in missing), cwd=folder)
        return {package.name: checked(package, folder) for package in packages}

    def _run(self, *arguments: str, cwd: Path) -> None:
        done = subprocess.run([*self.command, *arguments], cwd=cwd, capture_output=True, text=True)
        if done.returncode:
            raise BuildError(
                f"apt-get {' '.join(arguments)} failed. Where a version is gone from the archive, `make lock` takes "
                f"today's, and DEBIAN_ARCHIVE can name an archive that still has it.\n{done.stderr.strip()}"
            )


def is_there(package: Package, folder: Path) -> bool:
    path = folder / package.file
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == package.sha256


def checked(package: Package, folder: Path) -> Path:
    path = folder / package.file
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package.sha256:
        raise BuildError(f"{path.name} has digest {found}, the lock says {package.sha256}.")
    return path


def unpacked(deb: Path) -> Iterator[tuple[str, bytes]]:
    """Path (without a leading `./`) and content of every regular file in a .deb."""
    with tarfile.open(fileobj=io.BytesIO(_data_member(deb))) as archive_:
        for member in archive_:
            content = archive_.extractfile(member) if member.isfile() else None
            if content is not None:
                yield member.name.removeprefix("./"), content.read()


def _data_member(deb: Path) -> bytes:
    """data.tar.* out of the `ar` archive that a .deb is: 60-byte headers, content padded to even length."""
    content = deb.read_bytes()
    position = 8
    while position < len(content):
        name = content[position : position + 16].decode().strip().rstrip("/")
        size = int(content[position + 48 : position + 58])
        position += 60
        if name.startswith("data.tar"):
            return content[position : position + size]
        position += size + size % 2
    raise BuildError(f"{deb.name} holds no data.tar")


if shutil.which("apt-get") is None:
    sys.exit("apt-get is needed to fetch fonts and libraries from Debian's packages.")
