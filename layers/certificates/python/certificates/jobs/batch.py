"""One batch of a job: its learners are decided together; a learner for whom this fails is decided again alone.

Facts are read for 20 learners in a call, documents are stored by several threads, and changes are written up to 100
entries in a transaction. A transaction that loses a race is halved until the lost change is found; that learner is
then decided again alone. A throttled transaction is tried again as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NoReturn, TypeVar

from certificates.aws.writes import MAX_ENTRIES
from certificates.backend import Backend
from certificates.documents.removal import remove_at_once
from certificates.errors import Throttled
from certificates.jobs.learner import Case, Result, cases_of, failed, work_alone
from certificates.paging import batched
from certificates.rules.jobs import Job
from certificates.rules.model import BROKEN, Attempt, CourseRun, Facts, Outcome
from certificates.rules.trying import attempt_of
from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.rendering.attaching import Attachment

Done = TypeVar("Done")

THREADS = 16
AHEAD = 2 * THREADS
"""Documents that may wait to be stored: they need memory."""

SIGNED_TOGETHER = 50

READ_TOGETHER = 20
"""Learners whose facts fill one BatchGetItem."""

UNKNOWN_LEARNER = "unknown-learner"


def work_on(
    user_ids: Sequence[str], job: Job, run: CourseRun, *, backend: Backend, now: datetime, patient: bool = False
) -> list[Result]:
    """Decide on the learners that the job selects, and act unless the job is a dry run.

    A learner who fails is tried again alone, and then listed as failed. If every learner fails, the learners are not
    the cause: `patient` then raises, so that the batch is tried again later. Raises Throttled in any case, for the
    same purpose: throttling is never a learner's failure.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        cases, strangers = _decided(user_ids, job, run, backend, now, pool)
        results = [failed(user_id, "", UNKNOWN_LEARNER) for user_id in strangers if not job.selection.is_narrow]
        if job.dry_run:
            return [*results, *(case.result() for case in cases)]
        rendered = _rendered(cases, backend, pool)
        stored = [case for case, done in zip(cases, rendered, strict=True) if done]
        alone = [case for case, done in zip(cases, rendered, strict=True) if not done]
        written: list[Case] = []
        for group, unwritten in pool.map(partial(_write, backend), _grouped(stored)):
            written.extend(group)
            alone.extend(unwritten)
        remove_at_once([case.plan.obsolete for case in written if case.plan.obsolete], backend.documents)
        results.extend(case.result() for case in written)
        results.extend(pool.map(partial(work_alone, job, backend, now), alone))
    if patient and results and all(result.reason == BROKEN for result in results):
        raise RuntimeError(f"all {len(results)} learners of a batch of job {job.job_id} failed")
    _remember(results, cases, job, backend, now)
    return results


def _decided(
    user_ids: Sequence[str], job: Job, run: CourseRun, backend: Backend, now: datetime, pool: ThreadPoolExecutor
) -> tuple[list[Case], list[str]]:
    """The learners that the job selects, and the ids of learners without a profile."""

    def read(together: Sequence[str]) -> list[tuple[str, Facts | None]]:
        return list(backend.certificates.facts_of_many(run, together, site=backend.site, now=now))

    gathered, strangers = [], []
    for found in pool.map(read, batched(user_ids, READ_TOGETHER)):
        for user_id, facts in found:
            if facts is None:
                strangers.append(user_id)
            elif job.selects(facts):
                gathered.append(facts)
    return cases_of(job, gathered, backend, now), strangers


def _rendered(cases: Sequence[Case], backend: Backend, pool: ThreadPoolExecutor) -> list[bool]:
    """Store the document of each case that has one. False: the document could not be made.

    Only this thread signs and fills, and the others store. If they all filled, they would interrupt each other in the
    middle of a document. Credentials are signed in groups, before their documents are filled: signing and filling use
    different large tables, which push each other out of the processor's cache.
    """
    stored: list[Future[bool]] = []
    for some in batched(cases, SIGNED_TOGETHER):
        signed = [_now(backend.renderer.signed, case.plan.award) for case in some]
        for case, attachments in zip(some, signed, strict=True):
            stored.append(pool.submit(_tried, _store, _now(_prepared, case, attachments, backend)))
            if len(stored) > AHEAD:
                stored[-AHEAD].result()
    return [each.result() for each in stored]


def _prepared(case: Case, attachments: Callable[[], Sequence[Attachment]], backend: Backend) -> Callable[[], None]:
    """The document of a case, if it has one, ready to be stored."""
    if case.document is None or case.plan.fields is None:
        return _nothing
    return backend.renderer.prepare(case.facts.run.design_digest, case.plan.fields, case.document, attachments())


def _store(prepared: Callable[[], Callable[[], None]]) -> None:
    prepared()()


def _now(act: Callable[..., Done], *arguments: object) -> Callable[[], Done]:
    """Act now. The returned call gives the result, or raises the failure."""
    try:
        done = act(*arguments)
    except Exception as error:
        return partial(_fail, error)
    return lambda: done


def _nothing() -> None:
    """A case without a document."""


def _fail(error: Exception) -> NoReturn:
    raise error


def _grouped(cases: Iterable[Case]) -> Iterator[list[Case]]:
    """Groups of cases, each as large as one transaction allows."""
    group: list[Case] = []
    entries = 0
    for case in cases:
        if entries + case.entries > MAX_ENTRIES:
            yield group
            group, entries = [], 0
        group.append(case)
        entries += case.entries
    if group:
        yield group


def _write(backend: Backend, group: list[Case]) -> tuple[list[Case], list[Case]]:
    """Write the changes of a group. Returns the written cases, and those that could not be written."""
    changes = [case.plan.change for case in group if case.plan.change is not None]
    if not changes or _tried(backend.certificates.write, *changes):
        return group, []
    if len(group) == 1:
        return [], group
    middle = len(group) // 2
    left, right = _write(backend, group[:middle]), _write(backend, group[middle:])
    return left[0] + right[0], left[1] + right[1]


def _tried(act: Callable[..., None], *arguments: object) -> bool:
    """Whether `act` succeeded. A failure concerns one learner, who is tried again alone, and stops no other learner.

    Raises Throttled, which concerns no learner: the group is tried again as it is, not in smaller groups.
    """
    try:
        act(*arguments)
    except Throttled:
        raise
    except Exception as error:
        logger.info("to be tried alone", extra={"error": type(error).__name__})
        return False
    return True


def _remember(results: Iterable[Result], cases: Iterable[Case], job: Job, backend: Backend, now: datetime) -> None:
    """Note on each learner that failed or was refused, and why. Remove older notes that are no longer true.

    A change of the certificate removes the note by itself.
    """
    facts_of = {case.facts.learner.user_id: case.facts for case in cases}
    marked = {user_id for user_id, facts in facts_of.items() if facts.last_attempt}
    attempts: list[tuple[str, Attempt]] = []
    for result in results:
        changed = result.certificate is not None and result.certificate.job == job.job_id
        to_mark = result.outcome in {Outcome.FAILED, Outcome.REFUSED} or result.user_id in marked
        if to_mark and not changed:
            facts = facts_of.get(result.user_id)
            attempts.append((result.user_id, attempt_of(facts, result.outcome, result.reason, now, job.job_id)))
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda each: backend.jobs.attempted(job.course_id, *each), attempts))
