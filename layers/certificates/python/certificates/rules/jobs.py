"""Jobs: whom one takes, what it decides about them, and how far it has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from certificates.rules.eligibility import Decision, decide, decide_regeneration
from certificates.rules.groups import SCOPES, Group, Scope, is_in_any, is_taken_by_bulk
from certificates.rules.history import Trigger
from certificates.rules.model import CourseRun, Facts, Outcome
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
"""What `outcomes` counts besides the reasons of refusals, none of which is called so."""

TRIGGERS: Mapping[JobKind, Trigger] = {
    JobKind.BULK: Trigger.BULK,
    JobKind.REGENERATE: Trigger.REGENERATE,
    JobKind.EXCEPTIONS: Trigger.EXCEPTIONS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Whom a job takes: `groups` where it regenerates, `scope` where it generates exception certificates."""

    kind: JobKind
    groups: frozenset[Group] = frozenset()
    scope: Scope | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it takes some of the learners alone, for what is recorded about them."""
        return self.kind is not JobKind.BULK

    def selects(self, facts: Facts) -> bool:
        if self.kind is JobKind.REGENERATE:
            return is_in_any(self.groups, facts)
        return SCOPES[self.scope](facts) if self.scope is not None else is_taken_by_bulk(facts)

    def decide(self, facts: Facts) -> Decision:
        anew = self.kind is JobKind.REGENERATE or self.scope is Scope.ALL
        return decide_regeneration(facts) if anew and not self._waits_for_name(facts) else decide(facts)

    def _waits_for_name(self, facts: Facts) -> bool:
        """The learner is taken for the missing name alone, and the name is still missing: nothing can be repaired."""
        if Group.NAME_MISSING not in self.groups or facts.learner.has_printable_name:
            return False
        return not is_in_any(self.groups - {Group.NAME_MISSING}, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How far a job has come in one shard of its run.

    `cursor` is the last learner looked at, `batches` and `files` count the batches done and the result files they left.
    `total` is None until the shard's learners were counted. `outcomes` counts learners: `issued`, `kept`, `failed`, and
    those refused by reason. `warnings` counts learners by what staff should look at. `stalled`: its message was
    delivered for the last time. `recorded` is the part as the record has it, which is the lock of its progress.
    """

    cursor: str | None = None
    batches: int = 0
    files: int = 0
    total: int | None = None
    outcomes: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    ended: bool = False
    stalled: bool = False
    recorded: str = field(default="", compare=False, repr=False)

    @property
    def done(self) -> int:
        return sum(self.outcomes.values())

    def advanced(
        self, outcomes: Mapping[str, int], cursor: str | None, warnings: Mapping[str, int] = MappingProxyType({})
    ) -> Part:
        """The part with one more batch done, up to the learner `cursor`, or to its end where that is None."""
        counted = Counter(self.outcomes) + Counter(outcomes)
        return replace(
            self,
            cursor=cursor or self.cursor,
            batches=self.batches + 1,
            files=self.files + bool(outcomes),
            # What was counted before was how many there would be; at the end it is known how many there were.
            total=counted.total() if cursor is None else self.total,
            outcomes=counted,
            warnings=Counter(self.warnings) + Counter(warnings),
            ended=cursor is None,
            stalled=False,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job of a run. `scheduled_for` is the date at which a schedule was to start it.

    All its counts are those of its parts, each of which counts a batch in one write with where the next one begins.
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
        """Whom it has decided on already it takes again, though by that they may have left the groups it was given."""
        held, last = facts.certificate, facts.last_attempt
        mine = any(trace is not None and trace.job == self.job_id for trace in (held, last))
        return mine or self.selection.selects(facts)

    def decide(self, facts: Facts) -> Decision:
        """Who has left the job's groups while it had them in hand is decided on as anybody: nothing is made anew."""
        return self.selection.decide(facts) if self.selects(facts) else decide(facts)

    def has_issued(self, facts: Facts) -> bool:
        """This very job made what is there: whoever delivers its message again is told so, and nothing is done."""
        return facts.certificate is not None and facts.certificate.job == self.job_id and is_downloadable(facts)

    @property
    def outcomes(self) -> Counter[str]:
        return sum((Counter(part.outcomes) for part in self.parts), Counter())

    @property
    def warnings(self) -> Counter[str]:
        """Learners to look at, by why: one learner may count several times."""
        return sum((Counter(part.warnings) for part in self.parts), Counter())

    @property
    def refused(self) -> dict[str, int]:
        """Learners refused, by reason."""
        return {reason: count for reason, count in sorted(self.outcomes.items()) if reason not in NOT_REFUSED}

    @property
    def done(self) -> int:
        """Learners decided on, each counted once: the issued, kept, refused and failed together."""
        return sum(part.done for part in self.parts)

    @property
    def total(self) -> int | None:
        """Learners whom the job takes: None until all shards were counted, exact at the end, never below `done`."""
        if any(part.total is None for part in self.parts):
            return None
        return sum(max(part.total or 0, part.done) for part in self.parts)

    @property
    def progress(self) -> float:
        """From 0 to 1, which only a finished job has reached."""
        if self.state is JobState.FINISHED:
            return 1.0
        return min(round(self.done / self.total, 4), 0.9999) if self.total else 0.0

    @property
    def has_ended_everywhere(self) -> bool:
        return all(part.ended for part in self.parts)


def issuance_due(run: CourseRun) -> datetime | None:
    """When the run's certificates are to be issued by schedule; None: only by hand, or its end is not known."""
    return None if run.bulk_issue_by_hand else run.bulk_issue_at or run.end


def scheduled_job_id(due: datetime) -> str:
    """The same for the same date: one date starts one job."""
    return f"{due:%Y%m%dT%H%M%S}Z-scheduled"
