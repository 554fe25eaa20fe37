"""Course staff: uploads of the LMS's files, grade reports and learner profiles."""

from __future__ import annotations

from certificates.http.answers import Answer, answer
from certificates.http.api import Api
from certificates.http.cursors import page_of
from certificates.http.parameters import FILE_NAME, PAGED
from certificates.http.requests import Request
from certificates.http.uploads import answer_with_form, listed_upload, upload_faults
from certificates.uploads.forms import UploadKind, list_uploads, read_upload

api = Api()


@api.operation("POST", "/course-runs/{course_id}/records/uploads", answers={201: "UploadForm"}, reads=(FILE_NAME,))
def start_records_upload(request: Request) -> Answer:
    """A presigned POST for a grade report or a learner profile file."""
    return answer_with_form(request, UploadKind.RECORDS)


@api.operation("GET", "/course-runs/{course_id}/records/uploads", answers={200: "Uploads"}, reads=PAGED)
def list_records_uploads(request: Request) -> Answer:
    """Every file of the LMS for this run, newest first, with copies to the bucket and refused files."""
    uploads = list_uploads(request.course_id, UploadKind.RECORDS, backend=request.backend)
    counted = [
        {**listed_upload(upload), "applied": upload.applied, "unchanged": upload.unchanged} for upload in uploads
    ]
    return answer(page_of(counted, request))


@api.operation("GET", "/course-runs/{course_id}/records/uploads/{upload_id}", answers={200: "UploadResult"})
def read_records_upload(request: Request) -> Answer:
    """The progress of the file, and every refused row."""
    course_id = request.course_id
    upload = read_upload(course_id, request.path["upload_id"], UploadKind.RECORDS, backend=request.backend)
    report = request.backend.documents.link(upload.report_key, "report.csv") if upload.report_key else None
    document = {key: getattr(upload, key) for key in _UPLOAD_FIELDS}
    document["facts_from"] = None if upload.facts_at is None else "file-name" if upload.is_dated else "arrival"
    return answer({**document, **upload_faults(upload), "report": report})


_UPLOAD_FIELDS = (
    "upload_id",
    "state",
    "kind",
    "rows",
    "applied",
    "unchanged",
    "rejected",
    "progress",
    "facts_at",
)
