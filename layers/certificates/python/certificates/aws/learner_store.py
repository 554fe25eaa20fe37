"""Learners, found by id, username or e-mail."""

from __future__ import annotations

from certificates.aws import items
from certificates.aws.batch import get_items
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
        found = get_items([username_key(identifier), email_key(identifier)])
        for key in (username_key(identifier), email_key(identifier)):
            if key in found:
                return self.learner(PointerItem.from_raw_data(found[key]).user_id)
        return None


def username_key(username: str) -> tuple[str, str]:
    return f"USERNAME#{username}", "POINTER"


def email_key(email: str) -> tuple[str, str]:
    return f"EMAIL#{email.strip().lower()}", "POINTER"
