"""Items of uploaded files, and their conversion to values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import (
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from certificates.aws.item_model import Item, TimeAttribute
from certificates.aws.table import RawItem
from certificates.uploads.upload import Upload, UploadState


class UploadItem(Item):
    """`state` is an `UploadState`. `cursor` is the lock of the progress."""

    upload_id = UnicodeAttribute()
    course_id = UnicodeAttribute()
    file_kind = UnicodeAttribute()
    object_key = UnicodeAttribute()
    state = UnicodeAttribute()
    uploaded_by = UnicodeAttribute()
    chosen_name = UnicodeAttribute(null=True)
    created_at = TimeAttribute()
    finished_at = TimeAttribute(null=True)
    reported_at = TimeAttribute(null=True)
    etag = UnicodeAttribute(null=True)
    cursor = NumberAttribute(null=True)
    size = NumberAttribute(null=True)
    next_row = NumberAttribute(null=True)
    total = NumberAttribute(null=True)
    rows = NumberAttribute(null=True)
    applied = NumberAttribute(null=True)
    unchanged = NumberAttribute(null=True)
    rejected = NumberAttribute(null=True)
    errors: ListAttribute[Any] = ListAttribute(null=True)
    row_warnings: ListAttribute[Any] = ListAttribute(null=True)
    problem = JSONAttribute(null=True)
    report_parts = NumberAttribute(null=True)
    report_key = UnicodeAttribute(null=True)
    taken_back_at = TimeAttribute(null=True)


def upload_from(raw: RawItem) -> Upload:
    item = UploadItem.read(raw)
    return Upload(
        course_id=item.course_id,
        upload_id=item.upload_id,
        object_key=item.object_key,
        kind=item.file_kind,
        state=UploadState(item.state),
        uploaded_by=item.uploaded_by,
        name=item.chosen_name or "",
        rows=int(item.rows or 0),
        applied=int(item.applied or 0),
        unchanged=int(item.unchanged or 0),
        rejected=int(item.rejected or 0),
        cursor=int(item.cursor or 0),
        next_row=int(item.next_row) if item.next_row is not None else None,
        size=int(item.size) if item.size is not None else None,
        total=int(item.total) if item.total is not None else None,
        etag=item.etag,
        arrived_at=item.reported_at,
        errors=tuple(map(_plain, item.errors or [])),
        warnings=tuple(map(_plain, item.row_warnings or [])),
        problem=item.problem,
        report_parts=int(item.report_parts or 0),
        report_key=item.report_key,
        created_at=item.created_at,
        finished_at=item.finished_at,
        taken_back_at=item.taken_back_at,
    )


def _plain(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "row": int(found["row"])}
