"""Writes today's versions and digests of the Debian packages that layers are made of into their locks: `make lock`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from layers.debian import Apt, BuildError, read_lock

HERE = Path(__file__).parent


def show(apt: Apt, name: str, architecture: str) -> dict[str, str]:
    spec = name if architecture == "all" else f"{name}:{architecture}"
    command = ["apt-cache", *apt.command[2:], "--no-all-versions", "show", spec]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line and not line.startswith(" "))
    if "SHA256" not in fields:
        raise BuildError(f"{spec} is not in the archive")
    return fields


def main(cache: Path) -> None:
    for lock in sorted(HERE.glob("*/packages*.lock")):
        # `packages.lock` is of the suite that layers are made for, `packages-<suite>.lock` of another.
        suite = lock.stem.partition("-")[2] or "bookworm"
        packages = read_lock(lock)
        architectures = tuple(sorted({p.architecture for p in packages} - {"all"})) or ("amd64",)
        apt = Apt(cache / f"apt-{suite}", (suite,), architectures)
        apt.update()
        lines = ["# package version architecture sha256"]
        for package in packages:
            fields = show(apt, package.name, package.architecture)
            lines.append(f"{package.name} {fields['Version']} {package.architecture} {fields['SHA256']}")
        lock.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
