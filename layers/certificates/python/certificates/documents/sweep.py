"""Remove the documents that no certificate names: what a worker stored and died before recording.

A retry stores the same document again under the same name, so nearly none are left; one whose facts had changed by the
time of the retry is. A day's grace keeps away from work under way and from messages that are still to be delivered.
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
    """Look at every document whose key comes after this one: the key to go on after, None at the end."""
    removed = 0
    for key, stored_at in documents.certificates_after(after):
        if stored_at < now - MAY_BE_UNDER_WAY and _document_in_use(key, certificates) != key:
            documents.delete(key)
            removed += 1
            logger.info("unrecorded document removed", extra={"document": key})
        if out_of_time():
            return key
    logger.info("documents swept", extra={"removed": removed})
    return None


def _document_in_use(key: str, certificates: CertificateStore) -> str | None:
    """The document that the certificate of this key's verify_uuid names."""
    certificate = certificates.certificate(key.split("/")[1])
    return certificate.document if certificate is not None else None
