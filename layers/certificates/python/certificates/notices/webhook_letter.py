"""The letter to staff about a webhook that the product has ended. It is in English, as all mails to staff."""

from __future__ import annotations

from urllib.parse import quote

from certificates.messages.notices import WebhookToTell
from certificates.notices.letters import Letter, Phrase
from certificates.rules.model import CourseRun
from certificates.rules.webhooks import EndedBy

_WHY = {
    EndedBy.GONE: "Its receiver has answered that it is gone (410).",
    EndedBy.FAILING: "Nothing could be delivered to it for five days.",
}


def letter_of_webhook(ended: WebhookToTell, run: CourseRun | None, base_url: str, site_name: str) -> Letter:
    """`run` None: the webhook is for all runs. The letter leaves its URL out, because a URL may contain a password."""
    page = f"{base_url}/teach"
    if run is not None:
        page += f"/{quote(run.course_id, safe='')}/webhooks?webhook={quote(ended.webhook_id, safe='')}"
    whose, values = ("{course}", {"course": run.title}) if run else ("all runs", {})
    added = {"who": ended.created_by, "at": f"{ended.ended_at:%Y-%m-%d %H:%M}"}
    return Letter(
        language="en",
        direction="ltr",
        subject=Phrase(f"A webhook of {whose} has ended", values),
        opening=(
            Phrase(f"Changes of certificates are no longer sent to a webhook of {whose}.", values),
            Phrase(_WHY[EndedBy(ended.because)]),
            Phrase("{who} had added the webhook. It ended at {at} UTC.", added),
        ),
        main=Phrase("See the webhook", address=page),
        notes=(Phrase("When the receiver works again, switch the webhook on: it begins anew."),),
        footer=(
            Phrase(
                "{site} sends this mail once, to the contact in the run's settings, or else to who added the webhook.",
                {"site": site_name},
            ),
        ),
    )
