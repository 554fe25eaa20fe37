"""Course staff: the runs they manage, the settings of a run and its course staff."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from certificates.errors import BadRequest
from certificates.http.answers import Answer, answer
from certificates.http.api import Api
from certificates.http.cursors import after, listing
from certificates.http.doors import global_staff, signed_in
from certificates.http.etags import digest_etag, etags_expected, etags_in
from certificates.http.parameters import HIDE_SHOWN, IF_MATCH, IF_MATCH_OPTIONAL, PAGED
from certificates.http.requests import Request, RequestWith, whole_number
from certificates.lookup import read_run
from certificates.reconciliation.run import sync_run
from certificates.rules.model import CourseRun
from certificates.rules.settings import NEVER, RunSettings
from certificates.run_settings import ANY_VERSION, AnyVersion, modes_of_nobody, replace_run, replace_staff

if TYPE_CHECKING:
    from certificates.http.schemas.bodies import CourseRunSettings, StaffBody

api = Api()


@api.operation("GET", "/course-runs", answers={200: "CourseRuns"}, door=signed_in, reads=PAGED)
def list_runs(request: Request) -> Answer:
    """The runs I may manage."""
    page = request.backend.runs.runs_managed_by(request.caller, limit=request.limit, after=after(request))
    return answer(listing(request, [_settings_document(run) for run in page.items], page.next_after))


@api.operation("GET", "/course-runs/{course_id}", answers={200: "CourseRunAnswer"}, versioned=True)
def read_settings(request: Request) -> Answer:
    """The run's settings; the ETag names their version."""
    run = read_run(request.course_id, backend=request.backend)
    return answer(_settings_document(run), ETag=_etag(run))


@api.operation(
    "PUT",
    "/course-runs/{course_id}",
    answers={200: "CourseRunAnswer", 201: "CourseRunAnswer"},
    idempotent=True,
    reads=(IF_MATCH,),
    versioned=True,
)
def replace_settings(request: RequestWith[CourseRunSettings]) -> Answer:
    """Replace all settings of the run, at the version in If-Match. Without If-Match, make a new run."""
    course_id = request.course_id
    if request.body.course_id not in {None, course_id}:
        told = "the path names another run"
        raise BadRequest("invalid-body", f"course_id: {told}.", errors=[{"field": "course_id", "message": told}])
    run, new = replace_run(
        course_id,
        request.body,
        if_match=_if_match(request),
        by=request.caller.username,
        backend=request.backend,
        now=request.now,
        hide_shown=request.body.hide_shown,
    )
    unusual = modes_of_nobody(run, backend=request.backend)
    warnings = [f"Nobody in this run has the mode {mode}. Is it misspelt?" for mode in unusual]
    document = _settings_document(run) | ({"warnings": warnings} if warnings else {})
    return answer(document, 201 if new else 200, ETag=_etag(run))


@api.operation(
    "POST",
    "/course-runs/{course_id}/sync",
    answers={200: "CourseRunAnswer", 201: "CourseRunAnswer"},
    reads=(HIDE_SHOWN,),
    versioned=True,
)
def sync_settings(request: Request) -> Answer:
    """Make the run with the LMS's dates and modes, or bring its settings into step with the LMS."""
    run, new = sync_run(
        request.course_id,
        by=request.caller.username,
        backend=request.backend,
        now=request.now,
        hide_shown=request.read(HIDE_SHOWN) == "true",
    )
    return answer(_settings_document(run), 201 if new else 200, ETag=_etag(run))


@api.operation("GET", "/course-runs/{course_id}/staff", answers={200: "StaffAnswer"}, versioned=True)
def read_staff(request: Request) -> Answer:
    """The run's course staff."""
    run = read_run(request.course_id, backend=request.backend)
    return _staff_answer(request.backend.runs.staff(run.course_id))


@api.operation(
    "PUT",
    "/course-runs/{course_id}/staff",
    answers={200: "StaffAnswer"},
    idempotent=True,
    door=global_staff,
    reads=(IF_MATCH_OPTIONAL,),
    versioned=True,
)
def put_staff(request: RequestWith[StaffBody]) -> Answer:
    """Make these people the run's course staff."""
    run = read_run(request.course_id, backend=request.backend)
    expected = etags_expected(request)
    staff = replace_staff(
        run.course_id,
        request.body.usernames,
        backend=request.backend,
        read=(lambda present: digest_etag(*present) in expected) if expected is not None else None,
    )
    return _staff_answer(staff)


def _staff_answer(staff: frozenset[str]) -> Answer:
    return answer({"usernames": staff}, ETag=digest_etag(*staff))


def _settings_document(run: CourseRun) -> dict[str, object]:
    document = {name: getattr(run, name) for name in _SETTINGS}
    if run.bulk_issue_by_hand:
        document["bulk_issue_at"] = NEVER
    return document


_SETTINGS = ("course_id", *(field.name for field in fields(RunSettings)))


def _etag(run: CourseRun) -> str:
    return f'"{run.version}"'


MAX_VERSION = 10**12
NO_VERSION = 0
"""Versions begin at 1."""


def _if_match(request: Request) -> int | AnyVersion | None:
    """The version that the caller read: of several named ones, the present one. Raises BadRequest `bad-if-match`."""
    text = request.read(IF_MATCH)
    if text is None:
        return None
    if text.strip() == "*":
        return ANY_VERSION
    # A version without quotes is no ETag. The meaning is clear all the same.
    unquoted = whole_number(text.strip(), most=MAX_VERSION)
    if unquoted is not None:
        return unquoted
    named = {whole_number(etag.strip('"'), most=MAX_VERSION) or NO_VERSION for etag in etags_in(text)}
    if len(named) == 1:
        return named.pop()
    run = request.backend.runs.run(request.course_id)
    return run.version if run is not None and run.version in named else NO_VERSION
