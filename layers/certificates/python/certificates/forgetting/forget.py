"""Forget a learner for good. First, an item stores the learner's usernames, e-mails and names, which the next steps
look for. Then the profile is emptied, and hashes replace the pointers to it. From then on nobody sees who the learner
was, no update fills the profile again, and no decision issues anything. Then follow the certificates with every version
of their documents, every item of the table, and every file. At the end, the item of the first step is removed.

After a crash at any step, the next call or the daily repair begins again. Each step skips the work that is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from certificates import telemetry
from certificates.aws.continuation import go_on
from certificates.aws.forgetting_store import ForgettingStore, Sought
from certificates.aws.object_versions import ObjectVersions
from certificates.backend import Backend
from certificates.change import Change
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


def repair_forgetting(*, function: str) -> None:
    """Go on with every learner who is not yet forgotten completely: after a crash, or because a file was being read or
    a job was running."""
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
            for course_id in self._backend.certificates.course_ids_of(self._user_id):
                self._withdraw(course_id)
            after = (_TABLE,)
        if after[0] == _TABLE:
            rest = self._go_through_table(after)
            if rest is not None:
                return rest
            after = (PREFIXES[0], "")
        return self._go_through_files(after)

    def _go_through_table(self, after: Rest) -> Rest | None:
        last = (after[1], after[2]) if len(after) > 1 else None
        while True:
            last, course_ids = self._store.redact_page(self._user_id, self._sought, last)
            for course_id in course_ids:
                # An earlier release, or a write at the same moment, may have left items that the index does not list.
                self._withdraw(course_id)
            if last is None:
                return None
            if self._out_of_time():
                return (_TABLE, *last)

    def _go_through_files(self, after: Rest) -> Rest | None:
        files = FilesOfAll(self._versions, self._backend, self._sought, self._now)
        first, key = after[0], after[1]
        left = len(after) > 2
        for prefix in PREFIXES[PREFIXES.index(first) :]:
            last, unread = files.clean_up(prefix, key if prefix == first else "", self._out_of_time)
            left |= unread
            if last is not None:
                return (prefix, last, *(("left",) if left else ()))
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
            for prefix in ("certificates", "pictures"):
                self._versions.delete_under(f"{prefix}/{facts.certificate.verify_uuid}/")


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
