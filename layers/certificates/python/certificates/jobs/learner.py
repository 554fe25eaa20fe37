"""One learner of a job: the decision, its plan, and another try alone after a failure in a group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from certificates.backend import Backend
from certificates.documents.removal import remove_at_once
from certificates.errors import NotPrintable, Refusal, Throttled
from certificates.lookup import gather
from certificates.planning import Cause, Plan, entry_of, has_credential, plan
from certificates.rules.eligibility import Decision, Reason
from certificates.rules.jobs import TRIGGER_OF, Job
from certificates.rules.mailing import is_seen, is_told_at_once
from certificates.rules.model import BROKEN, Certificate, Facts, Outcome, Status
from certificates.rules.warnings import LearnerWarning, warnings_about
from certificates.settling import act, attempts
from certificates.shown_text import named
from certificates.telemetry import learner_failed

if TYPE_CHECKING:
    from certificates.trust.status_list import StatusEntry

DOES_NOT_FIT = "the name does not fit the design"

_TRIES = 2
"""Tries alone before a learner is listed as failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of a job for one learner. `reason` is the reason of the decision or of the failure.

    `warnings` are for staff to look at. `name` is or would be printed; `name_before` was printed before. Both are None
    if nothing is printed, or the name stays. `detail`: why the name cannot be printed. `mailed`: in a dry run, the
    learner would get a mail.
    """

    user_id: str
    username: str
    outcome: Outcome
    reason: str
    certificate: Certificate | None
    warnings: frozenset[LearnerWarning] = frozenset()
    name: str | None = None
    name_before: str | None = None
    detail: str = ""
    mailed: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One learner: the facts, the decision on them, and the plan of what to write."""

    facts: Facts
    decision: Decision
    plan: Plan

    @property
    def entries(self) -> int:
        """The number of entries that the change has in a transaction."""
        change = self.plan.change
        parts = change and (change.excepted, change.graded, change.revoked)
        return 2 + sum(part is not None for part in parts) if parts else 0

    @property
    def document(self) -> str | None:
        """The key of the document to be stored before the change is stored."""
        change = self.plan.change
        return change.certificate.document if change is not None and change.certificate is not None else None

    def result(self) -> Result:
        change = self.plan.change
        learner, certificate = self.facts.learner, change.certificate if change else self.facts.certificate
        issued = self.decision.outcome is Outcome.ISSUED
        # Read from the certificate: a repeated delivery finds the job's own work, with the same result.
        renamed_from = certificate.name_before if certificate and issued else None
        warnings = warnings_about(self.facts, issued=issued)
        return Result(
            user_id=learner.user_id,
            username=learner.username,
            outcome=self.decision.outcome,
            reason=self.decision.reason.value,
            certificate=certificate,
            warnings=warnings | {LearnerWarning.NAME_CHANGES} if renamed_from else warnings,
            name=certificate.name or None if certificate else None,
            name_before=renamed_from,
            detail=_detail(self.facts, self.decision.reason),
            mailed=issued and self._would_be_mailed(certificate),
        )

    def _would_be_mailed(self, planned: Certificate | None) -> bool:
        facts, before = self.facts, self.facts.certificate
        if planned is None or not is_told_at_once(facts.run, facts.learner, site=facts.site, now=facts.now):
            return False
        return before is None or before.status is not Status.DOWNLOADABLE or is_seen(before, planned)


def _detail(facts: Facts, reason: str) -> str:
    if reason != Reason.NAME_NOT_PRINTABLE:
        return ""
    return f"no font prints {named(facts.unprintable)}" if facts.unprintable else DOES_NOT_FIT


def cases_of(job: Job, gathered: Sequence[Facts], backend: Backend, now: datetime) -> list[Case]:
    """The decisions on these learners. Entries of status lists are claimed in one call."""
    decided = [(facts, None if job.has_issued(facts) else job.decide(facts)) for facts in gathered]
    gives_credentials = backend.gives_credentials and not job.dry_run
    new = [facts for facts, decision in decided if decision and has_credential(facts, decision)]
    entries: Iterator[StatusEntry] = iter(())
    if gives_credentials:
        entries = backend.credentials.entries(sum(entry_of(facts.certificate) is None for facts in new), now)
    cause = Cause(trigger=TRIGGER_OF[job.selection.kind], actor=job.started_by, job=job.job_id)
    cases = []
    for facts, decision in decided:
        if decision is None:
            cases.append(Case(facts, Decision(outcome=Outcome.ISSUED, reason=Reason.ISSUED), Plan()))
            continue
        entry = None
        if gives_credentials and has_credential(facts, decision):
            entry = entry_of(facts.certificate) or next(entries)
        planned = plan(facts, decision, cause, secret=backend.secret, base_url=backend.base_url, entry=entry)
        cases.append(Case(facts, decision, planned))
    return cases


def work_alone(job: Job, backend: Backend, now: datetime, case: Case) -> Result:
    """Read one learner's facts again, decide again, and act. Raises Throttled."""
    course_id, learner = job.course_id, case.facts.learner
    reason = BROKEN
    for _ in range(_TRIES):
        try:
            for attempt in attempts():
                with attempt:
                    facts = gather(course_id, learner.user_id, backend=backend, now=now)
                    [decided] = cases_of(job, [facts], backend, now)
                    act(decided.plan, backend)
            _remove_unused(case, decided, backend)
            return decided.result()
        except NotPrintable as refusal:
            return Result(
                user_id=learner.user_id,
                username=learner.username,
                outcome=Outcome.REFUSED,
                reason=refusal.reason,
                certificate=case.facts.certificate,
                detail=DOES_NOT_FIT,
            )
        except Refusal as refusal:
            reason = refusal.reason
        except Throttled:
            raise
        except Exception as error:
            learner_failed(course_id, learner.user_id, error)
    return failed(learner.user_id, learner.username, reason)


def _remove_unused(case: Case, decided: Case, backend: Backend) -> None:
    """Remove the document of the earlier decision, if the certificate does not name it."""
    certificate = decided.result().certificate
    if case.document is not None and (certificate is None or certificate.document != case.document):
        remove_at_once([case.document], backend.documents)


def failed(user_id: str, username: str, reason: str) -> Result:
    return Result(user_id=user_id, username=username, outcome=Outcome.FAILED, reason=reason, certificate=None)
