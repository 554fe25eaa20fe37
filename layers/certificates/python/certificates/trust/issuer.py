"""The issuer: the deployment's public address as a decentralized identifier (did:web), and its document.

Method: https://w3c-ccg.github.io/did-method-web/. Keys are Multikeys (W3C Controlled Identifiers 1.0, 2.2.2). Retired
keys stay in the document, so their signatures stay valid.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from .keys import P256, PublicKey

DID_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def did_of(base_url: str) -> str:
    """`https://host/path` is `did:web:host:path`; a port is percent-encoded."""
    address = urlsplit(base_url)
    parts = [address.netloc, *filter(None, address.path.split("/"))]
    return "did:web:" + ":".join(quote(part, safe="") for part in parts)


def method_of(did: str, key: PublicKey) -> str:
    """The name of a key in proofs and headers."""
    return f"{did}#{key.name}"


def did_document(did: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """`keys` are the current ones first, then the retired ones.

    If a token names no key, a verifier of JWTs may try the first key. So P-256 comes first.
    """
    ordered = sorted(keys, key=lambda key: (key.retired_on is not None, key.algorithm != P256))
    methods = [
        {"id": method_of(did, key), "type": "Multikey", "controller": did, "publicKeyMultibase": key.multikey}
        for key in ordered
    ]
    return {
        "@context": DID_CONTEXTS,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
