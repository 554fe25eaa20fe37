"""Files from staff: the form for the bucket, and the outcome of a file."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.pages.staff.run_page import tab_address
from certificates.pages.visit import Visit
from certificates.rules.model import CourseRun
from certificates.uploads.forms import MAX_UPLOAD_BYTES, Form, UploadKind, list_uploads, read_upload, start_upload
from certificates.uploads.upload import Upload, UploadState

MAX_MEGABYTES = {kind: most // 2**20 for kind, most in MAX_UPLOAD_BYTES.items()}
"""The limit in the form of a file."""

UPLOADS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ShownUpload:
    """`report` is the address of a CSV with the outcome of each row, "" without one."""

    upload: Upload
    report: str


def upload_form(visit: Visit, run: CourseRun, kind: UploadKind) -> Form:
    """A form for the bucket. It leads back to the tab, which then shows the progress of the file.

    Only the script of the page knows the name of the file before the file is sent.
    """
    tab = tab_address(run, kind.value)
    return start_upload(
        run.course_id,
        kind,
        by=visit.person.username,
        backend=visit.backend,
        now=visit.now,
        back_to=f"{visit.backend.base_url}{tab}?upload=",
        name=visit.typed("file_name"),
    )


def shown_upload(visit: Visit, run: CourseRun, kind: UploadKind) -> ShownUpload | None:
    """The upload in the address. Raises NotFound `unknown-upload`."""
    upload_id = visit.query("upload")
    if not upload_id:
        return None
    return _shown(visit, read_upload(run.course_id, upload_id, kind, backend=visit.backend))


def shown_uploads(visit: Visit, run: CourseRun, kind: UploadKind) -> list[ShownUpload]:
    """The files that arrived, newest first, with copies and refused ones. An unused form is no file."""
    uploads = list_uploads(run.course_id, kind, backend=visit.backend)
    return [_shown(visit, upload) for upload in uploads if upload.state is not UploadState.WAITING][:UPLOADS_SHOWN]


def _shown(visit: Visit, upload: Upload) -> ShownUpload:
    report = visit.backend.documents.link(upload.report_key, "result.csv", attachment=True) if upload.report_key else ""
    return ShownUpload(upload, report)
