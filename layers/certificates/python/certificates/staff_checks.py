"""Finds the learner that staff name, checks their note, and turns failed checks into refusals."""

from __future__ import annotations

from certificates.backend import Backend
from certificates.errors import BadRequest, Conflict, NotFound, Refusal
from certificates.lookup import read_run
from certificates.rules.exception_checks import MAX_NOTE_LENGTH, CheckReason, check_identifier
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.identifiers import likely_fault, meant_by
from certificates.rules.model import Learner
from certificates.staff_sentences import CHECKS, words_of

_KIND: dict[CheckReason, type[Refusal]] = {
    CheckReason.IDENTIFIER_MISSING: BadRequest,
    CheckReason.UNKNOWN_LEARNER: NotFound,
    CheckReason.NOT_INVALIDATED: NotFound,
}
"""The errors of failed checks. All other checks fail because of the present state: a conflict."""


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
    odd = likely_fault(identifier)
    sentences = (CHECKS[CheckReason.UNKNOWN_LEARNER], *([words_of(odd)] if odd else ()))
    raise NotFound(CheckReason.UNKNOWN_LEARNER.value, " ".join(sentences))


def checked_note(note: str) -> str:
    """The note without blanks at its ends. Raises BadRequest `text-too-long`."""
    tidy = note.strip()
    if len(tidy) > MAX_NOTE_LENGTH:
        raise BadRequest(
            FlawId.TEXT_TOO_LONG.value, flaw(FlawId.TEXT_TOO_LONG, field="note", most=MAX_NOTE_LENGTH), field="note"
        )
    return tidy


def require(failure: CheckReason | None) -> None:
    """Raises the refusal of a failed check."""
    if failure is not None:
        raise _refusal(failure)


def _refusal(failure: CheckReason) -> Refusal:
    return _KIND.get(failure, Conflict)(failure.value, CHECKS[failure])
