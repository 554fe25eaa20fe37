"""`make mutants PART=rules` changes the code in a thousand small ways, and lists the changes that no test notices.

PART is a room of the package, `verbs` (the flat floor) or one module, such as `rules/groups.py`. TESTS are paths below
`tests`, such as `"unit/aws unit/verbs"`, instead of all tests of the room.
If neither the type checker nor a test notices a mutant, nothing keeps this promise of the code. `survivors.md` explains
each mutant that stays. A second call of a part tries only the mutants that no test noticed, which is how one checks
a new test: delete `.build/mutants` to begin anew. This is not part of `make test`, because it takes too long.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

from tests.mutants.parts import PARTS, Chosen, chosen

ROOT = Path(__file__).parent.parent.parent
WORK = ROOT / ".build" / "mutants"
COPIED = ("tests", "functions", "layers", "template.yaml", "README.md", "samconfig.toml", "pyproject.toml")

OF_THE_COPY = ("handlers/test_starts.py", "handlers/test_problems.py", "verbs/test_quick_moto.py")
"""The first fails where mutmut is imported, the second reads the source, and the third is about moto."""

FEW = 15
"""Tests that a mutant gets at first. A mutant that survives these gets all tests that reach it."""

NOTICED = {"killed", "caught by type check"}
UNTRIED = {"not checked", "no tests"}
UNSURE = {"survived", "timeout", "suspicious"}
LOG = "run.log"
NONE_REACHED = "could not find any test case for any mutant"
"""mutmut ends with an error if a module has no mutants, or none that a test reaches."""

MUTMUT = Path(__file__).parent / "quicker.py"


def main(names: list[str]) -> int:
    children = os.environ.get("CHILDREN", str(os.cpu_count() or 1))
    for name in names or PARTS:
        part = chosen(name, os.environ.get("TESTS", "").split())
        folder = WORK / part.folder
        _prepare(folder, part)
        print(f"{name}: see {(folder / LOG).relative_to(ROOT)} for the progress", flush=True)
        before = _results(folder, part)
        if untried := [mutant for mutant, status in before.items() if status in UNTRIED]:
            _run(folder, children, str(FEW), untried)
        if not before:
            _run(folder, children, str(FEW), list(part.patterns))
        if again := [mutant for mutant, status in _results(folder, part).items() if status in UNSURE]:
            _run(folder, children, "", again)
        results = _results(folder, part)
        print(", ".join(f"{number} {status}" for status, number in Counter(results.values()).items()) or "no mutants")
        print(*(f"  {mutant}: {status}" for mutant, status in results.items() if status not in NOTICED), sep="\n")
    return 0


def _run(folder: Path, children: str, tests: str, mutants: list[str]) -> None:
    """mutmut tries the mutants of these names, or else those that it has not tried yet."""
    command = [sys.executable, str(MUTMUT), "run", "--max-children", children, *mutants]
    environment = {**os.environ, **_environment(), "MUTANTS_TESTS": tests}
    with (folder / LOG).open("a+") as output:
        begin = output.tell()
        done = subprocess.run(command, cwd=folder, check=False, env=environment, stdout=output, stderr=output)
        output.seek(begin)
        if done.returncode and NONE_REACHED not in output.read():
            raise SystemExit(f"mutmut ended with an error: see {folder / LOG}")


def _environment() -> dict[str, str]:
    """Fonts, native libraries and the LMS of the tests: the copies of the tests do not find them by themselves. All
    parts share mypy's cache: it has the modules that a part does not change.
    """
    build = ROOT / ".build"
    return {
        "CERTIFICATES_FONTS": str(build / "fonts"),
        "CERTIFICATES_NATIVE_LIBS": str(build / "typesetting" / "lib"),
        "MYPY_CACHE_DIR": str(WORK / "mypy"),
        "LMS_PYTHON": str(ROOT / ".venv-lms" / "bin" / "python"),
    }


def _prepare(folder: Path, part: Chosen) -> None:
    """The package and the tests side by side, which is how mutmut finds the one by the other.

    The layers come without the package: a second copy, which no mutant changes, would be what mypy and tests find.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        _copy(ROOT / name, folder / name)
    _copy(ROOT / "layers" / "certificates" / "python" / "certificates", folder / "certificates")
    # mutmut keeps the modules that are gone, and mypy would refuse what they call.
    for module in (folder / "mutants" / "certificates").rglob("*.py"):
        if not (folder / module.relative_to(folder / "mutants")).exists():
            module.unlink()
    settings = {
        "source_paths": ["certificates"],
        "only_mutate": [f"certificates/{glob}" for glob in part.modules],
        "also_copy": [name for name in COPIED if name not in {"tests", "pyproject.toml"}],
        "pytest_add_cli_args": [
            *("-p", "no:cacheprovider", "-o", "pythonpath=.", "-p", "no:xdist", "-p", "tests.mutants.soonest_first"),
            *(f"--ignore=tests/{name}" for name in OF_THE_COPY),
        ],
        "pytest_add_cli_args_test_selection": [f"tests/{name}" for name in part.tests],
        "use_git_change_detection": False,
        "type_check_command": [sys.executable, "-m", "mypy", "--output", "json", "--no-warn-unused-ignores"],
        # The client of S3 has threads, which a process made by a plain fork would wait for without end.
        "process_isolation": "forkserver",
    }
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    (folder / "pyproject.toml").write_text((folder / "pyproject.toml").read_text() + f"\n[tool.mutmut]\n{lines}")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "python"))
    else:
        shutil.copy(source, target)


def _results(folder: Path, part: Chosen) -> dict[str, str]:
    """What became of each mutant of the part: killed, survived, no tests, not checked ..."""
    command = [sys.executable, "-m", "mutmut", "results", "--all", "true"]
    said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    pairs = (line.strip().rpartition(": ") for line in said.splitlines() if ": " in line)
    return {mutant: status for mutant, _, status in pairs if any(fnmatch(mutant, glob) for glob in part.patterns)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
