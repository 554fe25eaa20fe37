"""Course staff: the exception list, by hand and by file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.exception_list.entries import add_exception, remove_exception
from certificates.exception_list.taking_back import take_back
from certificates.http.answers import CSV, Answer, answer, redirect
from certificates.http.api import Api
from certificates.http.cursors import after, listing, page_of
from certificates.http.parameters import FILE_NAME, PAGED
from certificates.http.people import learner_fields, wants_csv
from certificates.http.requests import Request, RequestWith
from certificates.http.uploads import answer_with_form, listed_upload, upload_faults
from certificates.lists.csv_of_lists import exceptions_report
from certificates.lists.entries import list_exceptions
from certificates.lookup import read_run
from certificates.rules.model import Certificate, ExceptionEntry, Learner, Status
from certificates.uploads.forms import UploadKind, list_uploads, read_upload

if TYPE_CHECKING:
    from certificates.http.schemas.bodies import LearnerNote

api = Api()


@api.operation(
    "GET",
    "/course-runs/{course_id}/exceptions",
    answers={200: "Exceptions", 302: None},
    reads=PAGED,
    also=(CSV,),
    leads_to=CSV,
)
def list_run_exceptions(request: Request) -> Answer:
    """The learners on the exception list; with `Accept: text/csv`, all of them as a file."""
    course_id = read_run(request.course_id, backend=request.backend).course_id
    if wants_csv(request):
        return redirect(exceptions_report(course_id, backend=request.backend, now=request.now))
    page = list_exceptions(course_id, limit=request.limit, after=after(request), backend=request.backend)
    documents = [_document(item.entry, item.learner, item.certificate) for item in page.items]
    return answer(listing(request, documents, page.next_after))


@api.operation(
    "POST",
    "/course-runs/{course_id}/exceptions",
    answers={201: "ExceptionAnswer"},
    idempotent=True,
)
def add_run_exception(request: RequestWith[LearnerNote]) -> Answer:
    """Add a learner to the exception list. With automatic issuing on, the certificate exists when the answer
    arrives."""
    added = add_exception(
        request.course_id,
        request.body.learner,
        request.body.note,
        by=request.caller.username,
        backend=request.backend,
        now=request.now,
    )
    decision = added.decision
    decided = {"outcome": decision.outcome, "reason": decision.reason} if decision else None
    return answer({**_document(added.entry, added.learner, added.certificate), "decision": decided}, 201)


@api.operation("DELETE", "/course-runs/{course_id}/exceptions/{user_id}", answers={204: None}, idempotent=True)
def remove_run_exception(request: Request) -> Answer:
    """Remove a learner from the list, and decide again."""
    course_id = request.course_id
    remove_exception(
        course_id, request.path["user_id"], by=request.caller.username, backend=request.backend, now=request.now
    )
    return Answer(204)


@api.operation("POST", "/course-runs/{course_id}/exceptions/uploads", answers={201: "UploadForm"}, reads=(FILE_NAME,))
def start_exceptions_upload(request: Request) -> Answer:
    """A presigned POST for an exception file."""
    return answer_with_form(request, UploadKind.EXCEPTIONS)


@api.operation("GET", "/course-runs/{course_id}/exceptions/uploads", answers={200: "ExceptionUploads"}, reads=PAGED)
def list_exceptions_uploads(request: Request) -> Answer:
    """Every exception file of the run, newest first, with copies to the bucket and refused files."""
    uploads = list_uploads(request.course_id, UploadKind.EXCEPTIONS, backend=request.backend)
    documents = [{**listed_upload(upload), "added": upload.applied} for upload in uploads]
    return answer(page_of(documents, request))


@api.operation(
    "DELETE", "/course-runs/{course_id}/exceptions/uploads/{upload_id}", answers={200: "TakenBack"}, idempotent=True
)
def take_back_exceptions_upload(request: Request) -> Answer:
    """Take back a file: remove its entries that are still on the list, and decide again for each learner."""
    upload_id = request.path["upload_id"]
    taken_back = take_back(
        request.course_id, upload_id, by=request.caller.username, backend=request.backend, now=request.now
    )
    removed = [learner_fields(learner.user_id, learner) for learner in taken_back.removed]
    return answer({"upload_id": upload_id, "removed": removed, "more": taken_back.more})


@api.operation("GET", "/course-runs/{course_id}/exceptions/uploads/{upload_id}", answers={200: "ExceptionUploadResult"})
def read_exceptions_upload(request: Request) -> Answer:
    """The outcome of an exception file, with each refused row."""
    course_id = request.course_id
    upload = read_upload(course_id, request.path["upload_id"], UploadKind.EXCEPTIONS, backend=request.backend)
    report = request.backend.documents.link(upload.report_key, "exceptions-result.csv") if upload.report_key else None
    document = {
        "upload_id": upload.upload_id,
        "state": upload.state,
        "added": upload.applied,
        "rows": upload.rows,
        "total": upload.total,
        "rejected": upload.rejected,
        "progress": upload.progress,
        **upload_faults(upload),
        "report": report,
    }
    return answer(document)


def _document(entry: ExceptionEntry, learner: Learner | None, certificate: Certificate | None) -> dict[str, object]:
    return {
        **learner_fields(entry.user_id, learner),
        "note": entry.note,
        "added_by": entry.added_by,
        "added_at": entry.added_at,
        "has_certificate": certificate is not None and certificate.status is Status.DOWNLOADABLE,
        "certificate_status": certificate.status if certificate else None,
    }
