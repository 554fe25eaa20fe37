"""The table of problem types has all types that the code can raise, and no others."""

from __future__ import annotations

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import certificates
from certificates import errors
from certificates.http.answers import STATUS_OF
from certificates.http.openapi import document
from certificates.http.problems import PREFIX, PROBLEMS
from certificates.http.serving import _UNKNOWN
from certificates.rules.eligibility import Reason
from certificates.rules.exception_checks import CheckReason
from certificates.rules.setting_checks import SettingReason
from certificates.staff_checks import _refusal

PACKAGE = Path(certificates.__file__).parent
KINDS = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and kind in STATUS_OF}

WITHOUT_CALLER = (
    "lms/",
    "lms_api/",
    "pages/",
    "rules/text_lines.py",
    "rules/text_table.py",
    "rules/exception_file.py",
    "rules/files.py",
    "uploads/arrivals.py",
    "aws/upload_files.py",
)
"""These modules refuse files, messages and answers of the LMS, or pages. No caller of the interface gets the reason."""

OF_MESSAGES = {"unknown-message"}
"""Raised by functions of queues, and not below WITHOUT_CALLER."""

REFUSED_TO_A_LEARNER = set(Reason) - {
    Reason.ISSUED,
    Reason.ALREADY_ISSUED,
    # Reasons of two decisions that no request makes.
    Reason.EXCEPTED,
    Reason.PASSING_SINCE,
    Reason.NOT_REQUESTED,
}

CHOSEN = {
    ("http/serving.py", "reason"): {(reason, 404) for reason, _ in _UNKNOWN.values()},
    ("http/schemas/validation.py", "reason"): {(reason, 400) for reason in ("unknown-field", "invalid-body")},
    ("rules/setting_checks.py", "reason.value"): {(reason.value, 400) for reason in SettingReason},
    ("staff_checks.py", "failure.value"): {(reason.value, STATUS_OF[type(_refusal(reason))]) for reason in CheckReason},
}
"""Reasons that are not literals in the raising code."""


def raised() -> dict[str, set[int]]:
    """Every reason in the code that can reach a caller, with its statuses."""
    found: dict[str, set[int]] = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name == "errors.py" or name.startswith(WITHOUT_CALLER):
            continue
        for reason, status in _raised_in(path, name):
            found[reason].add(status)
    for reason in REFUSED_TO_A_LEARNER:
        from certificates.http.learner import NOT_ALLOWED

        found[reason.value].add(403 if reason in NOT_ALLOWED else 409)
    # Raised in `lms_api`, for any caller who needs the LMS.
    found[errors.LmsUnavailable("", 1).reason].add(STATUS_OF[errors.LmsUnavailable])
    for reason in OF_MESSAGES:
        del found[reason]
    return dict(found)


def _raised_in(path: Path, name: str) -> Iterator[tuple[str, int]]:
    for call in ast.walk(ast.parse(path.read_text())):
        if not isinstance(call, ast.Call):
            continue
        called = ast.unparse(call.func)
        if called == "Busy":
            yield "busy", STATUS_OF[errors.Busy]
        elif called == "Ambiguous":
            yield errors.Ambiguous([]).reason, STATUS_OF[errors.Conflict]
        elif called == "Overloaded":
            yield errors.Overloaded().reason, STATUS_OF[errors.Overloaded]
        elif called == "InternalError":
            yield errors.InternalError("").reason, STATUS_OF[errors.InternalError]
        elif called == "DesignFailed":
            reasons = [keyword.value for keyword in call.keywords if keyword.arg == "reason"]
            reason = ast.literal_eval(reasons[0]) if reasons else errors.DesignFailed("", ()).reason
            yield reason, STATUS_OF[errors.BadRequest]
        elif called in KINDS:
            status, reason = STATUS_OF[KINDS[called]], ast.unparse(call.args[0])
            if isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value), status
            elif (name, reason) in CHOSEN:
                yield from CHOSEN[name, reason]
            else:
                module = importlib.import_module(f"certificates.{name.removesuffix('.py').replace('/', '.')}")
                yield str(eval(reason, vars(module))), status  # noqa: S307 - a name in our own code
        elif called == "_KIND.get(failure, Conflict)":
            yield from CHOSEN["staff_checks.py", "failure.value"]


def test_the_table_has_every_raised_reason_with_its_statuses() -> None:
    assert {reason: set(known.statuses) for reason, known in PROBLEMS.items()} == raised()


@pytest.mark.parametrize("reason", PROBLEMS)
def test_every_problem_type_is_in_the_document_with_its_status_and_meaning(reason: str) -> None:
    listed = document("https://certificates.example")["components"]["schemas"]["Problem"]["properties"]["type"]["oneOf"]
    [entry] = [entry for entry in listed if entry["const"] == f"{PREFIX}{reason}"]
    assert PROBLEMS[reason].meaning in entry["description"]
    assert all(str(status) in entry["description"] for status in PROBLEMS[reason].statuses)


def test_every_kind_of_refusal_has_a_status() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Refusal)}
    without = [kind for kind in kinds - {errors.Refusal} if not any(base in STATUS_OF for base in kind.__mro__)]
    assert without == []
