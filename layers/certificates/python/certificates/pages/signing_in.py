"""Sign in, come back, sign out."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs

from certificates import runtime
from certificates.errors import NotAllowed, NotFound
from certificates.http.caller import is_administrator
from certificates.pages.answers import Page, found, see_other
from certificates.pages.openid_connect import OpenIdConnect, Person, Provider, SignInAttempt, written
from certificates.pages.session import begin_session, cookie, cookies_of, end_session
from certificates.pages.site import Pages, Visit

pages = Pages()

ATTEMPT_COOKIE = "__Host-sign-in"
ATTEMPT_SECONDS = 900
START = "/learn"


@pages.page("GET /sign-in", signed_in=False)
def leave(visit: Visit) -> Page:
    """To the provider's page; the browser keeps what its answer is compared with."""
    address, attempt = provider().leave(_callback(visit), own_address(visit.query("to")))
    return see_other(address, cookie(ATTEMPT_COOKIE, written(attempt), ATTEMPT_SECONDS))


@pages.page("GET /signed-in", signed_in=False)
def arrive(visit: Visit) -> Page:
    """Back from the provider: a session begins, and the person goes on to the page they asked for."""
    attempt = _attempt(cookies_of(visit.event).get(ATTEMPT_COOKIE, ""))
    if not hmac.compare_digest(attempt.state, visit.query("state")):
        raise NotAllowed("sign-in-failed", "The answer of the sign-in page belongs to another attempt.")
    person = provider().arrive(str(visit.event.get("rawQueryString") or ""), attempt, _callback(visit))
    username = _username(person)
    session = begin_session(
        username, person.name or username, global_staff=is_administrator(person.claims), now=visit.now
    )
    return see_other(own_address(attempt.to), session, cookie(ATTEMPT_COOKIE, "", 0))


@pages.page("GET /signed-in-again", signed_in=False)
def signed_in_again(visit: Visit) -> Page:
    return visit.show("signed_in_again.html")


@pages.page("POST /sign-out", signed_in=False)
def sign_out(visit: Visit) -> Page:
    return see_other("/verify", end_session(cookies_of(visit.event)))


@pages.page("GET /", signed_in=False)
def begin_signing_in(visit: Visit) -> Page:
    return found(START)


def provider() -> Provider:
    """Raises NotFound `not-configured` where the operator has named no client for pages."""
    client_id = runtime.setting("OIDC_CLIENT_ID")
    if not client_id:
        raise NotFound("not-configured", "Nobody has set up signing in for these pages.")
    return OpenIdConnect(runtime.setting("OIDC_ISSUER"), client_id)


def own_address(to: str) -> str:
    """A path of this site, or the start: nobody is led to another site by a link to ours."""
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if plain else START


def _callback(visit: Visit) -> str:
    return f"{visit.backend.base_url}/signed-in"


def _username(person: Person) -> str:
    """Raises NotAllowed `sign-in-failed`."""
    username = str(person.claims.get(runtime.setting("USERNAME_CLAIM")) or "")
    if not username:
        raise NotAllowed("sign-in-failed", "Your account has no username that this site knows.")
    return username


def _attempt(written_before: str) -> SignInAttempt:
    """Raises NotAllowed `sign-in-failed`."""
    kept = {name: values[0] for name, values in parse_qs(written_before).items()}
    try:
        return SignInAttempt(kept["state"], kept["nonce"], kept["verifier"], kept["to"])
    except KeyError as error:
        raise NotAllowed("sign-in-failed", "Signing in took too long, or began in another browser.") from error
