"""Course run settings and course staff: read and replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Final

from certificates.backend import Backend
from certificates.designs.run_design import default_design, design_of, store_design, with_run
from certificates.errors import Busy, Conflict, PreconditionFailed, PreconditionRequired, Raced
from certificates.jobs.schedule import schedule_issuance
from certificates.rules.bulk_issuance import issuance_from
from certificates.rules.model import CERTIFICATE_MODES, CourseRun, Status
from certificates.rules.settings import RunSettings, apply_settings
from certificates.rules.visibility import is_shown


class AnyVersion(Enum):
    ANY = "*"


ANY_VERSION: Final = AnyVersion.ANY
"""The caller replaces the settings of an existing run, at any version."""


def replace_run(
    course_id: str,
    settings: RunSettings,
    *,
    if_match: int | AnyVersion | None,
    by: str,
    backend: Backend,
    now: datetime,
    hide_shown: bool = False,
) -> tuple[CourseRun, bool]:
    """The run after the change, and whether it is new.

    `by` is the username of the person who saves. `if_match` is the version that the caller read, None for a new run.
    Raises PreconditionRequired `precondition-required` if `if_match` is None and the run exists, PreconditionFailed
    `changed-meanwhile` when the run has another version, BadRequest with the reason and field of a bad setting, or
    `design-failed` when the title or the organization cannot be printed. Raises Conflict `would-hide-shown` if shown
    certificates would be hidden, unless the caller sets `hide_shown`.
    """
    before = backend.runs.run(course_id)
    if before is not None and if_match is None:
        raise _exists()
    known = before.version if before is not None else None
    if if_match != known and (if_match is not ANY_VERSION or before is None):
        raise _changed(before)
    run = apply_settings(before, settings, course_id)
    if before is not None and not hide_shown and is_shown(before, now) and not is_shown(run, now):
        _require_nothing_to_hide(run, backend)
    design = design_of(before, backend) if before else default_design()
    design = with_run(design, run, backend.site)
    digest = store_design(
        design, backend=backend, known=before.design_digest if before else None, used=run.design_active
    ).digest
    version = (before.version if before else 0) + 1
    run = replace(
        run,
        issue_from=issuance_from(run, now),
        design_digest=digest,
        version=version,
        saved_by=by,
        saved_at=now,
    )
    try:
        backend.runs.replace(run, version_read=before.version if before else 0)
    except Raced as race:
        # Of two people who make a run at the same moment, the second one has not read the first one's settings.
        raise (_changed(before) if before is not None else _exists()) from race
    schedule_issuance(run, before, backend=backend, now=now)
    return run, before is None


def _require_nothing_to_hide(run: CourseRun, backend: Backend) -> None:
    """Raises Conflict `would-hide-shown` with the number of `certificates`. People may have shared these."""
    listed = backend.listing.walk(run.course_id, "CERTIFICATE", attributes=("status",))
    shown = sum(entry.text("status") == Status.DOWNLOADABLE for entry in listed)
    if shown:
        raise Conflict(
            "would-hide-shown",
            f"{shown} certificates are shown now and would be hidden: links to them would stop working. "
            "Send hide_shown: true to hide them all the same.",
            certificates=shown,
        )


def modes_of_nobody(run: CourseRun, *, backend: Backend) -> list[str]:
    """The run's eligible modes that are unusual and that no learner of the run has: probably misspelt."""
    unusual = set(run.eligible_modes - CERTIFICATE_MODES)
    if unusual:
        for entry in backend.listing.walk(run.course_id, "ENROLLMENT", attributes=("mode",)):
            unusual.discard(entry.text("mode"))
            if not unusual:
                break
    return sorted(unusual)


def replace_staff(
    course_id: str, usernames: Iterable[str], *, backend: Backend, read: Callable[[frozenset[str]], bool] | None = None
) -> frozenset[str]:
    """Make these people the run's course staff. Raises Busy when somebody else did so at the same time.

    `read` checks that the present staff are those that the caller read. Raises PreconditionFailed `changed-meanwhile`
    if they are not.
    """
    if read is None:
        try:
            return backend.runs.replace_staff(course_id, usernames)
        except Raced as race:
            raise Busy("The course staff were changed by somebody else right now. Read them again.") from race
    present = backend.runs.staff(course_id)
    try:
        if read(present):
            return backend.runs.replace_staff(course_id, usernames, read=present)
    except Raced:
        # Two people have sent what both have read. The second one's ETag is old now.
        pass
    raise PreconditionFailed("changed-meanwhile", "The course staff are not those that were read. Read them again.")


def _exists() -> PreconditionRequired:
    return PreconditionRequired(
        "precondition-required", "This run exists. Read its settings, then send their ETag as If-Match."
    )


def _changed(before: CourseRun | None) -> PreconditionFailed:
    if before is None:
        return PreconditionFailed("changed-meanwhile", "This run does not exist: leave If-Match out to make it.")
    return PreconditionFailed(
        "changed-meanwhile",
        "These settings are not at the version named in If-Match. Read them again, then send the ETag you read.",
        version=before.version,
    )
