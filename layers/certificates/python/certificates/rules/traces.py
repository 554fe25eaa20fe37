"""Finds and removes a learner's usernames, e-mails and names in texts of every kind: notes, cells, answers, files."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

SHORTEST = 3
"""The fewest characters of a text to look for inside other texts. Shorter texts occur there by accident."""


@dataclass(frozen=True)
class Traces:
    """The usernames, e-mails and names that one learner had. None of them is empty."""

    usernames: frozenset[str] = field(repr=False)
    texts: frozenset[str] = field(repr=False)
    """E-mails and names: found in upper and lower case."""

    @classmethod
    def of(cls, usernames: Iterable[str | None], texts: Iterable[str | None]) -> Traces:
        return cls(_given(usernames), _given(texts))

    @property
    def all(self) -> frozenset[str]:
        return self.usernames | self.texts

    def is_actor(self, value: str) -> bool:
        """Whether this actor is the learner: exactly one of the usernames."""
        return value in self.usernames

    def are_in(self, text: str) -> bool:
        # Nearly no part of a file of 200 MB names the learner. Looking for plain words first is ten times faster.
        small = text.lower()
        if self._pattern is None or not any(form in small for form in self._small_forms):
            return False
        return self._pattern.search(text) is not None

    def without(self, text: str) -> str:
        """The text without the mentions of the learner. A mention is a whole word."""
        return text if self._pattern is None else self._pattern.sub("", text)

    @cached_property
    def _small_forms(self) -> frozenset[str]:
        return frozenset(form.lower() for form in _forms(self.all))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        # A username must match exactly: in another case it may be an ordinary word.
        exactly = [re.escape(form) for form in _longest_first(self.usernames)]
        anyhow = [f"(?i:{re.escape(form)})" for form in _longest_first(self.texts)]
        # The longest first: an address that begins with the username is removed whole.
        either = "|".join([*anyhow, *exactly])
        return re.compile(rf"(?<!\w)(?:{either})(?!\w)") if either else None

    @property
    def longest(self) -> int:
        """Characters of the longest form to look for. Two parts of a text must overlap by so much."""
        return max(map(len, _forms(self.all)), default=0)


def _given(texts: Iterable[str | None]) -> frozenset[str]:
    return frozenset(text.strip() for text in texts if text and text.strip())


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(_forms(texts), key=lambda form: (-len(form), form))


def _forms(texts: Iterable[str]) -> set[str]:
    """Each text in the forms that other texts may have: composed or not, with quotes doubled (CSV), escaped (JSON)."""
    return {
        form
        for text in texts
        if len(text) >= SHORTEST
        for normal in (text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))
        for form in (normal, normal.replace('"', '""'), *_in_json(normal))
    }


def _in_json(text: str) -> Iterator[str]:
    """The text escaped for JSON once, and twice for JSON inside JSON."""
    for _ in range(2):
        text = json.dumps(text)[1:-1]
        yield text
