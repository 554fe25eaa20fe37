"""The parts beside the backend that a reconciliation uses."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.aws.queues import ReconciliationQueue
from certificates.aws.reconciliation_store import ReconciliationStore
from certificates.aws.records_store import RecordsStore
from certificates.aws.stage import Stage
from certificates.messages.lms import LearnerToReadAgain
from certificates.rules.eligibility import is_to_be_issued
from certificates.rules.model import Facts
from certificates.rules.predicates import is_excepted, is_imported, was_issued
from certificates.telemetry import logger


@dataclass(frozen=True, slots=True)
class Reconciling:
    store: ReconciliationStore
    records: RecordsStore
    stage: Stage
    queue: ReconciliationQueue

    def must_ask_first(self, facts: Facts) -> bool:
        """Whether the LMS may have a certificate of its own for a learner who would be issued one here now."""
        if was_issued(facts) or not is_to_be_issued(facts):
            return False
        return not self.store.was_asked_about(facts.run.course_id, facts.learner.user_id)

    def ask_first(self, facts: Facts) -> None:
        """Have the learner read from the LMS. Then the LMS's certificate is imported, or one is issued here."""
        about = {"course_id": facts.run.course_id, "user_id": facts.learner.user_id}
        logger.info("the LMS is asked first", extra=about)
        self.queue.send(LearnerToReadAgain(facts.run.course_id, None, facts.learner.username, news_at=facts.now))

    def asks_whether_kept(self, facts: Facts) -> bool:
        """Have the LMS asked about its own certificate of a learner who fails. The LMS may keep the certificate, by an
        exception of its own.

        False: the certificate is not the LMS's, or it stays anyway.
        """
        if not is_imported(facts) or is_excepted(facts):
            return False
        about = {"course_id": facts.run.course_id, "user_id": facts.learner.user_id}
        logger.info("the LMS is asked whether it keeps its certificate", extra=about)
        named = LearnerToReadAgain(facts.run.course_id, None, facts.learner.username, news_at=facts.now, failed=True)
        self.queue.send(named)
        return True
