"""OAuth 2.0 of the LMS: django-oauth-toolkit's views and validator, with Open edX's changes."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

import jwt
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.models import get_access_token_model, get_application_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import SettingsScopes, get_scopes_backend
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views import AuthorizationView, RevokeTokenView, TokenView

from tests.lms.world import WORLD

SIGNING_SECRET = "the secret of the site, which no client knows"
AUDIENCE = "openedx"
WITH_USER_ID: set[str] = set()
"""Ids of applications that may have the scope `user_id` (their ApplicationAccess)."""


class Scopes(SettingsScopes):
    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        usual = list(oauth2_settings.DEFAULT_SCOPES)
        return [*usual, "user_id"] if application and application.client_id in WITH_USER_ID else usual

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return self.get_available_scopes(application, request)


class Validator(OAuth2Validator):
    """Tokens of a service act as the user whom its application names."""

    def save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        grant_type = request.grant_type
        if grant_type == "client_credentials":
            # The toolkit would remove the user from a token of this grant.
            request.grant_type = None
            request.user = request.client.user
        try:
            super().save_bearer_token(token, request, *args, **kwargs)
        finally:
            request.grant_type = grant_type

    def rotate_refresh_token(self, request: Any) -> bool:
        return WORLD.switches.rotating_refresh


class Authorize(AuthorizationView):
    """For Open edX, an expired token counts as consent. If Open edX shows its own form, it loses the challenge."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and not WORLD.switches.anonymous_to_login:
            return HttpResponse("Unauthorized", status=401)
        oauth2_settings.AUTHORIZATION_CODE_EXPIRE_SECONDS = WORLD.switches.code_seconds
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        prompt = request.GET.get("approval_prompt", oauth2_settings.REQUEST_APPROVAL_PROMPT)
        if prompt != "auto_even_if_expired" or not WORLD.switches.challenge_dropped_on_consent:
            return super().get(request, *args, **kwargs)
        try:
            scopes, credentials = self.validate_authorization_request(request)
        except OAuthToolkitError as error:
            return self.error_response(error, application=None)
        application = get_application_model().objects.get(client_id=credentials["client_id"])
        kwargs |= {
            "scopes": scopes,
            "scopes_descriptions": [get_scopes_backend().get_all_scopes()[scope] for scope in scopes],
            "application": application,
            **{name: credentials[name] for name in ("client_id", "redirect_uri", "response_type", "state")},
        }
        self.oauth2_data = kwargs
        kwargs["form"] = self.get_form(self.get_form_class())
        if application.skip_authorization or self._consented(request, application, scopes):
            uri, _, _, _ = self.create_authorization_response(
                request=request, scopes=" ".join(scopes), credentials=credentials, allow=True
            )
            return self.redirect(uri, application)
        return self.render_to_response(self.get_context_data(**kwargs))

    @staticmethod
    def _consented(request: HttpRequest, application: Any, scopes: list[str]) -> bool:
        tokens = get_access_token_model().objects.filter(user=request.user, application=application)
        return any(token.allow_scopes(scopes) for token in tokens)


class Token(TokenView):
    """A token is a JWT if the client asks for one, at every refresh again."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().post(request, *args, **kwargs)
        wanted = request.POST.get("token_type", request.headers.get("x-token-type", "")).lower()
        if answer.status_code != 200 or (wanted != "jwt" and WORLD.switches.opaque_by_default):
            return answer
        given = json.loads(answer.content)
        token = get_access_token_model().objects.get(token=given["access_token"])
        given |= {
            "access_token": _jwt(token, request.POST["grant_type"]),
            "token_type": "JWT",
            "expires_in": WORLD.switches.jwt_seconds,
        }
        ordered = {name: given[name] for name in ("access_token", "token_type", "expires_in", "scope")}
        if "refresh_token" in given:
            ordered["refresh_token"] = given["refresh_token"]
        answer.content = json.dumps(ordered, separators=(",", ":")).encode()
        return answer


authorize = csrf_exempt(Authorize.as_view())
access_token = Token.as_view()
revoke_token = csrf_exempt(RevokeTokenView.as_view())


def issuer(base: str) -> str:
    return f"{base}/oauth2"


BASE = {"url": ""}
"""The address of this LMS."""


def _jwt(token: Any, grant: str) -> str:
    person = WORLD.people[token.user.username]
    scopes = token.scope.split()
    now = int(time.time())
    claims: dict[str, Any] = {
        "aud": AUDIENCE,
        "iss": issuer(BASE["url"]),
        "iat": now,
        "exp": now + WORLD.switches.jwt_seconds,
        "grant_type": {"authorization_code": "authorization-code", "client_credentials": "client-credentials"}.get(
            grant, token.application.authorization_grant_type
        ),
        "preferred_username": person.username,
        "scopes": scopes,
        "version": "1.2.0",
        "sub": hashlib.md5(person.username.encode(), usedforsecurity=False).hexdigest(),
        "filters": [],
        "is_restricted": False,
        "email_verified": person.is_active,
    }
    if "user_id" in scopes:
        claims["user_id"] = person.id
    if "email" in scopes:
        claims["email"] = person.email
    if "profile" in scopes:
        claims |= {
            "name": person.name or None,
            "family_name": "",
            "given_name": "",
            "administrator": person.is_staff,
            "superuser": False,
        }
    if WORLD.switches.tokens_are_those_of_open_edx:
        return jwt.encode(claims, SIGNING_SECRET, algorithm="HS256")
    usual = {name: value for name, value in claims.items() if name not in {"scopes", "administrator"}}
    return jwt.encode(usual | {"scope": token.scope}, SIGNING_SECRET, algorithm="HS256", headers={"kid": "1"})


def username_of_jwt(token: str) -> str | None:
    try:
        claims = jwt.decode(token, SIGNING_SECRET, algorithms=["HS256"], audience=AUDIENCE)
    except jwt.InvalidTokenError:
        return None
    return str(claims["preferred_username"])


def username_of_opaque(token: str) -> str | None:
    found = get_access_token_model().objects.filter(token=token).select_related("user").first()
    return found.user.username if found is not None and not found.is_expired() else None
