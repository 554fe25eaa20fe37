"""The product's own events: one for each change, with the public id of the certificate."""

from __future__ import annotations

from typing import Any

from certificates.notices.change import CertificateChange

SOURCE = "course-certificates"
"""The `source` of everything on the bus."""


def own_event(change: CertificateChange, base_url: str) -> dict[str, Any]:
    """The event of a change, for the bus and for webhooks. `learner` is in it only if the change has personal data."""
    event: dict[str, Any] = {
        "id": change.id,
        "type": change.event_type,
        "time": change.time.isoformat(),
        "sequence": change.sequence,
        "course_id": change.course_id,
        "course_title": change.course_title,
        "organization": change.organization,
        "user_id": change.user_id,
        "verify_uuid": change.verify_uuid,
        "url": f"{base_url}/certificates/{change.verify_uuid}",
        "revision": change.revision,
        "status": change.status,
        "status_before": change.status_before,
        "mode": change.mode,
        "shown": change.shown,
        "trigger": change.trigger,
        "issued_on": change.issued_on.isoformat() if change.issued_on else None,
    }
    if change.learner is not None:
        person = change.learner
        event["learner"] = {
            "username": person.username,
            "email": person.email,
            "name": person.name,
            "grade": person.grade,
        }
    return event
