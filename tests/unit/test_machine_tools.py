"""Commands of the Makefile find the programs that they need, install them, or name missing ones in one line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.template import ROOT

TOOLS = ROOT / ".make" / "tools"
TABLE = [row.split(maxsplit=2) for row in TOOLS.read_text().split("table='")[1].split("'")[0].splitlines() if row]
EVERYTHING = [program for program, _, _ in TABLE if program not in ("python", "apt-get")]
OF_THE_SHELL = ("sh", "dirname", "env")

Machine = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Runs the check on a machine without some programs. Its apt-get and sudo note how they were called."""

    def run(*commands: str, lacks: tuple[str, ...] = (), user: int = 0) -> subprocess.CompletedProcess[str]:
        folder = tmp_path / "bin"
        folder.mkdir()
        fakes = dict.fromkeys(EVERYTHING, "")
        fakes |= {
            "id": f"echo {user}",
            "apt-get": f'echo "apt-get $*" >> {tmp_path}/called',
            "sudo": f'echo sudo >> {tmp_path}/called; exec "$@"',
        }
        for name, script in fakes.items():
            if name not in lacks:
                (folder / name).write_text(f"#!/bin/sh\n{script}\n")
                (folder / name).chmod(0o755)
        for name in OF_THE_SHELL:
            (folder / name).symlink_to(str(shutil.which(name)))
        if "python" not in lacks:
            (folder / "python3").symlink_to(sys.executable)
        settings = {"PATH": str(folder), "PYENV_ROOT": str(tmp_path)}
        return subprocess.run([TOOLS, *commands], env=settings, capture_output=True, text=True)

    return run


def called(tmp_path: Path) -> list[str]:
    calls = tmp_path / "called"
    return calls.read_text().splitlines() if calls.exists() else []


@pytest.mark.parametrize("command", ["run", "test", "test-arm64", "lint", "ci"])
def test_if_nothing_is_missing_nothing_is_printed_or_done(machine: Machine, command: str, tmp_path: Path) -> None:
    done = machine(command)
    assert (done.returncode, done.stdout, done.stderr, called(tmp_path)) == (0, "", "", [])


def test_missing_programs_are_named_and_then_installed(machine: Machine, tmp_path: Path) -> None:
    done = machine("test", lacks=("qpdf", "mutool"))
    assert done.returncode == 0
    assert done.stdout.startswith("make test needs: qpdf mupdf-tools. Installing: apt-get install ")
    assert len(done.stdout.splitlines()) == 1
    assert called(tmp_path) == [
        "apt-get -qq update",
        "apt-get install --yes --no-install-recommends qpdf mupdf-tools",
    ]


def test_a_user_who_is_not_root_is_asked_for_sudo(machine: Machine, tmp_path: Path) -> None:
    done = machine("test", lacks=("pdftotext",), user=1000)
    assert "Installing: sudo apt-get install " in done.stdout
    assert [call.split()[0] for call in called(tmp_path)] == ["sudo", "apt-get", "sudo", "apt-get"]


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        (("qpdf", "apt-get"), "make test: please install (names of Debian's packages): apt qpdf\n"),
        (("qpdf", "sudo"), "make test: please run as root: apt-get install --yes --no-install-recommends qpdf\n"),
    ],
)
def test_if_nothing_can_be_installed_one_line_names_the_programs(
    machine: Machine, lacks: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = machine("test", lacks=lacks, user=1000)
    assert (done.returncode, done.stdout, done.stderr, called(tmp_path)) == (1, "", said, [])


def test_the_local_cloud_needs_no_program_that_only_tests_use(machine: Machine, tmp_path: Path) -> None:
    machine("run", lacks=("pdftotext", "qpdf", "mutool", "chromium", "qemu-aarch64-static"))
    assert called(tmp_path) == []


def test_a_python_that_can_make_environments_is_needed_by_every_command(machine: Machine) -> None:
    assert machine("fix", lacks=("python",)).stdout.startswith("make fix needs: python3-venv.")


def test_everything_that_any_command_needs_is_needed_by_ci(machine: Machine) -> None:
    done = machine("ci", lacks=("python", *EVERYTHING))
    needed = done.stdout.split(". ")[0].removeprefix("make ci needs:").split()
    assert needed == [package for program, package, _ in TABLE if program != "apt-get"]
