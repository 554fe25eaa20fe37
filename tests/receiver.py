"""A receiver of webhooks on this machine, as the README for operators describes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook

from tests.cloud import loopback


@dataclass
class Receiver:
    """Recognizes messages by their ids. `answers` are the statuses of the next answers, and `first_answers` those of
    the first answers to the next messages. All other answers are 204."""

    port: int
    secret: str = ""
    answers: list[int] = field(default_factory=list)
    first_answers: list[int] = field(default_factory=list)
    location: str = ""
    asked: int = 0
    verified: list[dict[str, Any]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    turned_away: set[str] = field(default_factory=set)
    refused: list[Exception] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/certificates"

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        self.asked += 1
        if self.answers:
            return self.answers.pop(0)
        message_id = headers["webhook-id"]
        if self.first_answers and message_id not in self.turned_away:
            self.turned_away.add(message_id)
            return self.first_answers.pop(0)
        try:
            message = Webhook(self.secret).verify(body, headers)
        except Exception as error:
            self.refused.append(error)
            return 401
        if message_id not in self.known:
            self.known.add(message_id)
            self.verified.append(message)
        return 204


@contextmanager
def receiver(before: Callable[[], object] = lambda: None) -> Iterator[Receiver]:
    """Listens on loopback. `before` is called before each answer."""

    class Handler(loopback.Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            before()
            status = made.receive(body, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with loopback.serving(0, Handler) as port:
        made = Receiver(port)
        yield made
