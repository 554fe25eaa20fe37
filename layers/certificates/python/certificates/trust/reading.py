"""Checks the signature of a credential that somebody sends, in either form.

Accepts only the kinds of documents that this product signs. Any other document is refused, not read in part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .issuer import method_of
from .keys import ED25519, P256, PublicKey
from .multibase import from_base58, from_base64url
from .securing import CRYPTOSUITE
from .statements import StrangeDocument, canonical_form, statements
from .vocabulary import CREDENTIALS, OPEN_BADGES

_CLAIMS = frozenset({"iss", "jti", "sub", "nbf", "exp"})
_CONTEXT = [CREDENTIALS, OPEN_BADGES]
"""Our statements are those of these contexts. Under another context, the same members say something else."""


def opened(credential: str | Mapping[str, Any]) -> dict[str, Any]:
    """The document of either form, without proof and claims. Nothing is checked. Raises StrangeDocument."""
    if isinstance(credential, str):
        return {name: value for name, value in _payload(credential).items() if name not in _CLAIMS}
    return {name: value for name, value in credential.items() if name != "proof"}


def without_lists_of_one(value: Any) -> Any:
    """The same document, with a list of one part as this part. Both forms say the same, and have one signature."""
    if isinstance(value, list):
        return without_lists_of_one(value[0]) if len(value) == 1 else [without_lists_of_one(part) for part in value]
    return {name: without_lists_of_one(part) for name, part in value.items()} if isinstance(value, dict) else value


def is_signed(credential: str | Mapping[str, Any], keys: Iterable[PublicKey], did: str) -> bool:
    """Whether one of the issuer's keys signed this credential, and nobody changed it. Raises StrangeDocument."""
    by_method = {method_of(did, key): key for key in keys}
    if isinstance(credential, str):
        return _is_signed_jwt(credential, by_method)
    return _is_proven(credential, by_method)


def _is_proven(document: Mapping[str, Any], keys: Mapping[str, PublicKey]) -> bool:
    proofs = document.get("proof")
    proof = proofs[0] if isinstance(proofs, list) and len(proofs) == 1 else proofs
    if not isinstance(proof, Mapping) or proof.get("cryptosuite") != CRYPTOSUITE:
        raise StrangeDocument("the credential has no proof of ours")
    if document.get("@context") != _CONTEXT:
        return False
    key = keys.get(str(proof.get("verificationMethod")))
    if key is None or key.algorithm != ED25519 or proof.get("proofPurpose") != "assertionMethod":
        return False
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    signed = b"".join(hashlib.sha256(canonical_form(statements(part))).digest() for part in (options, opened(document)))
    return _verifies(key, proof.get("proofValue"), from_base58, signed)


def _is_signed_jwt(token: str, keys: Mapping[str, PublicKey]) -> bool:
    content, _, signature = token.rpartition(".")
    header = _json(content.partition(".")[0])
    key = keys.get(str(header.get("kid")))
    if key is None or key.algorithm != P256 or header.get("alg") != "ES256":
        return False
    return _verifies(key, signature, from_base64url, content.encode())


def _verifies(key: PublicKey, signature: object, decode: Callable[[str], bytes], content: bytes) -> bool:
    try:
        raw = decode(str(signature))
    except ValueError:
        return False
    return len(raw) == 64 and key.verifies(raw, content)


def _payload(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        raise StrangeDocument("this is no JWT")
    return _json(parts[1])


def _json(part: str) -> dict[str, Any]:
    try:
        value = json.loads(from_base64url(part))
    except (ValueError, RecursionError) as error:
        raise StrangeDocument("this is no JWT") from error
    if not isinstance(value, dict):
        raise StrangeDocument("this is no JWT of a credential")
    return value
