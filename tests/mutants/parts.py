"""The modules that `make mutants` changes, and the tests that must notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "layers" / "certificates" / "python" / "certificates"


@dataclass(frozen=True)
class Part:
    """`modules` are globs below the package `certificates`, in which a star matches folders too; `tests` are paths."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


ROOMS = {
    "rules": ("unit/rules", "unit/scenarios", "unit/test_staff_sentences.py"),
    "lms": ("unit/lms", "handlers/test_learner_records_files.py", "handlers/test_learner_records_events.py"),
    "jobs": ("verbs/test_jobs.py", "verbs/test_scheduled_issuance.py", "handlers/test_jobs.py", "crash/test_races.py"),
    "exception_list": (
        "verbs/test_exceptions_list.py",
        "handlers/test_exceptions.py",
        "handlers/test_exception_processing.py",
    ),
    "uploads": ("handlers/test_exceptions.py", "handlers/test_exception_processing.py", "unit/rules/test_files.py"),
    "designs": ("verbs/test_own_templates.py", "handlers/test_instructor_requests.py"),
    "lists": ("verbs/test_certificates_report.py", "handlers/test_run_certificates.py", "handlers/test_exceptions.py"),
    "documents": ("handlers/test_document_removal.py",),
    "trust": ("unit/trust", "handlers/test_credentials.py"),
    "credentials": ("handlers/test_credentials.py", "crash/test_status_lists.py"),
    "forgetting": ("handlers/test_learner_forgetting.py", "unit/test_redaction.py", "unit/rules/test_forgotten.py"),
    "lms_api": ("lms/test_reading.py", "lms/test_interface.py", "lms/test_pages.py"),
    "reconciliation": ("lms/test_reconciliation.py", "lms/test_imported_certificates.py", "lms/test_waiting_job.py"),
    "notices": (
        "unit/notices",
        "handlers/test_change_events.py",
        "handlers/test_webhooks.py",
        "verbs/test_webhooks.py",
    ),
    "pages": (
        *("handlers/test_learner_pages.py", "handlers/test_public_pages.py", "handlers/test_staff_pages.py"),
        *("handlers/test_staff_forms.py", "handlers/test_staff_runs.py", "lms/test_pages.py", "lms/test_hints.py"),
    ),
    "rendering": ("rendering",),
    "start": ("unit/start",),
    "messages": ("contracts/test_messages.py",),
    "http": tuple(
        f"handlers/test_{name}.py"
        for name in (
            *("problems", "openapi", "asyncapi", "run_certificates", "learner_requests", "jobs", "exceptions"),
            *("certificate_verification", "certificate_invalidation", "instructor_requests", "credentials"),
            *("settings_that_surprise", "webhooks", "mails", "learner_forgetting"),
        )
    ),
    "aws": (
        *("verbs", "crash/test_conflicts.py", "crash/test_races.py", "crash/test_lost_races.py"),
        *("crash/test_throttling.py", "contracts/test_messages.py", "handlers/test_run_certificates.py"),
        *("handlers/test_learner_requests.py", "handlers/test_jobs.py", "handlers/test_exceptions.py"),
    ),
}
"""The tests of each room of the package."""

FLOOR = (
    *("verbs", "crash/test_lost_races.py", "crash/test_conflicts.py", "handlers/test_learner_requests.py"),
    *("handlers/test_certificate_verification.py", "handlers/test_public_pages.py", "handlers/test_problems.py"),
    *(
        "handlers/test_learner_pages.py",
        "unit/test_telemetry.py",
        "unit/test_staff_sentences.py",
        "unit/test_paging.py",
    ),
)

PARTS = {
    # By name: a star stands for folders too.
    "verbs": Part(tuple(sorted(path.name for path in PACKAGE.glob("*.py"))), FLOOR),
    **{room: Part((f"{room}/*.py",), tests) for room, tests in ROOMS.items()},
}


def part(name: str) -> Part:
    """A part by its name, or one module of it by its path: `rules`, `rules/groups.py`. Raises KeyError."""
    if not name.endswith(".py"):
        return PARTS[name]
    room = name.partition("/")[0] if "/" in name else "verbs"
    return Part((name,), PARTS[room].tests)
