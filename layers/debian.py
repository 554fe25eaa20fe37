"""Gets files from Debian packages. apt downloads the packages of a lock, their digests are compared, dpkg unpacks them.

A lock is a text file of lines `package version architecture sha256`. Any user may run apt here: it has a root folder of
its own and changes nothing on the machine. The environment variable DEBIAN_ARCHIVE has the address of the archive.
Without the variable, it is the first archive of the machine's own sources. This module needs only the standard library,
apt and dpkg.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ARCHITECTURES = ("amd64", "arm64")
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
        """The name that apt-get gives to the file."""
        return f"{self.name}_{self.version.replace(':', '%3a')}_{self.architecture}.deb"


def suites_of(suite: str) -> tuple[str, ...]:
    """A suite, and the suite of its security updates."""
    return (suite, f"{suite}-security")


def read_lock(path: Path) -> list[Package]:
    lines = [line.split("#")[0].split() for line in path.read_text().splitlines()]
    return [Package(*fields) for fields in lines if fields]


def security_archive() -> str:
    """The address of Debian's security updates: DEBIAN_SECURITY_ARCHIVE, or the folder beside the archive."""
    return os.environ.get("DEBIAN_SECURITY_ARCHIVE") or re.sub(r"(?<!/)/debian(?=/|$)", "/debian-security", archive())


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
    """apt with lists, cache and sources of its own under `root`, for the packages of `suites`, of any architecture."""

    def __init__(self, root: Path, suites: tuple[str, ...]) -> None:
        root = self.root = root.resolve()
        for folder in ("lists/partial", "cache/archives/partial", "parts"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "status").touch()
        signed = f" [signed-by={KEYRING}]" if KEYRING.exists() else ""
        address = {suite: security_archive() if suite.endswith("-security") else archive() for suite in suites}
        sources = [f"deb{signed} {address[suite]} {suite} main\n" for suite in suites]
        (root / "sources.list").write_text("".join(sources))
        options = {
            "Dir::Etc::SourceList": root / "sources.list",
            "Dir::Etc::SourceParts": root / "parts",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": root / "parts",
            "Dir::State": root,
            "Dir::State::Lists": root / "lists",
            "Dir::State::Status": root / "status",
            "Dir::Cache": root / "cache",
            "APT::Architecture": ARCHITECTURES[0],
            "APT::Sandbox::User": "",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            # The lists of a snapshot have expired. The digests in the lock are compared instead.
            "Acquire::Check-Valid-Until": "false",
            "APT::Update::Error-Mode": "any",  # by default, apt uses old lists where the archive does not answer
        }
        self.options = [f"-o{name}={value}" for name, value in options.items()]
        self.options += [f"-oAPT::Architectures::={architecture}" for architecture in ARCHITECTURES]

    def newest(self, packages: list[Package]) -> dict[tuple[str, str], Package]:
        """The newest version of each package in the archive at the last `update`, by name and architecture."""
        of_all = [package.name for package in packages if package.architecture == "all"]
        of_one = [f"{package.name}:{package.architecture}" for package in packages if package.architecture != "all"]
        command = ["apt-cache", *self.options, "--no-all-versions", "show", *of_all, *of_one]
        # The command fails where the archive lacks a package, and shows the others.
        shown = subprocess.run(command, capture_output=True, text=True).stdout
        found = {}
        for stanza in shown.split("\n\n"):
            lines = [line for line in stanza.splitlines() if ": " in line and not line.startswith(" ")]
            fields = dict(line.split(": ", 1) for line in lines)
            if fields:
                package = Package(fields["Package"], fields["Version"], fields["Architecture"], fields["SHA256"])
                found[package.name, package.architecture] = package
        return found

    def update(self) -> None:
        self._run("update", cwd=self.root)

    def download(self, packages: list[Package], folder: Path) -> dict[str, Path]:
        """The .deb file of each package, by name. Raises BuildError if one is missing or has another digest."""
        folder.mkdir(parents=True, exist_ok=True)
        missing = [package for package in packages if not is_there(package, folder)]
        if missing:
            self.update()
            self._run("download", *(package.spec for package in missing), cwd=folder)
        return {package.name: checked(package, folder) for package in packages}

    def _run(self, *arguments: str, cwd: Path) -> None:
        command = ["apt-get", "-q", *self.options, *arguments]
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
        if done.returncode:
            raise BuildError(
                f"apt-get {' '.join(arguments)} failed. If the archive no longer has a version, `make lock` takes "
                "today's. Or set DEBIAN_ARCHIVE and DEBIAN_SECURITY_ARCHIVE to snapshots of the day in the lock's "
                "first line.\n"
                f"{done.stderr.strip()}"
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
    files = subprocess.run(["dpkg-deb", "--fsys-tarfile", deb], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(files)) as archive_:
        for member in archive_:
            content = archive_.extractfile(member) if member.isfile() else None
            if content is not None:
                yield member.name.removeprefix("./"), content.read()
