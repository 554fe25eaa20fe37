"""The credential of a new certificate: an entry of a status list, and the signatures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from certificates.aws.signing_keys import SigningKeyStore
from certificates.aws.status_lists import StatusListStore
from certificates.content import CREDENTIAL_DOCUMENT, CREDENTIAL_JWT
from certificates.rendering.attaching import Attachment
from certificates.trust.credential import Award, secured
from certificates.trust.status_list import StatusEntry


@dataclass(frozen=True, slots=True)
class Credentials:
    """Makes and signs the credentials of certificates."""

    keys: SigningKeyStore
    lists: StatusListStore

    def entries(self, count: int, now: datetime) -> Iterator[StatusEntry]:
        """`count` new entries, claimed in one call. Raises Busy."""
        return iter(self.lists.claim(count, now))

    def attachments(self, award: Award) -> tuple[Attachment, ...]:
        """The signed credential, as attachments of the certificate."""
        signed = secured(award, self.keys.current(award.valid_from))
        return (
            Attachment(CREDENTIAL_DOCUMENT, "application/vc", "Open Badges 3.0 credential", signed.document.encode()),
            Attachment(CREDENTIAL_JWT, "application/vc+jwt", "The same credential as a JWT", signed.jwt.encode()),
        )
