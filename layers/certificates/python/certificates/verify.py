"""Verify: the public facts about a certificate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from unicodedata import category, normalize

from certificates.backend import Backend
from certificates.errors import Gone, NotFound
from certificates.rules.days import day_of, local
from certificates.rules.further_fields import expiry_of
from certificates.rules.model import Certificate
from certificates.rules.validity import Validity, validity_of
from certificates.rules.visibility import shown_on

ID_LENGTH = 32
"""Characters of a public id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """`certificate` names the learner: show it only if `names_holder`. `imported_on`: the day of the import, if any.
    `expires_on`: the last day of a certificate that expires, over or not.
    """

    validity: Validity
    certificate: Certificate
    invalidated_on: date | None = None
    imported_on: date | None = None
    expires_on: date | None = None

    @property
    def has_expired(self) -> bool:
        return self.validity is Validity.EXPIRED

    @property
    def has_document(self) -> bool:
        return self.validity in {Validity.VALID, Validity.EXPIRED}

    @property
    def names_holder(self) -> bool:
        return self.has_document or self.validity is Validity.IMPORTED


def verify(verify_uuid: str, *, backend: Backend, now: datetime) -> Verification:
    """Whether the certificate with this public id is valid.

    The stored certificate decides, never the document. Raises NotFound `unknown-certificate` for an id without a
    certificate, NotFound `not-yet-available` for a certificate that is issued but not yet shown.
    """
    whose = backend.certificates.whose(verify_uuid) if is_verify_uuid(verify_uuid) else None
    facts = backend.certificates.facts(*whose, site=backend.site, now=now, printing=False) if whose else None
    validity = validity_of(facts, now) if facts else Validity.UNKNOWN
    if facts is None or facts.certificate is None or validity is Validity.UNKNOWN:
        raise NotFound("unknown-certificate", "No certificate is known under this id. Check it for typing errors.")
    if validity is Validity.NOT_YET_AVAILABLE:
        due = (moment := shown_on(facts.run)) and local(moment, facts.run, facts.site)
        raise NotFound(
            "not-yet-available", "This certificate is not shown yet.", **({"available_on": due} if due else {})
        )
    found, invalidation = facts.certificate, facts.invalidation
    invalidated_at = invalidation.invalidated_at if invalidation and validity is Validity.INVALIDATED else None
    imported_at = found.imported_at if validity is Validity.IMPORTED else None
    return Verification(
        validity=validity,
        certificate=found,
        invalidated_on=day_of(invalidated_at, facts.run, facts.site) if invalidated_at else None,
        imported_on=day_of(imported_at, facts.run, facts.site) if imported_at else None,
        expires_on=expiry_of(found),
    )


def pdf_link(verify_uuid: str, *, to_keep: bool = False, backend: Backend, now: datetime) -> str:
    """A presigned address of the PDF, which works for minutes. `to_keep`: browsers keep the file, and do not show it.

    Raises as `shown_certificate` does.
    """
    return backend.documents.link(
        shown_document(verify_uuid, backend=backend, now=now), f"certificate-{verify_uuid}.pdf", attachment=to_keep
    )


def shown_certificate(verify_uuid: str, *, backend: Backend, now: datetime) -> Certificate:
    """The certificate that was made here, valid or expired. Others show nothing, or have no document here.

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


def shown_document(verify_uuid: str, *, backend: Backend, now: datetime) -> str:
    """The key of the certificate's PDF. Raises as `shown_certificate` does."""
    document = shown_certificate(verify_uuid, backend=backend, now=now).document
    if document is None:
        raise withdrawn()
    return document


def withdrawn() -> Gone:
    return Gone("withdrawn", "This certificate has been withdrawn.")


_LOOK_ALIKE = str.maketrans("oil", "011")
"""Letters that no id has, and that look like digits of ids."""

_BETWEEN = frozenset({"Pd", "Zs", "Zl", "Zp", "Cc"})
"""Unicode's categories of hyphens, blanks and controls, which may stand between the parts of an id."""


def canonical(typed: str) -> str:
    """The id in its own form, from one typed from paper or pasted: with capitals, blanks, hyphens of any kind, wide
    digits, a full stop, a slash, or the letter O for the digit 0.
    """
    return _read(typed, between="").strip("./")


def id_in(pasted: str) -> str | None:
    """The id in a longer text: the address of a certificate, `ID: …`, or `Certificate id …`. None: there is no id.

    Words before and after the id may look like parts of an id, such as `id` and `face`.
    """
    for parts in map(str.split, re.findall("[0-9a-f ]+", _read(pasted, between=" "))):
        joined, edges = "".join(parts), dict.fromkeys(accumulate(map(len, parts), initial=0))
        for start in edges:
            if start + ID_LENGTH in edges:
                return joined[start : start + ID_LENGTH]
    return None


def _read(typed: str, *, between: str) -> str:
    """Small letters and usual digits, without invisible characters, and `between` for each hyphen and blank."""
    text = normalize("NFKC", typed).lower()
    seen = (between if category(each) in _BETWEEN else each for each in text if category(each) != "Cf")
    return "".join(seen).translate(_LOOK_ALIKE)


def is_verify_uuid(text: str) -> bool:
    return len(text) == ID_LENGTH and all(digit in "0123456789abcdef" for digit in text)
