"""Every problem type: its HTTP statuses, and its meaning for the caller.

A test compares the table with the refusals that the code raises. The OpenAPI document has the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PREFIX = "urn:certificates:problem:"


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason that is found at several points of a request has several `statuses`."""

    statuses: tuple[int, ...]
    meaning: str


def _problem(meaning: str, *statuses: int) -> Problem:
    return Problem(statuses, meaning)


PROBLEMS: Mapping[str, Problem] = {
    # The caller.
    "not-signed-in": _problem("The token has no username.", 401),
    "not-course-staff": _problem("Only course staff of this run may do this, whether or not the run exists.", 403),
    "not-global-staff": _problem("Only global staff may do this.", 403),
    # The request.
    "malformed-course-id": _problem("The path has no course id such as course-v1:Org+Number+Run.", 404),
    "not-json": _problem("The body is not JSON.", 400),
    "invalid-body": _problem("The body does not match its schema; `errors` names each field.", 400),
    "unknown-field": _problem("The body has fields that its schema does not have; `errors` names them.", 400),
    "body-too-large": _problem("The body is larger than `max_bytes`.", 413),
    "bad-limit": _problem("`limit` is not a number within its bounds.", 400),
    "bad-cursor": _problem("`cursor` is not from an answer of this list.", 400),
    "bad-search": _problem("`search` is too long.", 400),
    "unknown-status": _problem("`status` is no status of a certificate.", 400),
    "bad-if-match": _problem("`If-Match` is no ETag of an answer.", 400),
    "changed-meanwhile": _problem("Somebody else changed it after you read it: read it again.", 412),
    "precondition-required": _problem("The run exists: `If-Match` must have the version that you read.", 428),
    "bad-idempotency-key": _problem("The `Idempotency-Key` is too long.", 400),
    "idempotency-key-reused": _problem("The `Idempotency-Key` came with another body before.", 400),
    "in-progress": _problem("The first call with this `Idempotency-Key` is still running.", 409),
    "busy": _problem("Others are changing the same data right now; nothing was done. Try again.", 503),
    "throttled": _problem("Too many calls arrive at this moment; nothing was done. Try again.", 503),
    "internal-error": _problem(
        "An error of the product. The change may have been made. The operator finds the error by `reference`.",
        500,
    ),
    "lms-unavailable": _problem("The LMS could not be read, and nothing was done. Try again after `retry_after`.", 503),
    "no-lms": _problem("This site has no LMS to read from.", 404),
    "reconciliation-running": _problem("The run's learners are being read: `reconciliation_id` names it.", 409),
    # Ids and names.
    "unknown-course-run": _problem("There is no such course run.", 404),
    "unknown-learner": _problem("No learner has this id, username or e-mail.", 404),
    "ambiguous-learner": _problem("Several learners have this username or e-mail: `learners` names them.", 409),
    "upload-not-finished": _problem("The file has not arrived, or is still being read.", 409),
    "unknown-certificate": _problem("No certificate ever had this id.", 404),
    "unknown-job": _problem("The run has no such job.", 404),
    "unknown-upload": _problem("The run has no such upload.", 404),
    "unknown-shape": _problem("There is no picture of this shape.", 404),
    "unknown-status-list": _problem("There is no such status list.", 404),
    "no-document": _problem("The LMS issued the certificate itself; its document is not here.", 404),
    "no-credential": _problem("The certificate has no credential, or no credential was signed here yet.", 404),
    "not-a-credential": _problem("The body has no credential of the kind that is issued here.", 400),
    # A certificate, its learner and its readers.
    "not-yet-available": _problem(
        "The certificate is not shown yet; `available_on` has the date, if it is known.", 404, 409
    ),
    "invalidated": _problem("The certificate is invalidated.", 409, 410),
    "withdrawn": _problem("The certificate is no longer valid.", 410),
    "not-enrolled": _problem("The learner is not enrolled in the run.", 403, 409),
    "mode-not-eligible": _problem("The learner's enrollment mode carries no certificate.", 403),
    "not-a-regular-learner": _problem("The run is derived from another, or the learner is a beta tester.", 403),
    "not-passing": _problem("The learner has not passed.", 409),
    "identity-missing": _problem("The learner's identity must be verified first.", 409),
    "no-active-design": _problem("The run has no active design.", 409),
    "self-generation-off": _problem("Learners of this run do not request certificates.", 409),
    "forgotten": _problem("The learner was forgotten at their own request.", 409),
    "name-not-printable": _problem(
        "The name cannot be printed: no font has `characters`, or it does not fit the design.", 409
    ),
    # Exceptions and invalidations.
    "identifier-missing": _problem("No username or e-mail was given.", 400),
    "already-listed": _problem("The learner is on the exception list already.", 409),
    "not-listed": _problem("The learner is not on the exception list.", 404),
    "no-certificate": _problem("The learner has no certificate in this run.", 409),
    "on-exception-list": _problem("The learner is on the exception list: remove the exception first.", 409),
    "already-invalidated": _problem("The certificate is invalidated already.", 409),
    "not-downloadable": _problem("The certificate is not valid at present.", 409),
    "not-invalidated": _problem("The certificate is not invalidated.", 404),
    # Jobs.
    "job-running": _problem("The run has another job at work; `job_id` names it.", 409),
    "job-ended": _problem("The job is finished: there is nothing left to cancel.", 409),
    "no-groups": _problem("A regeneration needs at least one group.", 400),
    "unknown-group": _problem("There is no such group.", 400),
    "unknown-scope": _problem("There is no such scope.", 400),
    # Settings. `field` names the setting.
    "text-missing": _problem("A text is empty.", 400),
    "text-too-long": _problem("A text is too long.", 400),
    "text-malformed": _problem("A text has line breaks or control characters.", 400),
    "time-without-offset": _problem("A time has no offset from UTC.", 400),
    "time-out-of-range": _problem("A time is not in the calendar.", 400),
    "end-not-after-start": _problem("The run ends before it starts.", 400),
    "passing-grade-out-of-range": _problem("The passing grade is not above 0 and at most 1.", 400),
    "no-eligible-modes": _problem("No enrollment mode is eligible.", 400),
    "audit-never-eligible": _problem("The audit track carries no certificate.", 400),
    "malformed-mode": _problem("A mode has characters that no mode of an LMS has.", 400),
    "would-hide-shown": _problem(
        "`certificates` that are shown now would be hidden; with `hide_shown: true` they are hidden.", 409
    ),
    "never-shown": _problem("With these settings no certificate could ever be shown.", 400),
    "malformed-field": _problem("A further field has a name that cannot be used, or there are too many.", 400),
    "unknown-time-zone": _problem("IANA has no time zone of this name.", 400),
    "malformed-address": _problem("A text is no e-mail address.", 400),
    "validity-out-of-range": _problem("The number of months that certificates are valid is out of range.", 400),
    # Webhooks.
    "webhooks-off": _problem("The operator has not switched webhooks on.", 409),
    "unknown-webhook": _problem("There is no such webhook.", 404),
    "unknown-delivery": _problem("There is no such delivery, or it is older than 30 days.", 404),
    "bad-webhook-url": _problem("The URL is not an https address of the public internet.", 400),
    "too-many-webhooks": _problem("There are as many webhooks as there may be.", 409),
    "webhook-not-on": _problem("The webhook is switched off, or has ended.", 409),
    "webhook-exists": _problem("This webhook was made already.", 409),
    # Mails.
    "mail-off": _problem("This site sends no mail.", 409),
    "no-address": _problem("No e-mail is known of the caller, and the run has no contact.", 409),
    "mail-refused": _problem("SES does not send the mail; `detail` says why, `code` is SES's.", 409),
    "unknown-kind": _problem("There is no mail of this kind.", 400),
    # Designs.
    "design-failed": _problem("The design cannot be printed; `detail` says why.", 400),
    "unknown-template": _problem("There is no template of this name, neither included nor in the bucket.", 400),
    "bad-template": _problem("The template's archive cannot be read.", 400),
}
