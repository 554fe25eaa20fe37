"""The fields of an upload in every list."""

from __future__ import annotations

from certificates.uploads.upload import Upload

_FIELDS = (
    *("upload_id", "file_name", "kind", "state", "uploaded_by", "created_at", "finished_at"),
    *("rows", "total", "rejected", "progress", "problem"),
)


def listed_upload(upload: Upload) -> dict[str, object]:
    return {key: getattr(upload, key) for key in _FIELDS} | {"taken_back_at": upload.taken_back_at}
