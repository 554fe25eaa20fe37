"""Open edX's three events about certificates, for systems that already read them. Open edX sends `changed` when it
saves a certificate, `created` too if the certificate is valid then (new or generated again), and `revoked` when a valid
certificate is withdrawn (edx-platform, `GeneratedCertificate`). The payload is `CertificateData` of openedx-events, in
the form of its ADR 3: `metadata` beside the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from certificates.notices.change import CertificateChange, ChangeType, PersonalData
from certificates.notices.own_events import SOURCE

CERTIFICATE_CREATED = "org.openedx.learning.certificate.created.v1"
CERTIFICATE_CHANGED = "org.openedx.learning.certificate.changed.v1"
CERTIFICATE_REVOKED = "org.openedx.learning.certificate.revoked.v1"

TYPES_OF: Mapping[ChangeType, tuple[str, ...]] = {
    ChangeType.ISSUED: (CERTIFICATE_CHANGED, CERTIFICATE_CREATED),
    ChangeType.REGENERATED: (CERTIFICATE_CHANGED, CERTIFICATE_CREATED),
    ChangeType.REVALIDATED: (CERTIFICATE_CHANGED, CERTIFICATE_CREATED),
    ChangeType.INVALIDATED: (CERTIFICATE_CHANGED, CERTIFICATE_REVOKED),
    ChangeType.WITHDRAWN: (CERTIFICATE_CHANGED, CERTIFICATE_REVOKED),
    ChangeType.SHOWN: (),
}
"""Open edX's events for each change, in order."""

_NOBODY = PersonalData(username="", email="", name="", grade="")


def open_edx_events(change: CertificateChange, base_url: str) -> list[tuple[str, dict[str, Any]]]:
    """Event types with their details. No events about a learner whose id is no number: Open edX has no such learner."""
    if not change.user_id.isdecimal():
        return []
    return [(kind, _detail(kind, change, base_url)) for kind in TYPES_OF[change.type]]


def _detail(kind: str, change: CertificateChange, base_url: str) -> dict[str, Any]:
    person = change.learner or _NOBODY
    is_valid = kind != CERTIFICATE_REVOKED and change.status == "downloadable"
    return {
        "metadata": {
            "event_type": kind,
            # The same id each time. Open edX's own ids are UUIDs.
            "id": str(uuid5(NAMESPACE_URL, f"{kind}#{change.id}")),
            "minorversion": 0,
            "source": SOURCE,
            "sourcehost": "",
            "time": change.time.isoformat(),
            "sourcelib": [0, 0, 0],
        },
        "certificate": {
            "user": {
                "id": int(change.user_id),
                "is_active": True,
                "pii": {"username": person.username, "email": person.email, "name": person.name},
            },
            "course": {
                "course_key": change.course_id,
                "display_name": change.course_title,
                "start": None,
                "end": None,
            },
            "mode": change.mode,
            "grade": person.grade,
            "download_url": f"{base_url}/certificates/{change.verify_uuid}/pdf" if is_valid else "",
            "name": person.name,
            "current_status": change.status,
            "previous_status": change.status_before or "",
        },
    }
