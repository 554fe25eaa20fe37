"""Writes today's versions and digests into the locks of the Debian packages of layers and tests."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from layers.debian import Apt, BuildError, Package, read_lock, suites_of
from layers.targets import ROOT


def main(cache: Path) -> None:
    for lock in locks():
        suite = suite_of(lock)
        apt = Apt(cache / f"apt-{suite}", suites_of(suite))
        apt.update()
        packages = todays(apt, read_lock(lock))
        lines = [f"{package.name} {package.version} {package.architecture} {package.sha256}" for package in packages]
        today = datetime.now(UTC).date()
        lock.write_text("\n".join([f"# package version architecture sha256, as of {today}", *lines]) + "\n")


def locks() -> list[Path]:
    return sorted([*ROOT.glob("layers/*/packages*.lock"), *ROOT.glob("tests/*/packages*.lock")])


def suite_of(lock: Path) -> str:
    """The suite of `packages-<suite>.lock`. `packages.lock` is of the suite that layers are built from."""
    return lock.stem.partition("-")[2] or "bookworm"


def todays(apt: Apt, packages: list[Package]) -> list[Package]:
    """The same packages as the archive has them now."""
    found = apt.newest(packages)
    missing = [package.name for package in packages if (package.name, package.architecture) not in found]
    if missing:
        raise BuildError(f"not in the archive: {', '.join(missing)}")
    return [found[package.name, package.architecture] for package in packages]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
