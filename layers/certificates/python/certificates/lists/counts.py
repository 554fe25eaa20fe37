"""Counts the learners of a run by kind, on the run's listing, at each request."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import partial

from certificates.aws.renderer import name_fits
from certificates.aws.table import SHARDS
from certificates.backend import Backend
from certificates.lookup import read_run
from certificates.rules.groups import SCOPES, Group, Scope, groups_of
from certificates.rules.model import CourseRun, Facts, Status
from certificates.rules.name_warnings import OF_NAMES, awaits_certificate, name_warnings
from certificates.rules.predicates import (
    is_downloadable,
    is_enrolled_actively,
    is_enrolled_ever,
    is_excepted,
    is_imported,
    is_invalidated,
)
from certificates.rules.standing import Standing, standing_of
from certificates.rules.warnings import LearnerWarning, warnings_about

_THREADS = 8

COUNTED_WARNINGS = (LearnerWarning.VERDICT_CONTRADICTS, *OF_NAMES)
"""Only a dry run of a regeneration finds out which names change. The listing has no usernames, by which a retired
account is known."""


@dataclass(slots=True)
class Counts:
    """The sum of `groups` may exceed the number of learners, because a learner can be in several groups.

    `learners` are or were enrolled, each with one standing; `enrolled` are enrolled now, and `modes` are theirs.
    `invalidations` are active. `unjudged` are enrolled now, and the LMS has given no verdict about them.
    `imported` have the LMS's own certificate.
    """

    learners: int = 0
    enrolled: int = 0
    invalidations: int = 0
    imported: int = 0
    standings: Counter[Standing] = field(default_factory=Counter)
    statuses: Counter[Status] = field(default_factory=Counter)
    exceptions_with_certificate: int = 0
    exceptions_without_certificate: int = 0
    groups: Counter[Group] = field(default_factory=Counter)
    scopes: Counter[Scope] = field(default_factory=Counter)
    warnings: Counter[LearnerWarning] = field(default_factory=Counter)
    modes: Counter[str] = field(default_factory=Counter)
    unjudged: int = 0

    @property
    def exceptions(self) -> int:
        return self.exceptions_with_certificate + self.exceptions_without_certificate

    def add(self, facts: Facts) -> None:
        if facts.enrollment is not None and is_enrolled_actively(facts):
            self.enrolled += 1
            self.modes[facts.enrollment.mode or ""] += 1
            self.unjudged += facts.enrollment.standing_verdict is None
        self.invalidations += is_invalidated(facts)
        self.imported += is_imported(facts)
        if is_enrolled_ever(facts):
            self.learners += 1
            self.standings[standing_of(facts)] += 1
        self.scopes.update(scope for scope, selects in SCOPES.items() if selects(facts))
        if facts.certificate is not None:
            self.statuses[facts.certificate.status] += 1
        if is_excepted(facts):
            self.exceptions_with_certificate += is_downloadable(facts)
            self.exceptions_without_certificate += not is_downloadable(facts)
        self.groups.update(groups_of(facts))
        self.warnings.update(warnings_about(facts, issued=False).intersection(COUNTED_WARNINGS))

    def merge(self, other: Counts) -> None:
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            setattr(self, each.name, mine + theirs)


def count_learners(course_id: str, *, backend: Backend, now: datetime) -> Counts:
    """Raises NotFound `unknown-course-run`."""
    run = read_run(course_id, backend=backend)
    total = Counts()
    with ThreadPoolExecutor(_THREADS) as pool:
        for counts in pool.map(partial(_count_shard, run, backend, now), range(SHARDS)):
            total.merge(counts)
    return total


def _count_shard(run: CourseRun, backend: Backend, now: datetime, shard: int) -> Counts:
    counts = Counts()
    to_be_issued = []
    for facts in backend.listing.facts_of_shard(run, shard, site=backend.site, now=now):
        counts.add(facts)
        if awaits_certificate(facts):
            to_be_issued.append(facts)
    # The listing has no profiles. Names of certificate holders are on their certificates; the others are read.
    for facts in backend.listing.named(to_be_issued, partial(name_fits, backend.documents)):
        counts.warnings.update(name_warnings(facts))
    return counts
