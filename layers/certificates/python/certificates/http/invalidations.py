"""Course staff: invalidate a certificate, re-validate it, and list all invalidations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.http.answers import CSV, Answer, answer, redirect
from certificates.http.api import Api
from certificates.http.cursors import after, listing
from certificates.http.learner import certificate_document
from certificates.http.parameters import PAGED
from certificates.http.people import learner_fields, wants_csv
from certificates.http.requests import Request, RequestWith
from certificates.invalidate import invalidate, revalidate
from certificates.lookup import read_run
from certificates.rules.model import Invalidation, Learner, Status

if TYPE_CHECKING:
    from certificates.http.schemas.bodies import LearnerNote

api = Api()


@api.operation(
    "GET",
    "/course-runs/{course_id}/invalidations",
    answers={200: "Invalidations", 302: None},
    reads=PAGED,
    also=(CSV,),
    leads_to=CSV,
)
def list_run_invalidations(request: Request) -> Answer:
    """Every invalidation of the run, also closed ones; with `Accept: text/csv`, as a file."""
    # Only lists need these modules of the table. Invalidating one certificate starts faster without them.
    from certificates.lists.csv_of_lists import invalidations_report
    from certificates.lists.entries import list_invalidations

    course_id = read_run(request.course_id, backend=request.backend).course_id
    if wants_csv(request):
        return redirect(invalidations_report(course_id, backend=request.backend, now=request.now))
    page = list_invalidations(course_id, limit=request.limit, after=after(request), backend=request.backend)
    documents = [_document(item.invalidation, item.learner) for item in page.items]
    return answer(listing(request, documents, page.next_after))


@api.operation(
    "POST",
    "/course-runs/{course_id}/invalidations",
    answers={201: "InvalidationAnswer"},
    idempotent=True,
)
def invalidate_certificate(request: RequestWith[LearnerNote]) -> Answer:
    """Invalidate a learner's certificate: links to it stop working with this answer."""
    done = invalidate(
        request.course_id,
        request.body.learner,
        request.body.note,
        by=request.caller.username,
        backend=request.backend,
        now=request.now,
    )
    return answer(_document(done.invalidation, done.learner), 201)


@api.operation(
    "DELETE",
    "/course-runs/{course_id}/invalidations/{user_id}",
    answers={200: "RevalidationAnswer"},
    idempotent=True,
)
def revalidate_certificate(request: Request) -> Answer:
    """Close the invalidation, and decide again."""
    course_id = request.course_id
    result = revalidate(
        course_id, request.path["user_id"], by=request.caller.username, backend=request.backend, now=request.now
    )
    certificate = result.certificate
    shown = certificate is not None and certificate.status is Status.DOWNLOADABLE
    return answer(
        {
            "outcome": result.decision.outcome,
            "reason": result.decision.reason,
            "status": certificate.status if certificate else None,
            "certificate": certificate_document(certificate, request.backend) if certificate and shown else None,
        }
    )


def _document(invalidation: Invalidation, learner: Learner | None) -> dict[str, object]:
    return {
        **learner_fields(invalidation.user_id, learner),
        "note": invalidation.note,
        "invalidated_by": invalidation.invalidated_by,
        "invalidated_at": invalidation.invalidated_at,
        "active": invalidation.active,
        "revalidated_by": invalidation.revalidated_by,
        "revalidated_at": invalidation.revalidated_at,
    }
