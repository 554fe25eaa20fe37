"""Keys, proofs and identifiers, compared with the test vectors of their standards."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from certificates.trust.credential import secured
from certificates.trust.issuer import did_document, did_of
from certificates.trust.keys import PublicKey, SigningKeys
from certificates.trust.multibase import base58, base64url, from_base58, from_base64url
from tests.unit.trust.awards import DID, KEYS, OTHERS, award

# RFC 6979, A.2.5.
P256_SECRET = bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
P256_SIGNATURE = (
    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
)
# RFC 8032, 7.1, test 3.
ED25519_SECRET = bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
ED25519_SIGNATURE = (
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)

VECTORS = SigningKeys.from_bytes(ED25519_SECRET + P256_SECRET)


def test_a_signature_with_ed25519_is_the_one_of_the_standard_s_example() -> None:
    assert VECTORS.sign_ed25519(bytes.fromhex("af82")).hex() == ED25519_SIGNATURE


def test_a_signature_with_es256_is_the_one_of_the_standard_s_example_every_time() -> None:
    assert VECTORS.sign_es256(b"sample").hex().upper() == P256_SIGNATURE
    assert VECTORS.p256.verifies(bytes.fromhex(P256_SIGNATURE), b"sample")


def test_the_name_of_a_p256_key_is_its_compressed_point() -> None:
    points = set()
    for number in range(1, 13):
        keys = SigningKeys.from_bytes(ED25519_SECRET + number.to_bytes(32, "big"))
        point = keys._p256.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        assert from_base58(keys.p256.multikey)[2:] == point
        points.add(point[0])
    assert points == {2, 3}


@given(st.binary(max_size=80))
def test_bytes_come_back_from_base58_and_base64url(content: bytes) -> None:
    assert from_base58(base58(content)) == content
    assert from_base64url(base64url(content)) == content


def test_base58_is_bitcoin_s() -> None:
    # draft-msporny-base58, 5.
    assert base58(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"
    assert base58(bytes.fromhex("0000287fb4cd")) == "z11233QC4"


@pytest.mark.parametrize("text", ["", "u1", "z0", "zl"])
def test_a_text_that_is_not_base58_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_base58(text)


@given(st.binary(max_size=200))
def test_every_signature_is_verified_by_its_own_key_and_no_other(content: bytes) -> None:
    for key, other, signature in (
        (KEYS.ed25519, OTHERS.ed25519, KEYS.sign_ed25519(content)),
        (KEYS.p256, OTHERS.p256, KEYS.sign_es256(content)),
    ):
        assert len(signature) == 64
        assert key.verifies(signature, content)
        assert not other.verifies(signature, content)
        assert not key.verifies(signature, content + b"!")


def test_keys_that_were_stored_are_the_same_keys() -> None:
    again = SigningKeys.from_bytes(KEYS.to_bytes())
    assert (again.ed25519, again.p256) == (KEYS.ed25519, KEYS.p256)
    assert secured(award(), again) == secured(award(), KEYS)


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("https://certificates.example", "did:web:certificates.example"),
        ("https://certificates.example:8443", "did:web:certificates.example%3A8443"),
        ("https://example.org/learn/certificates", "did:web:example.org:learn:certificates"),
        ("http://localhost:4566", "did:web:localhost%3A4566"),
    ],
)
def test_an_address_is_an_identifier(address: str, did: str) -> None:
    assert did_of(address) == did


def test_the_document_of_the_issuer_lists_current_keys_first_and_keeps_retired_ones() -> None:
    retired = [PublicKey(key.algorithm, key.multikey, "2026-11-01") for key in (OTHERS.ed25519, OTHERS.p256)]
    document = did_document(DID, [*retired, KEYS.ed25519, KEYS.p256])
    listed = [method["publicKeyMultibase"] for method in document["verificationMethod"]]
    assert listed == [KEYS.p256.multikey, KEYS.ed25519.multikey, OTHERS.p256.multikey, OTHERS.ed25519.multikey]
    assert document["assertionMethod"] == [method["id"] for method in document["verificationMethod"]]
    assert all(
        method["controller"] == DID and method["id"].startswith(f"{DID}#") for method in document["verificationMethod"]
    )


def test_a_jwt_names_algorithm_key_and_type_and_has_the_credential_as_its_payload() -> None:
    signed = secured(award(), KEYS)
    header, payload, _ = signed.jwt.split(".")
    assert json.loads(from_base64url(header)) == {"alg": "ES256", "kid": f"{DID}#{KEYS.p256.name}", "typ": "JWT"}
    said = json.loads(from_base64url(payload))
    document = json.loads(signed.document)
    claims = {name: said.pop(name) for name in ("iss", "jti", "sub", "nbf")}
    assert said == {name: value for name, value in document.items() if name != "proof"}
    assert claims == {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": 1_795_507_385,
    }


def test_a_credential_is_the_same_bytes_for_the_same_certificate() -> None:
    assert secured(award(), KEYS) == secured(award(), KEYS)


def test_an_e_mail_is_hashed_with_its_salt() -> None:
    [identity] = json.loads(secured(award(), KEYS).document)["credentialSubject"]["identifier"]
    assert identity["identityHash"] == "sha256$" + hashlib.sha256(b"zoe@example.org5a17").hexdigest()
    assert "zoe@example.org" not in secured(award(), KEYS).document
    assert base64.b64encode(b"zoe@example.org").decode()[:10] not in secured(award(), KEYS).jwt
