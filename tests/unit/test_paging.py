"""Batches of a sequence are equal to the batches of `itertools.batched`."""

from __future__ import annotations

import itertools
import sys

import pytest

from certificates.paging import batched


@pytest.mark.parametrize(
    ("count", "size", "batches"), [(0, 3, []), (2, 3, [[0, 1]]), (3, 3, [[0, 1, 2]]), (4, 3, [[0, 1, 2], [3]])]
)
def test_values_come_in_their_order_so_many_at_a_time(count: int, size: int, batches: list[list[int]]) -> None:
    assert list(batched(list(range(count)), size)) == batches


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the standard library has no such function")
def test_the_standard_library_makes_the_same_batches() -> None:
    values = list(range(10))
    for size in range(1, 12):
        assert [tuple(batch) for batch in batched(values, size)] == list(itertools.batched(values, size))  # type: ignore[attr-defined,unused-ignore]
