"""The comparison of locks with known vulnerabilities: its faults, and its report of what it could not compare."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from layers.debian import BuildError, Package, security_archive
from tests import vulnerabilities

NAMED = {"name": "example", "version": "1.0"}


def answering(monkeypatch: pytest.MonkeyPatch, folder: Path, *, out: str = "", errors: str = "") -> None:
    """Replaces pip-audit by a program that prints this."""
    (folder / "out").write_text(out)
    (folder / "errors").write_text(errors)
    program = folder / "pip-audit"
    program.write_text(f"#!/bin/sh\ncat {folder}/out\ncat {folder}/errors >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(vulnerabilities, "PIP_AUDIT", program)


def test_every_lock_is_compared() -> None:
    names = {str(lock.relative_to(vulnerabilities.ROOT)) for lock in vulnerabilities.python_locks()}
    assert {"layers/dependencies/requirements.lock", "tests/tools.lock", "tests/cloud/runtime.lock"} <= names
    packages = vulnerabilities.locked(vulnerabilities.python_locks())
    assert {"pydantic", "weasyprint", "aws-sam-cli", "ministack"} <= packages.keys()
    assert {lock.name for lock in vulnerabilities.lock_packages.locks()} >= {"packages.lock", "packages-trixie.lock"}


def test_two_versions_of_a_package_are_both_looked_up() -> None:
    asked = list(vulnerabilities.lists({"a": {"1", "2"}, "b": {"3"}}))
    assert asked == [["a==2", "b==3"], ["a==1"]]


def test_a_vulnerability_that_an_update_mends_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [{"id": "CVE-1", "fix_versions": ["1.1"]}, {"id": "CVE-2", "fix_versions": []}]
    answering(monkeypatch, tmp_path, out=json.dumps({"dependencies": [{**NAMED, "vulns": known}]}))
    found = vulnerabilities.of_python({"example": {"1.0"}})
    assert found.faults == ("example 1.0: CVE-1, mended in 1.1",)
    assert found.remarks == ("example 1.0: CVE-2, mended in no release yet",)


def test_a_package_that_the_service_does_not_know_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    skipped = {"name": "other", "skip_reason": "not found"}
    answering(monkeypatch, tmp_path, out=json.dumps({"dependencies": [{**NAMED, "vulns": []}, skipped]}))
    found = vulnerabilities.of_python({"example": {"1.0"}, "other": {"2"}})
    assert (found.faults, found.looked_up) == ((), 1)
    assert found.remarks[0].startswith("NOT LOOKED UP: 1 of 2 Python packages")


def test_an_unreachable_service_is_reported_and_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    found = vulnerabilities.of_python({"pip": {"1.0"}})
    assert (found.faults, found.looked_up) == ((), 0)
    assert found.remarks[0].startswith("NOT LOOKED UP: 1 of 1 Python packages")


def test_a_comparison_that_breaks_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, tmp_path, errors="usage: pip-audit [-h]")
    with pytest.raises(RuntimeError, match="usage"):
        vulnerabilities.of_python({"example": {"1.0"}})


class Archive:
    """Security updates as a dictionary; None: the archive does not answer."""

    versions: dict[str, str] | None

    def __init__(self, root: Path, suites: tuple[str, ...]) -> None:
        assert suites == ("bookworm-security",)

    def update(self) -> None:
        if self.versions is None:
            raise BuildError("apt-get update failed")

    def newest(self, packages: list[Package]) -> dict[tuple[str, str], Package]:
        assert self.versions is not None
        return {
            (package.name, package.architecture): Package(package.name, self.versions[package.name], "amd64", "")
            for package in packages
            if package.name in self.versions
        }


LOCKED = "1.6-1+deb12u10"


@pytest.mark.parametrize(
    ("updates", "faults"),
    [
        ({}, ()),
        ({"libpng": "1.6-1+deb12u9"}, ()),
        ({"libpng": LOCKED}, ()),
        ({"libpng": "1.6-1+deb12u11"}, (f"libpng {LOCKED} (amd64): Debian's security archive has 1.6-1+deb12u11",)),
    ],
)
def test_a_security_update_newer_than_the_lock_is_a_fault(
    updates: dict[str, str], faults: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "packages.lock"
    lock.write_text(f"libpng {LOCKED} amd64 {'0' * 64}\n")
    monkeypatch.setattr(vulnerabilities, "Apt", Archive)
    monkeypatch.setattr(Archive, "versions", updates, raising=False)
    assert vulnerabilities.of_debian([lock], tmp_path) == vulnerabilities.Found(faults, (), 1)


def test_an_unreachable_archive_is_reported_and_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vulnerabilities, "Apt", Archive)
    monkeypatch.setattr(Archive, "versions", None, raising=False)
    found = vulnerabilities.of_debian([vulnerabilities.ROOT / "layers" / "fonts" / "packages.lock"], tmp_path)
    assert (found.faults, found.looked_up) == ((), 0)
    assert found.remarks[0].startswith("NOT LOOKED UP: the Debian packages of layers/fonts/packages.lock")


@pytest.mark.parametrize(
    ("archive", "security"),
    [
        ("http://packages.example/debian", "http://packages.example/debian-security"),
        ("http://archive/debian", "http://archive/debian-security"),
        (
            "https://packages.example/archive/debian/20261101T000000Z",
            "https://packages.example/archive/debian-security/20261101T000000Z",
        ),
    ],
)
def test_security_updates_come_from_beside_the_archive(
    archive: str, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBIAN_ARCHIVE", archive)
    assert security_archive() == security
