"""Answers about uploaded files."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from certificates.http.schemas.learners import ListedLearner


class UploadForm(BaseModel):
    """POST the file to `url` as multipart/form-data with these `fields` first and `file` last."""

    upload_id: str
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_at: datetime


class RowError(BaseModel):
    row: int
    identifier: str
    reason: str
    message: str


class UploadResult(BaseModel):
    """`progress` runs from 0 to 1. `errors` has the first hundred refused rows. `warnings` has the first hundred rows
    that somebody should look at: `name-escaped` (a name with `&#39;`), `bad-email` (the other values of the row are
    read), `newer-stored` (newer, different facts about the learner are stored, and stay). The report has all of both.

    `facts_at` is the time that the facts of the file have: the time in the LMS's name of the file (`file-name`), or
    else that of the file's arrival.
    """

    upload_id: str
    state: Literal["waiting", "processing", "done", "refused"]
    kind: str
    rows: int
    applied: int
    unchanged: int
    rejected: int
    progress: float
    errors: list[RowError]
    warnings: list[RowError]
    facts_at: datetime | None
    facts_from: Literal["file-name", "arrival"] | None
    problem: dict[str, Any] | None
    report: str | None


class ListedUpload(BaseModel):
    """`file_name` is the file's own name if it was sent on the page for staff, or else the end of its key in the
    bucket. `problem`: why the whole file was refused.
    """

    upload_id: str
    file_name: str
    kind: str
    state: Literal["waiting", "processing", "done", "refused"]
    uploaded_by: str
    created_at: datetime
    finished_at: datetime | None
    rows: int
    total: int | None
    rejected: int
    progress: float
    problem: dict[str, Any] | None
    taken_back_at: datetime | None


class RecordsUpload(ListedUpload):
    applied: int
    unchanged: int


class Uploads(BaseModel):
    items: list[RecordsUpload]
    next_cursor: str | None


class ListedExceptionUpload(ListedUpload):
    """`added` counts the learners that the file added to the list. `taken_back_at` is the time when they were removed
    again."""

    added: int


class ExceptionUploads(BaseModel):
    items: list[ListedExceptionUpload]
    next_cursor: str | None


class ExceptionUploadResult(BaseModel):
    """`rows` counts the rows read so far, of `total`. `errors` has the first of the `rejected` rows, the report has
    all. `warnings` has the first rows whose learner was added and that may mean somebody else: reason `added`.
    """

    upload_id: str
    state: Literal["waiting", "processing", "done", "refused"]
    added: int
    rows: int
    total: int | None
    rejected: int
    progress: float
    errors: list[RowError]
    warnings: list[RowError]
    problem: dict[str, Any] | None
    report: str | None


class TakenBack(BaseModel):
    """The learners that this call removed from the list. `more`: the same call again removes the rest."""

    upload_id: str
    removed: list[ListedLearner]
    more: bool
