"""The two key pairs of a deployment: Ed25519 for embedded proofs, P-256 for JWTs.

Every verifier supports at least one of the two. A key's name is the beginning of its public key, so no two keys have
the same name.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from .multibase import ED25519_PUBLIC, P256_PUBLIC, base58, from_base58

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519, P256 = "Ed25519", "P-256"
_CODECS = {ED25519: ED25519_PUBLIC, P256: P256_PUBLIC}
_P256_BYTES = 32


class PublicKey(NamedTuple):
    """`multikey` is the public key as multibase. `retired_on` is the day when another key replaced this key."""

    algorithm: str
    multikey: str
    retired_on: str | None = None

    @property
    def name(self) -> str:
        return self.multikey[-16:]

    def verifies(self, signature: bytes, content: bytes) -> bool:
        """`signature` has 64 raw bytes; for ES256, these are r and s."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

        content_of_key = from_base58(self.multikey)[2:]
        try:
            if self.algorithm == ED25519:
                ed25519.Ed25519PublicKey.from_public_bytes(content_of_key).verify(signature, content)
            else:
                r, s = (int.from_bytes(half, "big") for half in (signature[:_P256_BYTES], signature[_P256_BYTES:]))
                key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), content_of_key)
                key.verify(utils.encode_dss_signature(r, s), content, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


class SigningKeys:
    """Both private keys. The result of `to_bytes` is secret: encrypt it before it is stored."""

    def __init__(self, ed25519: Ed25519PrivateKey, p256: EllipticCurvePrivateKey) -> None:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        self._ed25519, self._p256 = ed25519, p256
        # Deterministic (RFC 6979), so the same certificate always has the same bytes.
        self._es256 = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)

    @classmethod
    def generate(cls) -> SigningKeys:
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519

        return cls(ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_bytes(cls, secret: bytes) -> SigningKeys:
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519

        own, other = secret[:32], int.from_bytes(secret[32:], "big")
        return cls(ed25519.Ed25519PrivateKey.from_private_bytes(own), ec.derive_private_key(other, ec.SECP256R1()))

    def to_bytes(self) -> bytes:
        number: int = self._p256.private_numbers().private_value
        return bytes(self._ed25519.private_bytes_raw()) + number.to_bytes(_P256_BYTES, "big")

    @cached_property
    def ed25519(self) -> PublicKey:
        return _public(ED25519, self._ed25519.public_key().public_bytes_raw())

    @cached_property
    def p256(self) -> PublicKey:
        # A compressed point (SEC 1, 2.3.3). cryptography writes the same, but must import all its formats of keys.
        point = self._p256.public_key().public_numbers()
        return _public(P256, bytes([2 + point.y % 2]) + point.x.to_bytes(_P256_BYTES, "big"))

    def sign_ed25519(self, content: bytes) -> bytes:
        return bytes(self._ed25519.sign(content))

    def sign_es256(self, content: bytes) -> bytes:
        """r and s, 32 bytes each (RFC 7518, 3.4)."""
        return _raw(self._p256.sign(content, self._es256))


def _public(algorithm: str, content: bytes) -> PublicKey:
    return PublicKey(algorithm, base58(_CODECS[algorithm] + content))


def _raw(der: bytes) -> bytes:
    """SEQUENCE of two INTEGERs, of which each has at most 33 bytes."""
    first = 4 + der[3]
    r, s = der[4:first], der[first + 2 :]
    return r[-_P256_BYTES:].rjust(_P256_BYTES, b"\0") + s[-_P256_BYTES:].rjust(_P256_BYTES, b"\0")
