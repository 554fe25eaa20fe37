"""QR codes as vector paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import segno


def matrix(url: str) -> tuple[bytes, ...]:
    """Rows of modules, 1 dark and 0 light, without the quiet zone; error correction M, the same for the same text."""
    code = segno.make_qr(url, error="m", boost_error=False)
    return tuple(bytes(row) for row in code.matrix)


def bars(rows: Sequence[bytes]) -> Iterator[tuple[int, int, int]]:
    """Dark modules joined along each row: x, y and length, y downwards."""
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield x, y, length
            x += length


def svg(url: str, colour: str) -> bytes:
    rows = matrix(url)
    size = len(rows)
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in bars(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}">'
        f'<path fill="{colour}" d="{path}"/></svg>'
    ).encode()
