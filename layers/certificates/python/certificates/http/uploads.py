"""Uploads of every kind of file: the form, and the fields of an upload in lists."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from certificates.http.answers import Answer, answer
from certificates.http.parameters import FILE_NAME
from certificates.http.requests import Request
from certificates.lookup import read_run
from certificates.uploads.forms import UploadKind, start_upload
from certificates.uploads.upload import Upload

_FIELDS = (
    *("upload_id", "file_name", "kind", "state", "uploaded_by", "created_at", "finished_at"),
    *("rows", "total", "rejected", "progress"),
)
_FAULTS = ("errors", "warnings", "problem")


def answer_with_form(request: Request, kind: UploadKind) -> Answer:
    run = read_run(request.course_id, backend=request.backend)
    name, by = request.read(FILE_NAME) or "", request.caller.username
    form = start_upload(run.course_id, kind, by=by, backend=request.backend, now=request.now, name=name)
    return answer(asdict(form), 201)


def listed_upload(upload: Upload) -> dict[str, object]:
    shown = {key: getattr(upload, key) for key in _FIELDS}
    return {**shown, "problem": upload_faults(upload)["problem"], "taken_back_at": upload.taken_back_at}


def upload_faults(upload: Upload) -> dict[str, Any]:
    """The `errors`, `warnings` and `problem` of an upload: reason and message, without the flaws for the pages."""
    return {name: _without_flaws(getattr(upload, name)) for name in _FAULTS}


def _without_flaws(found: Any) -> Any:
    if isinstance(found, tuple):
        return [_without_flaws(each) for each in found]
    return found and {name: value for name, value in found.items() if name != "flaws"}
