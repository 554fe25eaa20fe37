"""OAuth 2.0 of the LMS: django-oauth-toolkit itself, and Open edX's changes."""

from __future__ import annotations

import pytest

from tests.lms import recorded
from tests.lms.asking import CHALLENGE, VERIFIER, Asking, claims_of, code_in, header_of, hidden_fields
from tests.lms.fake import SERVICE, FakeLms

PROVEN = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def make_application_that_asks_for_consent(lms: FakeLms) -> None:
    lms.tell(
        applications=[
            {
                "client_id": "asks",
                "client_secret": "asks",
                "user": SERVICE,
                "grant": "authorization-code",
                "redirect_uris": lms.callback,
                "skip": False,
            }
        ]
    )


def test_a_visitor_who_is_not_signed_in_goes_to_the_sign_in_page_and_back(lms: FakeLms, asking: Asking) -> None:
    answer = lms.http.get(f"{lms.url}/oauth2/authorize", params=asking.wanted())
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/login?next=/oauth2/authorize%3F")
    lms.switch(anonymous_to_login=False)
    assert lms.http.get(f"{lms.url}/oauth2/authorize", params=asking.wanted()).status_code == 401


def test_a_signed_in_person_comes_back_with_a_code_and_the_state(lms: FakeLms, asking: Asking) -> None:
    location = asking.authorize("mira").headers["location"]
    assert location.startswith(f"{lms.callback}?code=")
    assert location.endswith("&state=s1")


def test_an_unregistered_client_or_address_gets_a_page_and_no_redirect(asking: Asking) -> None:
    for changed in ({"redirect_uri": "https://elsewhere.example/signed-in"}, {"client_id": "nobody"}):
        answer = asking.authorize("mira", **changed)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")


def test_a_scope_that_the_application_may_not_have_comes_back_as_an_error(asking: Asking) -> None:
    assert "error=invalid_scope" in asking.authorize("mira", scope="grades:read").headers["location"]


def test_a_code_is_good_once(asking: Asking) -> None:
    code = asking.code("mira")
    assert asking.exchange(code).status_code == 200
    again = asking.exchange(code)
    assert (again.status_code, again.text) == (400, recorded.INVALID_GRANT)


def test_a_code_is_good_for_a_minute(lms: FakeLms, asking: Asking) -> None:
    lms.switch(code_seconds=-1)
    assert asking.exchange(asking.code("mira")).text == recorded.INVALID_GRANT
    lms.switch(code_seconds=60)
    assert asking.exchange(asking.code("mira")).status_code == 200


