"""QR codes in microseconds, for addresses that differ in a few characters.

ISO/IEC 18004, byte mode, error correction M, versions 1 to 9. The mask is always the same. Any mask is valid, and a
reader finds it in the format bits. Choosing the best mask costs more than everything else together.

With a fixed mask, the code is linear over GF(2): the modules of a text are those of an empty text of the same length
XOR the contribution of each character at its place. A contribution is a whole symbol as an integer, with bit `y * size
+ x` for the module at x, y. Contributions are kept, so the second certificate needs one XOR for each character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

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
_ALIGNMENT = {1: (), 2: (18,), 3: (22,), 4: (26,), 5: (30,), 6: (34,), 7: (22, 38), 8: (24, 42), 9: (26, 46)}


def size(text_length: int) -> int:
    """Modules per side; raises ValueError beyond LONGEST bytes."""
    return 17 + 4 * _version(text_length)


def modules(text: str) -> int:
    """The dark modules of an ASCII text, as one integer."""
    length, head = len(text), max(0, len(text) - _TAIL)
    total = _beginning(length, text[:head])
    known = _known(length)
    try:
        for contributions, char in zip(known, text[head:], strict=True):
            total ^= contributions[char]
    except KeyError:
        for place, contributions in enumerate(known, head):
            if text[place] not in contributions:
                contributions[text[place]] = _contribution(length, place, text[place])
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
    empty: int  # the modules of a text of zero bytes
    places: tuple[tuple[int, ...], ...]  # of each codeword in the order it is written: its 8 modules, highest bit first
    data: tuple[tuple[int, int], ...]  # of each data codeword: its block and its place there
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
    fixed, reserved = _patterns(version)
    path = [y * side + x for x, y in _zigzag(side) if not reserved >> (y * side + x) & 1]
    count = sum(blocks) + checks_per_block * len(blocks)
    places = tuple(tuple([1 << place for place in path[8 * i : 8 * i + 8]]) for i in range(count))
    mask = sum(1 << place for place in path if (place % side) % 3 == 0)
    data = tuple((block, place) for block, length in enumerate(blocks) for place in range(length))
    checks = tuple(_unit_checks(length, checks_per_block) for length in blocks)
    bare = _Symbol(side, fixed ^ mask, places, data, checks)
    header = bytearray(len(data))
    header[0], header[1] = 0x40 | text_length >> 4, text_length << 4 & 0xFF
    for index in range(text_length + 2, len(data)):
        header[index] = (0xEC, 0x11)[(index - text_length) % 2]
    return bare._replace(empty=bare.empty ^ _spread(bare, enumerate(header)))


@lru_cache(maxsize=16)
def _beginning(length: int, head: str) -> int:
    """The modules of a text that begins with `head` and continues with zero bytes."""
    symbol = _symbol(length)
    codewords = bytearray(len(symbol.data))
    for place, char in enumerate(head):
        for index, value in _codewords(place, char):
            codewords[index] |= value
    return symbol.empty ^ _spread(symbol, enumerate(codewords))


@lru_cache(maxsize=16)
def _known(text_length: int) -> list[dict[str, int]]:
    """The contribution of each character at the last places of a text, as far as they are known."""
    return [{} for _ in range(min(_TAIL, text_length))]


def _contribution(text_length: int, place: int, char: str) -> int:
    return _spread(_symbol(text_length), _codewords(place, char))


def _codewords(place: int, char: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """A character has four bits in each of two codewords, after mode and length."""
    value = ord(char)
    if value > 0x7F:
        raise ValueError("an address in a QR code is ASCII")
    return (place + 1, value >> 4), (place + 2, value << 4 & 0xF0)


def _spread(symbol: _Symbol, codewords: Iterable[tuple[int, int]]) -> int:
    """The modules that data codewords (index, value) darken: their own, and those of their error correction."""
    total, blocks = 0, len(symbol.checks)
    sums = [[0] * len(checks[0]) for checks in symbol.checks]
    for index, value in codewords:
        if value:
            block, place = symbol.data[index]
            total |= _modules_of(symbol.places[_written(symbol, block, place)], value)
            sums[block] = [
                known ^ _times(unit, value)
                for known, unit in zip(sums[block], symbol.checks[block][place], strict=True)
            ]
    for block, checks in enumerate(sums):
        first = len(symbol.data) + block
        for number, value in enumerate(checks):
            total |= _modules_of(symbol.places[first + number * blocks], value) if value else 0
    return total


def _written(symbol: _Symbol, block: int, place: int) -> int:
    """Blocks are written by turns, one codeword each. The longer blocks come last and end with their remaining
    codewords."""
    lengths = [len(checks) for checks in symbol.checks]
    shortest = min(lengths)
    if place < shortest:
        return place * len(lengths) + block
    longer = [number for number, length in enumerate(lengths) if length > shortest]
    return shortest * len(lengths) + longer.index(block)


def _modules_of(places: Iterable[int], value: int) -> int:
    total, bit = 0, 0x80
    for module in places:
        if value & bit:
            total |= module
        bit >>= 1
    return total


# GF(256) over x⁸ + x⁴ + x³ + x² + 1, by powers of two.
_POWERS = [1]
for _ in range(254):
    _POWERS.append(_POWERS[-1] << 1 ^ (0x11D if _POWERS[-1] & 0x80 else 0))
_LOGS = {power: exponent for exponent, power in enumerate(_POWERS)}


def _times(a: int, b: int) -> int:
    return _POWERS[(_LOGS[a] + _LOGS[b]) % 255] if a and b else 0


@lru_cache(maxsize=32)
def _unit_checks(length: int, checks: int) -> tuple[bytes, ...]:
    """For each place in a block of `length`: the remainder of a 1 at this place."""
    generator = [1]
    for exponent in range(checks):
        root = _POWERS[exponent]
        generator = [a ^ _times(root, b) for a, b in zip([*generator, 0], [0, *generator], strict=True)]
    remainders = [bytes(generator[1:])]
    for _ in range(length - 1):
        lead, last = remainders[-1][0], remainders[-1]
        shifted = [*last[1:], 0]
        remainders.append(bytes(a ^ _times(lead, b) for a, b in zip(shifted, generator[1:], strict=True)))
    return tuple(reversed(remainders))


def _zigzag(side: int) -> Iterator[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turn, past the column of the vertical timing pattern."""
    upwards = True
    for right in [*range(side - 1, 6, -2), 5, 3, 1]:
        for y in range(side - 1, -1, -1) if upwards else range(side):
            yield right, y
            yield right - 1, y
        upwards = not upwards


