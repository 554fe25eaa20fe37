"""Sends staff one mail for each job that has ended, and for each webhook that the product has ended."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from certificates.messages.notices import WebhookToTell
from certificates.notices.handing_over import hand_over, mail_of
from certificates.notices.job_letter import letter_of_job
from certificates.notices.letters import Letter
from certificates.notices.means import Mailing
from certificates.notices.pacing import Pace
from certificates.notices.webhook_letter import letter_of_webhook
from certificates.rules.model import CourseRun
from certificates.telemetry import logger

_PART = 250
"""Characters in the value of one tag. SES accepts 256."""


def tell_staff(course_id: str, job_id: str, mailing: Mailing, pace: Pace, *, now: datetime) -> None:
    """Send the digest of a job to the run's contact. Without a contact, the person who started the job gets it.

    Raises Throttled when SES accepts no mail at present, and InDoubt while another delivery may have sent the mail.
    """
    job, run = mailing.jobs.job_and_run(course_id, job_id)
    if job is None or run is None or job.dry_run:
        return
    page = f"{mailing.base_url}/teach/{quote(course_id, safe='')}/jobs/{quote(job_id, safe='')}"
    letter = letter_of_job(job, run, page, mailing.site_name)
    send_to_staff(letter, course_id, job_id, _reader(run, job.started_by, mailing), mailing, pace, now=now)


def tell_staff_of_webhook(ended: WebhookToTell, mailing: Mailing, pace: Pace, *, now: datetime) -> None:
    """Tell the run's contact that a webhook has ended. Without a contact, the person who added the webhook is told.

    Raises as `tell_staff` does.
    """
    run = mailing.runs.run(ended.course_id) if ended.course_id else None
    letter = letter_of_webhook(ended, run, mailing.base_url, mailing.site_name)
    digest_id = f"webhook-{ended.webhook_id}-{ended.ended_at:%Y%m%dT%H%M%S}"
    address = _reader(run, ended.created_by, mailing)
    send_to_staff(letter, ended.course_id, digest_id, address, mailing, pace, now=now)


def send_to_staff(
    letter: Letter, course_id: str, digest_id: str, address: str, mailing: Mailing, pace: Pace, *, now: datetime
) -> None:
    """Send a letter once, even if its message is delivered again. `digest_id` identifies the letter in its run.

    Without an `address`, nothing is sent. Raises Throttled when SES accepts no mail at present, and InDoubt while
    another delivery may have sent the mail.
    """
    if not address:
        logger.info("nobody to tell", extra={"course_id": course_id, "job_id": digest_id})
        return
    claim = mailing.mails.claim_digest(course_id, digest_id, now=now, doubt=mailing.doubt)
    if claim is None:
        return
    mail = mail_of(letter, address, {"job": digest_id, **run_tags(course_id)})
    if code := hand_over(mail, claim, mailing, pace, now=now):
        logger.warning("mail refused", extra={"course_id": course_id, "job_id": digest_id, "code": code})


def run_tags(course_id: str) -> dict[str, str]:
    """A course id as tags of SES, which allow few characters."""
    text = base64.urlsafe_b64encode(course_id.encode()).decode().rstrip("=")
    return {f"run-{number}": text[place : place + _PART] for number, place in enumerate(range(0, len(text), _PART))}


def run_of_tags(tags: Mapping[str, str]) -> str:
    """The course id that `run_tags` wrote. Raises ValueError."""
    parts = [tags[name] for name in sorted(name for name in tags if name.startswith("run-"))]
    text = "".join(parts)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def _reader(run: CourseRun | None, username: str, mailing: Mailing) -> str:
    """The run's contact, or else the address of this person. "" if no address is known."""
    return run.contact if run is not None and run.contact else mailing.address_of(username)
