"""Builds a layer that has Python packages and nothing else:

python -m layers.libraries LAYER FOLDER [arm64|x86_64]          without an architecture, for this machine
"""

from __future__ import annotations

import sys
from pathlib import Path

from layers import assembly, elf, python_packages
from layers.targets import Target

LARGEST = {"dependencies": 40_000_000, "pages": 40_000_000, "signing": 18_000_000}
"""The limit of each layer, in bytes, with bytecode. obstore has 15 million of those of `dependencies`."""


def main(layer: str, *arguments: str) -> None:
    source = Path(__file__).parent / layer

    def build(folder: Path, target: Target) -> None:
        python_packages.install(source / "requirements.lock", folder, target)
        elf.check(folder, target.architecture)
        assembly.check_size(folder, LARGEST[layer])

    assembly.main(build, source, arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
