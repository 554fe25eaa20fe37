"""Tells staff of a job that has ended: one mail, whatever the number of learners."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from certificates.aws.mail import Mail
from certificates.errors import MailRefused, Throttled
from certificates.notices.job_letter import letter_of_job
from certificates.notices.means import Mailing
from certificates.notices.pacing import Pace
from certificates.rules.jobs import Job
from certificates.rules.model import CourseRun
from certificates.rules.setting_checks import is_address
from certificates.telemetry import logger

_PART = 250
"""Characters of a tag's value; SES takes 256."""


def tell_staff(course_id: str, job_id: str, mailing: Mailing, pace: Pace, *, now: datetime) -> None:
    """Send the digest of a job to the run's contact, or else to whoever started the job.

    Raises Throttled where SES takes no mail for now, and InDoubt while another delivery may have sent it.
    """
    job, run = mailing.jobs.job_and_run(course_id, job_id)
    if job is None or run is None or job.dry_run:
        return
    address = _reader(job, run, mailing)
    if not address:
        logger.info("nobody to tell", extra={"course_id": course_id, "job_id": job_id})
        return
    claim = mailing.mails.claim_digest(course_id, job_id, now=now, doubt=mailing.doubt)
    if claim is None:
        return
    page = f"{mailing.base_url}/teach/{quote(course_id, safe='')}/jobs/{quote(job_id, safe='')}"
    letter = letter_of_job(job, run, page, mailing.site_name)
    mail = Mail(
        to=address,
        subject=letter.subject.plain(),
        text=letter.text(),
        html=letter.html(),
        language=letter.language,
        tags={"job": job_id, **run_tags(course_id)},
    )
    pace.wait()
    try:
        message_id = mailing.postman.send(mail)
    except Throttled:
        mailing.mails.release(claim)
        raise
    except MailRefused as refused:
        mailing.mails.refused(claim, refused.code, now)
        logger.warning("mail refused", extra={"course_id": course_id, "job_id": job_id, "code": refused.code})
        return
    mailing.mails.sent(claim, message_id, now)


def run_tags(course_id: str) -> dict[str, str]:
    """A course id in what tags of SES may hold."""
    text = base64.urlsafe_b64encode(course_id.encode()).decode().rstrip("=")
    return {f"run-{number}": text[place : place + _PART] for number, place in enumerate(range(0, len(text), _PART))}


def run_of_tags(tags: Mapping[str, str]) -> str:
    """The course id that `run_tags` wrote. Raises ValueError."""
    parts = [tags[name] for name in sorted(name for name in tags if name.startswith("run-"))]
    text = "".join(parts)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def _reader(job: Job, run: CourseRun, mailing: Mailing) -> str:
    """ "" where nobody's address is known."""
    if run.contact:
        return run.contact
    user_id = mailing.learners.user_id_of(job.started_by)
    learner = mailing.learners.learner(user_id) if user_id else None
    address = learner.email.strip() if learner and not learner.forgotten else ""
    return address if is_address(address) else ""
