"""Who signs: the deployment's public address as a decentralized identifier (did:web), and its document.

Method: https://w3c-ccg.github.io/did-method-web/. Keys are Multikeys (W3C Controlled Identifiers 1.0, 2.2.2). Retired
keys stay in the document: what they signed stays good.
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
    """How proofs and headers name a key."""
    return f"{did}#{key.name}"


def did_document(did: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """`keys` are the current ones first, then the retired ones.

    A verifier of JWTs may take the first key where a token names none: P-256 comes first.
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
