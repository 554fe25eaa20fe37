"""A table of pages, and the Lambda handler that serves it.

HTML routes do not use API Gateway's authorizer, whose errors are JSON: a page checks the session itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from aws_lambda_powertools.logging import correlation_paths

from certificates import runtime
from certificates.access import Session
from certificates.designs.time_limit import TimeOver, time_limit
from certificates.errors import NotAllowed, NotFound, NotSignedIn, Overloaded, Refusal, Throttled
from certificates.http.language import Language
from certificates.pages.answers import Page, html, see_other
from certificates.pages.forms import PostedFields, form_of, kept_files
from certificates.pages.languages import LANGUAGES, negotiated, weight_of
from certificates.pages.session import LANGUAGE_COOKIE, cookies_of, language_cookie, session_of
from certificates.rules.course_id import parse_course_id
from certificates.telemetry import logger, metrics, request_failed

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from certificates.backend import Backend

LambdaHandler = Callable[[dict[str, Any], "LambdaContext"], dict[str, Any]]

FOR_AN_ERROR_SECONDS = 2.0
"""Kept of a function's time limit, for the page about an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request for a page.

    `session` is None if nobody is signed in. `form` and `files` are the posted data.
    """

    event: dict[str, Any]
    now: datetime
    language: Language
    session: Session | None = None
    form: PostedFields = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def backend(self) -> Backend:
        """Made with the first use: the page about an error has to be shown without it."""
        return runtime.backend(f"https://{self.event['requestContext']['domainName']}")

    @property
    def method(self) -> str:
        return str(self.event["requestContext"]["http"]["method"])

    @property
    def person(self) -> Session:
        """The person who is signed in. Only for pages that require a session."""
        if self.session is None:
            raise LookupError("a page that needs a session was served without one")
        return self.session

    @property
    def address(self) -> str:
        """Path and query of this page in the browser, without the choice of a language."""
        path = quote(str(self.event["rawPath"]), safe="/:@+%")
        query = [(name, value) for name, value in self.queries if name != "language"]
        return f"{path}?{urlencode(query)}" if query else path

    @property
    def queries(self) -> list[tuple[str, str]]:
        return parse_qsl(self.event.get("rawQueryString") or "", keep_blank_values=True)

    @property
    def own_hosts(self) -> set[str]:
        """Under these hosts, browsers have pages of this site."""
        public = urlsplit(runtime.setting("PUBLIC_BASE_URL")).netloc
        return {public, self.event["requestContext"]["domainName"]} - {""}

    @property
    def course_id(self) -> str:
        """The run in the path. Raises NotFound `malformed-course-id`."""
        course_id = parse_course_id(self.path("course_id"))
        if course_id is None:
            raise NotFound("malformed-course-id", "A course id looks like course-v1:Org+Number+Run.")
        return course_id

    def path(self, name: str) -> str:
        return str((self.event.get("pathParameters") or {}).get(name) or "")

    def query(self, name: str) -> str:
        return dict(self.queries).get(name, "").strip()

    def typed(self, name: str) -> str:
        """A field of the form, "" if it is missing."""
        return self.form.get(name, [""])[-1]

    def header(self, name: str) -> str:
        return str((self.event.get("headers") or {}).get(name) or "")

    def show(self, template: str, status: int = 200, *, stores: tuple[str, ...] = (), **context: Any) -> Page:
        """A template with the values of every page: the person, the languages, the site's name and links."""
        from certificates.pages.templating import render_template

        text = render_template(
            template, self.language, visit=self, languages=LANGUAGES, site=site(), now=self.now, **context
        )
        return html(text, self.language.tag, status, stores=stores)


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """The operator's name of the site, and its other pages; "" without one."""

    name: str
    privacy_url: str
    help_url: str
    profile_url: str
    linkedin_id: str


def site() -> SiteLinks:
    names = ("SITE_NAME", "PRIVACY_URL", "HELP_URL", "PROFILE_URL", "LINKEDIN_ORGANIZATION_ID")
    return SiteLinks(*(runtime.setting(name) for name in names))


PageHandler = Callable[[Visit], Page]


@dataclass(frozen=True, slots=True)
class _Route:
    handler: PageHandler
    signed_in: bool
    from_anywhere: bool = False


class Pages:
    """The pages of one topic, or of several topics together, by route as in the template."""

    def __init__(self, *parts: Pages) -> None:
        self.routes: dict[str, _Route] = {key: route for part in parts for key, route in part.routes.items()}

    def page(
        self, *routes: str, signed_in: bool = True, from_anywhere: bool = False
    ) -> Callable[[PageHandler], PageHandler]:
        """`routes` are methods and paths: `GET /learn`. A page for a person requires a session.

        `from_anywhere`: posts are not from our forms, and not from browsers.
        """

        def register(handler: PageHandler) -> PageHandler:
            self.routes |= dict.fromkeys(routes, _Route(handler, signed_in, from_anywhere))
            return handler

        return register


def lambda_handler(
    pages: Pages, api: LambdaHandler | None = None, *, more: Callable[[], Pages] = Pages
) -> LambdaHandler:
    """The Lambda handler that serves these pages. The interface answers other routes, and requests for JSON. `more` has
    further pages, which are loaded with the first request for one of them.
    """

    @metrics.log_metrics
    @logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, clear_state=True)
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        route = pages.routes.get(event["routeKey"]) or more().routes.get(event["routeKey"])
        head = event["requestContext"]["http"]["method"] == "HEAD"
        # Only pages answer addresses with small mistakes.
        has_json = event["routeKey"].startswith(("GET ", "HEAD ")) and "+}" not in event["routeKey"]
        if route is None or (api is not None and has_json and prefers_json(event)):
            if api is None:
                raise LookupError(f"no page at {event['routeKey']}")
            if not head:
                return api(event, context)
            answered = api({**event, "routeKey": event["routeKey"].replace("HEAD ", "GET ", 1)}, context)
            return {**answered, "body": ""}
        logger.append_keys(operation=event["routeKey"])
        encodings = (event.get("headers") or {}).get("accept-encoding") or ""
        seconds = context.get_remaining_time_in_millis() / 1000 - FOR_AN_ERROR_SECONDS
        return _serve(route, event, seconds).event(accepts_gzip="gzip" in encodings, head=head)

    return handle


def prefers_json(event: dict[str, Any]) -> bool:
    """Whether `Accept` has JSON, and no HTML that is wanted as much. `*/*` and a missing header get a page, because
    crawlers of links send these."""
    json_weight = html_weight = 0.0
    for entry in str((event.get("headers") or {}).get("accept") or "")[:1000].lower().split(","):
        media, *parameters = [part.strip() for part in entry.split(";")]
        weight = weight_of(next((part[2:] for part in parameters if part.startswith("q=")), ""))
        if media.endswith("json"):
            json_weight = max(json_weight, weight)
        elif media == "text/html":
            html_weight = max(html_weight, weight)
    return json_weight > html_weight


def _serve(route: _Route, event: dict[str, Any], seconds: float) -> Page:
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
        from certificates.pages.failures import refused

        logger.info("refused", extra={"reason": refusal.reason})
        return refused(visit, refusal)
    except Throttled as throttled:
        from certificates.pages.failures import refused

        logger.warning("throttled", extra={"call": str(throttled)})
        return refused(visit, Overloaded())
    except (Exception, TimeOver) as error:
        from certificates.pages.failures import about_error

        # API Gateway's own answer to an error is JSON. Lambda counts no error then: `request_failed` does.
        request_failed(error)
        return about_error(visit, too_slow=isinstance(error, TimeOver))


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
