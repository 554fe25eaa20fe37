"""Course staff: read a run's learners from the LMS, see the progress, and list the differences."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from certificates.http.answers import Answer, answer
from certificates.http.api import Api
from certificates.http.cursors import after, listing
from certificates.http.parameters import PAGED
from certificates.http.people import learner_fields
from certificates.http.requests import Request, RequestWith
from certificates.reconciliation.starting import begin_reconciliation, list_differences, list_reconciliations
from certificates.rules.reconciliation import Reconciliation

if TYPE_CHECKING:
    from certificates.http.schemas.bodies import ReconciliationBody

api = Api()

_FIELDS = tuple(
    field.name
    for field in fields(Reconciliation)
    if field.name not in {"course_id", "cursor", "page", "position", "total", "version", "accepts_shrinking"}
)


@api.operation(
    "POST", "/course-runs/{course_id}/reconciliations", answers={202: "ReconciliationAnswer"}, idempotent=True
)
def begin(request: RequestWith[ReconciliationBody]) -> Answer:
    """Read all learners of the run from the LMS; one reading at a time. No certificate changes. With automatic issuing
    on, learners who pass now get their certificates.
    """
    begun = begin_reconciliation(
        request.course_id,
        by=request.caller.username,
        backend=request.backend,
        now=request.now,
        accepts_shrinking=request.body.accepts_shrinking,
    )
    return answer(_reconciliation_document(begun), 202)


@api.operation("GET", "/course-runs/{course_id}/reconciliations", answers={200: "Reconciliations"}, reads=PAGED)
def list_readings(request: Request) -> Answer:
    """Every reading of the run's learners, newest first, with its progress."""
    page = list_reconciliations(request.course_id, limit=request.limit, after=after(request), backend=request.backend)
    return answer(listing(request, [_reconciliation_document(each) for each in page.items], page.next_after))


@api.operation("GET", "/course-runs/{course_id}/differences", answers={200: "Differences"}, reads=PAGED)
def list_run_differences(request: Request) -> Answer:
    """Learners about whom the LMS and this product differ: the differences, and since when."""
    page = list_differences(request.course_id, limit=request.limit, after=after(request), backend=request.backend)
    documents = [
        {
            **learner_fields(difference.user_id, learner),
            "differences": [{"kind": kind, "since": since} for kind, since in sorted(difference.since.items())],
        }
        for difference, learner in page.items
    ]
    return answer(listing(request, documents, page.next_after))


def _reconciliation_document(value: Reconciliation) -> dict[str, object]:
    return {name: getattr(value, name) for name in _FIELDS}
