"""One page of a job: decide on its learners together, and alone on those for whom that fails.

What can be shared is shared: facts are read for 20 learners in a call, documents are stored from several threads,
changes are written up to 100 actions a transaction. A transaction that fails is halved until the one change is found
that somebody else came before; that learner is then decided on anew, as any single learner is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from certificates.backend import Backend
from certificates.errors import Refusal
from certificates.issue import settle
from certificates.planning import Cause, Plan, plan
from certificates.rules.eligibility import Decision, Reason
from certificates.rules.jobs import TRIGGERS, Job
from certificates.rules.model import Attempt, Certificate, CourseRun, Facts, Outcome
from certificates.telemetry import logger

THREADS = 16
READ_TOGETHER = 20
"""Learners whose facts fill one BatchGetItem."""

MAX_ACTIONS = 100
"""Actions in one TransactWriteItems (DynamoDB's limit)."""

_TRIES = 2
"""How often a learner is tried alone before being listed as failed."""

UNKNOWN_LEARNER = "unknown-learner"
BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a job came to for one learner. `reason` is the decision's, or why the attempt failed."""

    user_id: str
    username: str
    outcome: Outcome
    reason: str
    certificate: Certificate | None


@dataclass(frozen=True, slots=True)
class _Case:
    """One learner: what was decided on which facts, and what is to be done for it."""

    facts: Facts
    decision: Decision
    plan: Plan

    @property
    def actions(self) -> int:
        change = self.plan.change
        return 0 if change is None else 2 + (change.excepted is not None)

    @property
    def document(self) -> str | None:
        """The key of the document to be stored before the change is recorded."""
        change = self.plan.change
        return change.certificate.document if change is not None and change.certificate is not None else None

    def result(self) -> Result:
        change = self.plan.change
        learner, held = self.facts.learner, change.certificate if change else self.facts.certificate
        return Result(
            user_id=learner.user_id,
            username=learner.username,
            outcome=self.decision.outcome,
            reason=self.decision.reason.value,
            certificate=held,
        )


def work_on(
    user_ids: Sequence[str], job: Job, run: CourseRun, *, backend: Backend, now: datetime, patient: bool = False
) -> list[Result]:
    """Decide on those of the learners whom the job takes, and make it so unless it is a dry run.

    A learner for whom it fails is tried again alone, then listed as failed. Where it fails for every one of them the
    fault is not theirs: `patient` raises it then, so that the page is tried again later.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        cases, strangers = _decided(user_ids, job, run, backend, now, pool)
        results = [_failed(user_id, "", UNKNOWN_LEARNER) for user_id in strangers if not job.selection.is_narrow]
        if job.dry_run:
            return [*results, *(case.result() for case in cases)]
        rendered = list(pool.map(partial(_is_rendered, backend), cases))
        stored = [case for case, done in zip(cases, rendered, strict=True) if done]
        alone = [case for case, done in zip(cases, rendered, strict=True) if not done]
        recorded: list[_Case] = []
        for group, unrecorded in pool.map(partial(_record, backend), _grouped(stored)):
            recorded.extend(group)
            alone.extend(unrecorded)
        _remove_obsolete(recorded, backend)
        results.extend(case.result() for case in recorded)
        results.extend(pool.map(partial(_alone, job, backend, now), alone))
    if patient and results and all(result.reason == BROKEN for result in results):
        raise RuntimeError(f"all {len(results)} learners of a page of job {job.job_id} failed")
    _remember(results, cases, job, backend, now)
    return results


def _decided(
    user_ids: Sequence[str], job: Job, run: CourseRun, backend: Backend, now: datetime, pool: ThreadPoolExecutor
) -> tuple[list[_Case], list[str]]:
    """The learners whom the job takes; and those nobody knows, about whom it cannot be said."""

    def read(together: Sequence[str]) -> list[tuple[str, Facts | None]]:
        return list(backend.certificates.facts_of_many(run, together, site=backend.site, now=now))

    chunks = [user_ids[start : start + READ_TOGETHER] for start in range(0, len(user_ids), READ_TOGETHER)]
    cases, strangers = [], []
    for found in pool.map(read, chunks):
        for user_id, facts in found:
            if facts is None:
                strangers.append(user_id)
            elif job.takes(facts):
                cases.append(_case(job, facts, backend))
    return cases, strangers


def _case(job: Job, facts: Facts, backend: Backend) -> _Case:
    if job.has_issued(facts):
        return _Case(facts, Decision(outcome=Outcome.ISSUED, reason=Reason.ISSUED), Plan())
    decision = job.selection.decide(facts)
    cause = Cause(trigger=TRIGGERS[job.selection.kind], actor=job.started_by, job=job.job_id)
    return _Case(facts, decision, plan(facts, decision, cause, secret=backend.secret, base_url=backend.base_url))


def _is_rendered(backend: Backend, case: _Case) -> bool:
    """Store the document of a case that has one. False: it could not be made, whatever the reason."""
    if case.document is None:
        return True
    return _tried(backend.renderer.render, case.facts.run.design_digest, case.plan.fields, case.document)


def _grouped(cases: Iterable[_Case]) -> Iterator[list[_Case]]:
    """As many cases together as one transaction holds."""
    group: list[_Case] = []
    actions = 0
    for case in cases:
        if actions + case.actions > MAX_ACTIONS:
            yield group
            group, actions = [], 0
        group.append(case)
        actions += case.actions
    if group:
        yield group


def _record(backend: Backend, group: list[_Case]) -> tuple[list[_Case], list[_Case]]:
    """Write the changes of a group: the cases that are recorded, and those that could not be."""
    changes = [case.plan.change for case in group if case.plan.change is not None]
    if not changes or _tried(backend.certificates.record, *changes):
        return group, []
    if len(group) == 1:
        return [], group
    middle = len(group) // 2
    left, right = _record(backend, group[:middle]), _record(backend, group[middle:])
    return left[0] + right[0], left[1] + right[1]


def _tried(act: Callable[..., None], *arguments: object) -> bool:
    """Whether it went well. What went wrong is of one learner, who is tried again alone: it stops no other."""
    try:
        act(*arguments)
    except Exception as error:
        logger.info("to be tried alone", extra={"error": type(error).__name__})
        return False
    return True


def _remove_obsolete(recorded: Iterable[_Case], backend: Backend) -> None:
    obsolete = [case.plan.obsolete for case in recorded if case.plan.obsolete]
    if obsolete:
        backend.documents.delete_all(obsolete)


def _alone(job: Job, backend: Backend, now: datetime, case: _Case) -> Result:
    """Decide on one learner anew, on the facts as they are by now, and act."""
    course_id, learner = job.course_id, case.facts.learner
    decided = case

    def propose(facts: Facts) -> tuple[Decision, Plan]:
        nonlocal decided
        decided = _case(job, facts, backend)
        return decided.decision, decided.plan

    reason = BROKEN
    for _ in range(_TRIES):
        try:
            settle(course_id, learner.user_id, propose, backend=backend, now=now)
            _remove_unrecorded(case, decided, backend)
            return decided.result()
        except Refusal as refusal:
            reason = refusal.reason
        except Exception:
            logger.exception("learner failed", extra={"course_id": course_id, "user_id": learner.user_id})
    return _failed(learner.user_id, learner.username, reason)


def _remove_unrecorded(case: _Case, decided: _Case, backend: Backend) -> None:
    """Remove the document that was stored for a decision which no longer holds."""
    held = decided.result().certificate
    if case.document is not None and (held is None or held.document != case.document):
        backend.documents.delete(case.document)


def _failed(user_id: str, username: str, reason: str) -> Result:
    return Result(user_id=user_id, username=username, outcome=Outcome.FAILED, reason=reason, certificate=None)


def _remember(results: Iterable[Result], cases: Iterable[_Case], job: Job, backend: Backend, now: datetime) -> None:
    """Mark whom it failed for; take the mark off those for whom it no longer fails, though nothing was to be written.

    A certificate that changes takes the mark off by itself.
    """
    marked = {case.facts.learner.user_id for case in cases if case.facts.last_attempt is not None}
    for result in results:
        changed = result.certificate is not None and result.certificate.job == job.job_id
        if result.outcome is Outcome.FAILED or (result.user_id in marked and not changed):
            attempt = Attempt(outcome=result.outcome, reason=result.reason, at=now, job=job.job_id)
            backend.jobs.attempted(job.course_id, result.user_id, attempt)
