"""Texts about tracks, states and refusals, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from certificates.errors import DesignFailed, Refusal
from certificates.http.language import Language
from certificates.pages.languages import translations
from certificates.rendering.directions import apart, base
from certificates.rules.flaws import Flaw, FlawId

if TYPE_CHECKING:
    from certificates.pages.visit import Visit
    from certificates.rendering.flaws import DesignFlaw


def N_(text: str) -> str:
    """Marks a text for the catalogues that is translated later."""
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
    "unknown-page": N_("Nothing is at this address. It may be mistyped, or old."),
    "not-course-staff": N_("Only course staff of this run may see this page."),
    "not-global-staff": N_("Only global staff may do this."),
    "cross-site": N_("This form was sent from another site. Open the page and send it from there."),
    "throttled": N_("Too many people are here at this moment. Try again."),
    "busy": N_("Somebody else is changing the same thing right now. Try again."),
    "identifier-missing": N_("Name a learner by username or e-mail."),
    "unknown-learner": N_(
        "No learner has this username or e-mail. Usernames are matched exactly, letter case included."
    ),
    "ambiguous-learner": N_(
        "This is the username or the e-mail of several learners. Name the learner by the other of the two."
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
    "reconciliation-running": N_("The learners of this run are being read from the LMS already."),
    "no-lms": N_("Nobody has named an LMS to read from."),
    "job-running": N_("A job is running in this run. Wait for it, or cancel it."),
    "unknown-job": N_("There is no such job of this run."),
    "job-ended": N_("This job has ended: there is nothing left to cancel."),
    "no-groups": N_("Choose one group at least."),
    "unknown-scope": N_("Choose whom to generate certificates for."),
    "unknown-upload": N_("There is no such upload of this run."),
    "changed-meanwhile": N_("Somebody else changed this meanwhile."),
    "text-missing": N_("This may not be empty."),
    "text-too-long": N_("This is too long."),
    "text-malformed": N_("This may not hold line breaks or invisible signs."),
    "time-out-of-range": N_("The year lies between 1990 and 2999."),
    "time-past": N_("This time is past. Choose a later one, or generate now."),
    "time-missing": N_("Say when, or choose another line."),
    "unknown-choice": N_("There is no such choice. Choose again."),
    "audit-never-eligible": N_("The audit track carries no certificate."),
    "malformed-mode": N_("A track is written in small letters, digits and hyphens."),
    "validity-out-of-range": N_("Write a number of months from 1 to 1,200, or nothing."),
    "field-name-missing": N_("One line has a text and no name."),
    "field-text-missing": N_("One line has a name and no text."),
    "field-named-twice": N_("Two lines have the same name."),
    "end-not-after-start": N_("The run has to end after it starts."),
    "passing-grade-out-of-range": N_("The passing grade is greater than 0 and at most 100."),
    "no-eligible-modes": N_("Choose one track at least."),
    "never-shown": N_("With these settings certificates could never be shown. Set an end of the run, or a date."),
    "would-hide-shown": N_("These settings would hide certificates that are shown now."),
    "mail-off": N_("This site sends no mail."),
    "no-address": N_("No e-mail is known of you. Set the run’s contact in the settings: the mail goes there then."),
    "malformed-address": N_("This is no e-mail address."),
    "unknown-time-zone": N_("There is no such time zone. Choose one such as Europe/Lisbon."),
    "bad-number": N_("This is no number."),
    "bad-time": N_("This is no date and time."),
    "lms-unavailable": N_("Your course site (the LMS) does not answer at this moment. Try again in a minute."),
    "account-not-active": N_("Confirm your e-mail address at your course site first, then sign in again."),
    "unknown-template": N_("The bucket has no template of this name."),
    "malformed-template": N_("A template is named in small letters, digits and hyphens."),
    "signatory-nameless": N_("A signatory has a name."),
    "hours-unknown": N_("No hours are known: write a line “hours” under Settings first."),
    "signature-not-an-image": N_("A signature is a PNG or JPEG file."),
    "signature-too-large": N_("A signature has at most 512 KB."),
    "signature-too-small": N_("This signature would print coarse: 600 pixels in width are needed."),
    "webhooks-off": N_("The operator of this site has not switched webhooks on."),
    "unknown-webhook": N_("There is no such webhook."),
    "unknown-delivery": N_("There is no such delivery, or it is older than 30 days."),
    "bad-webhook-url": N_("A webhook’s address begins with https:// and names a host of the public internet."),
    "too-many-webhooks": N_("There are as many webhooks as there may be. Remove one first."),
    "webhook-not-on": N_("This webhook is switched off, or has ended. Switch it on first."),
    "webhook-exists": N_("This webhook was added already. Its secret is not shown again; you can make a new one."),
    "no-events": N_("Choose one event at least."),
    "sign-in-failed": N_("Signing in did not work. Try again."),
    "not-configured": N_("Nobody has set up signing in for these pages."),
}
"""By the reason of a refusal. For other reasons, the page shows the message of the refusal itself."""

FLAWS = {
    FlawId.FIELDS_TOO_MANY: N_("There may be %(most)s lines."),
    FlawId.FIELD_NAME_MALFORMED: N_(
        "“%(name)s” is no name of a line: small letters, digits, - and _, and a letter first."
    ),
    FlawId.FIELD_KNOWN_ALREADY: N_("%(name)s is known without being written here. Templates may ask for it."),
    FlawId.TEXT_TOO_LONG: N_("This has more than %(most)s characters."),
}
"""The message of a rule with its values, if the reason of the refusal says too little."""

REASONS = {
    "invalidated": N_("Invalidated"),
    "not-enrolled": N_("Not enrolled"),
    "mode-not-eligible": N_("Track without certificate"),
    "not-a-regular-learner": N_("Beta tester or coach’s copy, without an exception"),
    "not-passing": N_("Not passing"),
    "identity-missing": N_("Identity not verified"),
    "already-issued": N_("Issued already"),
    "issued": N_("Issued"),
    "no-active-design": N_("No active design"),
    "excepted": N_("Excepted"),
    "kept-by-lms": N_("The LMS keeps the certificate that it issued itself"),
    "passing-since": N_("Passing since"),
    "not-renderable": N_("The name cannot be printed"),
    "name-not-printable": N_("The name cannot be printed"),
    "bad-format": N_("Not a username or e-mail"),
    "unknown-learner": N_("No such learner"),
    "ambiguous-learner": N_("Two learners fit: give the username of one"),
    "already-listed": N_("On the list already"),
    "duplicate-in-file": N_("Listed twice in this file"),
}
"""Why a learner or a row has its outcome, by the stored reason."""

FAULTS_OF_FILES = {
    "bad-user-id": N_("Not a user id: digits only"),
    "bad-username": N_("Not a username: it has 1 to 150 characters"),
    "bad-email": N_("Not an e-mail address"),
    "bad-name": N_("The name is too long"),
    "bad-field": N_("A value to print is too long"),
    "spreadsheet-error": N_("A spreadsheet has put an error in place of the value"),
    "bad-enrollment-track": N_("Not an enrollment track"),
    "bad-grade": N_("Not a grade: a number such as 0.59, or 59%"),
    "bad-enrollment-status": N_("Not an enrollment status"),
    "bad-verification-status": N_("Not a verification status"),
    "wrong-number-of-columns": N_("The row has more or fewer cells than the heading"),
    "wrong-encoding": N_("Not written in UTF-8 or UTF-16"),
    "duplicate-row": N_("A row further up is about the same learner"),
    "name-escaped": N_("The name has a letter as web pages write it, such as &#39;: it is printed like this"),
    "newer-stored": N_("Newer facts about the learner are stored, and stay"),
    "forgotten-learner": N_("The learner was forgotten at their own request"),
    "file-too-large": N_("The file is too large"),
    "too-many-rows": N_("The file has too many rows"),
    "empty-file": N_("The file is empty"),
    "not-text": N_("The file is not text. Save a workbook as CSV first"),
    "not-csv": N_("The file is not CSV"),
    "no-usable-column": N_("No column holds usernames or e-mail addresses"),
    "wrong-kind": N_("Neither a grade report nor learner profiles"),
    "missing-columns": N_("Columns are missing"),
    "duplicate-column": N_("A column is there twice"),
    "usernames-changed": N_("A spreadsheet has changed usernames"),
    "grades-in-percent": N_("The grades look like percentages without their sign"),
    "truncated": N_("The file ends in the middle of a row"),
    "file-replaced": N_("The file was replaced while it was read"),
    "file-gone": N_("The file was removed while it was read"),
    "not-finished": N_("Reading lasted too long"),
}
"""Why a file or a row was refused, if an earlier release stored it with an English message alone."""

CHANGES = {
    "issued": N_("Issued"),
    "regenerated": N_("Regenerated"),
    "marked-notpassing": N_("Withdrawn: not passing"),
    "marked-unverified": N_("Waits for the identity check"),
    "marked-unavailable": N_("No longer available"),
    "invalidated": N_("Invalidated"),
    "re-validated": N_("Re-validated"),
    "exception-added": N_("Added to the exception list"),
    "exception-removed": N_("Removed from the exception list"),
    "imported": N_("Imported: the LMS had issued it"),
}

TRIGGERS = {
    "learner-request": N_("the learner’s request"),
    "bulk-issuance": N_("bulk issuance"),
    "regeneration": N_("a regeneration"),
    "exception-generation": N_("Generate Exception Certificates"),
    "exception-added": N_("an exception"),
    "exception-removed": N_("the end of an exception"),
    "invalidation": N_("an invalidation"),
    "re-validation": N_("a re-validation"),
    "grade-event": N_("a grade of the LMS"),
    "enrollment-event": N_("an enrollment of the LMS"),
    "identity-event": N_("an identity check of the LMS"),
    "import": N_("a reading of the LMS"),
}

JOBS = {
    "bulk": N_("Generate"),
    "regenerate": N_("Regenerate Certificates"),
    "exceptions": N_("Generate Exception Certificates"),
}

RUNNING_JOBS = {
    "bulk": N_("Generating certificates"),
    "regenerate": N_("Regenerating certificates"),
    "exceptions": N_("Generating exception certificates"),
    "bulk-dry-run": N_("Dry run: who gets a certificate"),
    "regenerate-dry-run": N_("Dry run: who gets a new revision"),
    "exceptions-dry-run": N_("Dry run: who gets an exception certificate"),
}
"""What a running job does. A dry run has the kind of the job in front."""

STATES = {
    "running": N_("Running"),
    "finished": N_("Finished"),
    "cancelled": N_("Cancelled"),
    "waiting": N_("Waiting for the file"),
    "processing": N_("Being read"),
    "done": N_("Read to the end"),
    "refused": N_("Refused"),
}

READINGS = {
    "running": N_("Being read"),
    "finished": N_("In step"),
    "broken": N_("Not read to the end: nothing was changed"),
    "asks": N_("Stopped to ask"),
    "shrunk": N_("Far fewer learners than before"),
    "window-over": N_("The hours for reading were over"),
    "lms-unavailable": N_("The LMS did not answer"),
    "lms-refused": N_("The LMS refused: an operator has to look at the rights"),
    "holder-not-passing": N_("Holds a certificate; the LMS says not passing"),
    "holder-not-enrolled": N_("Holds a certificate; not enrolled any more"),
    "holder-in-other-mode": N_("Holds a certificate; now in a track without one"),
    "holder-renamed": N_("Holds a certificate under another name"),
    "grade-missing": N_("The LMS lists no grade"),
    "account-missing": N_("The LMS shows no account"),
    "retired": N_("The account was retired in the LMS"),
    "certificate-gone": N_("Holds a certificate of the LMS’s own; the LMS no longer lists it"),
    "certificates-unread": N_("Nothing is issued yet: some of the LMS’s own certificates are still to be looked at"),
}
"""Readings of the LMS: states, ends, and differences."""

WEBHOOKS = {
    "on": N_("Switched on"),
    "off": N_("Switched off"),
    "ended": N_("Ended"),
    "gone": N_("The receiver said that it is gone (410)"),
    "failing": N_("Nothing could be delivered for five days"),
    "waiting": N_("Waiting"),
    "delivered": N_("Delivered"),
    "failed": N_("Failed"),
    "refused": N_("Refused by the receiver"),
    "redirected": N_("Redirected: not followed"),
    "timed-out": N_("No answer within 15 seconds"),
    "no-connection": N_("No connection"),
    "no-such-host": N_("No such host"),
    "private-address": N_("The host is not in the public internet"),
    "resting": N_("Not asked: the receiver had not answered before"),
    "switched-off": N_("Not sent: the webhook was off"),
}
"""Webhooks and their deliveries: states, ends, and outcomes of tries."""

DONE = {
    "reading": N_("The learners are being read from the LMS."),
    "added": N_("The learner is on the exception list."),
    "taken-back": N_("The learners whom the file added are off the list."),
    "taken-back-in-part": N_("Many are off the list, and some are left. Take the file back once more."),
    "removed": N_("The learner is off the exception list, and the decision was made again."),
    "invalidated": N_("The certificate is invalidated. Its links no longer work."),
    "revalidated": N_("The certificate is re-validated, and the decision was made again."),
    "saved": N_("The settings are saved."),
    "mail-tried": N_("The mail is on its way to you."),
    "mails-again": N_("The mails are sent once more, as fast as the mail service takes them."),
    "synced": N_("The settings are as the LMS has them."),
    "design": N_("The design is saved."),
    "planned": N_("The date is saved."),
    "webhook-saved": N_("The webhook is saved."),
    "webhook-removed": N_("The webhook is removed."),
    "webhook-test": N_("A test event is on its way."),
    "webhook-again": N_("The delivery is on its way again."),
}
"""The messages of forms that succeeded."""


def words(names: dict[str, str], name: str, language: Language) -> str:
    """A stored word for people. A word without a text is shown unchanged."""
    return translator(language)(names[name]) if name in names else name


def hint_in(message: str, reason: str) -> str:
    """The part of a row's message that says more than its reason, in English: `A spreadsheet has turned ...`."""
    from certificates.staff_sentences import CHECKS

    said = {**{check.value: sentence for check, sentence in CHECKS.items()}, "duplicate-in-file": message}
    return message.removeprefix(said.get(reason, "")).strip()


