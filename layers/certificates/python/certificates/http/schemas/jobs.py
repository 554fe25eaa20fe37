"""Answers about jobs, and about readings of learners from the LMS."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from certificates.rules.reconciliation import Phase, ReconciliationState
from certificates.rules.warnings import LearnerWarning


class WaitForLms(BaseModel):
    """The job starts when the learners of its run were read from the LMS.

    `queued`: the reading has not begun. `running`: `tries` counts the times in a row when the LMS did not answer; the
    next try is at `next_try_at`. `broken`, `asks`, and `finished` with `why`: the reading ended and the job did not
    start. Begin another reading, or wait for the night.
    """

    state: Literal["queued"] | ReconciliationState
    reconciliation_id: str | None = None
    phase: Phase | None = None
    why: str | None = None
    tries: int = 0
    next_try_at: datetime | None = None


class JobAnswer(BaseModel):
    """`total` is null until all shards of the run were counted. `done` is never above `total`. `progress` runs to 1.

    `warnings` counts learners for staff to look at, by reason. `mails` counts, in a dry run, the learners who would get
    a mail: 0 if no mail is sent, null if the job is no dry run. `stalled_shards` are in the dead-letter queue, or at
    their last delivery.
    """

    job_id: str
    course_id: str
    kind: Literal["bulk", "regenerate", "exceptions"]
    groups: list[str] | None
    scope: str | None
    dry_run: bool
    state: Literal["running", "finished", "cancelled"]
    progress: float
    total: int | None
    done: int
    issued: int
    kept: int
    refused: dict[str, int]
    failed: int
    warnings: dict[LearnerWarning, int]
    mails: int | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    scheduled_for: datetime | None
    waits_for_lms: WaitForLms | None
    stalled_shards: list[int]


class Jobs(BaseModel):
    items: list[JobAnswer]
    next_cursor: str | None


class ReconciliationAnswer(BaseModel):
    """`state` asks: the run shrank; begin another reading that accepts this. Broken: nothing was written; see `why`.

    `job_id` is the job that starts at the end. `until` is the time when a nightly reading gives up. `imported` counts
    certificates of the LMS that were imported. `not_listed` are phases for which this release of the LMS has no list.
    """

    reconciliation_id: str
    state: ReconciliationState
    phase: Phase
    started_by: str
    started_at: datetime
    moved_at: datetime
    finished_at: datetime | None
    until: datetime | None
    job_id: str | None
    listed: int
    active: int
    active_before: int
    unread: int
    compared: int
    changed: int
    differences: int
    to_issue: int
    imported: int
    tries: int
    next_try_at: datetime | None
    not_listed: list[str]
    why: str


class Reconciliations(BaseModel):
    items: list[ReconciliationAnswer]
    next_cursor: str | None
