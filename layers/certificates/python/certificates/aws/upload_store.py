"""Upload items: expected, begun, read batch by batch, then done or refused."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from certificates.aws import writes
from certificates.aws.reads import get_items, query
from certificates.aws.table import Key, run_key
from certificates.aws.upload_items import UploadItem, upload_from
from certificates.errors import Raced
from certificates.uploads.upload import COPIED, Batch, Upload, UploadState

MAX_ERRORS = 100
"""Refused rows, and as many rows with a warning, that the item holds. The result in the bucket has all of them."""


class UploadStore:
    def expect(
        self, course_id: str, upload_id: str, kind: str, object_key: str, by: str, now: datetime, name: str = ""
    ) -> None:
        """Write that a file with this key is expected. `name` is the file's own name, if it is known."""
        pk, sk = _key(course_id, upload_id)
        expected = UploadItem(
            pk=pk,
            sk=sk,
            upload_id=upload_id,
            course_id=course_id,
            file_kind=kind,
            object_key=object_key,
            state=UploadState.WAITING.value,
            uploaded_by=by,
            chosen_name=name or None,
            created_at=now,
        )
        writes.write_one(writes.put(expected, UploadItem.pk.does_not_exist()))

    def upload(self, course_id: str, upload_id: str) -> Upload | None:
        found = get_items([_key(course_id, upload_id)])
        return next(map(upload_from, found.values()), None)

    def uploads(self, course_id: str, kind: str) -> list[Upload]:
        """Every upload of a run whose file is stored under this prefix, newest first."""
        found = query((UploadItem.pk == run_key(course_id)) & UploadItem.sk.startswith("UPLOAD#"))
        uploads = [upload for raw in found if (upload := upload_from(raw)).object_key.startswith(f"{kind}/")]
        return sorted(uploads, key=lambda upload: (str(upload.created_at), upload.upload_id), reverse=True)

    def mark_taken_back(self, upload: Upload, now: datetime) -> None:
        """Write that all entries of this upload were removed again."""
        _update(upload.course_id, upload.upload_id, [UploadItem.taken_back_at.set(now)], UploadItem.pk.exists())

    def begin(
        self, course_id: str, upload_id: str, *, object_key: str, etag: str, size: int, arrived_at: datetime
    ) -> Upload:
        """Begin with a file that has arrived, expected or not. Returns the unchanged upload if it was begun before."""
        first = UploadItem.pk.does_not_exist() | (UploadItem.state == UploadState.WAITING.value)
        actions = [
            UploadItem.upload_id.set(upload_id),
            UploadItem.course_id.set(course_id),
            UploadItem.object_key.set(object_key),
            UploadItem.file_kind.set(UploadItem.file_kind | object_key.split("/")[0]),
            UploadItem.uploaded_by.set(UploadItem.uploaded_by | COPIED),
            UploadItem.created_at.set(UploadItem.created_at | arrived_at),
            UploadItem.state.set(UploadState.PROCESSING.value),
            UploadItem.etag.set(etag),
            UploadItem.size.set(size),
            UploadItem.cursor.set(0),
            UploadItem.reported_at.set(arrived_at),
        ]
        # An upload that was begun before does not change.
        with suppress(Raced):
            _update(course_id, upload_id, actions, first)
        found = self.upload(course_id, upload_id)
        if found is None:
            raise Raced(f"upload {upload_id} vanished")
        return found

    def looked_through(self, upload: Upload, *, kind: str, total: int, cursor: int, next_row: int) -> Upload:
        """Write the kind and number of rows of a complete file. The first row begins at the cursor."""
        actions = [
            UploadItem.file_kind.set(kind),
            UploadItem.total.set(total),
            UploadItem.cursor.set(cursor),
            UploadItem.next_row.set(next_row),
        ]
        self._move(upload, actions)
        return replace(upload, kind=kind, total=total, cursor=cursor, next_row=next_row)

    def advance(self, upload: Upload, batch: Batch) -> Upload:
        """Count a batch. Raises Raced when another delivery has counted it already."""
        rejected = len(batch.errors)
        after = replace(
            upload,
            cursor=batch.cursor,
            next_row=batch.next_row,
            rows=upload.rows + batch.applied + batch.unchanged + rejected,
            applied=upload.applied + batch.applied,
            unchanged=upload.unchanged + batch.unchanged,
            rejected=upload.rejected + rejected,
            errors=(*upload.errors, *batch.errors)[:MAX_ERRORS],
            warnings=(*upload.warnings, *batch.warnings)[:MAX_ERRORS],
            report_parts=upload.report_parts + batch.has_report_part,
        )
        actions: list[Action] = [
            UploadItem.cursor.set(after.cursor),
            UploadItem.next_row.set(batch.next_row),
            UploadItem.rows.set(after.rows),
            UploadItem.applied.set(after.applied),
            UploadItem.unchanged.set(after.unchanged),
            UploadItem.rejected.set(after.rejected),
            UploadItem.report_parts.set(after.report_parts),
        ]
        if after.errors != upload.errors:
            actions.append(UploadItem.errors.set(list(after.errors)))
        if after.warnings != upload.warnings:
            actions.append(UploadItem.row_warnings.set(list(after.warnings)))
        self._move(upload, actions)
        return after

    def finish(self, upload: Upload, *, report_key: str | None, now: datetime) -> Upload:
        actions: list[Action] = [UploadItem.state.set(UploadState.DONE.value), UploadItem.finished_at.set(now)]
        if report_key is not None:
            actions.append(UploadItem.report_key.set(report_key))
        self._move(upload, actions)
        return replace(upload, state=UploadState.DONE, report_key=report_key)

    def refuse(self, upload: Upload, problem: dict[str, Any], *, now: datetime) -> Upload:
        """Write why the whole file is refused."""
        actions = [
            UploadItem.state.set(UploadState.REFUSED.value),
            UploadItem.problem.set(problem),
            UploadItem.finished_at.set(now),
        ]
        self._move(upload, actions)
        return replace(upload, state=UploadState.REFUSED, problem=problem)

    def _move(self, upload: Upload, actions: Sequence[Action]) -> None:
        """Change an upload in process. Raises Raced when another delivery has moved its cursor."""
        unmoved = (UploadItem.cursor == upload.cursor) & (UploadItem.state == UploadState.PROCESSING.value)
        _update(upload.course_id, upload.upload_id, actions, unmoved)


def _update(course_id: str, upload_id: str, actions: Sequence[Action], condition: Condition) -> None:
    writes.write_one(writes.update(_key(course_id, upload_id), actions, condition))


def _key(course_id: str, upload_id: str) -> Key:
    return run_key(course_id), f"UPLOAD#{upload_id}"
