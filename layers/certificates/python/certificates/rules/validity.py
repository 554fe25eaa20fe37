"""The public answer about a certificate. The stored certificate decides, never the document."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from certificates.rules.days import day_of
from certificates.rules.further_fields import expiry_of
from certificates.rules.model import Certificate, CourseRun, Facts, Site, Status
from certificates.rules.predicates import is_invalidated
from certificates.rules.visibility import is_shown


class Validity(StrEnum):
    """`imported`: the LMS issued it, and nothing has ended it since the import. Its document is not here. `expired`:
    its last day is over, and nothing else has ended it.
    """

    UNKNOWN = "unknown-certificate"
    WITHDRAWN = "withdrawn"
    INVALIDATED = "invalidated"
    NOT_YET_AVAILABLE = "not-yet-available"
    IMPORTED = "imported"
    EXPIRED = "expired"
    VALID = "valid"


def validity_of(facts: Facts, now: datetime) -> Validity:
    """The first answer that is true. An invalidation is public even before the certificate is shown."""
    certificate = facts.certificate
    if certificate is None or certificate.issued_on is None:
        return Validity.UNKNOWN
    if facts.learner.forgotten:
        return Validity.WITHDRAWN
    if is_invalidated(facts):
        return Validity.INVALIDATED
    if not is_shown(facts.run, now):
        return Validity.NOT_YET_AVAILABLE
    if certificate.status is not Status.DOWNLOADABLE:
        return Validity.WITHDRAWN
    if certificate.imported_at is not None:
        return Validity.IMPORTED
    return Validity.EXPIRED if has_expired(certificate, facts.run, facts.site, now) else Validity.VALID


def has_expired(certificate: Certificate, run: CourseRun, site: Site, now: datetime) -> bool:
    """Whether the last day of the certificate is over, by the run's calendar."""
    expires_on = expiry_of(certificate)
    return expires_on is not None and day_of(now, run, site) > expires_on