def flaws_of_file(found: Mapping[str, Any], language: Language) -> str:
    """What is wrong with a stored file or row, with its values. "" if the flaws of the file or row are not known."""
    from certificates.uploads.file_sentences import FILE_SENTENCES, file_sentence

    flaws = [Flaw.from_wire(each) for each in found.get("flaws", ())]
    known = [each for each in flaws if each is not None and each.id in FILE_SENTENCES]
    if len(known) < len(flaws):
        return ""
    # The reason says the same.
    known = [each for each in known if each.id is not FlawId.LISTED_IN_EARLIER_ROW]
    return " ".join(file_sentence(each, translator(language), partial(_in_sentence, language)) for each in known)


def _in_sentence(language: Language, value: object) -> str:
    if isinstance(value, int):
        return language.number(value)
    # Marks alone, such as &#39;, are read from left to right too.
    left_to_right = language.direction == "rtl" and base(str(value), "ltr") == "ltr"
    return f"\u2066{value}\u2069" if left_to_right else apart(str(value), language.direction)


def translator(language: Language) -> Callable[[str], str]:
    return translations(language.tag).gettext


def track(mode: str | None, language: Language) -> str:
    """The name of an enrollment mode for people. A mode without a text is shown as in the LMS."""
    return translator(language)(TRACKS[mode]) if mode in TRACKS else mode or ""


def flaw_of_design(flaw: DesignFlaw, language: Language) -> str:
    """The fault of a design, after the file and line. Messages of other software are in English."""
    from certificates.rendering.flaws import OF_OTHERS, SENTENCES

    text = SENTENCES.get(flaw.id, flaw.id)
    sentence = (text if flaw.id in OF_OTHERS else translator(language)(text)) % flaw.values
    # File and line are read from left to right between the words of any script.
    return f"\u2066{flaw.where}\u2069: {sentence}" if flaw.where else sentence


def refusal_sentence(visit: Visit, refusal: Refusal) -> str:
    _ = translator(visit.language)
    if isinstance(refusal, DesignFailed) and refusal.flaws:
        return "; ".join(flaw_of_design(each, visit.language) for each in refusal.flaws)
    if isinstance(refusal.message, Flaw) and refusal.message.id in FLAWS:
        return _(FLAWS[refusal.message.id]) % refusal.message.values
    text = REFUSALS.get(refusal.reason)
    if text:
        return _(text)
    from certificates.staff_sentences import sentence_of

    return sentence_of(refusal)
