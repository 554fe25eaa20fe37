"""Revoked credentials: each has one bit in a list, and the list is a signed credential itself.

https://www.w3.org/TR/vc-bitstring-status-list/: index 0 is the most significant bit of the first byte. A list has at
least 131,072 bits, so that reading a list does not reveal whose status the reader wants.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from .compiled import number_placeholder, placeholder
from .issuer import did_of
from .keys import SigningKeys
from .multibase import base64url, from_base64url
from .securing import Secured, Securing, moment_text
from .vocabulary import CREDENTIALS

LIST_SIZE = 131_072
"""Entries of a list: the smallest size in the standard."""

TTL = timedelta(minutes=5)
"""How long a verifier may use its copy of a list."""

VALIDITY = timedelta(days=2)
"""How long the signature of a list is valid. After that, verifiers refuse the list, rather than miss a revocation."""


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """The entry of one credential: a list, and an index from 0."""

    list_id: str
    index: int


def list_url(base_url: str, list_id: str) -> str:
    return f"{base_url}/status/{list_id}"


def bits(revoked: Iterable[int], size: int = LIST_SIZE) -> bytes:
    """The list's bits. Raises IndexError for an index beyond its end."""
    found = bytearray(size // 8)
    for index in revoked:
        found[index // 8] |= 0x80 >> (index % 8)
    return bytes(found)


def is_set(content: bytes, index: int) -> bool:
    return bool(content[index // 8] & 0x80 >> (index % 8))


def encoded(content: bytes) -> str:
    """Multibase base64url of the bits under gzip; the same bits give the same text."""
    return "u" + base64url(gzip.compress(content, mtime=0))


def decoded(text: str) -> bytes:
    """Raises ValueError if the text is no list of ours."""
    if not text.startswith("u"):
        raise ValueError("not multibase base64url")
    return gzip.decompress(from_base64url(text[1:]))


def index_of(position: int, seed: str) -> int:
    """The index of the entry that is claimed as the `position`-th of its list. Every index comes once, in random order.

    A permutation of 0 to LIST_SIZE - 1 with the list's own secret seed: an unbalanced Feistel network of HMAC-SHA-256.
    Indexes in the order of issue would reveal who finished together. A list has the same seed for life: another seed
    would give out indexes twice.
    """
    left, right = position >> 8, position & 0xFF  # nine bits and eight
    for turn in range(4):
        if turn & 1:
            right ^= _mixed(seed, turn, left) & 0xFF
        else:
            left ^= _mixed(seed, turn, right) & 0x1FF
    return left << 8 | right


@lru_cache(maxsize=4096)
def _mixed(seed: str, turn: int, half: int) -> int:
    digest = hmac.digest(seed.encode(), f"{turn} {half}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:2], "big")


def secured_list(list_id: str, content: bytes, *, base_url: str, keys: SigningKeys, now: datetime) -> Secured:
    """The list as a signed credential in both forms."""
    return _securing(base_url, keys).secure(
        {
            "list": list_id,
            "bits": encoded(content),
            "created": moment_text(now),
            "until": moment_text(now + VALIDITY),
            "nbf": str(int(now.timestamp())),
            "exp": str(int((now + VALIDITY).timestamp())),
        }
    )


@lru_cache(maxsize=4)
def _securing(base_url: str, keys: SigningKeys) -> Securing:
    did = did_of(base_url)
    url = list_url(base_url, placeholder("list"))
    document: dict[str, Any] = {
        "@context": [CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": placeholder("created"),
        "validUntil": placeholder("until"),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": placeholder("bits"),
            "ttl": int(TTL.total_seconds() * 1000),
        },
    }
    claims = {
        "iss": did,
        "jti": url,
        "sub": f"{url}#list",
        "nbf": number_placeholder("nbf"),
        "exp": number_placeholder("exp"),
    }
    return Securing(document, claims, did, keys)
