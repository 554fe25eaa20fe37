"""The fields of a learner in every list."""

from __future__ import annotations

from certificates.http.answers import CSV
from certificates.http.requests import Request
from certificates.rules.model import Learner


def learner_fields(user_id: str, learner: Learner | None) -> dict[str, object]:
    """The learner's fields. `learner` None: the profile is gone. A forgotten learner has no name either."""
    if learner is not None and learner.forgotten:
        learner = None
    return {
        "user_id": user_id,
        "username": learner.username if learner else None,
        "email": learner.email if learner else None,
        "name": learner.name if learner else None,
    }


def wants_csv(request: Request) -> bool:
    return request.accepts(CSV)
