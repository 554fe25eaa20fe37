"""The version of every message between functions, queues and schedules.

Each kind of message is one value, with one writer and one reader. A message may wait in a queue, a schedule or the dead
letters while another release is deployed. So each message has a `version`. A message without one has the first version.
A change of a form needs the next version, and the reader must still read the older ones. A reader refuses an unknown
version: the queue keeps the message for a newer release.

Tests read the messages of every earlier release: see `tests/contracts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certificates.errors import UnknownVersion

VERSION = 1

Wire = dict[str, Any]
"""A message in JSON."""


def versioned(values: Wire) -> Wire:
    return {"version": VERSION, **values}


def of_known_version(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The message. Raises UnknownVersion."""
    version = message.get("version", 1)
    if version not in range(1, VERSION + 1):
        raise UnknownVersion(f"{name} of version {version}")
    return message
