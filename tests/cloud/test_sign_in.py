"""The JWT authorizer of the local cloud refuses the same tokens as API Gateway's."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.cloud.cloud import LocalCloud
from tests.cloud.issuer import new_key

RUN = "/runs/course-v1%3ANorthwind%2BSTAT101%2B2026_T3"


def get(probe: LocalCloud, token: str | None) -> Any:
    with probe.http() as http:
        return http.get(RUN, headers={"Authorization": f"Bearer {token}"} if token is not None else {})


def test_a_learner_with_a_token_is_let_in_and_known_by_it(probe: LocalCloud) -> None:
    event = get(probe, probe.token("amara")).json()

    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert claims["preferred_username"] == claims["sub"] == "amara"
    assert event["pathParameters"] == {"course_id": "course-v1:Northwind+STAT101+2026_T3"}


def test_every_claim_arrives_as_a_string(probe: LocalCloud) -> None:
    event = get(probe, probe.token("grace", administrator=True)).json()

    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert claims["administrator"] == "true"
    assert {type(value) for value in claims.values()} == {str}


@pytest.mark.parametrize("token", [None, "not-a-token", "a.b.c"])
def test_without_a_token_every_call_is_refused(probe: LocalCloud, token: str | None) -> None:
    refused(get(probe, token))


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"exp": int(time.time()) - 1}, id="expired"),
        pytest.param({"nbf": int(time.time()) + 36000}, id="not valid yet"),
        pytest.param({"iat": int(time.time()) + 36000}, id="issued in the future"),
        pytest.param({"aud": "another-client"}, id="wrong audience"),
        pytest.param({"aud": None}, id="no audience"),
        pytest.param({"iss": "https://elsewhere.example"}, id="wrong issuer"),
    ],
)
def test_a_token_with_invalid_claims_is_refused(probe: LocalCloud, claims: dict[str, Any]) -> None:
    refused(get(probe, probe.issuer.token("amara", **claims)))


def test_a_token_signed_by_somebody_else_is_refused(probe: LocalCloud) -> None:
    refused(get(probe, probe.issuer.token("amara", key=new_key())))


def test_a_token_that_names_our_key_but_is_signed_with_another_is_refused(probe: LocalCloud) -> None:
    forged = new_key(kid=probe.issuer.key.kid)
    refused(get(probe, probe.issuer.token("amara", key=forged)))


def test_a_token_changed_after_signing_is_refused(probe: LocalCloud) -> None:
    header, _, signature = probe.token("amara").split(".")
    _, claims, _ = probe.token("grace", administrator=True).split(".")
    refused(get(probe, f"{header}.{claims}.{signature}"))


def test_a_token_without_a_signature_is_refused(probe: LocalCloud) -> None:
    _, claims, _ = probe.token("amara").split(".")
    refused(get(probe, f"eyJhbGciOiJub25lIn0.{claims}."))


def test_a_public_route_asks_for_no_token(probe: LocalCloud) -> None:
    with probe.http() as http:
        assert http.get("/anyone").status_code == 200


def refused(response: Any) -> None:
    assert response.status_code == 401
    assert response.json() == {"message": "Unauthorized"}
