"""Credentials for anyone: both forms, the issuer's keys, the status lists, and checks one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates.content import CREDENTIAL_DOCUMENT, CREDENTIAL_JWT
from certificates.credentials import published
from certificates.http.answers import JSON, Answer, answer, to_json
from certificates.http.api import Api
from certificates.http.doors import anyone
from certificates.http.requests import Request, RequestWith
from certificates.verify import canonical

if TYPE_CHECKING:
    from certificates.http.schemas.bodies import CredentialToCheck
    from certificates.trust.securing import Secured

VC, VC_JWT, DID = "application/vc", "application/vc+jwt", "application/did+json"

MINUTE = "public, max-age=60"
"""For answers that change seldom. A changed list is signed again within a minute."""

FOR_ANY_SITE = {"Access-Control-Allow-Origin": "*"}
"""Verifiers run in browsers too."""

api = Api()


@api.operation(
    "GET", "/certificates/{verify_uuid}/credential", answers={200: "Credential"}, door=anyone, media=(VC, VC_JWT)
)
def read_credential(request: Request) -> Answer:
    """The certificate's Open Badges 3.0 credential with an embedded proof, or as a JWT if `Accept` asks for it."""
    name, media = (CREDENTIAL_JWT, VC_JWT) if request.accepts(VC_JWT) else (CREDENTIAL_DOCUMENT, VC)
    text = published.credential(canonical(request.path["verify_uuid"]), name, backend=request.backend, now=request.now)
    return Answer(200, text, media, {"Vary": "Accept"})


@api.operation(
    "GET", "/certificates/{verify_uuid}/credential.json", answers={200: "Credential"}, door=anyone, media=(VC,)
)
def download_credential(request: Request) -> Answer:
    """The credential as a file, for a wallet."""
    verify_uuid = canonical(request.path["verify_uuid"])
    text = published.credential(verify_uuid, CREDENTIAL_DOCUMENT, backend=request.backend, now=request.now)
    file = f'attachment; filename="credential-{verify_uuid}.json"'
    return Answer(200, text, VC, {"Content-Disposition": file})


@api.operation("GET", "/status/{list_id}", answers={200: "Credential"}, door=anyone, media=(VC, VC_JWT))
def read_status_list(request: Request) -> Answer:
    """A Bitstring Status List of revoked credentials, as a JWT if `Accept` asks for it."""
    found: Secured = published.status_list(request.path["list_id"], backend=request.backend)
    as_jwt = request.accepts(VC_JWT)
    headers = {"Vary": "Accept", "Cache-Control": MINUTE, **FOR_ANY_SITE}
    return Answer(200, found.jwt if as_jwt else found.document, VC_JWT if as_jwt else VC, headers)


@api.operation("GET", "/.well-known/did.json", answers={200: "IssuerDocument"}, door=anyone, media=(DID,))
def read_issuer(request: Request) -> Answer:
    """The keys that sign credentials: the document of this address as a decentralized identifier (did:web)."""
    return _issuer(request)


@api.operation("GET", "/did.json", answers={200: "IssuerDocument"}, door=anyone, media=(DID,))
def read_issuer_of_a_path(request: Request) -> Answer:
    """The same for a public address with a path."""
    return _issuer(request)


def _issuer(request: Request) -> Answer:
    headers = {"Cache-Control": MINUTE, **FOR_ANY_SITE}
    return Answer(200, to_json(published.issuer(backend=request.backend)), DID, headers)


@api.operation("POST", "/credentials/checks", answers={200: "CredentialChecks"}, door=anyone, media=(JSON,))
def check_credential(request: RequestWith[CredentialToCheck]) -> Answer:
    """Check a credential of this site: was it signed here, was it changed, is it revoked?"""
    from certificates.credentials.checking import inspected

    asked = request.body
    found = inspected(asked.credential, asked.document_sha256, backend=request.backend, now=request.now)
    body: dict[str, Any] = {
        "checks": [{"check": name, "result": result} for name, result in found.results.items()],
        "checked_at": request.now,
    }
    if found.verify_uuid is not None:
        body["verify_uuid"] = found.verify_uuid
    if found.document is not None and found.is_shown:
        body |= _facts(found.document)
        if found.expires_on is not None:
            body["expires_on"] = found.expires_on
    if found.invalidated_on is not None:
        body["invalidated_on"] = found.invalidated_on
    return answer(body)


def _facts(document: Any) -> dict[str, Any]:
    """The content of the credential, for people to compare with the paper."""
    subject = document["credentialSubject"]
    return {
        "name": subject["name"],
        "title": document["name"],
        "organization": document["issuer"]["name"],
        "issued_on": document["awardedDate"][:10],
    }
