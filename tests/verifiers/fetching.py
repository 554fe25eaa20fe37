"""Installs the verifiers for Node: `python -m tests.verifiers.fetching` puts them into .build/verifiers. The lock names
every package and its digest, and no host. Without Node, nothing is installed, and the tests with these verifiers are
skipped.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from layers.targets import ROOT

HERE = Path(__file__).parent
FOLDER = ROOT / ".build" / "verifiers"
_FILES = (".npmrc", "package.json", "package-lock.json")


def main() -> None:
    missing = [tool for tool in ("node", "npm") if shutil.which(tool) is None]
    if missing:
        sys.stderr.write(f"There is no {' and no '.join(missing)}: some verifiers will check no credential here.\n")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copy(HERE / name, FOLDER)
    # Scripts of packages do not run: none is needed.
    subprocess.run(["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FOLDER, check=True)


if __name__ == "__main__":
    main()
