"""The parts that send changes of certificates."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from certificates.runtime.settings import setting

if TYPE_CHECKING:
    from certificates.notices.showing import Showing
    from certificates.notices.telling import Receivers


@cache
def showing() -> Showing:
    """The parts for showing certificates that were issued early."""
    from certificates.aws.certificate_store import CertificateStore
    from certificates.aws.listing_store import ListingStore
    from certificates.aws.run_store import RunStore
    from certificates.aws.waiting_store import WaitingStore
    from certificates.notices.showing import Showing

    return Showing(RunStore(), CertificateStore(), WaitingStore(), ListingStore())


@cache
def receivers() -> Receivers:
    """The receivers of changes of certificates."""
    from certificates.aws.change_bus import ChangeBus
    from certificates.aws.learner_store import LearnerStore
    from certificates.aws.queues import NoticeQueue
    from certificates.notices.own_events import SOURCE
    from certificates.notices.telling import Receivers

    bus, mail, webhooks = setting("CHANGE_BUS"), setting("MAIL_QUEUE_URL"), setting("WEBHOOK_QUEUE_URL")
    return Receivers(
        showing=showing(),
        learners=LearnerStore(),
        base_url=setting("PUBLIC_BASE_URL"),
        bus=ChangeBus(bus, SOURCE) if bus else None,
        as_open_edx=setting("OPEN_EDX_EVENTS") == "true",
        mail=NoticeQueue(mail) if mail else None,
        webhooks=NoticeQueue(webhooks) if webhooks else None,
        personal_data=setting("EVENT_PERSONAL_DATA") == "true",
    )
