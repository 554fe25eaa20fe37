"""Jobs: which learners a job selects, what it decides about them, and its progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from certificates.rules.eligibility import Decision, decide, decide_regeneration
from certificates.rules.groups import SCOPES, Group, Scope, is_in_any, is_in_bulk_issue
from certificates.rules.history import Trigger
from certificates.rules.model import Facts, Outcome
from certificates.rules.predicates import is_downloadable


class JobKind(StrEnum):
    BULK = "bulk"
    REGENERATE = "regenerate"
    EXCEPTIONS = "exceptions"


class JobState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


NOT_REFUSED = frozenset({Outcome.ISSUED.value, Outcome.KEPT.value, Outcome.FAILED.value})
"""The keys of `outcomes` that are not reasons of refusals."""

TRIGGER_OF: Mapping[JobKind, Trigger] = {
    JobKind.BULK: Trigger.BULK,
    JobKind.REGENERATE: Trigger.REGENERATE,
    JobKind.EXCEPTIONS: Trigger.EXCEPTIONS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which learners a job selects: by `groups` for a regeneration, by `scope` for exception certificates."""

    kind: JobKind
    groups: frozenset[Group] = frozenset()
    scope: Scope | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether the job selects only some learners, by their stored facts."""
        return self.kind is not JobKind.BULK

    def selects(self, facts: Facts) -> bool:
        if self.kind is JobKind.REGENERATE:
            return is_in_any(self.groups, facts)
        return SCOPES[self.scope](facts) if self.scope is not None else is_in_bulk_issue(facts)

    def decide(self, facts: Facts) -> Decision:
        anew = self.kind is JobKind.REGENERATE or self.scope is Scope.ALL
        return decide_regeneration(facts) if anew and not self._waits_for_name(facts) else decide(facts)

    def _waits_for_name(self, facts: Facts) -> bool:
        """The learner is selected only for a missing name, and the name is still missing: nothing can be repaired."""
        if Group.NAME_MISSING not in self.groups or facts.learner.has_printable_name:
            return False
        return not is_in_any(self.groups - {Group.NAME_MISSING}, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The progress of a job in one shard of its run.

    `cursor` is the last learner of the batches done. `batches` counts these, and `files` their result files.
    `total` is None until the shard's learners were counted. `outcomes` counts learners: `issued`, `kept`, `failed`, and
    the refused by reason. `warnings` counts learners for staff to look at, by reason. `mails` counts, in a dry run, the
    learners who would get a mail. `stalled`: its message was delivered for the last time. `stored` is the part as the
    item has it; it is the optimistic lock.
    """

    cursor: str | None = None
    batches: int = 0
    files: int = 0
    total: int | None = None
    outcomes: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    mails: int = 0
    ended: bool = False
    stalled: bool = False
    stored: str = field(default="", compare=False, repr=False)

    @property
    def done(self) -> int:
        return sum(self.outcomes.values())

    def advanced(
        self,
        outcomes: Mapping[str, int],
        cursor: str | None,
        warnings: Mapping[str, int] = MappingProxyType({}),
        mails: int = 0,
    ) -> Part:
        """The part after one more batch. The batch ended at the learner `cursor`; None: the shard has ended."""
        counted = Counter(self.outcomes) + Counter(outcomes)
        return replace(
            self,
            cursor=cursor or self.cursor,
            batches=self.batches + 1,
            files=self.files + bool(outcomes),
            # The earlier count was an estimate. At the end the exact number is known.
            total=counted.total() if cursor is None else self.total,
            outcomes=counted,
            warnings=Counter(self.warnings) + Counter(warnings),
            mails=self.mails + mails,
            ended=cursor is None,
            stalled=False,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job of a run. `scheduled_for` is the date for which a schedule started the job.

    A job's counts are the sums of its parts' counts. A part stores the counts of a batch and the next cursor in one
    write.
    """

    course_id: str
    job_id: str
    selection: Selection
    dry_run: bool
    state: JobState
    started_by: str
    started_at: datetime
    parts: tuple[Part, ...]
    sent_at: datetime | None = None
    moved_at: datetime | None = None
    finished_at: datetime | None = None
    scheduled_for: datetime | None = None

    def selects(self, facts: Facts) -> bool:
        """A learner whom this job decided on stays selected, even if the decision took them out of the groups."""
        held, last = facts.certificate, facts.last_attempt
        mine = any(trace is not None and trace.job == self.job_id for trace in (held, last))
        return mine or self.selection.selects(facts)

    def decide(self, facts: Facts) -> Decision:
        """A learner who left the groups after the selection is decided like anyone else; no new revision is forced."""
        return self.selection.decide(facts) if self.selects(facts) else decide(facts)

    def has_issued(self, facts: Facts) -> bool:
        """Whether this job issued the existing certificate: a repeated delivery of the message then changes nothing."""
        return facts.certificate is not None and facts.certificate.job == self.job_id and is_downloadable(facts)

    @property
    def waits(self) -> bool:
        """Nothing is decided yet: the run's learners are read from the LMS first."""
        of_bulk = self.selection.kind is JobKind.BULK and not self.dry_run
        return of_bulk and self.state is JobState.RUNNING and self.sent_at is None

    @property
    def outcomes(self) -> Counter[str]:
        return sum((Counter(part.outcomes) for part in self.parts), Counter())

    @property
    def warnings(self) -> Counter[str]:
        """Learners to look at, by reason. A learner may count several times."""
        return sum((Counter(part.warnings) for part in self.parts), Counter())

    @property
    def mails(self) -> int | None:
        """How many learners would get a mail; None where the job is no dry run."""
        return sum(part.mails for part in self.parts) if self.dry_run else None

    @property
    def refused(self) -> dict[str, int]:
        """Learners refused, by reason."""
        return {reason: count for reason, count in sorted(self.outcomes.items()) if reason not in NOT_REFUSED}

    @property
    def done(self) -> int:
        """Learners decided on: issued, kept, refused and failed. Each counts once."""
        return sum(part.done for part in self.parts)

    @property
    def total(self) -> int | None:
        """Learners that the job selects: None until all shards are counted, exact at the end, never below `done`."""
        if any(part.total is None for part in self.parts):
            return None
        return sum(max(part.total or 0, part.done) for part in self.parts)

    @property
    def progress(self) -> float:
        """From 0 to 1; only a finished job has 1."""
        if self.state is JobState.FINISHED:
            return 1.0
        return min(round(self.done / self.total, 4), 0.9999) if self.total else 0.0

    @property
    def has_ended_everywhere(self) -> bool:
        return all(part.ended for part in self.parts)