def test_the_pkce_verifier_is_checked_if_no_form_of_consent_was_shown(asking: Asking) -> None:
    code = asking.code("mira", **PROVEN)
    missing = asking.exchange(code)
    assert (missing.status_code, missing.json()["error"]) == (400, "invalid_request")
    assert asking.exchange(code, code_verifier="w" * 64).json() == {"error": "invalid_grant"}
    assert asking.exchange(code, code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize(("dropped", "status"), [(True, 200), (False, 400)])
def test_the_consent_form_loses_the_challenge(lms: FakeLms, asking: Asking, dropped: bool, status: int) -> None:
    lms.switch(challenge_dropped_on_consent=dropped)
    make_application_that_asks_for_consent(lms)
    browser = lms.signed_in("mira")
    form = browser.get("/oauth2/authorize", params=asking.wanted(client_id="asks", **PROVEN))
    assert form.status_code == 200
    allowed = browser.post("/oauth2/authorize", data=hidden_fields(form.text) | {"allow": "Authorize"})
    exchanged = asking.exchange(
        code_in(allowed), client_id="asks", client_secret="asks", code_verifier="no such verifier at all " * 2
    )
    assert exchanged.status_code == status


def test_a_person_who_does_not_consent_comes_back_with_an_error(lms: FakeLms, asking: Asking) -> None:
    make_application_that_asks_for_consent(lms)
    browser = lms.signed_in("mira")
    form = browser.get("/oauth2/authorize", params=asking.wanted(client_id="asks"))
    denied = browser.post("/oauth2/authorize", data=hidden_fields(form.text))
    assert "error=access_denied" in denied.headers["location"]


@pytest.mark.parametrize(("rotating", "status"), [(True, 400), (False, 200)])
def test_a_refresh_token_is_good_once(lms: FakeLms, asking: Asking, rotating: bool, status: int) -> None:
    lms.switch(rotating_refresh=rotating)
    first = asking.exchange(asking.code("mira")).json()
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    renewed = asking.token(**again)
    assert (renewed.status_code, renewed.json()["token_type"]) == (200, "JWT")
    assert asking.token(**again).status_code == status


def test_a_token_that_was_revoked_refreshes_nothing(lms: FakeLms, asking: Asking) -> None:
    given = asking.exchange(asking.code("mira")).json()
    form = {"token": given["refresh_token"], "client_id": "certs-login", "client_secret": "the secret of the sign-in"}
    revoked = lms.http.post(f"{lms.url}/oauth2/revoke_token", data=form)
    assert (revoked.status_code, revoked.text) == (200, "")
    assert asking.token(grant_type="refresh_token", refresh_token=given["refresh_token"]).status_code == 400


def test_a_wrong_secret_and_an_unknown_client_are_refused_alike(asking: Asking) -> None:
    for changed in ({"client_secret": "wrong"}, {"client_id": "nobody"}):
        answer = asking.exchange("code", **changed)
        assert (answer.status_code, answer.text) == (401, recorded.INVALID_CLIENT)
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_client"'


def test_an_application_has_one_grant(asking: Asking) -> None:
    assert asking.token(grant_type="client_credentials").json() == {"error": "unauthorized_client"}
    assert asking.token(grant_type="nonsense").json() == {"error": "unsupported_grant_type"}
    assert asking.lms.http.get(f"{asking.lms.url}/oauth2/access_token").status_code == 405


def test_a_token_is_opaque_unless_a_jwt_is_asked_for(lms: FakeLms, asking: Asking) -> None:
    given = asking.service(token_type="").json()
    assert (given["token_type"], given["expires_in"], given["access_token"].count(".")) == ("Bearer", 36000, 0)
    assert asking.get("/api/user/v1/me", given["access_token"], scheme="Bearer").status_code == 200
    lms.switch(opaque_by_default=False)
    assert asking.service(token_type="").json()["token_type"] == "JWT"


def test_a_jwt_is_no_bearer_token(lms: FakeLms, asking: Asking) -> None:
    token = asking.token_of("mira")
    assert asking.get("/api/user/v1/me", token, scheme="Bearer").status_code == 401
    assert asking.get("/api/user/v1/me", token).status_code == 200
    lms.switch(bearer_jwt_refused=False)
    assert asking.get("/api/user/v1/me", token, scheme="Bearer").status_code == 200


def test_a_jwt_ends_with_its_time(lms: FakeLms, asking: Asking) -> None:
    lms.switch(jwt_seconds=-5)
    assert asking.get("/api/user/v1/me", asking.token_of("mira")).status_code == 401


def test_a_jwt_has_the_claims_of_open_edx_and_no_key_that_anybody_could_check(lms: FakeLms, asking: Asking) -> None:
    token = asking.token_of("mira")
    assert claims_of(token)["scopes"] == ["user_id", "profile", "email"]
    assert claims_of(token)["administrator"] is False
    assert header_of(token) == {"alg": "HS256", "typ": "JWT"}
    lms.switch(tokens_are_those_of_open_edx=False)
    token = asking.token_of("mira")
    assert claims_of(token)["scope"] == "user_id profile email"
    assert header_of(token)["kid"] == "1"
    assert asking.get("/api/user/v1/me", token).json() == {"username": "mira"}
