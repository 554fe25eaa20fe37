"""A signed-in learner: my status, my request, my certificates."""

from __future__ import annotations

from certificates.backend import Backend
from certificates.errors import Conflict, NotAllowed, Refusal
from certificates.http.answers import Answer, answer
from certificates.http.api import Api
from certificates.http.cursors import page_of
from certificates.http.doors import signed_in
from certificates.http.parameters import PAGED
from certificates.http.requests import Request
from certificates.http.sentences import sentence
from certificates.issue import Issued
from certificates.learner_status import read_status, shown_certificates
from certificates.request import request_certificate
from certificates.rules.eligibility import Decision, Reason
from certificates.rules.further_fields import expiry_of
from certificates.rules.model import Certificate, Outcome
from certificates.rules.progress import progress
from certificates.shown_text import named

api = Api()

NOT_ALLOWED = frozenset({Reason.NOT_ENROLLED, Reason.MODE_NOT_ELIGIBLE, Reason.NOT_A_REGULAR_LEARNER})
"""Reasons about the learner's place in the run (403). The other reasons may change with time (409)."""


@api.operation("GET", "/course-runs/{course_id}/certificate", answers={200: "CertificateStatus"}, door=signed_in)
def read_my_status(request: Request) -> Answer:
    """The state on my progress page, with the reason."""
    status = read_status(request.course_id, request.caller.username, backend=request.backend, now=request.now)
    current = status.progress
    document: dict[str, object] = {
        "state": current.state,
        "reason": current.reason,
        "explanation": sentence(current.message),
        "passing_grade": current.passing_grade,
        "grade": current.grade,
        "can_request": current.can_request,
    }
    if current.available_on:
        document["available_on"] = current.available_on
    if status.certificate:
        document["certificate"] = certificate_document(status.certificate, request.backend)
    return answer(document)


@api.operation(
    "POST",
    "/course-runs/{course_id}/certificate",
    answers={201: "CertificateAnswer", 200: "CertificateAnswer"},
    idempotent=True,
    door=signed_in,
)
def request_my_certificate(request: Request) -> Answer:
    """Request my certificate: the PDF exists when the answer arrives."""
    result = request_certificate(request.course_id, request.caller.username, backend=request.backend, now=request.now)
    if result.decision.outcome is Outcome.REFUSED or result.certificate is None:
        raise _refusal(result)
    return answer(certificate_document(result.certificate, request.backend), 201 if result.changed else 200)


@api.operation("GET", "/me/certificates", answers={200: "MyCertificates"}, door=signed_in, reads=PAGED)
def list_my_certificates(request: Request) -> Answer:
    """Every certificate of mine that is shown, newest first."""
    shown = shown_certificates(request.caller.username, backend=request.backend, now=request.now)
    documents = [
        {
            **certificate_document(certificate, request.backend),
            "course": {
                "course_id": certificate.course_id,
                "title": certificate.course_title,
                "organization": certificate.organization,
            },
            "mode": certificate.mode,
        }
        for certificate, _ in shown
    ]
    return answer(page_of(documents, request))


def certificate_document(certificate: Certificate, backend: Backend) -> dict[str, object]:
    links = {"page": backend.page_link(certificate.verify_uuid)}
    if certificate.imported_at is None:
        links["pdf"] = backend.pdf_link(certificate.verify_uuid)
    expires_on = expiry_of(certificate)
    return {
        "verify_uuid": certificate.verify_uuid,
        "issued_on": certificate.issued_on,
        **({"expires_on": expires_on} if expires_on else {}),
        "revision": certificate.revision,
        "imported": certificate.imported_at is not None,
        "links": links,
    }


def _refusal(result: Issued) -> Refusal:
    """The reason of the decision, with the learner's own values."""
    decision: Decision = result.decision
    current = progress(result.facts)
    values: dict[str, object] = {"passing_grade": current.passing_grade, "grade": current.grade}
    if current.available_on:
        values["available_on"] = current.available_on
    if result.facts.unprintable and decision.reason is Reason.NAME_NOT_PRINTABLE:
        values["characters"] = named(result.facts.unprintable)
    kind = NotAllowed if decision.reason in NOT_ALLOWED else Conflict
    return kind(
        decision.reason.value, _sentence(decision.reason, sentence(current.message)), state=current.state, **values
    )


def _sentence(reason: Reason, explanation: str) -> str:
    if reason is Reason.SELF_GENERATION_OFF:
        return "Certificates of this run are not requested by learners: course staff issue them."
    if reason is Reason.NO_ACTIVE_DESIGN:
        return "Course staff have not activated a certificate design for this run yet."
    return explanation
