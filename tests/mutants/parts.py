"""What `make mutants` changes, and the tests that are to notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """`modules` are globs below the package `certificates`; `tests` are paths below `tests`."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


PARTS = {
    "rules": Part(("rules/*.py",), ("unit/rules", "unit/scenarios")),
    "verbs": Part(
        ("*.py", "jobs/*.py", "exception_list/*.py", "uploads/*.py", "designs/*.py", "lists/*.py", "documents/*.py"),
        ("verbs", "handlers", "crash/test_races.py"),
    ),
    "lms": Part(
        ("lms/*.py",),
        ("unit/lms/test_events.py", "unit/lms/test_records_file.py", "handlers/test_learner_records_files.py"),
    ),
    "aws": Part(("aws/*.py",), ("verbs", "handlers", "crash/test_races.py", "contracts")),
    "http": Part(("http/*.py",), ("handlers",)),
}
