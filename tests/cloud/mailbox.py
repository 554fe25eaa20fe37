"""The mail service of the local cloud: accepts mail as SES v2 does, and shows it in a browser.

ministack keeps a mail's subject and text, but no headers and no tags, and it publishes no events. So functions send
their mails here. This service puts SES's events into the queue for such events, in the form that SES documents: *Email
Sent* for each mail, and a bounce or a complaint for the addresses of SES's simulator.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

from tests.cloud import loopback
from tests.cloud.loopback import Quiet
from tests.cloud.server import LOOPBACK

SEND = "/v2/email/outbound-emails"
SIMULATOR = "@simulator.amazonses.com"
"""Addresses of SES's mailbox simulator: `bounce`, `complaint`, `success`."""

Event = dict[str, Any]
Refuse = Callable[[dict[str, Any]], tuple[int, str] | None]


@dataclass(frozen=True)
class Received:
    """One accepted mail: SES's id, and the JSON of the call."""

    message_id: str
    at: datetime
    asked: dict[str, Any]

    @property
    def to(self) -> str:
        [address] = self.asked["Destination"]["ToAddresses"]
        return str(address)

    @property
    def simple(self) -> dict[str, Any]:
        found: dict[str, Any] = self.asked["Content"]["Simple"]
        return found

    @property
    def subject(self) -> str:
        return str(self.simple["Subject"]["Data"])

    @property
    def text(self) -> str:
        return str(self.simple["Body"]["Text"]["Data"])

    @property
    def html(self) -> str:
        return str(self.simple["Body"]["Html"]["Data"])

    @property
    def headers(self) -> dict[str, str]:
        return {header["Name"]: header["Value"] for header in self.simple.get("Headers", [])}

    @property
    def tags(self) -> dict[str, str]:
        return {tag["Name"]: tag["Value"] for tag in self.asked.get("EmailTags", [])}


@dataclass
class Mailbox:
    """`publish` gets SES's events. `refuse` returns the status and the code of a refusal, or None to accept the call.
    `address` is the mailbox in a browser.
    """

    port: int
    publish: Callable[[Event], object] = lambda event: None
    refuse: Refuse = lambda asked: None
    mails: list[Received] = field(default_factory=list)
    calls: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/"

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def take(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and the answer of one call."""
        with self._lock:
            self.calls += 1
            refused = self.refuse(asked)
            if refused is not None:
                status, code = refused
                return status, {"__type": code, "message": f"{code}: {asked['Destination']['ToAddresses']}"}
            mail = Received(f"{uuid.uuid4()}-000000", datetime.now(UTC), asked)
            self.mails.append(mail)
        for event in events_of(mail):
            self.publish(event)
        return 200, {"MessageId": mail.message_id}


def events_of(mail: Received) -> Iterator[Event]:
    """The event that SES publishes about an accepted mail (SES Developer Guide, "Contents of event data")."""
    yield event_of(mail, "Email Sent", "Send", {"send": {}})
    at = mail.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if mail.to == f"bounce{SIMULATOR}":
        bounced = {
            "feedbackId": mail.message_id,
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": mail.to, "action": "failed", "status": "5.1.1"}],
            "timestamp": at,
            "reportingMTA": "dsn; simulator",
        }
        yield event_of(mail, "Email Bounced", "Bounce", {"bounce": bounced})
    if mail.to == f"complaint{SIMULATOR}":
        complained = {
            "feedbackId": mail.message_id,
            "complaintSubType": None,
            "complainedRecipients": [{"emailAddress": mail.to}],
            "timestamp": at,
            "complaintFeedbackType": "abuse",
        }
        yield event_of(mail, "Email Complaint Received", "Complaint", {"complaint": complained})


def event_of(mail: Received, detail_type: str, event_type: str, more: dict[str, Any]) -> Event:
    """An event in EventBridge's envelope."""
    at = mail.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    tags = {name: [value] for name, value in mail.tags.items()}
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": "000000000000",
        "time": at,
        "region": "eu-west-1",
        "resources": ["arn:aws:ses:eu-west-1:000000000000:configuration-set/certificates"],
        "detail": {
            "eventType": event_type,
            "mail": {
                "timestamp": at,
                "source": mail.asked["FromEmailAddress"],
                "messageId": mail.message_id,
                "destination": [mail.to],
                "headersTruncated": False,
                "headers": [{"name": name, "value": value} for name, value in mail.headers.items()],
                "commonHeaders": {"to": [mail.to], "messageId": mail.message_id, "subject": mail.subject},
                "tags": {"ses:configuration-set": [mail.asked.get("ConfigurationSetName", "")], **tags},
            },
            **more,
        },
    }


