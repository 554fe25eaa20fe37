"""Bytes as text, for identifiers and proofs (W3C Controlled Identifiers 1.0, 2.4; multicodec for public keys)."""

from __future__ import annotations

import base64

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # Bitcoin's alphabet
_PAIRS = [high + low for high in _BASE58 for low in _BASE58]

ED25519_PUBLIC = b"\xed\x01"
P256_PUBLIC = b"\x80\x24"


def base58(content: bytes) -> str:
    """Multibase `z`: base58btc."""
    value = int.from_bytes(content, "big")
    pairs = []
    while value:
        value, pair = divmod(value, len(_PAIRS))
        pairs.append(_PAIRS[pair])
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + "1" * zeros + "".join(reversed(pairs)).lstrip("1")


def from_base58(text: str) -> bytes:
    """Raises ValueError if the text is not multibase `z`."""
    if not text.startswith("z"):
        raise ValueError("not base58btc")
    digits = text[1:].lstrip("1")
    value = 0
    for digit in digits:
        value = value * 58 + _BASE58.index(digit)
    return bytes(len(text) - 1 - len(digits)) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def base64url(content: bytes) -> str:
    """Base64url without padding and without multibase's `u`, as in JOSE."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Raises ValueError if the text is not base64url without padding."""
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(content) != text:
        raise ValueError("not base64url")
    return content
