"""Course staff: jobs of a run: start, look at, cancel, results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.errors import BadRequest
from certificates.http.answers import CSV, Answer, answer, redirect
from certificates.http.api import Api
from certificates.http.cursors import after, listing
from certificates.http.parameters import PAGED
from certificates.http.requests import Request, RequestWith
from certificates.jobs.managing import cancel_job, list_jobs, read_job, results_link
from certificates.jobs.starting import start_job
from certificates.reconciliation.starting import reading_for, waits_for_lms
from certificates.rules.groups import parse_groups, parse_scope
from certificates.rules.jobs import Job, JobKind, Selection
from certificates.rules.warnings import LearnerWarning

if TYPE_CHECKING:
    from certificates.backend import Backend
    from certificates.http.schemas.bodies import JobBody

api = Api()


@api.operation("POST", "/course-runs/{course_id}/jobs", answers={202: "JobAnswer"}, idempotent=True)
def start_run_job(request: RequestWith[JobBody]) -> Answer:
    """Start a bulk issuance, a regeneration or a generation of exception certificates, or a dry run of one."""
    job = start_job(
        request.course_id,
        _selection(request.body),
        dry_run=request.body.dry_run,
        by=request.caller.username,
        backend=request.backend,
        now=request.now,
    )
    return answer(_document(job, request.backend), 202)


@api.operation("GET", "/course-runs/{course_id}/jobs", answers={200: "Jobs"}, reads=PAGED)
def list_run_jobs(request: Request) -> Answer:
    """Every job of the run, newest first."""
    page = list_jobs(request.course_id, limit=request.limit, after=after(request), backend=request.backend)
    return answer(listing(request, [_document(job, request.backend) for job in page.items], page.next_after))


@api.operation("GET", "/course-runs/{course_id}/jobs/{job_id}", answers={200: "JobAnswer"})
def read_run_job(request: Request) -> Answer:
    """One job and its progress."""
    job = read_job(request.course_id, request.path["job_id"], backend=request.backend)
    return answer(_document(job, request.backend))


@api.operation("DELETE", "/course-runs/{course_id}/jobs/{job_id}", answers={200: "JobAnswer"})
def cancel_run_job(request: Request) -> Answer:
    """Cancel a job: issued certificates stay, and no other learner is decided on."""
    job = cancel_job(request.course_id, request.path["job_id"], backend=request.backend, now=request.now)
    return answer(_document(job, request.backend))


@api.operation("GET", "/course-runs/{course_id}/jobs/{job_id}/results", answers={302: None}, leads_to=CSV)
def read_run_job_results(request: Request) -> Answer:
    """Every learner of the job with the outcome, as CSV."""
    return redirect(results_link(request.course_id, request.path["job_id"], backend=request.backend))


def _selection(body: JobBody) -> Selection:
    """Raises BadRequest `no-groups`, `unknown-group`, `unknown-scope`; `invalid-body` for a member of another kind."""
    kind = JobKind(body.kind)
    if body.groups is not None and kind is not JobKind.REGENERATE:
        raise _of_another_kind("groups", "groups belong to the kind regenerate")
    if body.scope is not None and kind is not JobKind.EXCEPTIONS:
        raise _of_another_kind("scope", "scope belongs to the kind exceptions")
    if kind is JobKind.REGENERATE:
        return Selection(kind=kind, groups=parse_groups(body.groups or ()))
    if kind is JobKind.EXCEPTIONS:
        return Selection(kind=kind, scope=parse_scope(body.scope))
    return Selection(kind=kind)


def _of_another_kind(field: str, message: str) -> BadRequest:
    return BadRequest("invalid-body", f"{message}.", field=field, errors=[{"field": field, "message": message}])


def _document(job: Job, backend: Backend) -> dict[str, object]:
    selection, outcomes = job.selection, job.outcomes
    return {
        "job_id": job.job_id,
        "course_id": job.course_id,
        "kind": selection.kind,
        "groups": sorted(selection.groups) or None,
        "scope": selection.scope,
        "dry_run": job.dry_run,
        "state": job.state,
        "progress": job.progress,
        "total": job.total,
        "done": job.done,
        "issued": outcomes["issued"],
        "kept": outcomes["kept"],
        "refused": job.refused,
        "failed": outcomes["failed"],
        "warnings": {warning.value: job.warnings[warning] for warning in LearnerWarning},
        "mails": job.mails,
        "started_by": job.started_by,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "scheduled_for": job.scheduled_for,
        "waits_for_lms": _wait(job, backend) if waits_for_lms(job, backend) else None,
        "stalled_shards": [shard for shard, part in enumerate(job.parts) if part.stalled],
    }


def _wait(job: Job, backend: Backend) -> dict[str, object]:
    """Why a job has not started: its learners are still to be read from the LMS, or could not be read."""
    reading = reading_for(job, backend=backend)
    if reading is None:
        return {"state": "queued"}
    return {
        "state": reading.state,
        "reconciliation_id": reading.reconciliation_id,
        "phase": reading.phase,
        "why": reading.why or None,
        "tries": reading.tries,
        "next_try_at": reading.next_try_at,
    }
