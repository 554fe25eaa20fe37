"""Learners of the sample course run that a test makes for itself: with events on the bus, as from the LMS."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.cloud.cloud import LocalCloud
from tests.cloud.sample import RUN
from tests.samples import openedx_events as lms

_ids = count(900_000)


def send(cloud: LocalCloud, *events: dict[str, Any]) -> None:
    """Puts LMS events on the event bus."""
    entries = [
        {"Source": event["source"], "DetailType": event["detail-type"], "Detail": json.dumps(event["detail"])}
        for event in events
    ]
    answer = cloud.client("events").put_events(Entries=entries)
    assert answer["FailedEntryCount"] == 0, answer


def passing_learner(cloud: LocalCloud, username: str, name: str) -> str:
    """Enroll a learner with this name: verified, passing, identity verified. Returns the id when the product has the
    learner."""
    at = datetime.now(UTC)
    user_id = next(_ids)
    learner = lms.user(user_id, username, f"{username}@example.com", name)
    send(
        cloud,
        lms.enrollment("created", mode="verified", at=at, learner=learner),
        lms.identity_approved(until=None, at=at, learner=learner),
        lms.grade_summary(0.87, at=at, user_id=user_id),
        lms.passing_status(True, at=at, learner=learner),
    )
    with cloud.http(username) as http:
        cloud.wait_until(lambda: http.get(f"{RUN}/certificate").json().get("state") == "requestable")
    return str(user_id)
