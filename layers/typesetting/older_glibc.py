"""Adapts Debian's libexpat to Lambda's glibc: the library needs one function that is new in glibc 2.36.

`arc4random_buf(buffer, size)` fills a buffer with random bytes: a few, for the salt of a hash table. Since glibc 2.25,
`getentropy(buffer, size)` does the same for up to 256 bytes. In the tables of the library, the second function replaces
the first. The code of the library does not change, so Debian's security updates still apply.
"""

from __future__ import annotations

import struct
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection, GNUVerSymSection
from elftools.elf.sections import SymbolTableSection

from layers.debian import BuildError

ASKED, ASKED_VERSION = "arc4random_buf", "GLIBC_2.36"
GIVEN, GIVEN_VERSION = "getentropy", "GLIBC_2.25"


def adapt(library: Path) -> None:
    """Changes the file. Raises BuildError unless the library needs this function, and no other, of glibc 2.36."""
    content = bytearray(library.read_bytes())
    with library.open("rb") as file:
        elf = ELFFile(file)
        symbols = next(it for it in elf.iter_sections() if isinstance(it, SymbolTableSection) and it.name == ".dynsym")
        versions = next(section for section in elf.iter_sections() if isinstance(section, GNUVerSymSection))
        needs = next(section for section in elf.iter_sections() if isinstance(section, GNUVerNeedSection))
        need = next((aux for _, all_ in needs.iter_versions() for aux in all_ if aux.name == ASKED_VERSION), None)
        of_that_version = [
            symbol
            for number, symbol in enumerate(symbols.iter_symbols())
            if need and versions.get_symbol(number).entry["ndx"] == need.entry["vna_other"]
        ]
        if need is None or [symbol.name for symbol in of_that_version] != [ASKED]:
            names = ", ".join(symbol.name for symbol in of_that_version) or "nothing"
            raise BuildError(f"{library.name} asks for {names} of {ASKED_VERSION}; expected is {ASKED} alone")
        begin = symbols.stringtable["sh_offset"]
        rename(content, begin + of_that_version[0].entry["st_name"], ASKED, GIVEN)
        rename(content, begin + need.entry["vna_name"], ASKED_VERSION, GIVEN_VERSION)
        table = slice(needs["sh_offset"], needs["sh_offset"] + needs["sh_size"])
        before, after = (struct.pack("<I", elf_hash(name)) for name in (ASKED_VERSION, GIVEN_VERSION))
        content[table] = bytes(content[table]).replace(before, after)
    library.write_bytes(content)


def rename(content: bytearray, place: int, before: str, after: str) -> None:
    """Replaces one string of a table by another that is not longer."""
    room = before.encode() + b"\0"
    if content[place : place + len(room)] != room:
        raise BuildError(f"{before} is not where the table says")
    content[place : place + len(room)] = after.encode().ljust(len(room), b"\0")


def elf_hash(name: str) -> int:
    """The hash of the System V ABI, by which the loader compares versions."""
    value = 0
    for letter in name.encode():
        value = (value << 4) + letter
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value
