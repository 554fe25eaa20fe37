"""Calls of KMS: sealed secrets of webhooks, and the keys that sign credentials."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from certificates.aws import (
    clients,
    secrets,
    signing_keys,
    webhook_secrets,
)
from certificates.aws.signing_keys import SigningKeysItem, SigningKeyStore
from certificates.aws.webhook_secrets import WebhookSecrets
from certificates.aws.writes import put
from certificates.errors import Raced
from certificates.trust.keys import SigningKeys
from tests.unit.aws.kept_items import KeptItems
from tests.unit.aws.services import Service

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)


class Kms(Service):
    """Seals nothing: the sealed text is the context and the text."""

    def encrypt(self, **asked: Any) -> dict[str, bytes]:
        self.calls.append(("encrypt", asked))
        return {"CiphertextBlob": json.dumps(asked["EncryptionContext"]).encode() + b"|" + asked["Plaintext"]}

    def decrypt(self, **asked: Any) -> dict[str, bytes]:
        self.calls.append(("decrypt", asked))
        context, _, text = asked["CiphertextBlob"].partition(b"|")
        assert json.loads(context) == asked["EncryptionContext"]
        return {"Plaintext": text}


def test_the_secret_of_a_webhook_is_sealed_for_this_webhook_and_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kms, store = Kms(), WebhookSecrets("key")
    monkeypatch.setattr(webhook_secrets, "kms", lambda: kms)
    sealed = store.seal("sécret", "w1")
    context = {"purpose": "secret of a webhook", "webhook": "w1"}
    asked = {"KeyId": "key", "Plaintext": "sécret".encode(), "EncryptionContext": context}
    assert kms.calls == [("encrypt", asked)]
    assert [store.unseal(sealed, "w1"), store.unseal(sealed, "w1")] == ["sécret", "sécret"]
    asked = {"KeyId": "key", "CiphertextBlob": base64.b64decode(sealed), "EncryptionContext": context}
    assert kms.calls[1:] == [("decrypt", asked)]
    assert "sécret" not in repr(store)


def test_a_warm_function_keeps_two_hundred_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    kms, store = Kms(), WebhookSecrets("key")
    monkeypatch.setattr(webhook_secrets, "kms", lambda: kms)
    sealed = [store.seal(str(number), "w1") for number in range(201)]
    kms.calls.clear()
    for text in (*sealed[:200], sealed[0]):
        store.unseal(text, "w1")
    assert len(kms.calls) == 200
    assert store.unseal(sealed[200], "w1") == "200"
    store.unseal(sealed[0], "w1")
    assert len(kms.calls) == 202


def test_a_secret_of_the_operator_is_read_as_it_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(get_secret_value={"SecretString": "s"})
    monkeypatch.setattr(clients, "secrets", lambda: service)
    assert secrets.secret_text("arn") == "s"
    assert service.calls == [("get_secret_value", {"SecretId": "arn"})]


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> tuple[KeptItems, Kms]:
    table, kms = KeptItems(monkeypatch, signing_keys), Kms()
    monkeypatch.setattr(signing_keys, "kms", lambda: kms)
    return table, kms


CONTEXT = {"purpose": "signing keys of certificates"}
OLD = SigningKeys.generate()
OLDER = SigningKeys.generate().p256._replace(retired_on="2026-01-01")
STORED = SigningKeysItem(
    pk="SIGNING-KEYS",
    sk="KEYS",
    sealed=base64.b64encode(json.dumps(CONTEXT).encode() + b"|" + OLD.to_bytes()).decode(),
    public_keys=[OLD.p256, OLD.ed25519, OLDER],
    version=4,
)


def test_the_first_signature_makes_the_keys(monkeypatch: pytest.MonkeyPatch, keys: tuple[KeptItems, Kms]) -> None:
    table, kms = keys
    store = SigningKeyStore("key")
    assert store.public() == []
    monkeypatch.setattr(SigningKeys, "generate", lambda: OLD)
    made = store.current(AT)
    assert made.to_bytes() == OLD.to_bytes()
    first = SigningKeysItem(
        pk="SIGNING-KEYS", sk="KEYS", sealed=STORED.sealed, public_keys=[OLD.p256, OLD.ed25519], version=1
    )
    assert table.written == [put(first, SigningKeysItem.pk.does_not_exist())]
    assert kms.calls == [
        ("encrypt", {"KeyId": "key", "Plaintext": OLD.to_bytes(), "EncryptionContext": CONTEXT}),
        (
            "decrypt",
            {"KeyId": "key", "CiphertextBlob": base64.b64decode(STORED.sealed), "EncryptionContext": CONTEXT},
        ),
    ]


def test_who_loses_the_race_for_the_first_keys_signs_with_those_of_the_winner(
    monkeypatch: pytest.MonkeyPatch, keys: tuple[KeptItems, Kms]
) -> None:
    table, _ = keys
    table.races = 1
    with pytest.raises(Raced):
        SigningKeyStore("key").current(AT)
    table.races = 1
    generate = SigningKeys.generate

    def generate_too_late() -> SigningKeys:
        table.add(STORED)
        return generate()

    monkeypatch.setattr(SigningKeys, "generate", generate_too_late)
    assert SigningKeyStore("key").current(AT).to_bytes() == OLD.to_bytes()


def test_a_warm_function_looks_for_other_keys_every_five_minutes(keys: tuple[KeptItems, Kms]) -> None:
    table, kms = keys
    table.add(STORED)
    store = SigningKeyStore("key")
    opened = store.current(AT)
    assert "SigningKeys" not in repr(store)
    table.items.clear()
    assert store.current(LATER - timedelta(seconds=1)) is opened
    table.add(STORED)
    assert store.current(LATER) is opened
    assert store.current(LATER + timedelta(minutes=4)) is opened
    assert len(kms.calls) == 1
    new = SigningKeys.generate()
    sealed = base64.b64encode(json.dumps(CONTEXT).encode() + b"|" + new.to_bytes()).decode()
    rotated = SigningKeysItem(
        pk="SIGNING-KEYS", sk="KEYS", sealed=sealed, public_keys=[new.p256, new.ed25519], version=5
    )
    table.add(rotated)
    assert store.current(LATER + timedelta(minutes=4)) is opened
    assert store.current(LATER + timedelta(minutes=5)).to_bytes() == new.to_bytes()


def test_rotated_keys_stay_public_with_the_day_of_their_end(
    monkeypatch: pytest.MonkeyPatch, keys: tuple[KeptItems, Kms]
) -> None:
    table, _ = keys
    table.add(STORED)
    store, new = SigningKeyStore("key"), SigningKeys.generate()
    assert store.public() == [OLD.p256, OLD.ed25519, OLDER]
    store.current(AT)
    monkeypatch.setattr(SigningKeys, "generate", lambda: new)
    ended = [key._replace(retired_on=date(2026, 11, 20).isoformat()) for key in (OLD.p256, OLD.ed25519)]
    public = [new.p256, new.ed25519, *ended, OLDER]
    assert store.rotate(AT) == public
    sealed = base64.b64encode(json.dumps(CONTEXT).encode() + b"|" + new.to_bytes()).decode()
    made = SigningKeysItem(pk="SIGNING-KEYS", sk="KEYS", sealed=sealed, public_keys=public, version=5)
    assert table.written == [put(made, SigningKeysItem.version == 4)]
    table.add(made)
    assert store.current(AT).to_bytes() == new.to_bytes()
    table.items.clear()
    table.written.clear()
    assert store.rotate(AT) == [new.p256, new.ed25519]
    one = SigningKeysItem(pk="SIGNING-KEYS", sk="KEYS", sealed=sealed, public_keys=[new.p256, new.ed25519], version=1)
    assert table.written == [put(one, SigningKeysItem.pk.does_not_exist())]
