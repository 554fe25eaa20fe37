"""Upload forms, and the state of uploaded files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from certificates.backend import Backend
from certificates.errors import NotFound
from certificates.lookup import read_run
from certificates.rules.files import MAX_EXCEPTION_FILE_BYTES, MAX_RECORDS_FILE_BYTES
from certificates.uploads.file_names import chosen_name
from certificates.uploads.upload import Upload

FORM_SECONDS = 3600
"""How long an upload form works."""


class UploadKind(StrEnum):
    """The purpose of a file, and the prefix of its key."""

    RECORDS = "records"
    EXCEPTIONS = "exceptions"


MAX_UPLOAD_BYTES = {
    UploadKind.RECORDS: MAX_RECORDS_FILE_BYTES,
    UploadKind.EXCEPTIONS: MAX_EXCEPTION_FILE_BYTES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    upload_id: str
    url: str
    fields: dict[str, Any]
    max_bytes: int
    expires_at: datetime


def start_upload(
    course_id: str,
    kind: UploadKind,
    *,
    by: str,
    backend: Backend,
    now: datetime,
    back_to: str | None = None,
    name: str = "",
) -> Form:
    """A presigned POST for one CSV of at most MAX_UPLOAD_BYTES under its own key. The form works for an hour.

    `back_to` is the address for the browser after the upload; the id of the upload is added at its end. `name` is the
    name of the file, as typed.
    """
    upload_id = uuid4().hex
    key = f"{kind.value}/{course_id}/{upload_id}.csv"
    backend.uploads.expect(course_id, upload_id, kind.value, key, by, now, chosen_name(name))
    back = f"{back_to}{upload_id}" if back_to else None
    form = backend.documents.upload_form(key, MAX_UPLOAD_BYTES[kind], FORM_SECONDS, back)
    return Form(
        upload_id=upload_id,
        url=form["url"],
        fields=form["fields"],
        max_bytes=MAX_UPLOAD_BYTES[kind],
        expires_at=now + timedelta(seconds=FORM_SECONDS),
    )


def list_uploads(course_id: str, kind: UploadKind, *, backend: Backend) -> list[Upload]:
    """Every upload of this kind, newest first, with copies and refused ones. Raises NotFound `unknown-course-run`."""
    read_run(course_id, backend=backend)
    return backend.uploads.uploads(course_id, kind.value)


def read_upload(course_id: str, upload_id: str, kind: UploadKind, *, backend: Backend) -> Upload:
    """The state of an upload of this kind. Raises NotFound `unknown-upload`."""
    upload = backend.uploads.upload(course_id, upload_id)
    if upload is None or not upload.object_key.startswith(f"{kind.value}/"):
        raise NotFound("unknown-upload", "No such upload of this run.")
    return upload
