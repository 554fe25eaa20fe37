"""A receiver with the library of Standard Webhooks accepts our messages by their signatures."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from certificates.notices.webhook_signing import new_secret, signed_headers

BODY = '{"type":"certificate.issued","data":{"course_id":"course-v1:Fjord+BIO1+2026","ø":"é"}}'


def test_a_receiver_s_library_accepts_the_signature() -> None:
    secret = new_secret()
    headers = signed_headers("m1", BODY, [secret], datetime.now(UTC))
    assert Webhook(secret).verify(BODY.encode(), headers)["type"] == "certificate.issued"
    for altered in (BODY.replace("issued", "shown"), BODY + " "):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(altered, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, {**headers, "webhook-id": "m2"})
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


def test_during_a_rotation_receivers_can_check_with_either_secret() -> None:
    new, old = new_secret(), new_secret()
    headers = signed_headers("m1", BODY, [new, old], datetime.now(UTC))
    assert len(headers["webhook-signature"].split(" ")) == 2
    for known in (new, old):
        Webhook(known).verify(BODY, headers)


def test_the_signature_has_the_time_of_the_try() -> None:
    secret = new_secret()
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(BODY, signed_headers("m1", BODY, [secret], datetime.now(UTC) - timedelta(minutes=6)))


def test_the_signature_is_that_of_the_specification_s_example() -> None:
    """The example of the specification, to the last character."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    signed = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', [secret], at)
    assert signed == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_no_two_secrets_are_the_same_and_each_has_32_bytes() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(base64.b64decode(secret.removeprefix("whsec_"))) for secret in made} == {32}
