"""Every installed package is locked by version and digest, without the host that it comes from."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LISTED = subprocess.run(["git", "ls-files", "*.lock"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
LOCKS = [ROOT / name for name in LISTED.splitlines()]
OF_DEBIAN = [lock for lock in LOCKS if lock.name.startswith("packages")]
OF_JAVA = [lock for lock in LOCKS if lock.name == "verapdf.lock"]
OF_PYTHON = sorted(set(LOCKS) - {*OF_DEBIAN, *OF_JAVA})


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_locks_of_every_folder_are_looked_at() -> None:
    names = set(map(named, LOCKS))
    assert {"layers/dependencies/requirements.lock", "tests/bench/requirements.lock", "tests/uv.lock"} <= names
    assert {"tests/mutants/requirements.lock", "tests/packaging/packages-trixie.lock"} <= names
    assert set(map(named, OF_PYTHON)) == {named(lock) for lock in LOCKS if lock.with_suffix(".in").exists()}


@pytest.mark.parametrize("lock", OF_PYTHON, ids=named)
def test_make_lock_renews_every_lock(lock: Path) -> None:
    assert f"{named(lock.with_suffix('.in'))} -o {named(lock)}\n" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("lock", LOCKS, ids=named)
def test_a_lock_names_no_host(lock: Path) -> None:
    assert not re.search(r"://|index-url|find-links|\b[\w-]+\.(org|com|net|io)\b", lock.read_text())


@pytest.mark.parametrize("lock", OF_PYTHON, ids=named)
def test_every_python_package_has_a_version_and_digests(lock: Path) -> None:
    packages = lock.read_text().replace("\\\n", " ").splitlines()
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}(\s|$)", package), package


@pytest.mark.parametrize("lock", OF_DEBIAN, ids=named)
def test_every_debian_package_has_a_version_and_a_digest(lock: Path) -> None:
    lines = [line for line in lock.read_text().splitlines() if not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[a-z0-9.+-]+ \d\S* (all|amd64|arm64) [0-9a-f]{64}", line), line


@pytest.mark.parametrize("lock", OF_JAVA, ids=named)
def test_every_java_artifact_has_a_version_and_a_digest(lock: Path) -> None:
    lines = [line for line in lock.read_text().splitlines() if not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[a-z.]+:[a-z-]+ \d\S* [0-9a-f]{64}", line), line


def test_the_typesetting_layer_has_the_same_libraries_for_both_architectures() -> None:
    locked = {"amd64": set(), "arm64": set()}  # type: dict[str, set[str]]
    for lock in (ROOT / "layers" / "typesetting").glob("packages*.lock"):
        for line in lock.read_text().splitlines():
            name, _, architecture, *_ = line.split()
            if architecture in locked:
                locked[architecture].add(name)
    assert locked["amd64"] == locked["arm64"]
    assert locked["amd64"]


@pytest.mark.parametrize("lock", OF_PYTHON, ids=named)
def test_every_requirement_is_locked(lock: Path) -> None:
    asked = [line for line in lock.with_suffix(".in").read_text().splitlines() if re.match(r"[a-z]", line)]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", lock.read_text(), re.M))
    assert asked
    assert {re.split(r"[\[=<>~ ]", line)[0] for line in asked} <= locked
