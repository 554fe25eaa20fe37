"""The name of an uploaded file on the computer of its sender. Every function with HTTP imports its longest length."""

from __future__ import annotations

from certificates.shown_text import shown

MAX_NAME_LENGTH = 200
"""A name of a file in an item; the longest names of file systems have 255 bytes."""


def chosen_name(typed: str) -> str:
    """A file's name on its sender's computer: without folders and invisible characters, and cut if too long."""
    return shown(typed.replace("\\", "/").rpartition("/")[2])[:MAX_NAME_LENGTH]
