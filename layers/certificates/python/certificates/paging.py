"""Lists in parts: one page for a reader, batches for calls and threads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """`next_after` is the key of the last item shown, None at the end."""

    items: list[T]
    next_after: str | None = None


def batched(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in their order, `size` at a time; the last batch may be smaller.

    As `itertools.batched`, which begins with Python 3.12.
    """
    return (values[start : start + size] for start in range(0, len(values), size))
