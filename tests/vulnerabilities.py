"""`python -m tests.vulnerabilities`: compares all locks with known vulnerabilities, and prints what it could not
compare.

pip-audit looks up Python's packages. A Debian package counts as vulnerable if the archive of Debian's security updates
has a newer version. The exit code is 1 if something must be updated, and 0 if nothing is known.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers import lock_packages
from layers.debian import Apt, BuildError, Package, read_lock

ROOT = Path(__file__).parent.parent
PIP_AUDIT = Path(sys.executable).with_name("pip-audit")
NO_ANSWER = re.compile(r"^(requests\.exceptions\.\w+|ERROR:pip_audit\._cli:Could not connect)", re.M)

Versions = Mapping[str, set[str]]
"""Versions of packages by name. Different environments may have different versions."""


@dataclass(frozen=True)
class Found:
    """The result of a comparison: faults that an update removes, other remarks, and the number of packages."""

    faults: tuple[str, ...]
    remarks: tuple[str, ...]
    looked_up: int


def python_locks() -> list[Path]:
    """All locks except Debian's."""
    found = {*ROOT.glob("layers/*/*.lock"), *ROOT.glob("tests/*.lock"), *ROOT.glob("tests/*/*.lock")}
    return sorted(found - set(lock_packages.locks()))


def locked(locks: list[Path]) -> Versions:
    versions: dict[str, set[str]] = defaultdict(set)
    for lock in locks:
        for name, version in re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", lock.read_text(), re.M):
            versions[name].add(version)
    return versions


def lists(packages: Versions) -> Iterator[list[str]]:
    """Lists of requirements that together have every version. Each list has at most one version of a package."""
    left = {name: sorted(versions) for name, versions in packages.items()}
    while left:
        yield [f"{name}=={versions.pop()}" for name, versions in sorted(left.items())]
        left = {name: versions for name, versions in left.items() if versions}


def of_python(packages: Versions) -> Found:
    faults: list[str] = []
    remarks: list[str] = []
    unknown: list[str] = []
    looked_up = 0
    for requirements in lists(packages):
        answer = ask_pip_audit(requirements)
        if answer is None:
            unknown += requirements
            continue
        for package in answer:
            name = f"{package['name']} {package.get('version', '')}".strip()
            if "skip_reason" in package:
                unknown.append(name)
                continue
            looked_up += 1
            for known in package["vulns"]:
                fixed = ", ".join(known["fix_versions"])
                line = f"{name}: {known['id']}, mended in {fixed or 'no release yet'}"
                (faults if fixed else remarks).append(line)
    if unknown:
        remarks.append(
            f"NOT LOOKED UP: {len(unknown)} of {looked_up + len(unknown)} Python packages, because the vulnerability "
            f"service gave no answer for them, {unknown[0]} for example."
        )
    return Found(tuple(faults), tuple(remarks), looked_up)


def ask_pip_audit(requirements: list[str]) -> list[dict[str, Any]] | None:
    """The findings of pip-audit for each package; None: its service cannot be reached. Raises RuntimeError for other
    failures.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(requirements))
        file.flush()
        options = ["--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json"]
        done = subprocess.run([PIP_AUDIT, *options, "--requirement", file.name], capture_output=True, text=True)
    if done.stdout.startswith("{"):
        return list(json.loads(done.stdout)["dependencies"])
    if NO_ANSWER.search(done.stderr):
        return None
    raise RuntimeError(f"pip-audit failed:\n{done.stderr}")


def of_debian(locks: list[Path], cache: Path) -> Found:
    faults: list[str] = []
    looked_up = 0
    for lock in locks:
        security = f"{lock_packages.suite_of(lock)}-security"
        packages = read_lock(lock)
        apt = Apt(cache / f"apt-{security}", (security,))
        try:
            apt.update()
        except BuildError as error:
            left_out = f"NOT LOOKED UP: the Debian packages of {lock.relative_to(ROOT)} and of the locks after it."
            return Found(tuple(faults), (f"{left_out} {error}",), looked_up)
        looked_up += len(packages)
        newest = apt.newest(packages)
        faults += [
            f"{package.name} {package.version} ({package.architecture}): Debian's security archive has {newer.version}"
            for package in packages
            if (newer := newest.get((package.name, package.architecture))) and is_newer(newer, package)
        ]
    return Found(tuple(faults), (), looked_up)


def is_newer(package: Package, than: Package) -> bool:
    command = ["dpkg", "--compare-versions", package.version, "gt", than.version]
    return subprocess.run(command).returncode == 0


def main() -> int:
    python = of_python(locked(python_locks()))
    debian = of_debian(lock_packages.locks(), ROOT / ".build" / "debian")
    for kind, found in (("Python", python), ("Debian", debian)):
        print(f"{kind}: {found.looked_up} packages looked up, {len(found.faults)} with an update to take")
        for line in (*found.faults, *found.remarks):
            print(f"  {line}")
    if python.faults or debian.faults:
        print("`make lock` takes the newest version of every package.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
