"""Whom staff name, and what is checked about them: failed checks as refusals."""

from __future__ import annotations

from certificates.backend import Backend
from certificates.errors import BadRequest, Conflict, NotFound, Refusal
from certificates.lookup import read_run
from certificates.rules.exception_checks import (
    UNKNOWN_LEARNER_MESSAGE,
    CheckReason,
    Failure,
    check_identifier,
)
from certificates.rules.model import Learner

_KIND: dict[CheckReason, type[Refusal]] = {
    CheckReason.IDENTIFIER_MISSING: BadRequest,
    CheckReason.UNKNOWN_LEARNER: NotFound,
    CheckReason.NOT_INVALIDATED: NotFound,
}
"""All other checks fail for how things stand now: a conflict."""


def find_learner(course_id: str, identifier: str, *, backend: Backend) -> Learner:
    """The learner of a username or e-mail.

    Raises BadRequest `identifier-missing`, NotFound `unknown-course-run` or `unknown-learner`, Ambiguous.
    """
    require(check_identifier(identifier))
    learner = backend.learners.find(identifier.strip())
    if learner is not None:
        return learner
    read_run(course_id, backend=backend)
    raise _refusal(Failure(CheckReason.UNKNOWN_LEARNER, UNKNOWN_LEARNER_MESSAGE))


def require(failure: Failure | None) -> None:
    """Raises the refusal of a failed check."""
    if failure is not None:
        raise _refusal(failure)


def _refusal(failure: Failure) -> Refusal:
    return _KIND.get(failure.reason, Conflict)(failure.reason.value, failure.message)
