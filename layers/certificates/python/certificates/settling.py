"""Acts on a plan for one learner's certificate, and tries again when the facts changed in the meantime.

The document is stored before the certificate that names it. A crash between the two leaves an object that no
certificate names, and never a certificate without a document. The next delivery decides again, with the same result.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType

from certificates.backend import Backend
from certificates.documents.removal import remove_at_once
from certificates.errors import Busy, Raced
from certificates.planning import Cause, Plan, entry_of, has_credential, plan
from certificates.rules.eligibility import Decision
from certificates.rules.model import Facts

ATTEMPTS = 5
"""Tries after lost races. Each loss means that another write changed this certificate."""


class Try:
    """One try of gather, decide and act. A lost race ends the try without an error, unless the try is the last."""

    def __init__(self, *, is_last: bool) -> None:
        self._is_last = is_last
        self.succeeded = False

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            self.succeeded = True
            return False
        if not isinstance(error, Raced):
            return False
        if self._is_last:
            raise Busy("This certificate is being changed by others right now. Try again.") from error
        return True


def attempts() -> Iterator[Try]:
    """Tries of gather, decide and act, until one does not lose a race. Raises Busy when all ATTEMPTS do.

    for attempt in attempts():
        with attempt:
            facts = gather(...)
            ...
            act(planned, backend)
    """
    for number in range(1, ATTEMPTS + 1):
        attempt = Try(is_last=number == ATTEMPTS)
        yield attempt
        if attempt.succeeded:
            return


def planned_for(facts: Facts, decision: Decision, cause: Cause, backend: Backend) -> Plan:
    """The plan for a decision on one learner, with an entry of a status list if a new credential needs one."""
    entry = None
    if backend.gives_credentials and has_credential(facts, decision):
        entry = entry_of(facts.certificate) or next(backend.credentials.entries(1, facts.now))
    return plan(facts, decision, cause, secret=backend.secret, base_url=backend.base_url, entry=entry)


def act(planned: Plan, backend: Backend) -> None:
    """Render, write the certificate, and remove the document that it no longer names. Raises Raced after removing the
    new document. Raises Throttled and leaves the new document: the next try stores it under the same name. If a
    document cannot be removed now, `documents.removal` removes it later: the written certificate stays.
    """
    change = planned.change
    if change is None:
        return
    document = change.certificate.document if change.certificate else None
    if planned.fields and change.certificate and document:
        backend.renderer.render(change.certificate.design_digest, planned.fields, document, planned.award)
    try:
        backend.certificates.write(change)
    except Raced:
        if document:
            _remove_unless_in_use(change.course_id, change.user_id, document, backend)
        raise
    if planned.obsolete and planned.obsolete != document:
        remove_at_once([planned.obsolete], backend.documents)


def _remove_unless_in_use(course_id: str, user_id: str, document: str, backend: Backend) -> None:
    """Remove the loser's document, unless the winner of the race wrote a certificate with the same document."""
    in_use = backend.certificates.document_in_use(course_id, user_id)
    if in_use != document:
        remove_at_once([document], backend.documents)
