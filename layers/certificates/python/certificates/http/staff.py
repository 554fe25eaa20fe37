"""Course staff: the runs they manage, their settings, design, staff and uploads from the LMS."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from certificates.access import require_global_staff
from certificates.designs import design_of, preview, replace_design
from certificates.errors import BadRequest
from certificates.http.answers import Answer, answer, redirect
from certificates.http.api import Api, Request
from certificates.http.cursors import after, listing
from certificates.http.staff_of import staff_of
from certificates.rendering.model import Design, Signatory
from certificates.rules.model import CourseRun
from certificates.rules.settings import NEVER, UNSET, RunSettings
from certificates.run_settings import read_run, replace_run, replace_staff
from certificates.uploads import UploadKind, read_upload, start_upload

api = Api()

MAX_DESIGN_BYTES = 4 * 1024 * 1024
"""Four signature images of 512 KiB in base64, and some text."""


@api.operation("GET", "/course-runs", answers={200: "CourseRuns"})
def list_runs(request: Request) -> Answer:
    """The runs I may manage."""
    runs, caller = request.backend.runs, request.caller
    start = after(request)
    if caller.global_staff:
        page = runs.all_runs(limit=request.limit, after=start)
    else:
        page = runs.runs_of_staff(caller.username, limit=request.limit, after=start)
    return answer(listing([_settings_document(run) for run in page.items], page.next_after))


@api.operation("GET", "/course-runs/{course_id}", answers={200: "CourseRunAnswer"})
def read_settings(request: Request) -> Answer:
    """The run's settings; the ETag names their version."""
    run = read_run(staff_of(request), backend=request.backend)
    return answer(_settings_document(run), ETag=_etag(run))


@api.operation(
    "PUT",
    "/course-runs/{course_id}",
    body="CourseRunSettings",
    answers={200: "CourseRunAnswer", 201: "CourseRunAnswer"},
    idempotent=True,
)
def replace_settings(request: Request) -> Answer:
    """Replace the run's settings whole, at the version named in If-Match; without it, make a new run."""
    course_id = staff_of(request)
    run, new = replace_run(
        course_id, _settings(request.body), if_match=_if_match(request), backend=request.backend, now=request.now
    )
    return answer(_settings_document(run), 201 if new else 200, ETag=_etag(run))


@api.operation("GET", "/course-runs/{course_id}/design", answers={200: "DesignAnswer"})
def read_design(request: Request) -> Answer:
    """The design of the run's certificates."""
    run = read_run(staff_of(request), backend=request.backend)
    return answer(_design_document(run, design_of(run, request.backend)))


@api.operation(
    "PUT",
    "/course-runs/{course_id}/design",
    body="DesignBody",
    answers={200: "DesignAnswer"},
    max_body_bytes=MAX_DESIGN_BYTES,
    idempotent=True,
)
def put_design(request: Request) -> Answer:
    """Replace the design; one that is to be active is laid out first, and refused with the reason where it fails."""
    run = read_run(staff_of(request), backend=request.backend)
    design = _design(request.body)
    run = replace_design(run, design, active=request.body.active, backend=request.backend)
    return answer(_design_document(run, design))


@api.operation(
    "POST",
    "/course-runs/{course_id}/design/preview",
    body="DesignBody",
    answers={302: None},
    max_body_bytes=MAX_DESIGN_BYTES,
)
def preview_design(request: Request) -> Answer:
    """A PDF for a sample name, marked as a sample."""
    run = read_run(staff_of(request), backend=request.backend)
    return redirect(preview(run, _design(request.body), backend=request.backend))


@api.operation("GET", "/course-runs/{course_id}/staff", answers={200: "StaffAnswer"})
def read_staff(request: Request) -> Answer:
    """The run's course staff."""
    return answer({"usernames": request.backend.runs.staff(staff_of(request))})


@api.operation("PUT", "/course-runs/{course_id}/staff", body="StaffBody", answers={200: "StaffAnswer"}, idempotent=True)
def put_staff(request: Request) -> Answer:
    """Make these people the run's course staff."""
    require_global_staff(request.caller)
    return answer({"usernames": replace_staff(request.course_id, request.body.usernames, backend=request.backend)})


@api.operation("POST", "/course-runs/{course_id}/records/uploads", answers={201: "UploadForm"})
def start_records_upload(request: Request) -> Answer:
    """A presigned POST for a grade report or a learner profile file."""
    run = read_run(staff_of(request), backend=request.backend)
    form = start_upload(
        run.course_id, UploadKind.RECORDS, by=request.caller.username, backend=request.backend, now=request.now
    )
    return answer(asdict(form), 201)


@api.operation("GET", "/course-runs/{course_id}/records/uploads/{upload_id}", answers={200: "UploadResult"})
def read_records_upload(request: Request) -> Answer:
    """How far the file has come, and every row that was refused."""
    course_id = staff_of(request)
    upload = read_upload(course_id, request.path["upload_id"], UploadKind.RECORDS, backend=request.backend)
    report = request.backend.documents.link(upload.report_key, "report.csv") if upload.report_key else None
    document = {key: getattr(upload, key) for key in _UPLOAD_FIELDS}
    return answer({**document, "report": report}, Cache_Control="no-store")


_UPLOAD_FIELDS = (
    "upload_id",
    "state",
    "kind",
    "rows",
    "applied",
    "unchanged",
    "rejected",
    "progress",
    "errors",
    "problem",
)


def _settings(body: Any) -> RunSettings:
    values = {name: getattr(body, name) for name in type(body).model_fields}
    if body.self_generation is None:
        values["self_generation"] = UNSET
    return RunSettings(**values)


def _settings_document(run: CourseRun) -> dict[str, object]:
    document = {name: getattr(run, name) for name in _SETTINGS}
    if run.bulk_issue_by_hand:
        document["bulk_issue_at"] = NEVER
    return document


_SETTINGS = (
    "course_id",
    "title",
    "organization",
    "pacing",
    "start",
    "end",
    "passing_grade",
    "self_generation",
    "automatic_generation",
    "display",
    "available_on",
    "eligible_modes",
    "identity_required",
    "bulk_issue_at",
)


def _design(body: Any) -> Design:
    return Design(
        template=body.template,
        language=body.language,
        title=body.title,
        signatories=tuple(Signatory(**dict(signatory)) for signatory in body.signatories),
    )


def _design_document(run: CourseRun, design: Design) -> dict[str, object]:
    import base64

    signatories = [
        {
            "name": signatory.name,
            "title": signatory.title,
            "organization": signatory.organization,
            "signature_image": base64.b64encode(signatory.signature_image).decode()
            if signatory.signature_image
            else None,
        }
        for signatory in design.signatories
    ]
    return {
        "title": design.title,
        "language": design.language,
        "signatories": signatories,
        "template": design.template,
        "active": run.design_active,
        "state": "ready" if run.design_active else "inactive",
        "digest": run.design_digest,
    }


def _etag(run: CourseRun) -> str:
    return f'"{run.version}"'


def _if_match(request: Request) -> int | None:
    """Raises BadRequest `bad-if-match`."""
    text = request.header("if-match")
    if text is None:
        return None
    version = text.strip().strip('"')
    if not version.isascii() or not version.isdigit():
        raise BadRequest("bad-if-match", 'If-Match holds the ETag that was read, for example "3".')
    return int(version)
