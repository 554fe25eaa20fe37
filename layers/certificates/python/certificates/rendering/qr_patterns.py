"""The function patterns of a QR code: what readers find it by, and the format bits. All texts of a version share them.

ISO/IEC 18004, 6.3 and 7.9 to 7.10, with error correction M.
"""

from __future__ import annotations

_ALIGNMENT = {1: (), 2: (18,), 3: (22,), 4: (26,), 5: (30,), 6: (34,), 7: (22, 38), 8: (24, 42), 9: (26, 46)}
_FINDER = (b"1111111", b"1000001", b"1011101", b"1011101", b"1011101", b"1000001", b"1111111", b"0000000")
_ALIGNED = (b"11111", b"10001", b"10101", b"10001", b"11111")


def patterns(version: int, mask: int) -> bytearray:
    """One letter for each module, row by row: "0" is light, "1" dark, " " free for data."""
    grid = _Grid(17 + 4 * version)
    _put_timing(grid)
    _put_finders(grid)
    if version > 1:
        _put_alignment(grid, version)
    _put_format(grid, mask)
    if version >= 7:
        _put_version(grid, version)
    return grid.letters


class _Grid:
    def __init__(self, side: int) -> None:
        self.side = side
        self.letters = bytearray(b" ") * side**2

    def put(self, x: int, y: int, row: bytes) -> None:
        self.letters[y * self.side + x : y * self.side + x + len(row)] = row


def _put_timing(grid: _Grid) -> None:
    timing = (b"10" * grid.side)[: grid.side]
    grid.letters[6 * grid.side : 7 * grid.side] = grid.letters[6 :: grid.side] = timing


def _put_finders(grid: _Grid) -> None:
    for y, row in enumerate(_FINDER):
        grid.put(0, y, row + b"0")
        grid.put(grid.side - 8, y, b"0" + row)
        grid.put(0, grid.side - 1 - y, row + b"0")


def _put_alignment(grid: _Grid, version: int) -> None:
    centres = (6, *_ALIGNMENT[version])
    finders = {(6, 6), (6, centres[-1]), (centres[-1], 6)}
    for cx, cy in ((cx, cy) for cx in centres for cy in centres if (cx, cy) not in finders):
        for dy, row in enumerate(_ALIGNED, -2):
            grid.put(cx - 2, cy + dy, row)


def _put_format(grid: _Grid, mask: int) -> None:
    side = grid.side
    bits = _protected(mask, 10, 0x537) ^ 0x5412  # level M is 00
    for i in range(15):
        bit = b"%d" % (bits >> i & 1)
        grid.put(8, i if i < 6 else i + 1 if i < 8 else side - 15 + i, bit)
        grid.put(side - 1 - i if i < 8 else 7 if i == 8 else 14 - i, 8, bit)
    grid.put(8, side - 8, b"1")


def _put_version(grid: _Grid, version: int) -> None:
    bits = _protected(version, 12, 0x1F25)
    for i in range(18):
        bit = b"%d" % (bits >> i & 1)
        grid.put(i // 3, grid.side - 11 + i % 3, bit)
        grid.put(grid.side - 11 + i % 3, i // 3, bit)


def _protected(value: int, checks: int, generator: int) -> int:
    """`value` followed by its BCH check bits."""
    remainder = value << checks
    while remainder.bit_length() > checks:
        remainder ^= generator << (remainder.bit_length() - checks - 1)
    return value << checks | remainder
