"""Learners, found by id, username or e-mail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from certificates.aws import items
from certificates.aws.reads import Key, get_items
from certificates.aws.table import PointerItem
from certificates.rules.model import Learner


class LearnerStore:
    def learner(self, user_id: str) -> Learner | None:
        found = get_items([(f"LEARNER#{user_id}", "PROFILE")])
        return next(map(items.learner, found.values()), None)

    def user_id_of(self, username: str) -> str | None:
        """The id of the learner of exactly this username."""
        found = get_items([username_key(username)])
        return next((PointerItem.from_raw_data(raw).user_id for raw in found.values()), None)

    def find(self, identifier: str) -> Learner | None:
        """The learner of a username, exactly, or of an e-mail, whatever its case."""
        user_id = self.user_ids([identifier])[identifier]
        return self.learner(user_id) if user_id is not None else None

    def user_ids(self, identifiers: Iterable[str]) -> dict[str, str | None]:
        """The ids of the learners whom usernames and e-mails name, 50 of them a call; None where nobody has it."""
        wanted = list(identifiers)
        found = get_items(key for name in wanted for key in (username_key(name), email_key(name)))
        return {name: _holder(found, name) for name in wanted}


def _holder(found: dict[Key, Any], identifier: str) -> str | None:
    """Whose pointer there is, the username's before the e-mail's."""
    held = next((found[key] for key in (username_key(identifier), email_key(identifier)) if key in found), None)
    return PointerItem.from_raw_data(held).user_id if held is not None else None


def username_key(username: str) -> tuple[str, str]:
    return f"USERNAME#{username}", "POINTER"


def email_key(email: str) -> tuple[str, str]:
    return f"EMAIL#{email.strip().lower()}", "POINTER"
