"""What is written together for one learner in one run."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.rules.history import HistoryEntry
from certificates.rules.model import Certificate, Enrollment, ExceptionEntry, Invalidation


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one transaction writes for one learner in one run: all parts or nothing.

    `revision_read` is the certificate's revision the decision was made on, 0 when there was none. `excepted` says that
    the change holds only while the learner is (True) or is not (False) on the exception list; None: either way.
    `graded` says that it holds only while the LMS's grade and verdict are those of this enrollment: a failing grade
    that comes in between finds no certificate to take away, so none may come after it.
    `revoked` is the new status of the certificate's credential, None where the status stays.
    `first` is the entry of what staff did, where a decision on it follows in the same transaction: `history` is then
    the decision's. `exception_removed` and `invalidation` replace what is stored; `replaced` is the closed
    invalidation that a new one archives.
    """

    course_id: str
    user_id: str
    history: HistoryEntry
    revision_read: int
    first: HistoryEntry | None = None
    excepted: bool | None = None
    graded: Enrollment | None = None
    certificate: Certificate | None = None
    exception_added: ExceptionEntry | None = None
    exception_removed: bool = False
    invalidation: Invalidation | None = None
    replaced: Invalidation | None = None
    revoked: bool | None = None
