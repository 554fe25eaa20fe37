"""The modules that `make mutants` changes, and the tests that must notice."""

from __future__ import annotations

from collections.abc import Sequence
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
    "runtime": ("unit/verbs/test_function_settings.py",),
    "messages": ("contracts/test_messages.py",),
    "http": (
        *("unit/http", "unit/rules/test_progress.py", "unit/rules/test_predicates.py"),
        *(f"handlers/test_{name}.py" for name in ("openapi", "asyncapi", "learner_requests")),
        *("handlers/test_settings_that_surprise.py", "handlers/test_run_certificates.py"),
    ),
    "aws": (
        *("unit/aws", "unit/test_redaction.py", "verbs", "crash/test_conflicts.py", "crash/test_lost_races.py"),
        *("crash/test_throttling.py", "contracts/test_messages.py", "handlers/test_learner_requests.py"),
        *("handlers/test_jobs.py", "handlers/test_learner_records_store.py"),
    ),
}
"""The tests of each room of the package."""

VERBS = (
    "unit/verbs",
    *(f"unit/test_{name}.py" for name in ("access", "paging", "planning", "staff_sentences", "telemetry")),
    *(f"verbs/test_{name}.py" for name in ("invalidate", "issue", "refused_requests", "learner_certificates")),
    *("verbs/test_unprintable_names.py", "crash/test_lost_races.py"),
)

PARTS = {
    # By name: a star stands for folders too.
    "verbs": Part(tuple(sorted(path.name for path in PACKAGE.glob("*.py"))), VERBS),
    **{room: Part((f"{room}/*.py",), tests) for room, tests in ROOMS.items()},
}


@dataclass(frozen=True)
class Chosen:
    """What to change: all modules of a part, or one. `modules` are globs as in Part."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def folder(self) -> str:
        """A folder's name: `rules`, or `rules.groups` for one module."""
        return _dotted(self.name)

    @property
    def patterns(self) -> tuple[str, ...]:
        """Patterns of mutmut's names of mutants: `certificates.rules.groups.*`."""
        return tuple(f"certificates.{_dotted(module)}.*" for module in self.modules)


def chosen(name: str, tests: Sequence[str] = ()) -> Chosen:
    """A part by its name, or one module of it by its path: `rules`, `rules/groups.py`, `verify.py`. `tests` are paths,
    instead of all tests of the part.
    """
    room = name.partition("/")[0]
    part = PARTS[room if room in PARTS else "verbs"]
    return Chosen(name, (name,) if name.endswith(".py") else part.modules, tuple(tests) or part.tests)


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")
