"""The public parts of credentials: both forms, the badge, the issuer's keys, and the status lists."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from certificates.backend import Backend
from certificates.content import CREDENTIAL_DOCUMENT
from certificates.errors import NotFound
from certificates.picture import Shape, picture
from certificates.trust.badge import baked
from certificates.trust.issuer import did_document, did_of
from certificates.verify import shown_document, withdrawn

if TYPE_CHECKING:
    from certificates.trust.securing import Secured


def credential(verify_uuid: str, name: str, *, backend: Backend, now: datetime) -> str:
    """One form of the credential: the attachment of the PDF with this name.

    The stored PDF has it, so nothing is stored twice, and an invalidated or withdrawn certificate shows nothing.
    Raises as `verify.shown_document` does, and NotFound `no-credential`.
    """
    pdf = backend.documents.get(shown_document(verify_uuid, backend=backend, now=now))
    if pdf is None:
        raise withdrawn()
    # PDFium is imported only when somebody asks for a credential.
    from certificates.rendering.carried import file_of

    found = file_of(pdf, name)
    if found is None:
        raise NotFound("no-credential", "This certificate carries no credential.")
    return found.decode()


def badge(verify_uuid: str, *, backend: Backend, now: datetime) -> bytes:
    """The picture of the certificate as PNG, with the credential in it. Raises as `credential` does."""
    document = credential(verify_uuid, CREDENTIAL_DOCUMENT, backend=backend, now=now)
    return baked(picture(verify_uuid, Shape.PAGE, backend=backend, now=now), document)


def issuer(*, backend: Backend) -> dict[str, Any]:
    """The document of the deployment's identifier. Raises NotFound `no-credential` before the first is signed."""
    keys = backend.credentials.keys.public()
    if not keys:
        raise NotFound("no-credential", "No credential has been signed here yet.")
    return did_document(did_of(backend.base_url), keys)


def status_list(list_id: str, *, backend: Backend) -> Secured:
    """A list of revoked credentials, in both forms. Raises NotFound `unknown-status-list`."""
    found = backend.credentials.lists.published(list_id)
    if found is None:
        raise NotFound("unknown-status-list", "There is no such status list.")
    return found
