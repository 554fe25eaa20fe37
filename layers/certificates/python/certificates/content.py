"""The content of a certificate, its public id, and the key of its document."""

from __future__ import annotations

import hashlib
import hmac

from certificates.rendering.fields import Fields
from certificates.rules.days import last_second_of
from certificates.rules.further_fields import expiry_of
from certificates.rules.model import Certificate, Facts
from certificates.shown_text import shown
from certificates.trust.credential import Award, email_hash
from certificates.trust.status_list import StatusEntry

CREDENTIAL_DOCUMENT, CREDENTIAL_JWT = "credential.json", "credential.jwt"
"""The file names of a credential's two forms inside the PDF."""


def verify_uuid_of(secret: bytes, course_id: str, user_id: str) -> str:
    """The public id of a learner's certificate in a run: 32 hex digits, unguessable, the same on every retry.

    HMAC-SHA-256 under the deployment's secret, laid out as a version 8 UUID (RFC 9562, 5.8).
    """
    digest = hmac.digest(secret, f"{course_id}\n{user_id}".encode(), "sha256")
    value = int.from_bytes(digest[:16], "big")
    value = value & ~(0xF << 76) | 8 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return f"{value:032x}"


def fields_of(certificate: Certificate, base_url: str) -> Fields:
    """The printed values of this learner's certificate. Only for an issued certificate."""
    if certificate.issued_on is None:
        raise ValueError(f"certificate {certificate.verify_uuid} was never issued")
    grade = {} if certificate.grade is None else {"grade": str(certificate.grade)}
    return Fields(
        name=certificate.name,
        issued_on=certificate.issued_on,
        verify_uuid=certificate.verify_uuid,
        revision=certificate.revision,
        verify_url=f"{base_url}/certificates/{certificate.verify_uuid}",
        language=certificate.language,
        values=tuple(sorted({**grade, **certificate.fields}.items())),
    )


def award_of(certificate: Certificate, facts: Facts, entry: StatusEntry, *, secret: bytes, base_url: str) -> Award:
    """The content of this revision's credential: the facts of the paper, and the e-mail's hash with its own salt.

    With the credential and a guessed address, anybody can check the guess, and learns nothing about other learners.
    """
    if certificate.issued_on is None or certificate.modified_at is None:
        raise ValueError(f"certificate {certificate.verify_uuid} was never issued")
    email, expires_on = facts.learner.email, expiry_of(certificate)
    salted = f"salt of {certificate.verify_uuid}".encode()
    salt = hmac.digest(secret, salted, "sha256").hex()[:32] if email else ""
    return Award(
        verify_uuid=certificate.verify_uuid,
        base_url=base_url,
        course_id=certificate.course_id,
        title=shown(certificate.course_title),
        organization=shown(certificate.organization),
        name=shown(certificate.name),
        email_hash=email_hash(email.lower(), salt) if email else "",
        salt=salt,
        awarded_on=certificate.issued_on,
        valid_from=certificate.modified_at,
        entry=entry,
        valid_until=last_second_of(expires_on, facts.run, facts.site) if expires_on else None,
    )


def document_key(certificate: Certificate, fields: Fields, award: Award | None) -> str:
    """The key of the PDF: it depends on the revision and the content, with the credential.

    Two workers with different facts store different objects, so the stored certificate always names the document of its
    own facts.
    """
    source = repr((certificate.design_digest, fields, award))
    content = hashlib.sha256(source.encode()).hexdigest()[:16]
    return f"certificates/{certificate.verify_uuid}/{certificate.revision}-{content}.pdf"