def _patterns(version: int) -> tuple[int, int]:
    """The function patterns with the format bits, and the modules without data."""
    side = 17 + 4 * version
    dark = reserved = 0

    def put(x: int, y: int, is_dark: bool) -> None:
        nonlocal dark, reserved
        if 0 <= x < side and 0 <= y < side:
            bit = 1 << (y * side + x)
            reserved |= bit
            dark = dark | bit if is_dark else dark & ~bit

    for i in range(side):
        put(i, 6, i % 2 == 0)
        put(6, i, i % 2 == 0)
    for cx, cy in ((3, 3), (side - 4, 3), (3, side - 4)):
        for dx in range(-4, 5):
            for dy in range(-4, 5):
                put(cx + dx, cy + dy, max(abs(dx), abs(dy)) in (0, 1, 3))
    centres = (6, *_ALIGNMENT[version])
    for cx in centres if version > 1 else ():
        for cy in centres:
            if (cx, cy) not in ((6, 6), (6, centres[-1]), (centres[-1], 6)):
                for dx in range(-2, 3):
                    for dy in range(-2, 3):
                        put(cx + dx, cy + dy, max(abs(dx), abs(dy)) != 1)
    bits = _protected(MASK, 10, 0x537) ^ 0x5412  # level M is 00
    for i in range(15):
        bit = bool(bits >> i & 1)
        put(8, i if i < 6 else i + 1 if i < 8 else side - 15 + i, bit)
        put(side - 1 - i if i < 8 else 7 if i == 8 else 14 - i, 8, bit)
    put(8, side - 8, True)
    if version >= 7:
        bits = _protected(version, 12, 0x1F25)
        for i in range(18):
            put(i // 3, side - 11 + i % 3, bool(bits >> i & 1))
            put(side - 11 + i % 3, i // 3, bool(bits >> i & 1))
    return dark, reserved


def _protected(value: int, checks: int, generator: int) -> int:
    """`value` followed by its BCH check bits."""
    remainder = value << checks
    while remainder.bit_length() > checks:
        remainder ^= generator << (remainder.bit_length() - checks - 1)
    return value << checks | remainder
