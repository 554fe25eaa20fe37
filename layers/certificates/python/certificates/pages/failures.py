"""The pages about requests that were refused, and about errors of the product."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from certificates.errors import Refusal
from certificates.http.answers import TRY_AGAIN, retry_after, status_of
from certificates.pages.answers import Page
from certificates.pages.forms import kept_files
from certificates.pages.wording import refusal_sentence

if TYPE_CHECKING:
    from certificates.pages.visit import Visit


def refused(visit: Visit, refusal: Refusal) -> Page:
    """A page with the fault and the next step."""
    code = status_of(refusal)
    page = visit.show(
        "refused.html",
        code,
        code=code,
        reason=refusal.reason,
        sentence=refusal_sentence(visit, refusal),
        try_again=code == TRY_AGAIN,
        back=_page_before(visit),
        kept_files=kept_files(visit.files),
    )
    return replace(page, headers={**page.headers, **retry_after(refusal)})


def about_error(visit: Visit, *, too_slow: bool) -> Page:
    """A page about an error. It shows only the id of the request, by which the error is found in the logs."""
    return visit.show(
        "about_error.html",
        500,
        too_slow=too_slow,
        reference=visit.event["requestContext"]["requestId"],
        back=_page_before(visit),
        kept_files=kept_files(visit.files),
    )


def _page_before(visit: Visit) -> str:
    """The address of the page with the form: some forms are sent to an address that shows nothing."""
    before = urlsplit(visit.header("referer"))
    if before.netloc not in visit.own_hosts:
        return visit.address
    # Never two slashes at the beginning: a browser would read the next word as another host.
    path = "/" + before.path.lstrip("/\\")
    return f"{path}?{before.query}" if before.query else path
