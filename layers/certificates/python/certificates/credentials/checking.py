"""Checks a credential that somebody sends: one question at a time, so that the answer names the fault."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from certificates.backend import Backend
from certificates.errors import BadRequest, NotFound
from certificates.trust.issuer import did_of
from certificates.trust.reading import is_signed, opened, without_lists_of_one
from certificates.trust.securing import moment_text
from certificates.trust.statements import StrangeDocument
from certificates.verify import Verification, verify


class AskedOfCredential(StrEnum):
    """The questions, in their order."""

    ISSUER = "issuer"
    """Does the credential name this site as its issuer, by its present or an earlier address?"""
    SIGNATURE = "signature"
    """Was the credential signed by a key of this site, and not changed since?"""
    STATUS = "status"
    """Is the certificate neither invalidated nor withdrawn?"""
    PERIOD = "period"
    """Is the last day of the certificate not over? Only for a certificate that expires."""
    REVISION = "revision"
    """Is this the latest revision of the certificate?"""
    PAPER = "paper"
    """Is the file with the credential the issued file?"""


class CheckResult(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`document` is the content of the credential. It and `verify_uuid` are set only if the signature passed."""

    results: Mapping[AskedOfCredential, CheckResult]
    verify_uuid: str | None
    document: Mapping[str, Any] | None
    invalidated_on: date | None
    expires_on: date | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the certificate is valid, or was until it expired. About others, nothing else is shown."""
        return self.results.get(AskedOfCredential.STATUS) is CheckResult.PASSED


def inspected(handed_in: str | Mapping[str, Any], paper: str | None, *, backend: Backend, now: datetime) -> Checked:
    """`paper`: SHA-256 in hex of the PDF with the credential; None without a PDF.

    Raises BadRequest `not-a-credential` for anything else.
    """
    did = did_of(backend.base_url)
    try:
        document = without_lists_of_one(opened(handed_in))
        claimed = _issuer_of(document)
        signed = _is_signed(handed_in, claimed, did, backend)
        ours = signed or claimed == did
    except (StrangeDocument, RecursionError) as strange:
        raise BadRequest("not-a-credential", "This is no credential of the kind that is issued here.") from strange
    results = {AskedOfCredential.ISSUER: _passed(ours), AskedOfCredential.SIGNATURE: _passed(signed)}
    if not signed:
        # The author of a forged credential must learn nothing about the certificate that it names.
        return Checked(results=results, verify_uuid=None, document=None, invalidated_on=None)
    verify_uuid = str(document["id"]).rpartition("/")[2]
    found = _standing(verify_uuid, backend, now)
    results[AskedOfCredential.STATUS] = _passed(found is not None and found.has_document)
    if found is not None and found.has_document:
        if found.expires_on is not None:
            results[AskedOfCredential.PERIOD] = _passed(not found.has_expired)
        results[AskedOfCredential.REVISION] = _passed(_is_latest(document, found))
        if paper is not None:
            results[AskedOfCredential.PAPER] = _paper(
                paper, found, latest=results[AskedOfCredential.REVISION], backend=backend
            )
    return Checked(
        results=results,
        verify_uuid=verify_uuid,
        document=document,
        invalidated_on=found.invalidated_on if found else None,
        expires_on=found.expires_on if found else None,
    )


def _is_signed(handed_in: str | Mapping[str, Any], claimed: str, did: str, backend: Backend) -> bool:
    """Whether the credential was signed here. Only this site has the keys, so a credential from before a change of the
    public address may have another issuer in it. Raises StrangeDocument for a document under the present address.
    """
    try:
        return is_signed(handed_in, backend.credentials.keys.public(), claimed)
    except StrangeDocument:
        if claimed == did:
            raise
        return False


def _issuer_of(document: Mapping[str, Any]) -> str:
    """The identifier of the issuer that the credential names, "" if it names none."""
    claimed = document.get("issuer")
    return str(claimed.get("id") or "") if isinstance(claimed, Mapping) else ""


def _standing(verify_uuid: str, backend: Backend, now: datetime) -> Verification | None:
    """None if there is no such certificate, or it is not shown."""
    try:
        return verify(verify_uuid, backend=backend, now=now)
    except NotFound:
        return None


def _is_latest(document: Mapping[str, Any], found: Verification) -> bool:
    modified_at = found.certificate.modified_at
    return modified_at is not None and document.get("validFrom") == moment_text(modified_at)


def _paper(digest: str, found: Verification, *, latest: CheckResult, backend: Backend) -> CheckResult:
    """Whether the file is the stored file, byte for byte. No file of an earlier revision is stored."""
    if latest is not CheckResult.PASSED:
        return CheckResult.UNKNOWN
    stored = backend.documents.get(found.certificate.document or "") if found.certificate.document else None
    if stored is None:
        return CheckResult.UNKNOWN
    return _passed(hashlib.sha256(stored).hexdigest() == digest.lower())


def _passed(holds: bool) -> CheckResult:
    return CheckResult.PASSED if holds else CheckResult.FAILED
