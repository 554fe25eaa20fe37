"""Secures a document in two forms: with an embedded proof, and as a JWT.

The proof is `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0, 3.2). The JWT is a VC-JWT with ES256 (Open
Badges 3.0, 8.2): the payload is the credential plus the registered claims.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from .compiled import CompiledStatements, CompiledText, Places, compact, escaped, placeholder
from .issuer import method_of
from .keys import SigningKeys
from .multibase import base58, base64url

CRYPTOSUITE = "eddsa-rdfc-2022"


def moment_text(moment: datetime) -> str:
    """A moment of the zone UTC as our documents have it: to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


class Secured(NamedTuple):
    """One credential in both forms: JSON with a proof, and a JWT."""

    document: str
    jwt: str


class Securing:
    """Secures all documents of one shape with the same keys.

    The placeholders are those of `document` and of `claims`, the JWT's registered claims. One of them is `created`, a
    time.
    """

    def __init__(self, document: Mapping[str, Any], claims: Mapping[str, Any], did: str, keys: SigningKeys) -> None:
        self._keys = keys
        options = {
            "type": "DataIntegrityProof",
            "cryptosuite": CRYPTOSUITE,
            "created": placeholder("created"),
            "verificationMethod": method_of(did, keys.ed25519),
            "proofPurpose": "assertionMethod",
        }
        self._statements, self._options = CompiledStatements(document), CompiledStatements(options)
        # Proof and claims are appended to the text of the document.
        self._text, self._claims = CompiledText(document), CompiledText(claims)
        self._proof = CompiledText({**options, "proofValue": placeholder("proof_value")})
        self._hashed_options = ("", b"")
        header = {"alg": "ES256", "kid": method_of(did, keys.p256), "typ": "JWT"}
        self._header = base64url(compact(header).encode())

    def secure(self, values: Places) -> Secured:
        given = escaped(values)
        text = self._text.json(given)[:-1]
        signed = self._hash_of_options(values) + hashlib.sha256(self._statements.canonical(values)).digest()
        given["proof_value"] = base58(self._keys.sign_ed25519(signed))
        document = f'{text},"proof":[{self._proof.json(given)}]}}'
        content = f"{self._header}.{base64url(f'{text},{self._claims.json(given)[1:]}'.encode())}"
        return Secured(document, f"{content}.{base64url(self._keys.sign_es256(content.encode()))}")

    def _hash_of_options(self, values: Places) -> bytes:
        """The hash is the same for all signatures of one second, so for most of a batch."""
        created, digest = self._hashed_options
        if created != values["created"]:
            digest = hashlib.sha256(self._options.canonical(values)).digest()
            self._hashed_options = (values["created"], digest)
        return digest
