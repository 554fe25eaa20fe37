"""Reads all facts of a learner in a run in one call; writes a change of a certificate in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition

from certificates.aws import writes
from certificates.aws.certificate_items import (
    CertificateItem,
    ExceptionItem,
    HistoryItem,
    InvalidationItem,
    certificate_from,
    certificate_item,
    exception_item,
    in_run,
    invalidation_item,
)
from certificates.aws.changed_lists import status_bit_key
from certificates.aws.item_model import ByHolder, ByVerifyUuid
from certificates.aws.learner_items import EnrollmentItem, LearnerItem, learner_from
from certificates.aws.names import NameFits, of_print
from certificates.aws.reads import get_items, key_of, query
from certificates.aws.run_items import run_from
from certificates.aws.status_lists import StatusBitItem
from certificates.aws.table import Key, RawItem, learner_key, run_key
from certificates.aws.writes import FixedCondition, TransactItem, transact
from certificates.change import Change
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Certificate, CourseRun, Enrollment, Facts, Site, Status


class CertificateStore:
    """Everything stored about learners in runs. `name_fits` measures long names: see `names.of_print`."""

    def __init__(self, name_fits: NameFits | None = None) -> None:
        self._name_fits = name_fits

    def facts(self, course_id: str, user_id: str, *, site: Site, now: datetime, printing: bool = True) -> Facts | None:
        """All facts of one learner in one run in one call; None when the run or the learner is unknown.

        `printing` False leaves out the facts that need fonts: functions that print nothing have no fonts.
        """
        found = get_items([(run_key(course_id), "SETTINGS"), *_learner_keys(course_id, user_id)])
        settings = found.get((run_key(course_id), "SETTINGS"))
        return None if settings is None else self._facts(found, run_from(settings), user_id, site, now, printing)

    def facts_of_many(
        self, run: CourseRun, user_ids: Iterable[str], *, site: Site, now: datetime
    ) -> Iterator[tuple[str, Facts | None]]:
        """The facts of many learners of one run, 20 learners a call; None for an unknown learner."""
        wanted = list(user_ids)
        found = get_items(key for user_id in wanted for key in _learner_keys(run.course_id, user_id))
        for user_id in wanted:
            yield user_id, self._facts(found, run, user_id, site, now)

    def _facts(
        self,
        found: Mapping[Key, RawItem],
        run: CourseRun,
        user_id: str,
        site: Site,
        now: datetime,
        printing: bool = True,
    ) -> Facts | None:
        profile, key = found.get((f"LEARNER#{user_id}", "PROFILE")), learner_key(run.course_id, user_id)
        if profile is None:
            return None
        parts = {kind: found[key, kind] for kind in _KINDS if (key, kind) in found}
        learner, values = learner_from(profile), in_run(parts)
        if printing:
            values |= of_print(run, learner, values["enrollment"], self._name_fits)
        return Facts(run=run, learner=learner, now=now, site=site, **values)

    def write(self, *changes: Change) -> None:
        """Write changes in one transaction. Raises Raced when somebody changed an item since it was read; Throttled."""
        transact([entry for change in changes for entry in entries_of(change)])

    def document_in_use(self, course_id: str, user_id: str) -> str | None:
        """The key of the document that the certificate item names now."""
        found = get_items([(learner_key(course_id, user_id), "CERTIFICATE")])
        return next((certificate_from(raw).document for raw in found.values()), None)

    def held(self, learners: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Certificate]:
        """The certificates of learners in runs, by course id and user id. Those who have none are left out."""
        found = get_items((learner_key(*each), "CERTIFICATE") for each in learners)
        return {(held.course_id, held.user_id): held for held in map(certificate_from, found.values())}

    def certificate(self, verify_uuid: str) -> Certificate | None:
        """The certificate of a public id: found through the index, then read consistently."""
        for listed in query(ByVerifyUuid.verify_uuid == verify_uuid, index=ByVerifyUuid, limit=1):
            return next(map(certificate_from, get_items([key_of(listed)]).values()), None)
        return None

    def whose(self, verify_uuid: str) -> tuple[str, str] | None:
        """The run and the learner of a public id, by their ids."""
        for listed in query(ByVerifyUuid.verify_uuid == verify_uuid, index=ByVerifyUuid, limit=1):
            course_id, _, user_id = key_of(listed)[0].removeprefix("RUN#").partition("#")
            return course_id, user_id
        return None

    def certificates_of(self, user_id: str) -> list[Certificate]:
        """Every certificate of one learner, whatever its status."""
        listed = map(key_of, query(ByHolder.holder == user_id, index=ByHolder))
        return [certificate_from(raw) for raw in get_items(key for key in listed if key[1] == "CERTIFICATE").values()]

    def course_ids_of(self, user_id: str) -> list[str]:
        """Every run in which the learner has a certificate, or an enrollment stored by this release."""
        listed = map(key_of, query(ByHolder.holder == user_id, index=ByHolder))
        prefix, suffix = learner_key("", "")[:-1], f"#{user_id}"
        return list(dict.fromkeys(pk.removeprefix(prefix).removesuffix(suffix) for pk, _ in listed))

    def history(self, course_id: str, user_id: str) -> list[HistoryEntry]:
        """The history of one certificate, oldest change first."""
        key = learner_key(course_id, user_id)
        found = query((HistoryItem.pk == key) & HistoryItem.sk.startswith("HISTORY#"))
        return [history_entry(HistoryItem.read(raw)) for raw in found]


_KINDS = ("ENROLLMENT", "CERTIFICATE", "EXCEPTION", "INVALIDATION")


def _learner_keys(course_id: str, user_id: str) -> list[Key]:
    key = learner_key(course_id, user_id)
    return [(f"LEARNER#{user_id}", "PROFILE"), *((key, kind) for kind in _KINDS)]


def entries_of(change: Change) -> Iterator[TransactItem]:
    """All writes and conditions of one change, as entries of a transaction."""
    key, unchanged = learner_key(change.course_id, change.user_id), _at_revision(change.revision_read)
    if change.certificate is not None:
        yield writes.put(certificate_item(change.certificate, change.history), unchanged)
    else:
        # The certificate does not change here, but the decision was made on this revision of it.
        yield writes.check((key, "CERTIFICATE"), unchanged)
    if change.revoked is not None and change.certificate is not None:
        yield writes.put(_status_bit(change.certificate, revoked=change.revoked))
    yield from _exception_entries(key, change)
    if _names_somebody(change):
        yield writes.check((f"LEARNER#{change.user_id}", "PROFILE"), _NOT_FORGOTTEN)
    if change.graded is not None:
        yield writes.check((key, "ENROLLMENT"), _as_graded(change.graded))
    if change.invalidation is not None:
        # An invalidation is closed once. A new one replaces only a closed one.
        closed = InvalidationItem.active == False  # noqa: E712 - DynamoDB's comparison
        other = InvalidationItem.pk.does_not_exist() | closed if change.invalidation.active else ~closed
        yield writes.put(invalidation_item(change.course_id, change.invalidation), other)
    if change.replaced is not None:
        yield writes.put(invalidation_item(change.course_id, change.replaced, archived=True))
    for entry in _history_items(change):
        yield writes.put(entry, _NEW)


def _names_somebody(change: Change) -> bool:
    """Whether the change writes a name or a note, which a forgetting at the same moment would not find.

    Jobs do without the condition: a forgetting begins again after a job.
    """
    if change.history.job_id is not None:
        return False
    named = change.certificate is not None and change.certificate.name != ""
    invalidated = change.invalidation is not None and change.invalidation.active
    return named or change.exception_added is not None or invalidated


def _status_bit(certificate: Certificate, *, revoked: bool) -> StatusBitItem:
    if certificate.status_list is None or certificate.status_index is None:
        raise ValueError("a certificate without a credential has no status to change")
    pk, sk = status_bit_key(certificate.status_list, certificate.status_index)
    return StatusBitItem(pk=pk, sk=sk, revoked=revoked)


def _exception_entries(key: str, change: Change) -> Iterator[TransactItem]:
    if change.exception_added is not None:
        yield writes.put(exception_item(change.course_id, change.exception_added), _NO_EXCEPTION)
    elif change.exception_removed:
        yield writes.delete((key, "EXCEPTION"), ExceptionItem.pk.exists())
    elif change.excepted is not None:
        yield writes.check((key, "EXCEPTION"), _EXCEPTION if change.excepted else _NO_EXCEPTION)


_NOT_FORGOTTEN = writes.fixed(LearnerItem.forgotten_at.does_not_exist())
_NEW = writes.fixed(HistoryItem.pk.does_not_exist())
_EXCEPTION = writes.fixed(ExceptionItem.pk.exists())
_NO_EXCEPTION = writes.fixed(ExceptionItem.pk.does_not_exist())


def _as_graded(read: Enrollment) -> FixedCondition:
    """Whether grade and verdict are still those that were read."""
    known = [EnrollmentItem.graded_at.serialize(at) for at in (read.graded_at, read.verdict_at) if at is not None]
    condition = _graded(read.graded_at is not None, read.verdict_at is not None)
    return condition.with_values(*known) if known else condition


@cache
def _graded(has_grade: bool, has_verdict: bool) -> FixedCondition:
    return writes.fixed(_is(EnrollmentItem.graded_at, has_grade) & _is(EnrollmentItem.verdict_at, has_verdict))


def _is(attribute: Attribute[datetime], is_known: bool) -> Condition:
    """The value is filled in later."""
    return attribute == datetime.min.replace(tzinfo=UTC) if is_known else attribute.does_not_exist()


@lru_cache(maxsize=64)
def _at_revision(revision: int) -> FixedCondition:
    return writes.fixed(CertificateItem.revision == revision if revision else CertificateItem.pk.does_not_exist())


def _history_items(change: Change) -> Iterator[HistoryItem]:
    key = learner_key(change.course_id, change.user_id)
    if change.first is not None:
        yield _history_item(key, change.first, change.revision_read, None)
    if change.certificate is None:
        yield _history_item(key, change.history, change.revision_read, None)
    else:
        yield _history_item(key, change.history, change.certificate.revision, change.certificate.status)


def _history_item(key: str, entry: HistoryEntry, revision: int, status: Status | None) -> HistoryItem:
    return HistoryItem(
        pk=key,
        sk=f"HISTORY#{entry.at.isoformat(timespec='microseconds')}#{revision:06d}#{entry.change.value}",
        at=entry.at,
        actor=entry.actor,
        trigger=entry.trigger.value,
        change=entry.change.value,
        reason=entry.reason,
        note=entry.note,
        status=status.value if status else None,
        revision=revision,
        name_before=entry.name_before,
        name_after=entry.name_after,
        job_id=entry.job_id,
    )


def history_entry(item: HistoryItem) -> HistoryEntry:
    return HistoryEntry(
        at=item.at,
        actor=item.actor,
        trigger=Trigger(item.trigger),
        change=ChangeKind(item.change),
        reason=item.reason,
        note=item.note,
        revision=int(item.revision) if item.revision is not None else None,
        status=item.status,
        name_before=item.name_before,
        name_after=item.name_after,
        job_id=item.job_id,
    )
