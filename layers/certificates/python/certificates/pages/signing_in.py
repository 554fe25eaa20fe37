"""Sign in, come back, sign out."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs

from certificates import runtime
from certificates.access import LmsSession
from certificates.errors import NotAllowed, NotFound
from certificates.pages.answers import Page, found, see_other
from certificates.pages.openid_connect import OpenIdConnect
from certificates.pages.provider import FromLms, Provider, SignInAttempt, written
from certificates.pages.routes import Pages
from certificates.pages.session import begin_session, cookie, cookies_of, end_session, session_of
from certificates.pages.visit import Visit

pages = Pages()

ATTEMPT_COOKIE = "__Host-sign-in"
ATTEMPT_SECONDS = 900
START = "/learn"


@pages.page("GET /sign-in", signed_in=False)
def leave(visit: Visit) -> Page:
    """Go to the provider's page. The browser keeps the values for the check of the answer."""
    address, attempt = provider(visit).leave(_callback(visit), own_address(visit.query("to")))
    return see_other(address, cookie(ATTEMPT_COOKIE, written(attempt), ATTEMPT_SECONDS))


@pages.page("GET /signed-in", signed_in=False)
def arrive(visit: Visit) -> Page:
    """Come back from the provider: a session begins, and the person goes on to the requested page."""
    attempt = _attempt(cookies_of(visit.event).get(ATTEMPT_COOKIE, ""))
    if not hmac.compare_digest(attempt.state.encode(), visit.query("state").encode(errors="replace")):
        raise NotAllowed("sign-in-failed", "The answer of the sign-in page belongs to another attempt.")
    person = provider(visit).arrive(str(visit.event.get("rawQueryString") or ""), attempt, _callback(visit))
    session = begin_session(
        person.username,
        person.name or person.username,
        global_staff=person.global_staff,
        now=visit.now,
        lms=_of_lms(person.lms, visit),
    )
    return see_other(own_address(attempt.to), session, cookie(ATTEMPT_COOKIE, "", 0))


@pages.page("GET /signed-in-again", signed_in=False)
def signed_in_again(visit: Visit) -> Page:
    return visit.show("signed_in_again.html")


@pages.page("POST /sign-out", signed_in=False)
def sign_out(visit: Visit) -> Page:
    """End the session here. The person stays signed in at the provider."""
    cookies = cookies_of(visit.event)
    if visit.backend.lms is not None:
        from certificates.pages.lms_session import give_back

        give_back(session_of(cookies, visit.now), visit.backend.lms)
    return see_other("/verify", end_session(cookies))


@pages.page("GET /", signed_in=False)
def begin_signing_in(visit: Visit) -> Page:
    return found(START)


def provider(visit: Visit) -> Provider:
    """The LMS, if the operator named one, or else an OpenID provider. Raises NotFound `not-configured` if the operator
    named no client for pages.
    """
    if visit.backend.lms is not None:
        from certificates.pages.lms_sign_in import LmsSignIn

        return LmsSignIn(visit.backend.lms)
    client_id = runtime.setting("OIDC_CLIENT_ID")
    if not client_id:
        raise NotFound("not-configured", "Nobody has set up signing in for these pages.")
    return OpenIdConnect(runtime.setting("OIDC_ISSUER"), client_id, runtime.setting("USERNAME_CLAIM"))


def _of_lms(given: FromLms | None, visit: Visit) -> LmsSession | None:
    """The LMS's part of a session: tokens are encrypted before they are stored."""
    if given is None or visit.backend.lms is None:
        return None
    from certificates.pages.sealing import seal_tokens

    tokens = seal_tokens(given.tokens, visit.backend.lms.secrets.secret().login)
    return LmsSession(tokens=tokens, rights=given.rights, rights_read_at=visit.now)


def own_address(to: str) -> str:
    """A path of this site, or the start page: a link to this site must not lead to another one."""
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if plain else START


def _callback(visit: Visit) -> str:
    return f"{visit.backend.base_url}/signed-in"


def _attempt(written_before: str) -> SignInAttempt:
    """Raises NotAllowed `sign-in-failed`."""
    kept = {name: values[0] for name, values in parse_qs(written_before).items()}
    try:
        return SignInAttempt(kept["state"], kept["nonce"], kept["verifier"], kept["to"])
    except KeyError as error:
        raise NotAllowed("sign-in-failed", "Signing in took too long, or began in another browser.") from error
