"""Where a webhook may lead: an https address of a host in the public internet."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from certificates.errors import BadRequest
from certificates.rules.public_addresses import is_loopback, is_public

MAX_ADDRESS_LENGTH = 1000
_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?", re.ASCII)
"""A name with a dot in it. The last part begins with a letter: resolvers take `0x7f.1` for an IPv4 address."""

_IP_LIKE = re.compile(r"[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*")


def checked_address(text: str, *, loopback: bool = False) -> str:
    """The address of a webhook, as it is called. `loopback`: http on this machine is allowed, for development.

    What the host resolves to is looked at before each try, for a name's address changes. Raises BadRequest
    `bad-webhook-url`.
    """
    text = text.strip()
    if len(text) > MAX_ADDRESS_LENGTH:
        raise _bad(f"The URL of a webhook may have {MAX_ADDRESS_LENGTH} characters at most.")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise _bad("Write the URL of a webhook in ASCII, a host of another script as xn--....")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _bad("This is not a URL.") from None
    host = parts.hostname or ""
    if port == 0:
        raise _bad("No host listens on port 0.")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise _bad("The URL of a webhook may hold no username and no password.")
    if parts.fragment or text.endswith("#"):
        raise _bad("The URL of a webhook may have no fragment (#...).")
    if loopback and _is_local(parts):
        return text
    if parts.scheme != "https":
        raise _bad("The URL of a webhook begins with https://.")
    if _IP_LIKE.fullmatch(host):
        if not is_public(host):
            raise _bad("This address is not of the public internet.")
    elif not _HOST.fullmatch(host) or host == "localhost" or host.endswith(".localhost"):
        raise _bad("The URL of a webhook needs a host of the public internet.")
    return text


def _is_local(parts: SplitResult) -> bool:
    """Whether this is an address on the loopback."""
    host = parts.hostname or ""
    return parts.scheme in {"http", "https"} and (host == "localhost" or is_loopback(host))


def _bad(message: str) -> BadRequest:
    return BadRequest("bad-webhook-url", message, field="url")
