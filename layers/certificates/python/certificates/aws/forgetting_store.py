"""The items of a forgotten learner: usernames, e-mails and names until everything is removed, then only hashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from certificates.aws import writes
from certificates.aws.certificate_store import CertificateStore
from certificates.aws.item_model import ByKind, Item
from certificates.aws.learner_items import LearnerItem
from certificates.aws.learner_store import PointerItem, email_key, forgotten_key, holders, username_key
from certificates.aws.pointers import change_of
from certificates.aws.reads import get_items, key_of, query, scan_page
from certificates.aws.redaction import is_running_call, redaction
from certificates.aws.table import Key, RawItem, profile_key
from certificates.aws.throttling import tries
from certificates.errors import Raced
from certificates.rules.forgotten import FORGOTTEN_LEARNER
from certificates.rules.history import Trigger
from certificates.rules.traces import Traces

FORGETTING = "forgetting"
"""The kind under which the index lists the learners who are being forgotten."""

_ATTEMPTS = 8


class ForgettingItem(Item):
    """Usernames, e-mails and names of a learner who is being forgotten, until all are removed. Listed under the kind
    `forgetting`."""

    user_id = UnicodeAttribute()
    usernames = UnicodeSetAttribute(null=True)
    texts = UnicodeSetAttribute(null=True)
    asked_by = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Remembered:
    """The names and addresses of a learner that are still stored. `forgotten_at` None: the learner is not forgotten."""

    profile: LearnerItem

    @property
    def forgotten_at(self) -> datetime | None:
        at: datetime | None = self.profile.forgotten_at
        return at


@dataclass(frozen=True, slots=True)
class Sought:
    """The texts to look for, and who asked to forget the learner. `is_nameless`: all texts are removed, and only
    documents that were stored at the same moment may be left.
    """

    traces: Traces
    asked_by: str
    is_nameless: bool = False


class Redacted(NamedTuple):
    """A page of the table without the learner. `last` is the key to go on after, None at the end; the learner has items
    in the runs `course_ids`. `is_calling`: a call of the learner still runs, and its answer is kept afterwards.
    """

    last: Key | None
    course_ids: set[str]
    is_calling: bool


class _Former(NamedTuple):
    usernames: set[str]
    texts: set[str]


def _former(profile: LearnerItem, requested_by: Iterable[str] = ()) -> _Former:
    """Former usernames, e-mails and names of a learner, without those that belong to other people now. `requested_by`
    are usernames under which the learner requested certificates.
    """
    found = _Former({*(profile.former_usernames or ()), *requested_by}, set(profile.former_texts or ()))
    for texts, key_of_text in ((found.usernames, username_key), (found.texts, email_key)):
        pointers = get_items(keys := {key_of_text(text): text for text in texts})
        for key, raw in pointers.items():
            if profile.user_id not in holders(PointerItem.read(raw)):
                texts.discard(keys[key])
    return found


class ForgettingStore:
    def remembered(self, user_id: str) -> Remembered | None:
        """None: there is no such learner."""
        found = get_items([profile_key(user_id)])
        return next((Remembered(LearnerItem.read(raw)) for raw in found.values()), None)

    def sought(self, user_id: str) -> Sought | None:
        """The texts to look for of a learner who is being forgotten. None: there are none, or none yet."""
        for raw in get_items([_marker(user_id)]).values():
            item = ForgettingItem.read(raw)
            nameless = not item.usernames and not item.texts
            return Sought(Traces.of(item.usernames or (), item.texts or ()), item.asked_by, nameless)
        return None

    def seek(self, remembered: Remembered, by: str) -> None:
        """Store all present and earlier usernames, e-mails and names, before anything is removed: see `sought`."""
        profile, user_id = remembered.profile, remembered.profile.user_id
        known, certificates = self.sought(user_id), CertificateStore()
        names: set[str | None] = {profile.email, profile.name, profile.spare_name, profile.bounced_email}
        requested_by = set()
        for course_id in certificates.course_ids_of(user_id):
            for entry in certificates.history(course_id, user_id):
                names |= {entry.name_before, entry.name_after}
                if entry.trigger is Trigger.LEARNER:
                    requested_by.add(entry.actor)
        for held in certificates.certificates_of(user_id):
            names |= {held.name, held.name_before}
        earlier = known.traces if known is not None else Traces.of((), ())
        former = _former(profile, requested_by)
        usernames = {profile.username, *former.usernames, *earlier.usernames} - {FORGOTTEN_LEARNER}
        traces = Traces.of(usernames, {*names, *former.texts, *earlier.texts})
        pk, sk = _marker(user_id)
        marker = ForgettingItem(
            pk=pk,
            sk=sk,
            kind=FORGETTING,
            user_id=user_id,
            usernames=set(traces.usernames) or None,
            texts=set(traces.texts) or None,
            asked_by=FORGOTTEN_LEARNER if traces.is_actor(by) else by,
        )
        writes.write_one(writes.put(marker))

    def empty(self, remembered: Remembered, now: datetime, secret: bytes) -> None:
        """Empty the profile, and replace the pointers to the learner by hashes.

        Raises Raced when a newer update came in the meantime, or another learner got the same address.
        """
        profile = remembered.profile
        keys = [username_key(profile.username)] if profile.username else []
        keys += [email_key(profile.email)] if profile.email.strip() else []
        found = {key: PointerItem.read(raw) for key, raw in get_items(keys).items()}
        entries = [writes.update(profile_key(profile.user_id), _emptied(now), _as_read(profile))]
        for key, pointer in found.items():
            if profile.user_id in (named := holders(pointer)):
                entries.append(change_of(key, named, [other for other in named if other != profile.user_id]))
        former = _former(profile)
        addresses = {text for text in former.texts if "@" in text}
        for called in {profile.username, profile.email, *former.usernames, *addresses}:
            if called.strip():
                pk, sk = forgotten_key(called, secret)
                entries.append(writes.put(PointerItem(pk=pk, sk=sk, user_id=profile.user_id)))
        writes.transact(entries)

    def redact_page(self, user_id: str, traces: Traces, after: Key | None) -> Redacted:
        """Remove the learner from the items of one page of the table."""
        items, last = scan_page(after)
        courses, is_calling = set(), False
        for raw in items:
            if (course_id := _course_of(raw, user_id)) is not None:
                courses.add(course_id)
            is_calling |= is_running_call(raw, traces)
            _redact(raw, user_id, traces)
        return Redacted(last, courses, is_calling)

    def found(self, user_id: str) -> None:
        """Everything is removed, so the texts to look for are removed too. The rest of the item stays: see `Sought`."""
        actions = [ForgettingItem.usernames.remove(), ForgettingItem.texts.remove()]
        writes.write_one(writes.update(_marker(user_id), actions, ForgettingItem.pk.exists()))

    def end(self, user_id: str) -> None:
        """Nothing is left to look for."""
        writes.write_one(writes.delete(_marker(user_id)))

    def unfinished(self) -> Iterator[str]:
        """The learners who are being forgotten, by id."""
        for raw in query(ByKind.kind == FORGETTING, index=ByKind):
            yield key_of(raw)[0].removeprefix("LEARNER#")


def _emptied(now: datetime) -> list[Action]:
    return [
        LearnerItem.username.set(""),
        LearnerItem.email.set(""),
        LearnerItem.name.set(""),
        LearnerItem.spare_name.remove(),
        LearnerItem.opted_out_at.remove(),
        LearnerItem.opted_out_by.remove(),
        LearnerItem.bounced_email.remove(),
        LearnerItem.former_usernames.remove(),
        LearnerItem.former_texts.remove(),
        LearnerItem.forgotten_at.set(now),
    ]


def _as_read(profile: LearnerItem) -> Condition:
    """The profile must not have changed since it was read: the later steps look only for the texts that were read."""
    spare = LearnerItem.spare_name
    unchanged: Condition = (
        (LearnerItem.username == profile.username)
        & (LearnerItem.email == profile.email)
        & (LearnerItem.name == profile.name)
        & (spare.does_not_exist() if profile.spare_name is None else spare == profile.spare_name)
    )
    return unchanged


def _redact(raw: RawItem, user_id: str, traces: Traces) -> None:
    """Raises Raced when others change the item again and again."""
    for _ in tries(_ATTEMPTS):
        entry = redaction(raw, user_id, traces)
        if entry is None:
            return
        with suppress(Raced):
            writes.write_one(entry)
            return
        found = get_items([key_of(raw)])
        if not found:
            return
        raw = found[key_of(raw)]
    raise Raced("an item kept being changed by others")


def _course_of(raw: RawItem, user_id: str) -> str | None:
    """The run of a learner's own item."""
    pk, suffix = key_of(raw)[0], f"#{user_id}"
    return pk.removeprefix("RUN#").removesuffix(suffix) if pk.startswith("RUN#") and pk.endswith(suffix) else None


def _marker(user_id: str) -> Key:
    return f"LEARNER#{user_id}", "FORGETTING"
