"""Forget a learner for good. First, an item stores the learner's usernames, e-mails and names, which the next steps
look for. Then the profile is emptied, and hashes replace the pointers to it. From then on nobody sees who the learner
was, no update fills the profile again, and no decision issues anything. Then follow the certificates with every version
of their documents, every item of the table, and every file. At the end, the texts in the item of the first step are
removed.

Others may act on the learner at the same moment. A write with a name or a note fails once the profile is empty. But its
document is stored before: the next daily repair removes such documents, and then the item of the first step. What a job
writes without this condition goes with the next daily repair, too, and so does the answer that is kept of a call.

After a crash at any step, the next call or the daily repair begins again. Each step skips the work that is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from certificates import telemetry
from certificates.aws.continuation import go_on
from certificates.aws.forgetting_store import ForgettingStore, Sought
from certificates.aws.object_versions import ObjectVersions
from certificates.backend import Backend
from certificates.change import Change
from certificates.content import verify_uuid_of
from certificates.errors import NotFound
from certificates.forgetting.files import PREFIXES, FilesOfAll
from certificates.lookup import gather
from certificates.messages.work import LearnerToForget
from certificates.planning import Plan, revocation
from certificates.rules.eligibility import Reason
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Facts, Status
from certificates.settling import act, attempts

Rest = tuple[str, ...]
"""The rest of the work: a step, and the last key (of an item or an object) that the step finished."""

_TABLE = "table"
_AGAIN = "left"
"""Ends a Rest after which everything is done once more, by the next daily repair."""


def start_forgetting(
    user_id: str, *, by: str, out_of_time: Callable[[], bool], function: str, backend: Backend, now: datetime
) -> datetime:
    """Forget a learner, and return the time of the first call. `function` does the rest that there is no time for.

    Raises NotFound `unknown-learner`, Busy.
    """
    forgotten_at = _empty_profile(user_id, by, backend, now)
    go_on_forgetting(LearnerToForget(user_id), out_of_time=out_of_time, function=function, backend=backend, now=now)
    return forgotten_at


def go_on_forgetting(
    asked: LearnerToForget, *, out_of_time: Callable[[], bool], function: str, backend: Backend, now: datetime
) -> None:
    """Go on with a learner, while there is time."""
    sought = ForgettingStore().sought(asked.user_id)
    if sought is None:
        return
    if sought.is_nameless:
        _remove_late_documents(asked.user_id, backend, now)
        return
    if asked.after is None:
        # The first call may have died before the profile was emptied.
        _empty_profile(asked.user_id, sought.asked_by, backend, now)
    rest = _Forgetting(asked.user_id, sought, backend, now, out_of_time).work(asked.after)
    if rest is not None:
        go_on(function, LearnerToForget(asked.user_id, rest).to_json())


def _empty_profile(user_id: str, by: str, backend: Backend, now: datetime) -> datetime:
    """Store the texts to look for, and empty the profile, unless both are done already. Returns the time when it was
    done.

    Raises NotFound `unknown-learner`, Busy.
    """
    store = ForgettingStore()
    for attempt in attempts():
        with attempt:
            remembered = store.remembered(user_id)
            if remembered is None:
                raise NotFound("unknown-learner", "No learner is known under this id.")
            if remembered.forgotten_at is not None:
                return remembered.forgotten_at
            store.seek(remembered, by)
            store.empty(remembered, now, backend.secret)
    return now


LONGEST_CALL = timedelta(hours=1)
"""Longer than any function that may have read the name before the profile was emptied."""


def _remove_late_documents(user_id: str, backend: Backend, now: datetime) -> None:
    """Remove documents that were stored while the learner was being forgotten, if none can come any more."""
    store, versions = ForgettingStore(), ObjectVersions(backend.documents.bucket)
    remembered = store.remembered(user_id)
    if remembered is None or remembered.forgotten_at is None or now < remembered.forgotten_at + LONGEST_CALL:
        return
    ids = {held.verify_uuid for held in backend.certificates.certificates_of(user_id)}
    # A certificate that was never written has a document under the id that it would have.
    ids |= {
        verify_uuid_of(backend.secret, course_id, user_id) for course_id in backend.certificates.course_ids_of(user_id)
    }
    for verify_uuid in ids:
        _delete_documents(verify_uuid, versions)
    store.end(user_id)


def _delete_documents(verify_uuid: str, versions: ObjectVersions) -> None:
    """Remove every version of the documents and pictures of a certificate."""
    for prefix in ("certificates", "pictures"):
        versions.delete_under(f"{prefix}/{verify_uuid}/")


def repair_forgetting(*, function: str) -> None:
    """Go on with every learner who is not yet forgotten completely: after a crash, or because a file was being read or
    a job or a call of the learner was running; and look for documents that came late."""
    for user_id in ForgettingStore().unfinished():
        go_on(function, LearnerToForget(user_id).to_json())


class _Forgetting:
    def __init__(
        self, user_id: str, sought: Sought, backend: Backend, now: datetime, out_of_time: Callable[[], bool]
    ) -> None:
        self._user_id, self._sought, self._by = user_id, sought.traces, sought.asked_by
        self._backend, self._now, self._out_of_time = backend, now, out_of_time
        self._store = ForgettingStore()
        self._versions = ObjectVersions(backend.documents.bucket)

    def work(self, after: Rest | None) -> Rest | None:
        """Work from this place on. Returns the place to go on after, None when everything is done."""
        if after is None:
            # A job that ends in the meantime may write a name behind the steps that follow.
            again: Rest = (_AGAIN,) if self._is_in_a_job() else ()
            for course_id in self._backend.certificates.course_ids_of(self._user_id):
                self._withdraw(course_id)
            after = (_TABLE, "", "", *again)
        again = after[3:]
        if after[0] == _TABLE:
            rest, is_calling = self._go_through_table(after)
            again = (_AGAIN,) if is_calling else again
            if rest is not None:
                return (*rest, *again)
            after = (PREFIXES[0], "", *again)
        return self._go_through_files(after)

    def _go_through_table(self, after: Rest) -> tuple[Rest | None, bool]:
        """The place to go on after, and whether a call of the learner still ran."""
        last = (after[1], after[2]) if after[1] else None
        is_calling = False
        while True:
            redacted = self._store.redact_page(self._user_id, self._sought, last)
            last, is_calling = redacted.last, is_calling or redacted.is_calling
            for course_id in redacted.course_ids:
                # An earlier release, or a write at the same moment, may have left items that the index does not list.
                self._withdraw(course_id)
            if last is None:
                return None, is_calling
            if self._out_of_time():
                return (_TABLE, *last), is_calling

    def _go_through_files(self, after: Rest) -> Rest | None:
        files = FilesOfAll(self._versions, self._backend, self._sought, self._now)
        first, key = after[0], after[1]
        left = len(after) > 2
        for prefix in PREFIXES[PREFIXES.index(first) :]:
            last, unread = files.clean_up(prefix, key if prefix == first else "", self._out_of_time)
            left |= unread
            if last is not None:
                return (prefix, last, *((_AGAIN,) if left else ()))
        if left or self._is_in_a_job():
            telemetry.logger.info("files or learners are still being read", extra={"user_id": self._user_id})
        else:
            self._store.found(self._user_id)
            telemetry.logger.info("forgotten", extra={"user_id": self._user_id})
        return None

    def _is_in_a_job(self) -> bool:
        """Whether a job runs in one of the learner's runs. It may have read the name, and write it afterwards."""
        return bool(self._backend.jobs.running_in(self._backend.certificates.course_ids_of(self._user_id)))

    def _withdraw(self, course_id: str) -> None:
        """Withdraw the certificate of one run, with every version of its documents and pictures."""
        for attempt in attempts():
            with attempt:
                try:
                    facts = gather(course_id, self._user_id, backend=self._backend, now=self._now)
                except NotFound:
                    return  # a run without settings has no certificates
                act(_plan(facts, self._by), self._backend)
        if facts.certificate is not None:
            _delete_documents(facts.certificate.verify_uuid, self._versions)


def _plan(facts: Facts, by: str) -> Plan:
    """The plan; empty if the certificate is already withdrawn and has no name."""
    certificate = facts.certificate
    if certificate is None or (
        certificate.status is Status.UNAVAILABLE
        and not (certificate.name or certificate.name_before or certificate.document)
    ):
        return Plan()
    after = replace(
        certificate,
        status=Status.UNAVAILABLE,
        revision=certificate.revision + 1,
        name="",
        name_before=None,
        document=None,
        fields={},
        modified_at=facts.now,
    )
    entry = HistoryEntry(
        at=facts.now,
        actor=by,
        trigger=Trigger.FORGET,
        change=ChangeKind.FORGOTTEN,
        reason=Reason.FORGOTTEN.value,
    )
    change = Change(
        course_id=facts.run.course_id,
        user_id=facts.learner.user_id,
        history=entry,
        revision_read=certificate.revision,
        certificate=after,
        revoked=revocation(certificate, after),
    )
    return Plan(change=change)
