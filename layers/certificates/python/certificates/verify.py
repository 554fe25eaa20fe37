"""Verify: the public facts about a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from certificates.backend import Backend
from certificates.errors import Gone, NotFound
from certificates.rules.days import day_of, local
from certificates.rules.model import Certificate, Status
from certificates.rules.visibility import is_shown, shown_on

ID_LENGTH = 32
"""Characters of a public id."""


class Validity(StrEnum):
    """`imported`: the LMS issued it, and nothing has ended it since the import. Its document is not here."""

    VALID = "valid"
    IMPORTED = "imported"
    INVALIDATED = "invalidated"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """`certificate` names the learner: show it only if `names_holder`. `imported_on`: the day of the import, if any."""

    validity: Validity
    certificate: Certificate
    invalidated_on: date | None = None
    imported_on: date | None = None

    @property
    def names_holder(self) -> bool:
        return self.validity in {Validity.VALID, Validity.IMPORTED}


def verify(verify_uuid: str, *, backend: Backend, now: datetime) -> Verification:
    """Whether the certificate with this public id is valid.

    The stored certificate decides, never the document. Raises NotFound `unknown-certificate` for an id without a
    certificate, NotFound `not-yet-available` for a certificate that is issued but not yet shown.
    """
    whose = backend.certificates.whose(verify_uuid) if is_verify_uuid(verify_uuid) else None
    facts = backend.certificates.facts(*whose, site=backend.site, now=now, printing=False) if whose else None
    if facts is None or facts.certificate is None or facts.certificate.issued_on is None:
        raise NotFound("unknown-certificate", "No certificate is known under this id. Check it for typing errors.")
    certificate = facts.certificate
    if facts.learner.forgotten:
        return Verification(validity=Validity.WITHDRAWN, certificate=certificate)
    if facts.invalidation is not None and facts.invalidation.active:
        day = day_of(facts.invalidation.invalidated_at, facts.run, facts.site)
        return Verification(validity=Validity.INVALIDATED, certificate=certificate, invalidated_on=day)
    if not is_shown(facts.run, now):
        due = (moment := shown_on(facts.run)) and local(moment, facts.run, facts.site)
        raise NotFound(
            "not-yet-available", "This certificate is not shown yet.", **({"available_on": due} if due else {})
        )
    if certificate.status is not Status.DOWNLOADABLE:
        return Verification(validity=Validity.WITHDRAWN, certificate=certificate)
    if certificate.imported_at is not None:
        day = day_of(certificate.imported_at, facts.run, facts.site)
        return Verification(validity=Validity.IMPORTED, certificate=certificate, imported_on=day)
    return Verification(validity=Validity.VALID, certificate=certificate)


def pdf_link(verify_uuid: str, *, backend: Backend, now: datetime) -> str:
    """A presigned address of the PDF, which works for minutes.

    Raises as `valid_certificate` does.
    """
    return backend.documents.link(
        valid_document(verify_uuid, backend=backend, now=now), f"certificate-{verify_uuid}.pdf"
    )


def valid_certificate(verify_uuid: str, *, backend: Backend, now: datetime) -> Certificate:
    """The valid certificate that was made here. Other certificates show nothing, or have no document here.

    Raises as `verify` does, Gone `invalidated` or `withdrawn`, NotFound `no-document`.
    """
    found = verify(verify_uuid, backend=backend, now=now)
    if found.validity is Validity.INVALIDATED:
        raise Gone("invalidated", "This certificate has been invalidated.", invalidated_on=found.invalidated_on)
    if found.validity is Validity.WITHDRAWN:
        raise withdrawn()
    if found.validity is Validity.IMPORTED:
        raise NotFound("no-document", "The LMS issued this certificate itself: its document is not here.")
    return found.certificate


def valid_document(verify_uuid: str, *, backend: Backend, now: datetime) -> str:
    """The key of the PDF of a valid certificate. Raises as `valid_certificate` does."""
    document = valid_certificate(verify_uuid, backend=backend, now=now).document
    if document is None:
        raise withdrawn()
    return document


def withdrawn() -> Gone:
    return Gone("withdrawn", "This certificate has been withdrawn.")


def canonical(typed: str) -> str:
    """The id in its own form, from one typed from paper with capitals, blanks, hyphens, a full stop or a slash."""
    return "".join(typed.split()).replace("-", "").strip("./").lower()


def is_verify_uuid(text: str) -> bool:
    return len(text) == ID_LENGTH and all(digit in "0123456789abcdef" for digit in text)
