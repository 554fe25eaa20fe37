"""Posts one message to a receiver that staff chose: with limits of time and size, and only to checked addresses. The
host is resolved once. The connection goes to a checked address, not to the name: a name that resolves to another
address a moment later (DNS rebinding) has no effect. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from certificates.rules.public_addresses import is_loopback, is_public
from certificates.rules.webhook_tries import result_of
from certificates.rules.webhooks import TryResult

TOTAL_SECONDS = 15.0
"""From the call of the resolver to the last byte of the answer."""

MOST_READ_BYTES = 64 * 1024
SAID_CHARACTERS = 500
"""The most characters of an answer that staff see."""

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Posted:
    """The result of a post. `said` is the beginning of the answer."""

    result: TryResult
    status: int | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Poster:
    """`loopback`: receivers on this machine are allowed, http among them. `resolve` gives a host's IP addresses."""

    loopback: bool = False
    seconds: float = TOTAL_SECONDS
    resolve: Resolve | None = None
    tls: ssl.SSLContext | None = None

    def post(self, address: str, body: str, headers: Mapping[str, str]) -> Posted:
        """Post the body. The call always returns within the time limit."""
        deadline = time.monotonic() + self.seconds
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            addresses = self._resolved(host, port, deadline)
        except TookTooLong:
            return Posted(TryResult.TIMED_OUT)
        except (OSError, UnicodeError):
            return Posted(TryResult.NO_SUCH_HOST)
        if not addresses:
            return Posted(TryResult.NO_SUCH_HOST)
        if not all(self._is_allowed(parts, each) for each in addresses):
            return Posted(TryResult.PRIVATE_ADDRESS)
        return self._posted(parts, addresses, port, deadline, body, headers)

    def _resolved(self, host: str, port: int, deadline: float) -> Sequence[str]:
        """The resolver has no time limit of ours, so it is called in its own thread."""
        asked = _resolver().submit(self.resolve or _addresses, host, port)
        return asked.result(timeout=max(0.0, deadline - time.monotonic()))

    def _is_allowed(self, parts: SplitResult, address: str) -> bool:
        if self.loopback and is_loopback(address):
            return True
        return parts.scheme == "https" and is_public(address)

    def _posted(
        self,
        parts: SplitResult,
        addresses: Sequence[str],
        port: int,
        deadline: float,
        body: str,
        headers: Mapping[str, str],
    ) -> Posted:
        connection = _Pinned(parts, addresses, port, deadline, self.tls or _usual_tls())
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body.encode(), dict(headers))
            with closing(connection.getresponse()) as answer:
                content = _content(answer)
        except TimeoutError:
            return Posted(TryResult.TIMED_OUT)
        except (OSError, http.client.HTTPException, ValueError):
            # ValueError: an answer that is no HTTP, in forms that http.client does not expect.
            return Posted(TryResult.NO_CONNECTION)
        finally:
            connection.close()
        return Posted(result_of(answer.status), answer.status, _shown(content))


def _content(answer: http.client.HTTPResponse) -> bytes:
    """The readable part of an answer's body. The status alone decides about success."""
    try:
        return answer.read(MOST_READ_BYTES)
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException, ValueError):
        return b""


class _Pinned(http.client.HTTPConnection):
    """A connection to the first address that accepts one. Every read and write ends by the deadline."""

    def __init__(
        self, parts: SplitResult, addresses: Sequence[str], port: int, deadline: float, tls: ssl.SSLContext
    ) -> None:
        self.default_port = 443 if parts.scheme == "https" else 80
        super().__init__(parts.netloc)
        self._scheme, self._addresses, self._to_port = parts.scheme, addresses, port
        self._deadline, self._tls = deadline, tls

    def connect(self) -> None:
        made = self._connected()
        try:
            if self._scheme == "https":
                made.settimeout(_left(self._deadline))
                made = self._tls.wrap_socket(made, server_hostname=self.host)
        except BaseException:
            made.close()
            raise
        self.sock = _Bounded(made, self._deadline)

    def _connected(self) -> socket.socket:
        """Each address has its share of the remaining time, so one without an answer leaves some for the next."""
        failed = OSError("no address")
        for number, address in enumerate(self._addresses):
            share = _left(self._deadline) / (len(self._addresses) - number)
            try:
                return socket.create_connection((address, self._to_port), timeout=share)
            except OSError as error:
                failed = error
        raise failed


class _Bounded:
    """A socket with the remaining time for every call. A receiver that sends a byte now and then gets no more time. As
    with Python's sockets, a file from `makefile` keeps the connection open.
    """

    def __init__(self, inner: socket.socket, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline
        self._is_read = False

    def sendall(self, data: bytes) -> None:
        self._inner.settimeout(_left(self._deadline))
        self._inner.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        self._is_read = True
        return io.BufferedReader(_BoundedReader(self._inner, self._deadline))

    def close(self) -> None:
        if not self._is_read:
            self._inner.close()


class _BoundedReader(io.RawIOBase):
    def __init__(self, inner: socket.socket, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._inner.settimeout(_left(self._deadline))
        return self._inner.recv_into(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _left(deadline: float) -> float:
    """The remaining seconds. Raises TimeoutError if there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _addresses(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


@cache
def _resolver() -> ThreadPoolExecutor:
    """Threads that call the resolver. A slow one does not delay the others."""
    return ThreadPoolExecutor(8, thread_name_prefix="resolver")


@cache
def _usual_tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _shown(content: bytes) -> str:
    """The beginning of an answer, without characters that pages or logs cannot have."""
    text = content[: SAID_CHARACTERS * 4].decode(errors="replace")
    return "".join(letter if letter.isprintable() else " " for letter in text)[:SAID_CHARACTERS].strip()
