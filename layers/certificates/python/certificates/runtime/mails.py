"""The parts for mails."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from certificates import runtime
from certificates.runtime.settings import setting

if TYPE_CHECKING:
    from certificates.aws.queues import MailQueue
    from certificates.notices.means import Mailing
    from certificates.notices.pacing import Pace


def mailing(base_url: str = "") -> Mailing | None:
    """The parts for sending mail, None if the operator has set no sender. `base_url` as for `backend`."""
    return mailing_in_use(base_url) if setting("MAIL_FROM") else None


@cache
def mailing_in_use(base_url: str = "") -> Mailing:
    """The parts for sending mail, for a function that exists only with a sender."""
    from datetime import timedelta

    from certificates.aws.mail import Postman
    from certificates.aws.mail_store import MailStore
    from certificates.notices.means import Mailing

    made = runtime.backend(base_url)
    return Mailing(
        mails=MailStore(),
        postman=Postman(setting("MAIL_FROM"), setting("SITE_NAME"), setting("MAIL_CONFIGURATION_SET")),
        documents=made.documents,
        runs=made.runs,
        learners=made.learners,
        jobs=made.jobs,
        site=made.site,
        site_name=setting("SITE_NAME"),
        linkedin_id=setting("LINKEDIN_ORGANIZATION_ID"),
        base_url=made.base_url,
        secret=made.secret,
        delay=timedelta(seconds=int(setting("MAIL_DELAY_SECONDS"))),
    )


@cache
def mail_queue() -> MailQueue:
    from certificates.aws.queues import MailQueue

    return MailQueue(setting("MAIL_QUEUE_URL"))


@cache
def pace() -> Pace:
    """The pace of a warm function. It is kept from one message to the next."""
    from certificates.notices.pacing import Pace

    return Pace(float(setting("MAIL_RATE")))
