"""Checks that the native code of a layer loads on Lambda. A build with other code stops and names the file."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from layers.debian import BuildError
from layers.targets import Architecture

NEWEST = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13)}
"""The symbol versions of Amazon Linux 2023: glibc 2.34, and the C++ library of GCC 11."""

OF_THE_SYSTEM = re.compile(r"(ld-linux.*|lib(c|m|dl|rt|util|pthread|resolv|gcc_s|stdc\+\+))\.so(\.\d+)?")


@dataclass(frozen=True)
class SharedObject:
    path: Path
    machine: str
    soname: str
    needed: tuple[str, ...]
    rpath: tuple[str, ...]
    versions: frozenset[str]
    """Symbol versions that the library needs from other libraries, for example `GLIBC_2.34`."""


def read(path: Path) -> SharedObject:
    with path.open("rb") as file:
        elf = ELFFile(file)
        tags = [
            tag for section in elf.iter_sections() if isinstance(section, DynamicSection) for tag in section.iter_tags()
        ]
        versions = [
            version.name
            for section in elf.iter_sections()
            if isinstance(section, GNUVerNeedSection)
            for _, needed in section.iter_versions()
            for version in needed
        ]
        found = {
            kind: [getattr(tag, kind) for tag in tags if tag.entry.d_tag == f"DT_{kind.upper()}"] for kind in KINDS
        }
        return SharedObject(
            path=path,
            machine=elf["e_machine"],
            soname=next(iter(found["soname"]), path.name),
            needed=tuple(found["needed"]),
            rpath=tuple(part for value in (*found["rpath"], *found["runpath"]) for part in value.split(":")),
            versions=frozenset(versions),
        )


KINDS = ("soname", "needed", "rpath", "runpath")


def shared_objects(folder: Path) -> Iterator[SharedObject]:
    for path in sorted(folder.rglob("*.so*")):
        if path.is_file() and path.read_bytes()[:4] == b"\x7fELF":
            yield read(path)


def check(folder: Path, architecture: Architecture) -> None:
    """Raises BuildError with every reason why code in `folder` would not load on Lambda."""
    on_path = {path.name for path in (folder / "lib").glob("*")}  # Lambda has /opt/lib in LD_LIBRARY_PATH
    faults = [fault for library in shared_objects(folder) for fault in _faults(library, architecture, on_path)]
    if faults:
        raise BuildError("\n".join(faults))


def _faults(library: SharedObject, architecture: Architecture, on_path: Container[str]) -> Iterator[str]:
    name = library.path.name
    if library.machine != architecture.elf_machine:
        yield f"{name} is for {library.machine}, the layer is for {architecture.elf_machine}"
    for version in sorted(library.versions):
        kind, _, number = version.partition("_")
        if kind in NEWEST and number[:1].isdigit() and tuple(map(int, number.split("."))) > NEWEST[kind]:
            yield f"{name} needs {version}, Lambda has {kind}_{'.'.join(map(str, NEWEST[kind]))}"
    for needed in library.needed:
        if not (OF_THE_SYSTEM.fullmatch(needed) or needed in on_path or _beside(library, needed)):
            yield f"{name} needs {needed}, which neither Lambda has nor the layer, where the loader looks for it"


def _beside(library: SharedObject, needed: str) -> bool:
    origin = str(library.path.parent)
    return any((Path(place.replace("$ORIGIN", origin)) / needed).exists() for place in library.rpath)
