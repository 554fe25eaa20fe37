"""Moments as text, in UTC. Every moment here has the zone UTC."""

from __future__ import annotations

from datetime import datetime


def utc_text(moment: datetime) -> str:
    """ISO 8601 with a Z, as in answers, files and messages."""
    return moment.isoformat().replace("+00:00", "Z")


def id_of_moment(moment: datetime) -> str:
    """An id that sorts by time, for work that begins once at a moment: `20261120T120000000000Z`."""
    return f"{moment:%Y%m%dT%H%M%S%f}Z"
