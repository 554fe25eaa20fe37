"""mutmut as the command line has it, but quicker in two places.

mutmut asks the type checker at each call, and reads all mutants with a slow parser. This one asks only if a mutant has
changed, and reads them with Python's parser. mutmut has pytest collect all tests that reach a mutant, often hundreds.
This one has it collect only those that `soonest_first` chooses.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from bisect import bisect
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import mutmut.__main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation.file_mutation import (
    FailedTypeCheckMutant,
    MutatedMethodLocation,
    is_mutated_method_name,
)
from mutmut.runners.harness import PytestRunner
from mutmut.type_checking import TypeCheckingError, run_type_checker
from mutmut.utils.file_utils import change_cwd
from mutmut.utils.format_utils import get_mutant_name
from mutmut.workers import isolation

ANSWERS = Path("refused-by-types.json")
"""The digest of the mutants, and the faults in them: file, line and text."""


def refused_by_types() -> dict[str, FailedTypeCheckMutant]:
    """The mutants with a type error, by mutmut's names. Raises LookupError for an error outside of all mutants."""
    with change_cwd(Path("mutants")):
        refused: dict[str, FailedTypeCheckMutant] = {}
        mutants: dict[Path, list[MutatedMethodLocation]] = {}
        for error in _errors():
            path = error.file_path
            if path not in mutants:
                mutants[path] = _mutants_in(path)
            before = bisect(mutants[path], error.line_number, key=lambda mutant: mutant.line_number_start)
            if not before or error.line_number > (mutant := mutants[path][before - 1]).line_number_end:
                raise LookupError(f"{path}:{error.line_number} is in no mutant: {error.error_description}")
            name = get_mutant_name(path.relative_to(Path.cwd()), mutant.function_name)
            refused[name] = FailedTypeCheckMutant(method_location=mutant, name=name, error=error)
        return refused


def _errors() -> list[TypeCheckingError]:
    digest = sha256(b"".join(path.read_bytes() for path in sorted(Path("certificates").rglob("*.py")))).hexdigest()
    kept = json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}
    if kept.get("digest") != digest:
        found = run_type_checker(config().type_check_command)
        errors = [(str(error.file_path), error.line_number, error.error_description) for error in found]
        kept = {"digest": digest, "errors": errors}
        ANSWERS.write_text(json.dumps(kept))
    return [TypeCheckingError(Path(file), line, text) for file, line, text in kept["errors"]]


def _mutants_in(path: Path) -> list[MutatedMethodLocation]:
    """The mutants of a module in the order of their lines."""
    found = [
        MutatedMethodLocation(path, node.name, node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_mutated_method_name(node.name)
    ]
    return sorted(found, key=lambda mutant: mutant.line_number_start)


class FewTests(PytestRunner):
    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        if mutant_name:
            # To look for plugins takes as long as some tests. No test needs one that is only installed.
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            from tests.mutants.soonest_first import soonest

            with change_cwd("mutants"):
                tests = soonest(mutant_name.rpartition("__mutmut_")[0], sorted(tests))
        return super().run_tests(mutant_name=mutant_name, tests=tests)


if __name__ == "__main__":
    # As with `python -m mutmut`: imports look in the folder in which the tests run, not in the folder of this file.
    sys.path[0] = ""
    mutmut.filter_mutants_with_type_checker = refused_by_types
    # Both modules have the name.
    mutmut.PytestRunner = isolation.PytestRunner = FewTests  # type: ignore[misc,attr-defined]
    mutmut.cli()
