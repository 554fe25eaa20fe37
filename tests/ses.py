"""SES v2 for tests in this process: accepts and keeps mails, or refuses them as a test sets.

It stands where moto would answer, so that botocore validates what is sent and reads what is answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import BotocoreStubber

from tests.cloud.mailbox import Received

Refusal = tuple[int, str, str]
"""Status, code, and SES's message."""


@dataclass
class Ses:
    """`answers` are for the next calls; None: the mail is accepted. Later mails are all accepted."""

    mails: list[Received] = field(default_factory=list)
    answers: list[Refusal | None] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    @property
    def to(self) -> list[str]:
        return [mail.to for mail in self.mails]

    def refuse(self, *codes: str, status: int = 400, unverified: str = "zoe@example.org") -> None:
        """Refuse the next calls with these codes. SES's message then has the addresses that are not verified."""
        said = f"Email address is not verified. The following identities failed the check: {unverified}"
        self.answers.extend((status, code, said) for code in codes)

    def call(self, request: Any) -> AWSResponse:
        self.before()
        refusal = self.answers.pop(0) if self.answers else None
        if refusal is not None:
            status, code, said = refusal
            return _answer(request, status, {"message": said}, code)
        mail = Received(f"mail-{len(self.mails)}", datetime.now(UTC), json.loads(request.body))
        self.mails.append(mail)
        return _answer(request, 200, {"MessageId": mail.message_id})


@contextmanager
def ses() -> Iterator[Ses]:
    service, real = Ses(), BotocoreStubber.__call__

    def stand_in(stubber: Any, event_name: str, request: Any, **rest: Any) -> Any:
        if event_name == "before-send.sesv2.SendEmail":
            return service.call(request)
        return real(stubber, event_name, request, **rest)

    with patch.object(BotocoreStubber, "__call__", stand_in):
        yield service


def _answer(request: Any, status: int, said: dict[str, Any], code: str = "") -> AWSResponse:
    headers = {"content-type": "application/json", **({"x-amzn-errortype": code} if code else {})}
    return AWSResponse(request.url, status, headers, _Body(json.dumps(said).encode()))


@dataclass(frozen=True)
class _Body:
    content: bytes

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.content
