"""What pages say of tracks, states and refusals, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from certificates.errors import Refusal
from certificates.pages.languages import Language, translations

if TYPE_CHECKING:
    from certificates.pages.site import Visit


def N_(text: str) -> str:
    """Marks a text for the catalogues where it is not translated yet."""
    return text


TRACKS = {
    "audit": N_("Audit"),
    "honor": N_("Honor"),
    "verified": N_("Verified"),
    "professional": N_("Professional"),
    "no-id-professional": N_("Professional (no identity check)"),
    "credit": N_("Credit"),
    "masters": N_("Master’s"),
    "executive-education": N_("Executive education"),
    "paid-executive-education": N_("Executive education (paid)"),
    "paid-bootcamp": N_("Boot camp"),
}

REFUSALS = {
    "unknown-course-run": N_("There is no such course run here."),
    "malformed-course-id": N_("A course id looks like course-v1:Org+Number+Run."),
    "not-course-staff": N_("Only course staff of this run may see this page."),
    "not-global-staff": N_("Only global staff may do this."),
    "cross-site": N_("This form was sent from another site. Open the page and send it from there."),
    "throttled": N_("Too many people are here at this moment. Try again."),
    "busy": N_("Somebody else is changing the same thing right now. Try again."),
    "identifier-missing": N_("Name a learner by username or e-mail."),
    "unknown-learner": N_(
        "No learner has this username or e-mail. Usernames are matched exactly, letter case included."
    ),
    "not-enrolled": N_("The learner is not enrolled in this run at present."),
    "invalidated": N_("The certificate is invalidated."),
    "already-listed": N_("The learner is on the exception list already."),
    "not-listed": N_("The learner is not on the exception list."),
    "no-certificate": N_("The learner has no certificate in this run."),
    "on-exception-list": N_("The learner is on the exception list. Remove the exception first."),
    "already-invalidated": N_("The certificate is invalidated already."),
    "not-downloadable": N_("The certificate is not issued at present, so there is nothing to invalidate."),
    "not-invalidated": N_("The certificate is not invalidated."),
    "job-running": N_("A job is running in this run. Wait for it, or cancel it."),
    "unknown-job": N_("There is no such job of this run."),
    "job-ended": N_("This job has ended: there is nothing left to cancel."),
    "no-groups": N_("Choose one group at least."),
    "unknown-scope": N_("Choose whom to generate certificates for."),
    "unknown-upload": N_("There is no such upload of this run."),
    "changed-meanwhile": N_("Somebody else changed this meanwhile."),
    "text-missing": N_("Title and organization may not be empty."),
    "text-too-long": N_("Title and organization may have 255 characters at most."),
    "end-not-after-start": N_("The run has to end after it starts."),
    "passing-grade-out-of-range": N_("The passing grade is greater than 0% and at most 100%."),
    "no-eligible-modes": N_("Choose one track at least."),
    "never-shown": N_("With these settings certificates could never be shown. Set an end of the run, or a date."),
    "bad-number": N_("This is no number."),
    "bad-time": N_("This is no date and time."),
    "sign-in-failed": N_("Signing in did not work. Try again."),
    "not-configured": N_("Nobody has set up signing in for these pages."),
}
"""By the reason of a refusal. What is not here is said in the words of the refusal itself."""


def text(language: Language) -> Callable[[str], str]:
    return translations(language.tag).gettext


def track(mode: str | None, language: Language) -> str:
    """How people call a mode of enrollment; one that nobody has named is shown as the LMS writes it."""
    return text(language)(TRACKS[mode]) if mode in TRACKS else mode or ""


def sentence(visit: Visit, refusal: Refusal) -> str:
    said = REFUSALS.get(refusal.reason)
    return text(visit.language)(said) if said else refusal.message
