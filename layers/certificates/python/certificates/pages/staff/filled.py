"""The texts in the fields of a form, saved or just typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from certificates.pages.forms import PostedFields


@dataclass(frozen=True, slots=True)
class Filled:
    """The texts of a form by the name of the field. A missing field is empty."""

    texts: Mapping[str, Sequence[str]]

    @classmethod
    def posted(cls, fields: PostedFields) -> Filled:
        return cls({name: tuple(values) for name, values in fields.items()})

    def text(self, name: str) -> str:
        return self.all(name)[-1] if self.all(name) else ""

    def all(self, name: str) -> Sequence[str]:
        return self.texts.get(name, ())

    def rows(self, *names: str, spare: int = 0) -> list[tuple[str, ...]]:
        """Fields in rows, with some empty rows for more."""
        rows = list(zip(*(self.all(name) for name in names), strict=False))
        typed = [row for row in rows if any(text.strip() for text in row)]
        return [*typed, *[("",) * len(names)] * spare]

    def differs(self, other: Filled, names: Iterable[str]) -> bool:
        """Whether one of these fields has another value. Empty rows of a form do not count."""
        return any(_shown(self.all(name)) != _shown(other.all(name)) for name in names)


def _shown(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if text]
