"""Facts of learners in runs, read at once; changes of certificates, written at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from pynamodb.attributes import Attribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from certificates.aws import items
from certificates.aws.reads import Key, get_items
from certificates.aws.run_items import run_from
from certificates.aws.table import (
    CertificateItem,
    EnrollmentItem,
    ExceptionItem,
    HistoryItem,
    InvalidationItem,
    Item,
    connection,
    learner_key,
    run_key,
)
from certificates.change import Change
from certificates.errors import Raced
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Certificate, CourseRun, Enrollment, Facts, Site, Status


class CertificateStore:
    """Everything recorded about learners in runs."""

    def facts(self, course_id: str, user_id: str, *, site: Site, now: datetime) -> Facts | None:
        """All facts of one learner in one run in one call; None when the run or the learner is unknown."""
        found = get_items([(run_key(course_id), "SETTINGS"), *_learner_keys(course_id, user_id)])
        settings = found.get((run_key(course_id), "SETTINGS"))
        return None if settings is None else _facts(found, run_from(settings), user_id, site, now)

    def facts_of_many(
        self, run: CourseRun, user_ids: Iterable[str], *, site: Site, now: datetime
    ) -> Iterator[tuple[str, Facts | None]]:
        """The facts of many learners of one run, 20 learners a call; None for a learner nobody knows."""
        wanted = list(user_ids)
        found = get_items(key for user_id in wanted for key in _learner_keys(run.course_id, user_id))
        for user_id in wanted:
            yield user_id, _facts(found, run, user_id, site, now)

    def record(self, *changes: Change) -> None:
        """Write changes in one transaction. Raises Raced when something is no longer as it was read."""
        try:
            with TransactWrite(connection=connection().connection) as transaction:
                for change in changes:
                    add_change(transaction, change)
        except TransactWriteError as error:
            if error.cause_response_code == "TransactionCanceledException":
                codes = {reason.code for reason in error.cancellation_reasons if reason}
                if codes <= {"ConditionalCheckFailed", "TransactionConflict"}:
                    said = [f"{change.course_id} {change.user_id} at {change.revision_read}" for change in changes]
                    raise Raced(", ".join(said)) from error
            raise

    def recorded_document(self, course_id: str, user_id: str) -> str | None:
        """The key of the document that the record names right now."""
        found = get_items([(learner_key(course_id, user_id), "CERTIFICATE")])
        return next((items.certificate(raw).document for raw in found.values()), None)

    def certificate(self, verify_uuid: str) -> Certificate | None:
        """The certificate of a public id: found through the index, then read consistently."""
        for key in Item.query(verify_uuid, index_name="by_verify_uuid", limit=1):
            found = get_items([(key.pk, key.sk)])
            return items.certificate(found[key.pk, key.sk]) if found else None
        return None

    def certificates_of(self, user_id: str) -> list[Certificate]:
        """Every certificate record of one learner, whatever its status."""
        held = Item.query(user_id, index_name="by_holder")
        keys = [(key.pk, key.sk) for key in held if key.sk == "CERTIFICATE"]
        return [items.certificate(raw) for raw in get_items(keys).values()]

    def course_ids_of(self, user_id: str) -> list[str]:
        """Every run in which the learner has a certificate record, or an enrollment recorded by this release."""
        held = Item.query(user_id, index_name="by_holder")
        prefix, suffix = learner_key("", "")[:-1], f"#{user_id}"
        return list(dict.fromkeys(key.pk.removeprefix(prefix).removesuffix(suffix) for key in held))

    def history(self, course_id: str, user_id: str) -> list[HistoryEntry]:
        """Every change of one certificate, oldest first."""
        key = learner_key(course_id, user_id)
        return [
            _history(item)
            for item in HistoryItem.query(key, HistoryItem.sk.startswith("HISTORY#"), consistent_read=True)
        ]


_KINDS = ("ENROLLMENT", "CERTIFICATE", "EXCEPTION", "INVALIDATION")


def _learner_keys(course_id: str, user_id: str) -> list[Key]:
    key = learner_key(course_id, user_id)
    return [(f"LEARNER#{user_id}", "PROFILE"), *((key, kind) for kind in _KINDS)]


def _facts(found: Mapping[Key, items.RawItem], run: CourseRun, user_id: str, site: Site, now: datetime) -> Facts | None:
    profile, key = found.get((f"LEARNER#{user_id}", "PROFILE")), learner_key(run.course_id, user_id)
    if profile is None:
        return None
    parts = {kind: found[key, kind] for kind in _KINDS if (key, kind) in found}
    return Facts(run=run, learner=items.learner(profile), now=now, site=site, **items.in_run(parts))


def add_change(transaction: TransactWrite, change: Change) -> None:
    """Everything that one change writes and holds to, as entries of a transaction."""
    unchanged = _at_revision(change.revision_read)
    if change.certificate is not None:
        transaction.save(items.certificate_item(change.certificate), condition=unchanged)
    else:
        # Even where the certificate stays as it is, the change holds only for the one that was decided on.
        transaction.condition_check(
            CertificateItem, learner_key(change.course_id, change.user_id), "CERTIFICATE", condition=unchanged
        )
    _add_exception(transaction, change)
    if change.graded is not None:
        key = learner_key(change.course_id, change.user_id)
        transaction.condition_check(EnrollmentItem, key, "ENROLLMENT", condition=_as_graded(change.graded))
    if change.invalidation is not None:
        # Closed once, by whoever was first; made anew only over one that is closed.
        closed = InvalidationItem.active == False  # noqa: E712 - DynamoDB's comparison
        other = InvalidationItem.pk.does_not_exist() | closed if change.invalidation.active else ~closed
        transaction.save(items.invalidation_item(change.course_id, change.invalidation), condition=other)
    if change.replaced is not None:
        transaction.save(items.invalidation_item(change.course_id, change.replaced, archived=True))
    for entry in _history_items(change):
        transaction.save(entry, condition=HistoryItem.pk.does_not_exist())


def _add_exception(transaction: TransactWrite, change: Change) -> None:
    key = learner_key(change.course_id, change.user_id)
    absent, present = ExceptionItem.pk.does_not_exist(), ExceptionItem.pk.exists()
    if change.exception_added is not None:
        transaction.save(items.exception_item(change.course_id, change.exception_added), condition=absent)
    elif change.exception_removed:
        transaction.delete(ExceptionItem(pk=key, sk="EXCEPTION"), condition=present)
    elif change.excepted is not None:
        transaction.condition_check(ExceptionItem, key, "EXCEPTION", condition=present if change.excepted else absent)


def _as_graded(read: Enrollment) -> Condition:
    both: Condition = _is(EnrollmentItem.graded_at, read.graded_at) & _is(EnrollmentItem.verdict_at, read.verdict_at)
    return both


def _is(attribute: Attribute[datetime], value: datetime | None) -> Condition:
    return attribute.does_not_exist() if value is None else attribute == value


def _at_revision(revision: int) -> Condition:
    return CertificateItem.revision == revision if revision else CertificateItem.pk.does_not_exist()


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
    )


def _history(item: HistoryItem) -> HistoryEntry:
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
    )
