"""The Lambda handler that serves a table of pages.

HTML routes do not use API Gateway's authorizer, whose errors are JSON: a page checks the session itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from certificates import runtime
from certificates.designs.time_limit import TimeOver, time_limit
from certificates.errors import NotAllowed, NotSignedIn, Overloaded, Refusal, Throttled
from certificates.http.accept import prefers_json
from certificates.messages.function import LambdaHandler, lambda_function
from certificates.pages.answers import Page, see_other
from certificates.pages.forms import form_of, kept_files
from certificates.pages.languages import LANGUAGES, negotiated
from certificates.pages.routes import Pages, Route
from certificates.pages.session import LANGUAGE_COOKIE, cookies_of, language_cookie, session_of
from certificates.pages.visit import Visit
from certificates.telemetry import logger, request_failed

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

FOR_AN_ERROR_SECONDS = 2.0
"""The part of a function's time limit that is kept for the page about an error."""


def lambda_handler(
    pages: Pages, api: LambdaHandler | None = None, *, more: Callable[[], Pages] = Pages
) -> LambdaHandler:
    """The Lambda handler that serves these pages. The interface answers other routes, and requests for JSON. `more` has
    further pages, which are loaded with the first request for one of them.
    """

    @lambda_function
    def handle(event: dict[str, Any], context: LambdaContext) -> Any:
        # As in `certificates.http.serving`.
        logger.set_correlation_id(event["requestContext"]["requestId"])
        route = pages.routes.get(event["routeKey"]) or more().routes.get(event["routeKey"])
        head = event["requestContext"]["http"]["method"] == "HEAD"
        # Only pages answer addresses with small mistakes.
        has_json = event["routeKey"].startswith(("GET ", "HEAD ")) and "+}" not in event["routeKey"]
        if route is None or (api is not None and has_json and prefers_json(event)):
            if api is None:
                raise LookupError(f"no page at {event['routeKey']}")
            return api(event, context)
        logger.append_keys(operation=event["routeKey"])
        encodings = (event.get("headers") or {}).get("accept-encoding") or ""
        seconds = context.get_remaining_time_in_millis() / 1000 - FOR_AN_ERROR_SECONDS
        return _serve(route, event, seconds).event(accepts_gzip="gzip" in encodings, head=head)

    return handle


def _serve(route: Route, event: dict[str, Any], seconds: float) -> Page:
    """`seconds`: the time limit for the page."""
    cookies = cookies_of(event)
    headers = event.get("headers") or {}
    now = runtime.now()
    language = negotiated(cookies.get(LANGUAGE_COOKIE), headers.get("accept-language"))
    visit = Visit(event=event, now=now, language=language)
    try:
        with time_limit(seconds):
            if visit.method == "GET" and (chosen := LANGUAGES.get(visit.query("language"))):
                return see_other(visit.address, language_cookie(chosen.tag))
            if visit.method == "POST" and not route.from_anywhere:
                _require_own_page(visit)
                posted = form_of(event)
                visit = replace(visit, form=posted.fields, files=posted.files)
            if route.signed_in:
                visit = replace(visit, session=session_of(cookies, now))
                if visit.session is None:
                    return _sign_in_first(visit)
                if " /teach" in event["routeKey"] and visit.session.lms is not None:
                    from certificates.pages.lms_session import with_fresh_rights

                    visit = replace(visit, session=with_fresh_rights(visit.session, visit.backend, now))
            return route.handler(visit)
    except NotSignedIn:
        return _sign_in_first(visit)
    except Refusal as refusal:
        logger.info("refused", extra={"reason": refusal.reason})
        return _refused(visit, refusal)
    except Throttled as throttled:
        logger.warning("throttled", extra={"call": str(throttled)})
        return _refused(visit, Overloaded())
    except (Exception, TimeOver) as error:
        from certificates.pages.failures import about_error

        # API Gateway's own answer to an error is JSON. Lambda counts no error then: `request_failed` does.
        request_failed(error)
        return about_error(visit, too_slow=isinstance(error, TimeOver))


def _refused(visit: Visit, refusal: Refusal) -> Page:
    from certificates.pages.failures import refused

    return refused(visit, refusal)


def _sign_in_first(visit: Visit) -> Page:
    """Sign in and come back. A posted form is not lost: the page has the typed values."""
    # A script that looks at a page cannot follow to the sign-in page, which is another site's.
    if visit.method == "GET" and visit.header("sec-fetch-dest") != "empty":
        return see_other(f"/sign-in?{urlencode({'to': visit.address})}")
    return visit.show("signed_out.html", 401, kept_files=kept_files(visit.files))


def _require_own_page(visit: Visit) -> None:
    """A post must come from our own pages. Raises NotAllowed `cross-site`."""
    site = visit.header("sec-fetch-site")
    origin = urlsplit(visit.header("origin"))
    if site != "same-origin" if site else origin.netloc not in visit.own_hosts:
        raise NotAllowed("cross-site", "This form was sent from another site. Open the page and send it from there.")
