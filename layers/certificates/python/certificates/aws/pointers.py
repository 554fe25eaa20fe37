"""The pointer items that lead to a learner: one by exact username, one by e-mail in lower case.

A username belongs to one learner. If two learners claim it (it moved from one account to another, and the updates came
out of order), the account with the later update has it. An e-mail address may belong to several learners: its pointer
then has `user_id` and `more_user_ids`, and a look-up by this address is ambiguous.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pynamodb.expressions.condition import Condition

from certificates.aws import writes
from certificates.aws.learner_items import LearnerItem
from certificates.aws.learner_store import PointerItem, email_key, holders, username_key
from certificates.aws.reads import get_items
from certificates.aws.table import Key, profile_key
from certificates.aws.writes import TransactItem
from certificates.rules.lms_update import LmsUpdate


def claimed(update: LmsUpdate, stored: LearnerItem | None) -> list[Key]:
    """The pointers of the update's account that the stored account does not have."""
    return [key for key in _keys_of(update, stored) if key not in _keys_in(stored)]


def abandoned(update: LmsUpdate, stored: LearnerItem | None) -> list[Key]:
    """The pointers of the stored account that the update's account no longer has."""
    return [key for key in _keys_in(stored) if key not in _keys_of(update, stored)]


def hopeful_entries(update: LmsUpdate, stored: LearnerItem | None) -> Iterator[TransactItem]:
    """Claim and give back pointers without reading them first. The write fails if another learner has one."""
    free_or_mine = PointerItem.pk.does_not_exist() | _names([update.user_id])
    for key in claimed(update, stored):
        yield writes.put(_pointer(key, [update.user_id]), free_or_mine)
    for key in abandoned(update, stored):
        yield writes.delete(key, free_or_mine)


def careful_entries(update: LmsUpdate, stored: LearnerItem | None) -> Iterator[TransactItem]:
    """The same after reading the pointers. The write fails if a pointer changed since then."""
    claims, leaves = claimed(update, stored), abandoned(update, stored)
    found = get_items([*claims, *leaves])
    held = {key: holders(PointerItem.read(raw)) for key, raw in found.items()}
    others = _profiles(update, [user_id for key in claims for user_id in held.get(key, [])])
    # The LMS gives a username to one account: a learner with an older update has lost it.
    rivals = {user_id for user_id, profile in others.items() if _has_username(profile, update)}
    later = {user_id for user_id in rivals if _is_later(others[user_id], update)}
    for key in claims:
        if key not in held:
            yield writes.put(_pointer(key, [update.user_id]), PointerItem.pk.does_not_exist())
        elif update.user_id not in held[key] and later.isdisjoint(held[key]):
            kept = [user_id for user_id in held[key] if _is_shared(key) and user_id not in rivals]
            yield change_of(key, held[key], [*kept, update.user_id])
    for user_id in rivals:
        yield from _while_not_newer(others[user_id])
    for key in leaves:
        if key in held and update.user_id in held[key]:
            yield change_of(key, held[key], [user_id for user_id in held[key] if user_id != update.user_id])


def _profiles(update: LmsUpdate, user_ids: Iterable[str]) -> dict[str, LearnerItem]:
    """The profiles of these learners, without the update's own."""
    others = sorted(set(user_ids) - {update.user_id})
    found = map(LearnerItem.read, get_items(profile_key(user_id) for user_id in others).values())
    return {profile.user_id: profile for profile in found}


def _has_username(profile: LearnerItem, update: LmsUpdate) -> bool:
    return update.account is not None and profile.username == update.account.username


def _is_later(profile: LearnerItem, update: LmsUpdate) -> bool:
    return profile.profiled_at is not None and profile.profiled_at > update.at


def _while_not_newer(profile: LearnerItem) -> Iterator[TransactItem]:
    """Conditions: no newer update about the other learner's account has come."""
    if profile.profiled_at is not None:
        yield writes.check((profile.pk, profile.sk), LearnerItem.profiled_at == profile.profiled_at)


def _is_shared(key: Key) -> bool:
    return key[0].startswith("EMAIL#")


def _keys_of(update: LmsUpdate, stored: LearnerItem | None) -> list[Key]:
    """The pointers of the update's account. An update without e-mail leaves the stored e-mail."""
    account = update.account
    if account is None:
        return []
    email = account.email
    if email is None:
        email = stored.email if stored is not None else None
    return _keys(account.username, email)


def _keys_in(stored: LearnerItem | None) -> list[Key]:
    if stored is None or stored.username is None:
        return []
    return _keys(stored.username, stored.email)


def _keys(username: str, email: str | None) -> list[Key]:
    """Learners without an e-mail have one pointer: an empty address belongs to nobody."""
    return [username_key(username), email_key(email)] if email and email.strip() else [username_key(username)]


def change_of(key: Key, held_by: list[str], to: list[str]) -> TransactItem:
    """Change a pointer from the learners `held_by` to the learners `to`."""
    return writes.put(_pointer(key, to), _names(held_by)) if to else writes.delete(key, _names(held_by))


def _pointer(key: Key, user_ids: list[str]) -> PointerItem:
    return PointerItem(pk=key[0], sk=key[1], user_id=user_ids[0], more_user_ids=set(user_ids[1:]) or None)


def _names(user_ids: list[str]) -> Condition:
    """The condition that the pointer has these ids, in the order of `holders`."""
    more = PointerItem.more_user_ids
    others = more == set(user_ids[1:]) if user_ids[1:] else more.does_not_exist()
    named: Condition = (PointerItem.user_id == user_ids[0]) & others
    return named
