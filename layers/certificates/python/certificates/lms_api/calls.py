"""One HTTP call to the LMS: with a time limit, repeated if that is harmless, and with a complete answer or none.
Redirects are not followed: a token goes only to the address that the operator set.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from certificates.errors import LmsUnavailable
from certificates.telemetry import logger

if TYPE_CHECKING:
    from urllib3 import PoolManager

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""Larger than a hundred accounts with long biographies."""

CONNECT_SECONDS = 3.0
USUAL_WAIT_SECONDS = 60
"""How long to wait if the LMS asks to wait without a time."""

LONGEST_WAIT_SECONDS = 3600
SHORTEST_TRY_SECONDS = 0.5
AFTER_AN_OUTAGE_SECONDS = 30
"""When to ask again if the LMS did not answer."""

BEFORE_ANOTHER_TRY = (0.2, 0.8)
"""Seconds, at least and at most: callers that failed together do not come back together."""

_SECONDS = re.compile(r"available in (\d{1,9}) second")


@dataclass(frozen=True, slots=True)
class Manner:
    """Limits of calls: seconds for all calls together and for each call, tries, and the longest wait for a busy LMS."""

    total_seconds: float
    call_seconds: float
    attempts: int
    longest_wait: float


FOR_A_PERSON = Manner(total_seconds=20, call_seconds=8, attempts=2, longest_wait=2)
"""A person waits for a page; API Gateway waits for half a minute."""

FOR_A_JOB = Manner(total_seconds=60, call_seconds=30, attempts=2, longest_wait=0)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """The document, with numbers as Decimals. Raises LmsUnavailable for anything else: a page of an error, or a
        part."""
        try:
            return json.loads(self.content, parse_float=Decimal)
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise LmsUnavailable("The LMS gave an answer that is no JSON.", AFTER_AN_OUTAGE_SECONDS) from error


@dataclass(slots=True)
class Calls:
    """Calls to one address with one time limit."""

    base_url: str
    manner: Manner
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = self.clock() + self.manner.total_seconds

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        base_url: str = "",
        again: bool = True,
    ) -> Reply:
        """The LMS's answer with any status below 500. `again`: the call may be repeated. Raises LmsUnavailable if the
        LMS does not answer completely and in time, fails, or asks to wait.
        """
        # An unescaped plus in a query means a blank, and course ids have pluses.
        address = f"{base_url or self.base_url}{path}" + (f"?{urlencode(query)}" if query else "")
        attempts = self.manner.attempts if again else 1
        for attempt in range(1, attempts + 1):
            try:
                reply = self._once(method, address, form, headers or {})
            except LmsUnavailable:
                if attempt == attempts or not self._pause(random.uniform(*BEFORE_ANOTHER_TRY)):  # noqa: S311 - jitter
                    raise
                continue
            if reply.status == 429:
                wait = wait_of(reply)
                if wait > self.manner.longest_wait or attempt == attempts or not self._pause(wait):
                    raise LmsUnavailable("The LMS is asked too much at this moment.", wait, busy=True)
                continue
            return reply
        raise AssertionError("a call has one attempt at least")

    def _once(self, method: str, address: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> Reply:
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError

        left = self.deadline - self.clock()
        if left < SHORTEST_TRY_SECONDS:
            raise LmsUnavailable("The LMS takes too long to answer.", AFTER_AN_OUTAGE_SECONDS)
        sent = {"Accept": "application/json", "User-Agent": "certificates", **headers}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = _pool().request(
                method,
                address,
                body=urlencode(form) if form is not None else None,
                headers=sent,
                timeout=Timeout(connect=min(CONNECT_SECONDS, left), read=min(self.manner.call_seconds, left)),
                retries=False,
                redirect=False,
                preload_content=False,
                enforce_content_length=True,
            )
            try:
                content = answer.read(MAX_ANSWER_BYTES + 1)
            finally:
                answer.release_conn()
        except HTTPError as error:
            logger.warning("the LMS does not answer", extra={"why": type(error).__name__})
            raise LmsUnavailable("The LMS does not answer.", AFTER_AN_OUTAGE_SECONDS) from error
        if len(content) > MAX_ANSWER_BYTES:
            answer.close()
            raise LmsUnavailable("The LMS gave an answer that is too long.", AFTER_AN_OUTAGE_SECONDS)
        if len(content) < _length(answer.headers):
            raise LmsUnavailable("The LMS gave half of an answer.", AFTER_AN_OUTAGE_SECONDS)
        if answer.status >= 500:
            logger.warning("the LMS answers with an error", extra={"status": answer.status})
            wait = _retry_after(answer.headers)
            raise LmsUnavailable("The LMS answers with an error.", AFTER_AN_OUTAGE_SECONDS if wait is None else wait)
        return Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)

    def _pause(self, seconds: float) -> bool:
        """Wait, unless too little time would be left after it."""
        if self.clock() + seconds + SHORTEST_TRY_SECONDS > self.deadline:
            return False
        self.sleep(seconds)
        return True


def wait_of(reply: Reply) -> int:
    """The seconds until the LMS may be asked again. Some views have them only in the text of the answer."""
    seconds = _retry_after(reply.headers)
    if seconds is None and (found := _SECONDS.search(reply.content.decode(errors="replace"))):
        seconds = int(found.group(1))
    return min(LONGEST_WAIT_SECONDS, USUAL_WAIT_SECONDS if seconds is None else max(1, seconds))


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """The header's seconds. A date counts as missing: Open edX never writes one."""
    text = headers.get("retry-after", "").strip()
    return min(LONGEST_WAIT_SECONDS, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _length(headers: Mapping[str, str]) -> int:
    """The declared length of an answer, 0 without one."""
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


@cache
def _pool() -> PoolManager:
    """Connections stay open while a function is warm: every new one costs a handshake."""
    from urllib3 import PoolManager

    return PoolManager(num_pools=4, maxsize=4)
