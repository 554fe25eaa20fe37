"""Removes documents that no certificate names: a worker stored such a document and died before it wrote the
certificate. A retry stores the same document under the same name, so nearly none are left. One is left if the facts
changed before the retry. Documents of the last day stay, for work and messages that are not finished.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.certificate_store import CertificateStore
    from certificates.aws.documents import Documents

MAY_BE_UNDER_WAY = timedelta(days=1)


def sweep(
    after: str,
    *,
    documents: Documents,
    certificates: CertificateStore,
    now: datetime,
    out_of_time: Callable[[], bool],
) -> str | None:
    """Look at every document with a key after this one. Returns the key to go on after, None at the end."""
    removed = 0
    for key, stored_at in documents.certificates_after(after):
        if stored_at < now - MAY_BE_UNDER_WAY and _document_in_use(key, certificates) != key:
            documents.delete(key)
            removed += 1
            logger.info("unused document removed", extra={"document": key})
        if out_of_time():
            return key
    logger.info("documents swept", extra={"removed": removed})
    return None


def _document_in_use(key: str, certificates: CertificateStore) -> str | None:
    """The document that the certificate of this key's verify_uuid names."""
    certificate = certificates.certificate(key.split("/")[1])
    return certificate.document if certificate is not None else None
