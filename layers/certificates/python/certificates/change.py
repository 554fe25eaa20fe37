"""The writes of one transaction for one learner in one run."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.rules.history import HistoryEntry
from certificates.rules.model import Certificate, Enrollment, ExceptionEntry, Invalidation


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The writes of one transaction for one learner in one run: all parts or nothing.

    `revision_read` is the revision of the certificate at the decision, 0 without a certificate. `excepted` is a
    condition: the learner must be (True) or must not be (False) on the exception list; None: no condition. `graded` is
    a condition too: grade and verdict must still be those of this enrollment. Otherwise a failing grade could come
    first, find no certificate to change, and a certificate would follow. `revoked` is the new status of the
    certificate's credential, None without a change. `first` is the history entry of an act of staff, if a decision
    follows in the same transaction; `history` is then the entry of the decision. `exception_removed` and `invalidation`
    replace stored values; `replaced` is the closed invalidation that a new one archives.
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