@contextmanager
def serving(port: int) -> Iterator[Mailbox]:
    """Accepts mails until the block ends. Raises PortInUse."""
    mailbox = Mailbox(port)
    with loopback.serving(port, handler(mailbox)):
        yield mailbox


def handler(mailbox: Mailbox) -> type[Quiet]:
    class Handler(Quiet):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.path != SEND:
                self.answer(404, b"{}", "application/json")
                return
            status, said = mailbox.take(json.loads(body))
            self.answer(status, json.dumps(said).encode(), "application/json", said.get("__type"))

        def do_GET(self) -> None:
            number = self.path.removeprefix("/mails/")
            if self.path == "/":
                self.answer(200, listed(mailbox).encode(), "text/html; charset=utf-8")
            elif number.isdecimal() and int(number) < len(mailbox.mails):
                self.answer(200, opened(mailbox.mails[int(number)]).encode(), "text/html; charset=utf-8")
            else:
                self.answer(404, b"No such mail.", "text/plain")

        def answer(self, status: int, content: bytes, media_type: str, error: str | None = None) -> None:
            self.send_response(status)
            self.send_header("content-type", media_type)
            self.send_header("content-length", str(len(content)))
            if error:
                self.send_header("x-amzn-errortype", error)
            self.end_headers()
            self.wfile.write(content)

    return Handler


_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100% }
td, th { text-align: start; padding: .4rem; border-bottom: 1px solid #ccc }
iframe { width: 100%; height: 32rem; border: 1px solid #ccc }
pre { white-space: pre-wrap; border: 1px solid #ccc; padding: 1rem }
"""


def page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def listed(mailbox: Mailbox) -> str:
    """The mails, the newest first."""
    rows = "".join(
        f'<tr><td>{mail.at:%H:%M:%S}</td><td>{escape(mail.to)}</td><td><a href="/mails/{number}"><bdi>'
        f"{escape(mail.subject)}</bdi></a></td></tr>"
        for number, mail in reversed(list(enumerate(mailbox.mails)))
    )
    none = "" if rows else "<p>No mail has come yet.</p>"
    table = f"<table><tr><th>UTC</th><th>To</th><th>Subject</th></tr>{rows}</table>"
    return page("Mailbox", f"<h1>Mailbox</h1>{table}{none}")


def opened(mail: Received) -> str:
    headers = {
        "From": mail.asked["FromEmailAddress"],
        "To": mail.to,
        "Subject": mail.subject,
        "Reply-To": ", ".join(mail.asked.get("ReplyToAddresses", [])),
        **mail.headers,
    }
    told = "".join(
        f"<tr><th>{escape(name)}</th><td><bdi>{escape(value)}</bdi></td></tr>" for name, value in headers.items()
    )
    shown = f'<iframe title="HTML" sandbox="allow-popups" srcdoc="{escape(mail.html)}"></iframe>'
    text = f'<pre dir="auto">{escape(mail.text)}</pre>'
    back = '<p><a href="/">Mailbox</a></p>'
    return page(mail.subject, f"{back}<table>{told}</table><h2>HTML</h2>{shown}<h2>Text</h2>{text}")
