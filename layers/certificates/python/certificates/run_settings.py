"""Course run settings: read, replaced whole, and their course staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Final

from certificates.backend import Backend
from certificates.designs.run_design import default_design, design_of, store_design, with_run
from certificates.errors import Busy, PreconditionFailed, PreconditionRequired, Raced
from certificates.jobs.schedule import schedule_issuance
from certificates.rules.model import CourseRun
from certificates.rules.settings import RunSettings, apply_settings


class AnyVersion(Enum):
    ANY = "*"


ANY_VERSION: Final = AnyVersion.ANY
"""The caller replaces the settings of an existing run, whatever version they are at."""


def replace_run(
    course_id: str, settings: RunSettings, *, if_match: int | AnyVersion | None, backend: Backend, now: datetime
) -> tuple[CourseRun, bool]:
    """The run as it now is, and whether it is new.

    `if_match` is the version the caller has read, None for a run that is to be new. Raises PreconditionRequired
    `precondition-required` where it is None and the run exists, PreconditionFailed `changed-meanwhile` when the run is
    at another version, BadRequest with the reason and field of a bad setting, or
    `design-failed` when the title or the organization cannot be printed.
    """
    before = backend.runs.run(course_id)
    if before is not None and if_match is None:
        raise PreconditionRequired(
            "precondition-required", "This run exists. Read its settings, then send their ETag as If-Match."
        )
    known = before.version if before is not None else None
    if if_match != known and (if_match is not ANY_VERSION or before is None):
        raise _changed(before)
    run = apply_settings(before, settings, course_id)
    design = design_of(before, backend) if before else default_design()
    design = with_run(design, run, backend.site)
    digest = store_design(
        design, backend=backend, known=before.design_digest if before else None, used=run.design_active
    ).digest
    run = replace(run, design_digest=digest, version=(before.version if before else 0) + 1)
    try:
        backend.runs.replace(run, version_read=before.version if before else 0)
    except Raced as race:
        raise _changed(before) from race
    schedule_issuance(run, before, backend=backend, now=now)
    return run, before is None


def replace_staff(course_id: str, usernames: Iterable[str], *, backend: Backend) -> frozenset[str]:
    """Make these people the run's course staff. Raises Busy when somebody else did so at the same time."""
    try:
        return backend.runs.replace_staff(course_id, usernames)
    except Raced as race:
        raise Busy("The course staff were changed by somebody else right now. Read them again.") from race


def _changed(before: CourseRun | None) -> PreconditionFailed:
    if before is None:
        return PreconditionFailed("changed-meanwhile", "This run does not exist: leave If-Match out to make it.")
    return PreconditionFailed(
        "changed-meanwhile",
        "These settings are not at the version named in If-Match. Read them again, then send the ETag you read.",
        version=before.version,
    )
