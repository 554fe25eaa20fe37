"""The page where a learner turns mails off, or on again, without signing in. Every mail has its link.

Viewing the page changes nothing, because programs that check mails follow every link. The button of a mail program
posts to the same address (RFC 8058). This post does not come from our pages and has no cookie: the signature in the
path gives the right.
"""

from __future__ import annotations

from certificates.errors import NotFound
from certificates.notices.opt_out import learner_of
from certificates.pages.answers import Page
from certificates.pages.forms import form_of
from certificates.pages.routes import Pages
from certificates.pages.visit import Visit

pages = Pages()


@pages.page("GET /mail/{token}", signed_in=False)
def ask_to_stop(visit: Visit) -> Page:
    learner = visit.backend.learners.learner(_learner(visit))
    return _shown(visit, stopped=learner is not None and learner.opted_out)


@pages.page("POST /mail/{token}", signed_in=False, from_anywhere=True)
def stop(visit: Visit) -> Page:
    """200 and no redirect, because mail programs do not follow redirects. An unknown learner gets the same answer."""
    from certificates.aws.mail_wishes import opt_in, opt_out  # other pages start faster without it

    user_id = _learner(visit)
    again = form_of(visit.event).fields.get("again") == ["yes"]
    if again:
        opt_in(user_id)
    else:
        opt_out(user_id, "link", visit.now)
    return _shown(visit, stopped=not again)


def _learner(visit: Visit) -> str:
    """Raises NotFound `unknown-page`."""
    user_id = learner_of(visit.path("token"), visit.backend.secret)
    if user_id is None:
        raise NotFound("unknown-page", "There is no such page.")
    return user_id


def _shown(visit: Visit, *, stopped: bool) -> Page:
    return visit.show("opting_out.html", stopped=stopped)
