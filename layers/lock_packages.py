"""Writes today's versions and digests of Debian packages, which layers and tests are made of, into their locks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from layers.debian import Apt, BuildError, Package, read_lock

HERE = Path(__file__).parent


def main(cache: Path) -> None:
    for lock in sorted([*HERE.glob("*/packages*.lock"), *HERE.parent.glob("tests/*/packages*.lock")]):
        # `packages.lock` is of the suite that layers are made for, `packages-<suite>.lock` of another.
        suite = lock.stem.partition("-")[2] or "bookworm"
        apt = Apt(cache / f"apt-{suite}", (suite,), ("amd64", "arm64"))
        apt.update()
        packages = todays(apt, read_lock(lock))
        lines = [f"{package.name} {package.version} {package.architecture} {package.sha256}" for package in packages]
        lock.write_text("\n".join(["# package version architecture sha256", *lines]) + "\n")


def todays(apt: Apt, packages: list[Package]) -> list[Package]:
    """The same packages as the archive has them now."""
    of_all = [package.name for package in packages if package.architecture == "all"]
    of_one = [f"{package.name}:{package.architecture}" for package in packages if package.architecture != "all"]
    command = ["apt-cache", *apt.command[2:], "--no-all-versions", "show", *of_all, *of_one]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {}
    for stanza in shown.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line and not line.startswith(" "))
        if fields:
            package = Package(fields["Package"], fields["Version"], fields["Architecture"], fields["SHA256"])
            found[package.name, package.architecture] = package
    missing = [package.name for package in packages if (package.name, package.architecture) not in found]
    if missing:
        raise BuildError(f"not in the archive: {', '.join(missing)}")
    return [found[package.name, package.architecture] for package in packages]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
