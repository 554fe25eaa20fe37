"""Answers about one certificate: to its learner, and to anyone who checks it or its credential."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, RootModel

from certificates.rules.progress import State


class Links(BaseModel):
    """`pdf` is absent for a certificate that the LMS issued itself."""

    page: str
    pdf: str | None = None


class CertificateAnswer(BaseModel):
    """`imported`: the LMS issued it, and it was imported with its id and its date. `expires_on`: its last day, if it
    expires.
    """

    verify_uuid: str
    issued_on: date
    expires_on: date | None = None
    revision: int
    imported: bool = False
    links: Links


class CertificateStatus(BaseModel):
    state: State
    reason: str
    explanation: str
    passing_grade: Decimal
    grade: Decimal | None
    available_on: datetime | None = None
    certificate: CertificateAnswer | None = None
    can_request: bool


class Course(BaseModel):
    course_id: str
    title: str
    organization: str


class MyCertificate(CertificateAnswer):
    course: Course
    mode: str


class MyCertificates(BaseModel):
    items: list[MyCertificate]
    next_cursor: str | None


class PublicCertificate(BaseModel):
    """`name`, `mode`, `issued_on`, `revision`: only if the status is valid, expired or imported. The PDF's link: only
    if it is valid or expired. `expires_on`: the last day of a certificate that expires. `expired`: this day is over.

    `imported`: the LMS issued the certificate, and its record was imported on `imported_on`. Nothing has ended it
    since. Its document is not here. `name` is the learner's name of that day.
    """

    verify_uuid: str
    status: Literal["valid", "expired", "imported", "invalidated", "withdrawn"]
    course: Course
    name: str | None = None
    mode: str | None = None
    issued_on: date | None = None
    revision: int | None = None
    expires_on: date | None = None
    invalidated_on: date | None = None
    imported_on: date | None = None
    links: Links


class Credential(RootModel[dict[str, Any] | str]):
    """A verifiable credential (https://www.w3.org/TR/vc-data-model-2.0/): JSON with a proof, or a JWT."""


class IssuerDocument(RootModel[dict[str, Any]]):
    """A document of a decentralized identifier (https://www.w3.org/TR/did-core/)."""


class CredentialCheck(BaseModel):
    """One check. `issuer`: the credential names this site as its issuer. `signature`: it was signed here, and not
    changed. `status`: the certificate is neither invalidated nor withdrawn. `period`: the last day of a certificate
    that expires is not over. `revision`: this is the latest revision. `paper`: the PDF is the issued file. `unknown`:
    no file of an earlier revision is kept."""

    check: Literal["issuer", "signature", "status", "period", "revision", "paper"]
    result: Literal["passed", "failed", "unknown"]


class CredentialChecks(BaseModel):
    """The content of the credential is present only if signature and status passed. Skipped checks are absent."""

    checks: list[CredentialCheck]
    checked_at: datetime
    verify_uuid: str | None = None
    name: str | None = None
    title: str | None = None
    organization: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    invalidated_on: date | None = None
