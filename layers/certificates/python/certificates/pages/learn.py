"""The learner's pages: all my certificates, and the progress page of one run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from certificates.access import manages_any_run
from certificates.errors import LmsUnavailable, NotFound, NotSignedIn, Refusal
from certificates.http.answers import retry_after, status_of
from certificates.learner_status import LearnerStatus, courses_without_certificate, read_status, shown_certificates
from certificates.pages.answers import Page, see_other
from certificates.pages.grade_bar import grade_bar
from certificates.pages.learner_states import StateMessage, message, nothing_known_yet
from certificates.pages.lms_session import reader_of
from certificates.pages.routes import Pages
from certificates.pages.visit import Visit, site
from certificates.pages.wording import refusal_sentence, track
from certificates.rules.days import zone_of
from certificates.rules.further_fields import expiry_of
from certificates.rules.linkedin import linkedin
from certificates.rules.model import Outcome
from certificates.rules.progress import State
from certificates.rules.validity import has_expired
from certificates.shown_text import shown

pages = Pages()


@pages.page("GET /learn")
def my_certificates(visit: Visit) -> Page:
    shown = shown_certificates(visit.person.username, backend=visit.backend, now=visit.now)
    backend = visit.backend
    mine = [
        {
            "held": held,
            "expires_on": expiry_of(held),
            "expired": has_expired(held, run, backend.site, visit.now),
            "page": backend.page_link(held.verify_uuid),
            "track": track(held.mode, visit.language),
            "linkedin": linkedin(held, backend.page_link(held.verify_uuid), site().linkedin_id),
        }
        for held, run in shown
    ]
    username = visit.person.username
    courses = [
        {"status": status, "state": message(status, visit.language), "bar": grade_bar(status.facts, visit.language)}
        for status in courses_without_certificate(username, backend=backend, now=visit.now)
    ]
    manages = manages_any_run(visit.person.caller, backend.runs)
    return visit.show("learn_all.html", mine=mine, courses=courses, manages=manages)


@pages.page("GET /learn/{course_id}")
def progress_page(visit: Visit) -> Page:
    """The state with the LMS's present facts, or with the last stored facts if the LMS does not answer."""
    own = reader_of(visit.person, visit.backend)
    if own is not None:
        from certificates.request import look_again

        try:
            look_again(visit.course_id, visit.person.username, own=own, backend=visit.backend, now=visit.now)
        except LmsUnavailable as away:
            return _progress_page(visit, away=away)
    return _progress_page(visit)


@pages.page("POST /learn/{course_id}")
def request(visit: Visit) -> Page:
    """*Request certificate*: the certificate exists when the page comes back. A second request gives the same one."""
    from certificates.request import request_certificate

    course_id = visit.course_id
    try:
        issued = request_certificate(
            course_id,
            visit.person.username,
            backend=visit.backend,
            now=visit.now,
            own=reader_of(visit.person, visit.backend),
        )
    except (NotFound, NotSignedIn):
        raise
    except LmsUnavailable as refusal:
        page = _progress_page(visit, sentence=refusal_sentence(visit, refusal), status=status_of(refusal), away=refusal)
        return replace(page, headers={**page.headers, **retry_after(refusal)})
    except Refusal as refusal:
        return _progress_page(visit, sentence=refusal_sentence(visit, refusal), status=409)
    if issued.decision.outcome is Outcome.REFUSED or issued.certificate is None:
        # The page's state has the reason, with the learner's own values.
        return _progress_page(visit, status=409)
    return see_other(f"/learn/{quote(course_id, safe='')}")


def _not_shown(found: LearnerStatus, visit: Visit) -> dict[str, Any]:
    """The values for a certificate that is not shown here: it comes later, or it was withdrawn."""
    facts, progress = found.facts, found.progress
    kept = facts.certificate
    taken = kept if progress.state is State.INVALIDATED and kept and kept.issued_on else None
    zone = zone_of(facts.run, facts.site)
    return {
        "carries": shown(kept.name) if kept and progress.state is State.EARNED_AVAILABLE_LATER else "",
        "available_on": progress.available_on if progress.state is State.EARNED_AVAILABLE_LATER else None,
        "taken": taken,
        "page_of_taken": visit.backend.page_link(taken.verify_uuid) if taken else "",
        "invalidated_at": facts.invalidation.invalidated_at.astimezone(zone) if facts.invalidation else None,
    }


def _progress_page(visit: Visit, *, sentence: str = "", status: int = 200, away: LmsUnavailable | None = None) -> Page:
    """`away`: the LMS did not answer, so the page has the facts of an earlier time."""
    found = read_status(visit.course_id, visit.person.username, backend=visit.backend, now=visit.now)
    facts, held = found.facts, found.certificate
    told_at = facts.enrollment.told_at if facts.enrollment is not None else None
    nothing_known = away is not None and told_at is None and found.progress.state is State.NOT_ENROLLED
    state: StateMessage = nothing_known_yet(visit.language) if nothing_known else message(found, visit.language)
    page = visit.backend.page_link(held.verify_uuid) if held else ""
    return visit.show(
        "learn.html",
        status,
        sentence=sentence,
        away=away,
        as_of=visit.now if away is None else told_at,
        nothing_known=nothing_known,
        run=facts.run,
        zone=zone_of(facts.run, facts.site),
        state=state,
        can_request=found.progress.can_request,
        printed_name=shown(facts.learner.printed_name) or facts.learner.username,
        held=held,
        expires_on=expiry_of(held) if held else None,
        expired=held is not None and has_expired(held, facts.run, facts.site, visit.now),
        page=page,
        **_not_shown(found, visit),
        linkedin=linkedin(held, page, site().linkedin_id) if held else "",
        enrolled=facts.enrollment is not None and facts.enrollment.mode is not None,
        track=track(facts.enrollment.mode if facts.enrollment else None, visit.language),
        bar=grade_bar(facts, visit.language),
    )
