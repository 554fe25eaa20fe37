"""What a learner was called, found and removed in texts of every kind: notes, cells, answers, files."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

SHORTEST = 3
"""Characters of a text that is looked for inside other texts: shorter ones are in too many of them by accident."""


@dataclass(frozen=True)
class Traces:
    """The usernames, e-mails and names that one learner has had; none of them is empty."""

    usernames: frozenset[str] = field(repr=False)
    texts: frozenset[str] = field(repr=False)
    """E-mails and names: looked for whatever their letters' case."""

    @classmethod
    def of(cls, usernames: Iterable[str | None], texts: Iterable[str | None]) -> Traces:
        return cls(_given(usernames), _given(texts))

    @property
    def all(self) -> frozenset[str]:
        return self.usernames | self.texts

    def is_actor(self, value: str) -> bool:
        """Whether this is who acted: a username, exactly."""
        return value in self.usernames

    def are_in(self, text: str) -> bool:
        # Hardly any part of a file of 200 MB names anybody in particular: looking for plain words is ten times faster.
        small = text.lower()
        if self._pattern is None or not any(form in small for form in self._small_forms):
            return False
        return self._pattern.search(text) is not None

    def without(self, text: str) -> str:
        """The text with nothing in place of each mention, as a word of its own, of the learner."""
        return text if self._pattern is None else self._pattern.sub("", text)

    @cached_property
    def _small_forms(self) -> frozenset[str]:
        return frozenset(form.lower() for form in _forms(self.all))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        # A username is looked for exactly as it is: it may be a word of the language in another case.
        exactly = [re.escape(form) for form in _longest_first(self.usernames)]
        anyhow = [f"(?i:{re.escape(form)})" for form in _longest_first(self.texts)]
        # The longest first, so that an address goes whole whose beginning is the username.
        either = "|".join([*anyhow, *exactly])
        return re.compile(rf"(?<!\w)(?:{either})(?!\w)") if either else None

    @property
    def longest(self) -> int:
        """Characters of the longest form that is looked for: so much of two parts of a text has to overlap."""
        return max(map(len, _forms(self.all)), default=0)


def _given(texts: Iterable[str | None]) -> frozenset[str]:
    return frozenset(text.strip() for text in texts if text and text.strip())


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(_forms(texts), key=lambda form: (-len(form), form))


def _forms(texts: Iterable[str]) -> set[str]:
    """Each text as it may stand in others: composed and not, as CSV doubles quotes, as JSON writes letters."""
    return {
        form
        for text in texts
        if len(text) >= SHORTEST
        for normal in (text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))
        for form in (normal, normal.replace('"', '""'), *_in_json(normal))
    }


def _in_json(text: str) -> Iterator[str]:
    """As JSON escapes it, and as JSON in a text of JSON escapes it again."""
    for _ in range(2):
        text = json.dumps(text)[1:-1]
        yield text
