"""Whom staff name, and what is checked about them: failed checks as refusals."""

from __future__ import annotations

from certificates.backend import Backend
from certificates.errors import BadRequest, Conflict, NotFound, Refusal
from certificates.lookup import read_run
from certificates.rules.exception_checks import CheckReason, check_identifier
from certificates.rules.identifiers import meant_by, what_is_odd
from certificates.rules.model import Learner

_KIND: dict[CheckReason, type[Refusal]] = {
    CheckReason.IDENTIFIER_MISSING: BadRequest,
    CheckReason.UNKNOWN_LEARNER: NotFound,
    CheckReason.NOT_INVALIDATED: NotFound,
}
"""All other checks fail because of the present state: a conflict."""

SENTENCES: dict[CheckReason, str] = {
    CheckReason.IDENTIFIER_MISSING: "Name a learner by username or e-mail.",
    CheckReason.UNKNOWN_LEARNER: (
        "No learner has this username or e-mail. Usernames are matched exactly, letter case included."
    ),
    CheckReason.NOT_ENROLLED: "The learner is not enrolled in this course run at present.",
    CheckReason.INVALIDATED: "The learner's certificate is invalidated. Re-validate it first.",
    CheckReason.ALREADY_LISTED: "The learner is on the exception list already.",
    CheckReason.NO_CERTIFICATE: "The learner has no certificate in this course run.",
    CheckReason.ON_EXCEPTION_LIST: "The learner is on the exception list. Remove the exception first.",
    CheckReason.ALREADY_INVALIDATED: "The certificate is invalidated already.",
    CheckReason.NOT_DOWNLOADABLE: "The certificate is not valid at present, so there is nothing to invalidate.",
    CheckReason.NOT_INVALIDATED: "The certificate is not invalidated, so there is nothing to re-validate.",
}
"""What a failed check tells staff, in problems and in the results of files."""


def find_learner(course_id: str, identifier: str, *, backend: Backend) -> Learner:
    """The learner of a username or e-mail.

    Raises BadRequest `identifier-missing`, NotFound `unknown-course-run` or `unknown-learner`, Ambiguous.
    """
    require(check_identifier(identifier))
    for meant in meant_by(identifier):
        learner = backend.learners.find(meant)
        if learner is not None:
            return learner
    read_run(course_id, backend=backend)
    sentences = (SENTENCES[CheckReason.UNKNOWN_LEARNER], what_is_odd(identifier))
    raise NotFound(CheckReason.UNKNOWN_LEARNER.value, " ".join(filter(None, sentences)))


def require(failure: CheckReason | None) -> None:
    """Raises the refusal of a failed check."""
    if failure is not None:
        raise _refusal(failure)


def _refusal(failure: CheckReason) -> Refusal:
    return _KIND.get(failure, Conflict)(failure.value, SENTENCES[failure])
