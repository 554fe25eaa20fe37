"""Checks the URL of a webhook: https, and a host on the public internet."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from certificates.errors import BadRequest
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.public_addresses import is_loopback, is_public

MAX_ADDRESS_LENGTH = 1000
_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?", re.ASCII)
"""A name with a dot. The last part begins with a letter, because resolvers read `0x7f.1` as an IPv4 address."""

_IP_LIKE = re.compile(r"[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*")


def checked_address(text: str, *, loopback: bool = False) -> str:
    """The URL without blanks around it. `loopback`: http to this machine is allowed, for development.

    The IP addresses of the host are checked before each try, because they may change. Raises BadRequest
    `bad-webhook-url`.
    """
    text = text.strip()
    if len(text) > MAX_ADDRESS_LENGTH:
        raise _bad(FlawId.URL_TOO_LONG, most=MAX_ADDRESS_LENGTH)
    if not text.isascii() or not text.isprintable() or " " in text:
        raise _bad(FlawId.URL_NOT_ASCII)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _bad(FlawId.NO_URL) from None
    host = parts.hostname or ""
    if port == 0:
        raise _bad(FlawId.URL_WITH_PORT_0)
    if "@" in parts.netloc:
        raise _bad(FlawId.URL_WITH_SIGN_IN)
    if parts.fragment or text.endswith("#"):
        raise _bad(FlawId.URL_WITH_FRAGMENT)
    if loopback and _is_local(parts):
        return text
    if parts.scheme != "https":
        raise _bad(FlawId.URL_NOT_HTTPS)
    if _IP_LIKE.fullmatch(host):
        if not is_public(host):
            raise _bad(FlawId.ADDRESS_NOT_PUBLIC)
    elif not _HOST.fullmatch(host) or host.endswith(".localhost"):
        raise _bad(FlawId.HOST_NOT_PUBLIC)
    return text


def _is_local(parts: SplitResult) -> bool:
    """Whether this is an address on the loopback."""
    host = parts.hostname or ""
    return parts.scheme in {"http", "https"} and (host == "localhost" or is_loopback(host))


def _bad(id: FlawId, **values: object) -> BadRequest:
    return BadRequest("bad-webhook-url", flaw(id, **values), field="url")
