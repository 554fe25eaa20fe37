"""Learners, found by id, username or e-mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute

from certificates.aws.item_model import Item
from certificates.aws.learner_items import learner_from
from certificates.aws.reads import get_items
from certificates.aws.table import profile_key
from certificates.errors import Ambiguous
from certificates.rules.forgotten import hash_of
from certificates.rules.model import Learner


class PointerItem(Item):
    """`more_user_ids`: further learners of the same e-mail."""

    user_id = UnicodeAttribute()
    more_user_ids = UnicodeSetAttribute(null=True)


@dataclass(frozen=True, slots=True)
class LearnerStore:
    """`secret` is the deployment's secret, which makes the hashes of forgotten learners."""

    secret: bytes = field(default=b"", repr=False)

    def learner(self, user_id: str) -> Learner | None:
        return next(iter(self.learners([user_id]).values()), None)

    def learners(self, user_ids: Iterable[str]) -> dict[str, Learner]:
        """These learners by id, without unknown ones."""
        found = get_items(profile_key(user_id) for user_id in user_ids)
        return {learner.user_id: learner for learner in map(learner_from, found.values())}

    def user_id_of(self, username: str) -> str | None:
        """The id of the learner of exactly this username."""
        found = get_items([username_key(username)])
        return next((PointerItem.read(raw).user_id for raw in found.values()), None)

    def user_ids_of(self, usernames: Iterable[str]) -> dict[str, str]:
        """The ids of the learners of exactly these usernames, without unknown ones."""
        keys = {username_key(username): username for username in usernames}
        found = get_items(keys)
        return {keys[key]: PointerItem.read(raw).user_id for key, raw in found.items()}

    def find(self, identifier: str) -> Learner | None:
        """The learner of exactly this username, or of this e-mail in upper or lower case.

        Raises Ambiguous if several learners have it.
        """
        learners = self.all_named(identifier)
        if len(learners) > 1:
            raise Ambiguous([(learner.user_id, learner.username) for learner in learners])
        return learners[0] if learners else None

    def all_named(self, identifier: str) -> list[Learner]:
        """Every learner who has this username or e-mail."""
        return list(self.learners(self.user_ids([identifier])[identifier]).values())

    def user_ids(self, identifiers: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The ids of the learners of each username or e-mail, mostly one or none. 50 identifiers in a call."""
        wanted = list(identifiers)
        found = get_items(key for name in wanted for key in (username_key(name), email_key(name)))
        named = {}
        for name in wanted:
            pointers = [PointerItem.read(found[key]) for key in (username_key(name), email_key(name)) if key in found]
            named[name] = tuple(dict.fromkeys(user_id for pointer in pointers for user_id in holders(pointer)))
        return named

    def forgotten(self, identifiers: Iterable[str]) -> frozenset[str]:
        """Those of the usernames and e-mails that belonged to forgotten learners."""
        keys = {called: forgotten_key(called, self.secret) for called in identifiers if called.strip()}
        found = get_items(keys.values())
        return frozenset(called for called, key in keys.items() if key in found)


def holders(pointer: PointerItem) -> list[str]:
    """The ids in a pointer."""
    return [pointer.user_id, *sorted(pointer.more_user_ids or ())]


def username_key(username: str) -> tuple[str, str]:
    return f"USERNAME#{username}", "POINTER"


def email_key(email: str) -> tuple[str, str]:
    return f"EMAIL#{email.strip().lower()}", "POINTER"


def forgotten_key(called: str, secret: bytes) -> tuple[str, str]:
    return f"FORGOTTEN#{hash_of(called, secret)}", "POINTER"
