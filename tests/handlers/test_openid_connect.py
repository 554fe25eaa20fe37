"""Signing in at an OpenID provider that changes its keys, or that pretends to be another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from certificates.errors import NotAllowed
from certificates.pages import openid_connect
from certificates.pages.openid_connect import OpenIdConnect
from tests.cloud import issuer
from tests.cloud.server import free_port

BACK = "https://certificates.example/signed-in"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[issuer.Issuer]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    openid_connect._configuration.cache_clear()
    openid_connect._keys.cache_clear()
    with issuer.serving(free_port()) as running:
        yield running


def signed_in(provider: issuer.Issuer, username: str, **changed: Any) -> openid_connect.Person:
    """The way of a browser: to the provider, pick a person, and come back with a code."""
    client = OpenIdConnect(provider.url, issuer.PAGES, "preferred_username")
    address, attempt = client.leave(BACK, "/learn")
    asked = dict(parse_qsl(urlsplit(address).query))
    with httpx.Client() as http:
        back = http.post(f"{provider.url}/authorize", data={**asked, "username": username}).headers["location"]
    return client.arrive(urlsplit(back).query, attempt, BACK)


def test_people_sign_in_on_after_the_provider_has_changed_its_keys(provider: issuer.Issuer) -> None:
    assert signed_in(provider, "zoe").username == "zoe"
    provider.key = issuer.new_key()
    assert signed_in(provider, "zoe").username == "zoe"


def test_a_token_of_another_key_than_the_provider_publishes_signs_nobody_in(
    provider: issuer.Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = provider.keys()
    monkeypatch.setattr(provider, "keys", lambda: published)
    provider.key = issuer.new_key()
    with pytest.raises(NotAllowed):
        signed_in(provider, "zoe")


@pytest.mark.parametrize("said", [[], {}, {"authorization_endpoint": None}])
def test_a_provider_without_a_description_is_reported_and_asked_again(
    provider: issuer.Issuer, monkeypatch: pytest.MonkeyPatch, said: Any
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(provider, "discovery", lambda: said)
        with pytest.raises(NotAllowed):
            OpenIdConnect(provider.url, issuer.PAGES, "preferred_username").leave(BACK, "/learn")
    assert signed_in(provider, "zoe").username == "zoe"


@pytest.mark.parametrize(
    "said",
    [
        ["x"],
        5,
        "x",
        {"access_token": 5, "id_token": 7},
        {"access_token": "a", "token_type": "Bearer", "id_token": "a.b.c"},
        {"access_token": "a", "token_type": "Bearer", "expires_in": "soon", "id_token": None},
        {"access_token": "a", "token_type": "Bearer", "expires_in": [], "id_token": "x"},
        {"access_token": "a", "token_type": "Bearer", "expires_in": 1e400},
    ],
)
def test_a_provider_that_gives_tokens_of_another_form_signs_nobody_in(
    provider: issuer.Issuer, monkeypatch: pytest.MonkeyPatch, said: Any
) -> None:
    monkeypatch.setattr(provider, "tokens", lambda form: said)
    with pytest.raises(NotAllowed):
        signed_in(provider, "zoe")
