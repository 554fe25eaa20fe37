"""Tab *Mails*: samples of the mails to learners, a sample to oneself, and mails that did not arrive."""

from __future__ import annotations

from certificates.errors import BadRequest, Refusal
from certificates.notices.means import required
from certificates.notices.refused_mails import refused_mails, send_again
from certificates.notices.trials import address_of_sample, sample_of, send_sample
from certificates.pages.answers import HTML_UTF_8, Page, see_other
from certificates.pages.forms import no_such_button
from certificates.pages.routes import Pages
from certificates.pages.staff.paging import A_PAGE, foot_of, place_in_list
from certificates.pages.staff.run_page import back_to_tab, run_of, show, tab_address
from certificates.pages.visit import Visit
from certificates.pages.wording import N_
from certificates.rules.mailing import MailKind
from certificates.rules.model import CourseRun
from certificates.runtime import mails

pages = Pages()

MAIL_KINDS = {
    MailKind.ISSUED: N_("The certificate is there"),
    MailKind.REGENERATED: N_("It was renewed"),
    MailKind.INVALIDATED: N_("It was invalidated"),
    MailKind.REVALIDATED: N_("It is valid again"),
    MailKind.WITHDRAWN: N_("It was withdrawn"),
}

MAIL_STATES = {
    "refused": N_("Refused by the mail service"),
    "bounced": N_("Came back"),
    "complained": N_("Called spam: no more mails"),
}

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The HTML of mails has styles in attributes, and loads nothing."""


def show_mails(visit: Visit, run: CourseRun, refusal: Refusal | None = None) -> Page:
    kind = _kind(visit.query("kind") or visit.typed("kind"))
    mailing = mails.mailing(visit.backend.base_url)
    listed = refused_mails(run.course_id, limit=A_PAGE, after=place_in_list(visit))
    return show(
        visit,
        run,
        "mails",
        refusal=refusal,
        kinds=MAIL_KINDS,
        states=MAIL_STATES,
        kind=kind,
        sample=sample_of(run, kind, mailing, now=visit.now),
        own_address=address_of_sample(run, visit.person.username, mailing),
        listed=listed.items,
        people=visit.backend.learners.learners({mail.user_id for mail in listed.items}),
        foot=foot_of(visit, len(listed.items), listed.next_after, {"kind": kind.value}),
    )


def change_mails(visit: Visit, run: CourseRun) -> Page:
    """Send a sample to the person who asks, or have mails sent again."""
    try:
        if visit.typed("action") == "again":
            required(mails.mailing(visit.backend.base_url))
            send_again(run.course_id, mails.mail_queue())
            return back_to_tab(run, "mails", done="mails-again")
        if visit.typed("action") != "try":
            raise no_such_button()
        kind = _kind(visit.typed("kind"))
        send_sample(run, kind, visit.person.username, mails.mailing(visit.backend.base_url), now=visit.now)
    except Refusal as refusal:
        return show_mails(visit, run, refusal)
    return see_other(tab_address(run, "mails", f"?kind={kind.value}&done=mail-tried"))


@pages.page("GET /teach/{course_id}/mails/preview")
def show_sample_mail(visit: Visit) -> Page:
    """The HTML of the sample, without the page around it."""
    run = run_of(visit)
    sample = sample_of(run, _kind(visit.query("kind")), mails.mailing(visit.backend.base_url), now=visit.now)
    headers = {
        "Content-Language": sample.letter.language,
        "Content-Security-Policy": _POLICY,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Page(200, sample.letter.html().encode(), HTML_UTF_8, headers)


def _kind(name: str) -> MailKind:
    """Raises BadRequest `unknown-choice`."""
    try:
        return MailKind(name or MailKind.ISSUED)
    except ValueError as error:
        raise BadRequest("unknown-choice", f"There is no choice {name}.") from error
