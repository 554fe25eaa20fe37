"""What lists of learners have in common."""

from __future__ import annotations

from certificates.http.answers import CSV
from certificates.http.api import Request
from certificates.rules.model import Learner


def learner_fields(user_id: str, learner: Learner | None) -> dict[str, object]:
    """Who it is; `learner` None: the LMS's records of this learner are gone. A forgotten learner is nobody either."""
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
