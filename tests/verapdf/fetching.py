"""Fetches veraPDF, which only tests use: `python -m tests.verapdf.fetching` leaves its archive in .build/verapdf.

Maven fetches the archive, and the digest in the lock is checked. Without Java or Maven, nothing is fetched, and the
tests with veraPDF are skipped.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from layers.targets import ROOT

LOCK = Path(__file__).parent / "verapdf.lock"
FOLDER = ROOT / ".build" / "verapdf"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"


def main() -> None:
    missing = [tool for tool in ("java", "mvn") if shutil.which(tool) is None]
    if missing:
        sys.stderr.write(f"There is no {' and no '.join(missing)}: veraPDF will judge no certificate here.\n")
    elif not archive().exists():
        fetch()


def archive() -> Path:
    artifact, version, _ = _locked()
    return FOLDER / f"{artifact.rpartition(':')[2]}-{version}.jar"


def fetch() -> None:
    """Raises ValueError if the fetched archive has another digest than the lock."""
    artifact, version, digest = _locked()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        options = [f"-Dartifact={artifact}:{version}", f"-DoutputDirectory={scratch}"]
        subprocess.run(["mvn", "--quiet", "--batch-mode", _COPY, *options], check=True)
        fetched = Path(scratch) / archive().name
        found = hashlib.sha256(fetched.read_bytes()).hexdigest()
        if found != digest:
            raise ValueError(f"{fetched.name} has the digest {found}, the lock has {digest}")
        fetched.rename(archive())


def _locked() -> list[str]:
    [line] = [line for line in LOCK.read_text().splitlines() if line and not line.startswith("#")]
    return line.split()


if __name__ == "__main__":
    main()
