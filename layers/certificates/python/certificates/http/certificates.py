"""Course staff: the learners of a run and their certificates: counts, list, report and history."""

from __future__ import annotations

from dataclasses import asdict

from certificates.errors import BadRequest
from certificates.http.answers import CSV, Answer, answer, redirect
from certificates.http.api import Api
from certificates.http.cursors import after, listing, page_of
from certificates.http.parameters import MAX_SEARCH_LENGTH, PAGED, SEARCH, STATUS
from certificates.http.people import learner_fields
from certificates.http.requests import Request
from certificates.lists.counts import COUNTED_WARNINGS, count_learners
from certificates.lists.csv_of_run import certificates_report
from certificates.lists.learners import list_learners
from certificates.lookup import gather
from certificates.rules.eligibility import is_to_be_issued
from certificates.rules.groups import Group
from certificates.rules.model import Facts, Status
from certificates.rules.name_warnings import name_warnings
from certificates.rules.predicates import is_enrolled_actively, is_passing
from certificates.rules.warnings import warnings_about

api = Api()


@api.operation(
    "GET", "/course-runs/{course_id}/certificates", answers={200: "RunLearners"}, reads=(*PAGED, STATUS, SEARCH)
)
def list_run_certificates(request: Request) -> Answer:
    """The run's learners. `status` and `search` (the beginning of username, e-mail or a name) choose some of them."""
    page = list_learners(
        request.course_id,
        wanted=request.read(STATUS) or "",
        search=_search(request),
        limit=request.limit,
        after=after(request),
        backend=request.backend,
        now=request.now,
    )
    return answer(listing(request, [_document(facts) for facts in page.items], page.next_after))


@api.operation("GET", "/course-runs/{course_id}/certificates/counts", answers={200: "CertificateCounts"})
def count_run_certificates(request: Request) -> Answer:
    """Counts of certificates by status, of exceptions with and without one, and of the groups to regenerate."""
    counts = count_learners(request.course_id, backend=request.backend, now=request.now)
    return answer(
        {
            "enrolled": counts.enrolled,
            "imported": counts.imported,
            "statuses": {status.value: counts.statuses[status] for status in Status},
            "exceptions": {
                "with_certificate": counts.exceptions_with_certificate,
                "without_certificate": counts.exceptions_without_certificate,
            },
            "groups": {group.value: counts.groups[group] for group in Group},
            "warnings": {warning.value: counts.warnings[warning] for warning in COUNTED_WARNINGS},
        },
    )


@api.operation("GET", "/course-runs/{course_id}/certificates/{user_id}/history", answers={200: "History"}, reads=PAGED)
def read_certificate_history(request: Request) -> Answer:
    """Every change of one learner's certificate, oldest first."""
    course_id, user_id = request.course_id, request.path["user_id"]
    gather(course_id, user_id, backend=request.backend, now=request.now)
    history = [asdict(entry) for entry in request.backend.certificates.history(course_id, user_id)]
    return answer(page_of(history, request))


@api.operation("GET", "/course-runs/{course_id}/certificates/report", answers={302: None}, leads_to=CSV)
def report_run_certificates(request: Request) -> Answer:
    """A CSV of every learner and certificate of the run."""
    course_id = request.course_id
    return redirect(certificates_report(course_id, backend=request.backend, now=request.now))


def _search(request: Request) -> str:
    """Raises BadRequest `bad-search`."""
    text = (request.read(SEARCH) or "").strip()
    if len(text) > MAX_SEARCH_LENGTH:
        raise BadRequest("bad-search", f"search has at most {MAX_SEARCH_LENGTH} characters.", field="search")
    return text


def _document(facts: Facts) -> dict[str, object]:
    enrollment, certificate, entry, invalidation = (
        facts.enrollment,
        facts.certificate,
        facts.exception,
        facts.invalidation,
    )
    last = facts.last_attempt
    return {
        **learner_fields(facts.learner.user_id, facts.learner),
        "mode": enrollment.mode if enrollment else None,
        "enrolled": is_enrolled_actively(facts),
        "grade": enrollment.grade if enrollment else None,
        "passing": is_passing(facts),
        "status": certificate.status if certificate else None,
        "verify_uuid": certificate.verify_uuid if certificate else None,
        "revision": certificate.revision if certificate else None,
        "issued_on": certificate.issued_on if certificate else None,
        "imported_at": certificate.imported_at if certificate else None,
        "modified_at": certificate.modified_at if certificate else None,
        "exception": {"note": entry.note, "added_by": entry.added_by, "added_at": entry.added_at} if entry else None,
        "invalidation": {
            "note": invalidation.note,
            "invalidated_by": invalidation.invalidated_by,
            "invalidated_at": invalidation.invalidated_at,
            "active": invalidation.active,
        }
        if invalidation
        else None,
        "warnings": sorted(warnings_about(facts, issued=is_to_be_issued(facts)) | name_warnings(facts)),
        "last_outcome": {"outcome": last.outcome, "reason": last.reason, "at": last.at} if last else None,
    }
