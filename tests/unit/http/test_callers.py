"""The caller: claims that API Gateway verified, as it writes them."""

from __future__ import annotations

from typing import Any

import pytest

from certificates.access import Caller
from certificates.errors import NotSignedIn
from certificates.http.caller import caller, is_administrator


def event(claims: Any) -> dict[str, Any]:
    return {"requestContext": {"authorizer": {"jwt": {"claims": claims}}}}


def test_the_configured_claim_has_the_username() -> None:
    claims = {"username": "ada", "preferred_username": "zoe"}
    assert caller(event(claims), "username") == Caller("ada", False)
    assert caller(event(claims), "preferred_username") == Caller("zoe", False)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"requestContext": {}},
        {"requestContext": {"authorizer": None}},
        {"requestContext": {"authorizer": {}}},
        {"requestContext": {"authorizer": {"jwt": None}}},
        {"requestContext": {"authorizer": {"jwt": {}}}},
        event(None),
        event({}),
        event({"name": "ada"}),
        event({"username": ""}),
        event({"username": "  "}),
        event({"username": ["ada"]}),
        event({"username": None}),
        event({"username": 7}),
    ],
)
def test_a_call_without_a_username_is_not_signed_in(given: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn) as refused:
        caller(given, "username")
    assert (refused.value.reason, str(refused.value)) == (
        "not-signed-in",
        "Sign in: no username came with the token.",
    )


@pytest.mark.parametrize(
    ("claims", "is_global_staff"),
    [
        ({}, False),
        ({"administrator": True}, True),
        ({"administrator": "true"}, True),
        ({"administrator": "True"}, True),
        ({"administrator": False}, False),
        ({"administrator": "false"}, False),
        ({"administrator": ""}, False),
        ({"administrator": 1}, False),
        ({"administrator": ["true"]}, False),
        ({"administrator": {"true": True}}, False),
        ({"cognito:groups": "[administrator]"}, True),
        ({"cognito:groups": "[staff administrator readers]"}, True),
        ({"cognito:groups": "administrator"}, True),
        ({"cognito:groups": ["staff", "administrator"]}, True),
        ({"cognito:groups": "[staff]"}, False),
        ({"cognito:groups": "[administrators not-administrator]"}, False),
        ({"cognito:groups": ["staff"]}, False),
        ({"cognito:groups": []}, False),
        ({"cognito:groups": ""}, False),
        ({"cognito:groups": {"administrator": True}}, False),
        ({"groups": "[administrator]"}, False),
    ],
)
def test_global_staff_have_the_claim_or_the_group(claims: dict[str, Any], is_global_staff: bool) -> None:
    assert is_administrator(claims) is is_global_staff
    assert caller(event({"username": "root", **claims}), "username") == Caller("root", is_global_staff)
