"""The body of a message to a webhook's receiver, in the form of Standard Webhooks."""

from __future__ import annotations

import json

from certificates.notices.change import CertificateChange
from certificates.notices.own_events import own_event
from certificates.rules.moments import utc_text
from certificates.rules.webhooks import TEST, Delivery


def body_of(delivery: Delivery, base_url: str) -> str:
    """The body. It is the same at every try, unless the learner was forgotten in the meantime."""
    if delivery.event_type == TEST:
        data: object = {"webhook_id": delivery.webhook_id, "note": "A test. No certificate has changed."}
    else:
        data = own_event(CertificateChange.from_json(delivery.event), base_url)
    message = {"type": delivery.event_type, "timestamp": utc_text(delivery.occurred_at), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
