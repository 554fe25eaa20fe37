"""QR codes in microseconds, for addresses that differ in a few characters.

ISO/IEC 18004, byte mode, error correction M, versions 1 to 9. The mask is always the same. Any mask is valid, and a
reader finds it in the format bits. Choosing the best mask costs more than everything else together.

With a fixed mask, the code is linear over GF(2): a changed character changes the same modules in all texts of a length.
So the first text of a length is encoded as a whole. From then on, each character at each place is encoded once, as the
modules that it changes, and a text needs one XOR for each character. Modules are one integer, with bit `y * size + x`
for the module at x, y.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, compress
from typing import NamedTuple

from .qr_patterns import patterns

MASK = 2  # every third column
LONGEST = 180
_TAIL = 36  # of an address: the id that it ends with
# By version: error correction codewords per block, then the number of data codewords of each block.
_BLOCKS: dict[int, tuple[int, tuple[int, ...]]] = {
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32, 32)),
    5: (24, (43, 43)),
    6: (16, (27,) * 4),
    7: (18, (31,) * 4),
    8: (22, (38, 38, 39, 39)),
    9: (22, (36, 36, 36, 37, 37)),
}


def size(text_length: int) -> int:
    """Modules per side; raises ValueError beyond LONGEST bytes."""
    return 17 + 4 * _version(text_length)


def modules(text: str) -> int:
    """The dark modules of an ASCII text, as one integer."""
    if not text.isascii():
        raise ValueError("an address in a QR code is ASCII")
    head, tail = text[:-_TAIL], text[-_TAIL:]
    tails = _TAILS.get(len(text)) or _TAILS.setdefault(len(text), _Tails(tail))
    total = _whole(head + tails.first)
    try:
        for changes, char in zip(tails.changes, tail, strict=True):
            total ^= changes[char]
    except KeyError:
        for place, changes in enumerate(tails.changes):
            if tail[place] not in changes:
                changes[tail[place]] = _changes(len(text), len(head) + place, tails.first[place], tail[place])
        return modules(text)
    return total


def bars(text: str) -> Iterator[tuple[int, int, int]]:
    """Dark modules joined along each row: x, y and length, y downwards."""
    side, dark = size(len(text)), modules(text)
    for y in range(side):
        x = 0
        while x < side:
            start = x
            while x < side and dark >> (y * side + x) & 1:
                x += 1
            if x > start:
                yield start, y, x - start
            x += 1


def svg(text: str, colour: str) -> bytes:
    side = size(len(text))
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in bars(text))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}">'
        f'<path fill="{colour}" d="{path}"/></svg>'
    ).encode()


class _Symbol(NamedTuple):
    """The common part of all texts of one length."""

    side: int
    empty: int  # the modules of a text without codewords
    codewords: int  # their number, with those of the error correction
    path: tuple[int, ...]  # the module of each bit of all codewords
    data: tuple[tuple[int, int, int], ...]  # of each data codeword: its block, its places there and among all
    checks: tuple[tuple[bytes, ...], ...]  # by block and place: the error correction of a codeword of value 1


def _version(text_length: int) -> int:
    for version, (_, blocks) in _BLOCKS.items():
        if text_length + 2 <= sum(blocks):
            return version
    raise ValueError(f"a QR code here holds {LONGEST} characters, not {text_length}")


@lru_cache(maxsize=16)
def _symbol(text_length: int) -> _Symbol:
    version = _version(text_length)
    checks_per_block, blocks = _BLOCKS[version]
    side = 17 + 4 * version
    grid = patterns(version, MASK)
    free = grid.translate(_IS_FREE)
    mask = _integer((b"100" * side)[:side] * side)
    return _Symbol(
        side=side,
        empty=_integer(grid.replace(b" ", b"0")) | _integer(free.translate(_DIGITS)) & mask,
        codewords=sum(blocks) + checks_per_block * len(blocks),
        path=tuple([place for place in _zigzag(side) if free[place]]),
        data=_in_turns(blocks),
        checks=tuple(_unit_checks(length, checks_per_block) for length in blocks),
    )


def _in_turns(blocks: tuple[int, ...]) -> tuple[tuple[int, int, int], ...]:
    """Blocks are written by turns, one codeword each. The longer blocks come last and end with their remaining
    codewords."""
    turns = [(block, turn) for turn in range(max(blocks)) for block, length in enumerate(blocks) if turn < length]
    return tuple(sorted((block, turn, number) for number, (block, turn) in enumerate(turns)))


@lru_cache(maxsize=16)
def _whole(text: str) -> int:
    """The modules of a text, encoded as a whole."""
    length = len(text)
    symbol = _symbol(length)
    # Four bits for the mode, eight for the length, the text, and four for its end.
    written = ((0x400 | length) << 8 * length | int.from_bytes(text.encode())) << 4
    padding = b"\xec\x11" * len(symbol.data)
    codewords = (written.to_bytes(length + 2) + padding)[: len(symbol.data)]
    return symbol.empty ^ _spread(symbol, enumerate(codewords))


class _Tails:
    """The last characters of all texts of one length."""

    def __init__(self, first: str) -> None:
        self.first = first  # those of the first text
        # Of each place: the modules that change if a character replaces the one of the first text.
        self.changes: list[dict[str, int]] = [{char: 0} for char in first]


_TAILS: dict[int, _Tails] = {}  # by the length of the text


def _changes(text_length: int, place: int, before: str, char: str) -> int:
    return _spread(_symbol(text_length), _codewords(place, ord(before) ^ ord(char)))


def _codewords(place: int, value: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """A character has four bits in each of two codewords, after mode and length."""
    return (place + 1, value >> 4), (place + 2, value << 4 & 0xF0)


def _spread(symbol: _Symbol, codewords: Iterable[tuple[int, int]]) -> int:
    """The modules that data codewords (index, value) darken: their own, and those of their error correction."""
    written = bytearray(symbol.codewords)
    sums = [0] * len(symbol.checks)
    for index, value in codewords:
        if value:
            block, place, number = symbol.data[index]
            written[number] = value
            sums[block] ^= int.from_bytes(_multiplied(symbol.checks[block][place], value))
    for block, checks in enumerate(sums):
        written[len(symbol.data) + block :: len(sums)] = checks.to_bytes(len(symbol.checks[block][0]))
    bits = f"{int.from_bytes(written):0{8 * symbol.codewords}b}".encode().translate(_IS_ONE)
    grid = bytearray(b"0") * symbol.side**2
    for place in compress(symbol.path, bits):
        grid[place] = _ONE
    return _integer(grid)


def _powers() -> Iterator[int]:
    power = 1
    for _ in range(255):
        yield power
        power = power << 1 ^ (0x11D if power & 0x80 else 0)


# GF(256) over x⁸ + x⁴ + x³ + x² + 1: the powers of two, which repeat, and the exponent of each value. 0 is no power.
_POWERS = bytes(_powers()) * 2
_NO_POWER = 255
_EXPONENTS = bytes([_NO_POWER, *map(_POWERS.index, range(1, 256))])


def _multiplied(codewords: bytes, factor: int) -> bytes:
    if not factor:
        return bytes(len(codewords))
    exponent = _EXPONENTS[factor]
    products = _POWERS[exponent : exponent + _NO_POWER] + b"\0"  # of the powers by exponent, and of 0
    return codewords.translate(_EXPONENTS).translate(products)


@lru_cache(maxsize=32)
def _unit_checks(length: int, checks: int) -> tuple[bytes, ...]:
    """For each place in a block of `length`: the remainder of a 1 at this place."""
    generator = bytes([1])
    for exponent in range(checks):
        raised = int.from_bytes(_multiplied(generator, _POWERS[exponent]))
        generator = (int.from_bytes(generator) << 8 ^ raised).to_bytes(exponent + 2)
    generator = generator[1:]
    remainder = int.from_bytes(generator)
    remainders = [generator]
    for _ in range(length - 1):
        lead, last = divmod(remainder << 8, 1 << 8 * checks)
        remainder = last ^ int.from_bytes(_multiplied(generator, lead))
        remainders.append(remainder.to_bytes(checks))
    return tuple(reversed(remainders))


def _zigzag(side: int) -> list[int]:
    """All modules but the vertical timing pattern: two columns at a time from the right, up and down in turn."""
    path: list[int] = []
    upwards = True
    for right in [*range(side - 1, 6, -2), 5, 3, 1]:
        pairs = zip(range(right, side**2, side), range(right - 1, side**2, side), strict=True)
        path += chain.from_iterable(reversed(list(pairs)) if upwards else pairs)
        upwards = not upwards
    return path


# Modules are letters here, row by row: "0" is light, "1" dark, " " free for data.
_ONE = ord("1")
_IS_ONE, _IS_FREE = bytes.maketrans(b"01", b"\0\1"), bytes.maketrans(b"01 ", b"\0\0\1")
_DIGITS = bytes.maketrans(b"\0\1", b"01")


def _integer(grid: bytes | bytearray) -> int:
    return int(grid[::-1], 2)
