"""One batch of an exception file: finds the learners of its rows, checks them, and writes their entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from certificates.aws.grouped_changes import write_together
from certificates.aws.writes import MAX_ENTRIES
from certificates.backend import Backend
from certificates.errors import AMBIGUOUS_LEARNER, several_learners
from certificates.exception_list.entries import plan_addition
from certificates.lookup import gather
from certificates.paging import batched
from certificates.planning import Plan
from certificates.rules.events import should_decide_on_exception
from certificates.rules.exception_checks import CheckReason, check_exception
from certificates.rules.exception_file import BadRow, Entry, duplicate
from certificates.rules.flaws import Flaw, FlawId, flaw
from certificates.rules.forgotten import FORGOTTEN_LEARNER, NAMES_FORGOTTEN
from certificates.rules.identifiers import likely_fault, meant_by, padded, sole_address, zeros_lost
from certificates.rules.list_headings import headings, is_of_identifiers
from certificates.rules.model import CourseRun, ExceptionEntry, Facts, Learner
from certificates.settling import act, attempts
from certificates.staff_sentences import CHECKS, words_of
from certificates.uploads.upload import Upload

ADDED = "added"

_PER_TRANSACTION = MAX_ENTRIES // 4
"""An addition has four entries: exception, history, and two conditions: the certificate did not change, and the learner
was not forgotten."""

_THREADS = 8
_PER_THREAD = 3 * _PER_TRANSACTION
"""Learners that one thread reads and writes at a time."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """The result of one row: `result` is `added` or the reason why not. `decide`: the learner must be decided on.
    `user_id`, `username` and `email` are those of the learner in the row, if known. `flaws` say more than the result.
    """

    row: int
    identifier: str
    result: str
    flaws: tuple[Flaw, ...] = ()
    user_id: str | None = None
    username: str = ""
    email: str = ""
    decide: bool = False

    @property
    def message(self) -> str:
        """In English."""
        failed = [CHECKS[CheckReason(self.result)]] if self.result in CheckReason else []
        return " ".join([*failed, *map(words_of, self.flaws)])


def list_batch(
    rows: Sequence[Entry | BadRow], *, run: CourseRun, upload: Upload, backend: Backend, now: datetime
) -> list[RowResult]:
    """Add the learners of these rows of an upload to the list. Returns the result of each row, in order."""
    named, lines = _resolve(rows, backend)
    parts = list(batched(named, _PER_THREAD))
    lister = _Lister(run, upload, backend, now)
    if len(parts) == 1:
        lines += lister.list(parts[0])
    else:
        with ThreadPoolExecutor(_THREADS) as pool:
            for part in pool.map(lister.list, parts):
                lines += part
    return sorted(_without_forgotten(lines, backend), key=lambda line: line.row)


def _without_forgotten(lines: Sequence[RowResult], backend: Backend) -> list[RowResult]:
    """The results. Those about a forgotten learner have no identifier."""
    meant = {line.row: meant_by(line.identifier) for line in lines if line.user_id is None}
    forgotten = (
        backend.learners.forgotten({name for names in meant.values() for name in names}) if meant else frozenset()
    )
    return [
        RowResult(line.row, "", FORGOTTEN_LEARNER, (NAMES_FORGOTTEN,))
        if not forgotten.isdisjoint(meant.get(line.row, ()))
        else line
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class Named:
    """A row, the id of the learner that it names, and a hint for the author of the file."""

    entry: Entry
    user_id: str
    hint: Flaw | None = None


def _resolve(rows: Sequence[Entry | BadRow], backend: Backend) -> tuple[list[Named], list[RowResult]]:
    """The rows that name a learner, each learner once, and the results of all other rows."""
    entries = [row for row in rows if isinstance(row, Entry)]
    names = {name for entry in entries for meant in meant_by(entry.identifier) for name in (meant, *padded(meant))}
    user_ids = backend.learners.user_ids(sorted(names))
    lines = [_bad(row) for row in rows if isinstance(row, BadRow)]
    named: dict[str, Named] = {}
    for entry in entries:
        meant = meant_by(entry.identifier)
        found = next((user_ids[name] for name in meant if user_ids[name]), ())
        alike = [name for name in padded(meant[-1]) if user_ids[name]]
        hint = zeros_lost(meant[-1], alike) if alike else None
        if not found:
            odd = likely_fault(entry.identifier) or _learner_in_note(entry)
            odd = odd or (flaw(FlawId.MAY_BE_HEADING) if _may_be_heading(entry) else None)
            lines.append(_failed(entry, CheckReason.UNKNOWN_LEARNER, hint or odd))
        elif len(found) > 1:
            lines.append(_ambiguous(entry, backend.learners.learners(found).values()))
        elif found[0] in named:
            lines.append(_bad(duplicate(entry), found[0]))
        else:
            named[found[0]] = Named(entry, found[0], hint)
    return list(named.values()), lines


def _may_be_heading(entry: Entry) -> bool:
    """The first row may have headings in words that are not known here. Below a title, headings are further down."""
    return entry.row == 1 or is_of_identifiers(headings([entry.identifier])[0])


def _learner_in_note(entry: Entry, own: str = "") -> Flaw | None:
    """Addresses that are pasted side by side look like one learner and a note: the other learners would be lost
    silently. `own` is the address of the row's learner.
    """
    address = sole_address(entry.note)
    return flaw(FlawId.NOTE_IS_ADDRESS, address=address) if address and address != own.strip().lower() else None


def _ambiguous(entry: Entry, learners: Iterable[Learner]) -> RowResult:
    several = several_learners([(learner.user_id, learner.username) for learner in learners])
    return RowResult(entry.row, entry.identifier, AMBIGUOUS_LEARNER, (several,))


@dataclass(frozen=True, slots=True)
class _Lister:
    run: CourseRun
    upload: Upload
    backend: Backend
    now: datetime

    def list(self, named: Sequence[Named]) -> list[RowResult]:
        by_id = {row.user_id: row for row in named}
        found = self.backend.certificates.facts_of_many(self.run, by_id, site=self.backend.site, now=self.now)
        lines, planned = [], {}
        for user_id, facts in found:
            line, plan = self._propose(by_id[user_id], user_id, facts)
            if plan.change is None:
                lines.append(line)
            else:
                planned[user_id] = (line, plan.change)
        lost = write_together([change for _, change in planned.values()], _PER_TRANSACTION)
        alone = {change.user_id for change in lost}
        lines += [line for user_id, (line, _) in planned.items() if user_id not in alone]
        return lines + [self._list_alone(by_id[user_id], user_id) for user_id in alone]

    def _list_alone(self, row: Named, user_id: str) -> RowResult:
        """Another write changed this learner's certificate or entry: read and decide again."""
        for attempt in attempts():
            with attempt:
                facts = gather(self.run.course_id, user_id, backend=self.backend, now=self.now)
                line, planned = self._propose(row, user_id, facts)
                act(planned, self.backend)
        return line

    def _propose(self, named: Named, user_id: str, facts: Facts | None) -> tuple[RowResult, Plan]:
        """The result of a row on these facts, and what is written for it."""
        line, planned = self._decide(named.entry, user_id, facts)
        learner = facts.learner if facts is not None else None
        who = (learner.username, learner.email) if learner is not None else ("", "")
        further = filter(None, (named.hint, _learner_in_note(named.entry, who[1])))
        return replace(line, flaws=(*line.flaws, *further), user_id=user_id, username=who[0], email=who[1]), planned

    def _decide(self, row: Entry, user_id: str, facts: Facts | None) -> tuple[RowResult, Plan]:
        listed = facts.exception if facts is not None else None
        if facts is not None and listed is not None and listed.origin == self._origin(row):
            return self._added(row, facts), Plan()
        if listed is not None and (listed.origin or "").startswith(f"{self.upload.upload_id}#"):
            return _bad(duplicate(row)), Plan()
        failure = check_exception(facts)
        if failure is not None or facts is None:
            return _failed(row, failure), Plan()
        entry = ExceptionEntry(
            user_id=user_id,
            note=row.note,
            added_by=self.upload.uploaded_by,
            added_at=self.now,
            origin=self._origin(row),
        )
        excepted = replace(facts, exception=entry)
        return self._added(row, excepted), plan_addition(excepted, entry, None, backend=self.backend)

    def _origin(self, row: Entry) -> str:
        return f"{self.upload.upload_id}#{row.row}"

    @staticmethod
    def _added(row: Entry, excepted: Facts) -> RowResult:
        decide = should_decide_on_exception(excepted)
        return RowResult(row.row, row.identifier, ADDED, decide=decide)


def to_decide(lines: Iterable[RowResult]) -> list[str]:
    """The ids of the added learners that are now to be decided on."""
    return [line.user_id for line in lines if line.decide and line.user_id is not None]


def _bad(row: BadRow, user_id: str | None = None) -> RowResult:
    return RowResult(row.row, row.identifier, row.reason.value, (row.flaw,), user_id=user_id)


def _failed(entry: Entry, failure: CheckReason | None, hint: Flaw | None = None) -> RowResult:
    if failure is None:
        raise ValueError(f"row {entry.row} failed no check")
    return RowResult(entry.row, entry.identifier, failure.value, (hint,) if hint else ())
