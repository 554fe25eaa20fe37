"""A root like Lambda's for another processor than this machine's: Debian's Python for it, run by qemu.

The runtime client and boto3, which are in Lambda's image, are below the layers in /opt, because Debian's Python looks
for its packages in another place than Lambda's.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from layers import python_packages
from layers.debian import Apt, read_lock, suites_of
from layers.targets import ARCHITECTURES, LAMBDA_PYTHON, ROOT, lambda_on
from tests.packaging import lambda_root

LOCK = Path(__file__).with_name("packages-trixie.lock")
RUNTIME = ROOT / "tests" / "cloud" / "runtime.lock"
QEMU = {"arm64": "qemu-aarch64-static", "x86_64": "qemu-x86_64-static"}
EMULATOR = "/var/lang/bin/qemu"
PYTHON = f"python{LAMBDA_PYTHON}"


def is_needed(root: Path) -> bool:
    """Whether the root needs the emulator."""
    return (root / "base" / EMULATOR.lstrip("/")).exists()


def packages(root: Path) -> Path:
    """The lowest layer."""
    return root / "runtime"


def make(root: Path, architecture: str) -> Path:
    """As `lambda_root.make`, for `arm64` or `x86_64`."""
    triplet, unpacked = ARCHITECTURES[architecture].triplet, root / "unpacked"
    _unpack(architecture, unpacked)
    libraries = unpacked / "usr" / "lib"
    base = lambda_root.lay_out(root, unpacked / "usr" / "bin" / PYTHON, libraries / PYTHON, PYTHON)
    shutil.copy(str(shutil.which(QEMU[architecture])), base / EMULATOR.lstrip("/"))
    shutil.copytree(libraries / triplet, base / "usr" / "lib" / triplet, symlinks=True)
    for loader in libraries.glob("ld-linux*"):
        shutil.copy(loader, base / "usr" / "lib" / loader.name, follow_symlinks=False)
    (base / "lib").symlink_to("usr/lib")
    shutil.rmtree(packages(root), ignore_errors=True)
    python_packages.install(RUNTIME, packages(root), lambda_on(architecture))
    return root


def _unpack(architecture: str, folder: Path) -> None:
    wanted = [package for package in read_lock(LOCK) if package.architecture == ARCHITECTURES[architecture].debian]
    cache = ROOT / ".build" / "debian"
    apt = Apt(cache / "apt-trixie", suites_of("trixie"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for deb in apt.download(wanted, cache / "packages").values():
        subprocess.run(["dpkg-deb", "--extract", deb, folder], check=True)
