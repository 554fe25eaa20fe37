"""Uploads as they are recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certificates.aws.batch import get_items
from certificates.aws.table import UploadItem, connection, run_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """`cursor` and `size` are bytes of the file; `errors` the first rows refused; `problem` why the whole file was."""

    upload_id: str
    object_key: str
    kind: str
    state: str
    rows: int
    applied: int
    unchanged: int
    rejected: int
    cursor: int
    size: int | None
    errors: list[dict[str, Any]]
    problem: dict[str, Any] | None
    report_key: str | None

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        if self.state in {"done", "refused"}:
            return 1.0
        return round(self.cursor / self.size, 4) if self.size else 0.0


class UploadStore:
    def expect(self, course_id: str, upload_id: str, kind: str, object_key: str, by: str, now: datetime) -> None:
        """Record that a file of this key is going to be uploaded."""
        connection()
        UploadItem(
            pk=run_key(course_id),
            sk=f"UPLOAD#{upload_id}",
            upload_id=upload_id,
            course_id=course_id,
            file_kind=kind,
            object_key=object_key,
            state="waiting",
            uploaded_by=by,
            created_at=now,
        ).save(condition=UploadItem.pk.does_not_exist())

    def upload(self, course_id: str, upload_id: str) -> Upload | None:
        found = get_items([(run_key(course_id), f"UPLOAD#{upload_id}")])
        return next(map(_upload, found.values()), None)


def _upload(raw: dict[str, Any]) -> Upload:
    item = UploadItem.from_raw_data(raw)
    return Upload(
        upload_id=item.upload_id,
        object_key=item.object_key,
        kind=item.file_kind,
        state=item.state,
        rows=int(item.rows or 0),
        applied=int(item.applied or 0),
        unchanged=int(item.unchanged or 0),
        rejected=int(item.rejected or 0),
        cursor=int(item.cursor or 0),
        size=int(item.size) if item.size is not None else None,
        errors=[_plain(error) for error in item.errors or []],
        problem=item.problem,
        report_key=item.report_key,
    )


def _plain(error: Any) -> dict[str, Any]:
    values = error.as_dict() if hasattr(error, "as_dict") else dict(error)
    return {**values, "row": int(values["row"])}
