"""Plain values: an uploaded file of a run and its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from certificates.rules.file_dates import time_of_facts
from certificates.rules.flaws import Flaw

COPIED = "a copy to the bucket"
"""`uploaded_by` of a file that came without a form."""


class UploadState(StrEnum):
    """How far a file has come. `waiting`: a form was given out, and the file has not arrived."""

    WAITING = "waiting"
    PROCESSING = "processing"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An uploaded file of a run and its progress.

    `size` and the `cursor` of an LMS file are in bytes; the cursor of an exception file counts rows. `next_row` is the
    number of the row at the cursor. `total` (None until the whole file was read once) and `rows` (done) count rows.
    `errors` are the first refused rows, `warnings` the first applied rows that somebody should look at; `problem`: why
    the whole file was refused. `name` is the file's name on the computer of its sender, "" if only the key in the
    bucket is known.
    """

    course_id: str
    upload_id: str
    object_key: str
    kind: str
    state: UploadState
    uploaded_by: str = ""
    name: str = ""
    rows: int = 0
    applied: int = 0
    unchanged: int = 0
    rejected: int = 0
    cursor: int = 0
    next_row: int | None = None
    size: int | None = None
    total: int | None = None
    etag: str | None = None
    arrived_at: datetime | None = None
    errors: tuple[dict[str, Any], ...] = ()
    warnings: tuple[dict[str, Any], ...] = ()
    problem: dict[str, Any] | None = None
    report_parts: int = 0
    report_key: str | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None
    taken_back_at: datetime | None = None

    @property
    def file_name(self) -> str:
        return self.name or self.object_key.rpartition("/")[2]

    @property
    def facts_at(self) -> datetime | None:
        """The version of the updates in the rows of an LMS file. None: the file has not arrived."""
        return time_of_facts(self.file_name, self.arrived_at) if self.arrived_at is not None else None

    @property
    def is_dated(self) -> bool:
        """Whether `facts_at` comes from the name of the file."""
        return self.facts_at != self.arrived_at

    @property
    def own_name(self) -> str:
        """The name that people gave to the file, "" if only our own key is known."""
        return self.file_name if self.name or self.uploaded_by == COPIED else ""

    @property
    def has_ended(self) -> bool:
        return self.state in {UploadState.DONE, UploadState.REFUSED}

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        if self.has_ended:
            return 1.0
        if self.total:
            return round(self.rows / self.total, 4)
        return round(self.cursor / self.size, 4) if self.size else 0.0


def shown_row(row: int, identifier: str, reason: str, message: str, flaws: Sequence[Flaw] = ()) -> dict[str, Any]:
    """A row among the `errors` or `warnings` of an upload. The pages have the flaws in every language; the message is
    English.
    """
    found = {"row": row, "identifier": identifier, "reason": reason, "message": message}
    return {**found, "flaws": [each.to_wire() for each in flaws]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The result of one batch of rows. `cursor` and `next_row` say where the next batch begins.

    `has_report_part`: the report of the upload has a part with rows of this batch.
    """

    cursor: int
    next_row: int
    applied: int
    unchanged: int
    errors: list[dict[str, Any]]
    has_report_part: bool
    warnings: list[dict[str, Any]] = field(default_factory=list)
