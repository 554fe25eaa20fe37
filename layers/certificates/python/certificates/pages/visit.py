"""One request for a page, as its handler gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from certificates import runtime
from certificates.access import Session
from certificates.errors import NotFound
from certificates.http.language import Language
from certificates.pages.answers import Page, html
from certificates.pages.forms import PostedFields
from certificates.pages.languages import LANGUAGES
from certificates.pages.session import SESSION_COOKIE, cookies_of
from certificates.rules.course_id import parse_course_id

if TYPE_CHECKING:
    from certificates.backend import Backend


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
        """Made at the first use: the page about an error must work without it."""
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
    def has_signed_in(self) -> bool:
        """Whether the browser has the cookie of a session. Public pages do not read the session, which may have
        ended."""
        return bool(cookies_of(self.event).get(SESSION_COOKIE))

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
        """The hosts under which browsers open pages of this site."""
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
