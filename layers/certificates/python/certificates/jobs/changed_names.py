"""The names that a finished job changed, or that a dry run would change: read from the job's results."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import NamedTuple

from certificates.backend import Backend
from certificates.rules.formula_guard import without_guard
from certificates.rules.jobs import Job, JobState
from certificates.rules.warnings import LearnerWarning

MOST_SHOWN = 20
"""Names that are shown; the results list all of them."""


class ChangedName(NamedTuple):
    before: str
    after: str


def changed_names(job: Job, *, backend: Backend) -> list[ChangedName]:
    """The first of the names that change; none while the job runs."""
    expected = min(job.warnings[LearnerWarning.NAME_CHANGES], MOST_SHOWN)
    if job.state is not JobState.FINISHED or not expected:
        return []
    found: list[ChangedName] = []
    for row in csv.DictReader(_lines(backend.documents.chunks(backend.job_results.key(job)))):
        if row["name_before"]:
            found.append(ChangedName(without_guard(row["name_before"]), without_guard(row["name"])))
        if len(found) == expected:
            break
    return found


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    """The lines of a UTF-8 text, with their ends: a cell may hold a line break."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (f"{line.decode()}\n" for line in whole)
    if rest:
        yield rest.decode()
