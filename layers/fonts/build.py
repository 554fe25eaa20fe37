"""Builds the fonts layer: `python -m layers.fonts.build FOLDER` leaves the fonts and their licences flat in FOLDER.

Whole fonts, picked file by file from Debian's packages, and one CJK face of each style. The same for every machine.
"""

from __future__ import annotations

import sys
from pathlib import Path

from layers import assembly
from layers.debian import Apt, BuildError, read_lock, suites_of, unpacked
from layers.fonts import cjk
from layers.targets import ROOT, Target

HERE = Path(__file__).parent
LARGEST = 30_000_000

SERIF = (
    "Armenian Bengali Devanagari Ethiopic Georgian Gujarati Gurmukhi Hebrew Kannada Khmer Lao Malayalam Myanmar "
    "Sinhala Tamil Telugu Thai"
)
SANS = "Arabic Bengali Devanagari Gurmukhi Hebrew Tamil Thai"
WHOLE = {
    "EBGaramond12-Regular.ttf",
    "EBGaramond12-Italic.ttf",
    "NotoNaskhArabic-Regular.ttf",
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoSerif-Regular.ttf",
    "NotoSerif-Italic.ttf",
    *(f"NotoSerif{script}-Regular.ttf" for script in SERIF.split()),
    *(f"NotoSans{script}-Regular.ttf" for script in SANS.split()),
}
CUT = {"NotoSerifCJK-Regular.ttc": "NotoSerifCJKsc-Regular.otf", "NotoSansCJK-Regular.ttc": "NotoSansCJKsc-Regular.otf"}


def build(folder: Path, _target: Target) -> None:
    cache = ROOT / ".build" / "debian"
    apt = Apt(cache / "apt-bookworm", suites_of("bookworm"))
    missing = WHOLE | set(CUT)
    for package, deb in apt.download(read_lock(HERE / "packages.lock"), cache / "packages").items():
        for path, content in unpacked(deb):
            file = Path(path).name
            if path == f"usr/share/doc/{package}/copyright":
                (folder / f"LICENCE-{package}.txt").write_bytes(content)
            elif file in missing:
                missing.remove(file)
                (folder / CUT.get(file, file)).write_bytes(cjk.cut(content) if file in CUT else content)
    if missing:
        raise BuildError(f"not in the locked packages: {', '.join(sorted(missing))}")
    assembly.check_size(folder, LARGEST)


if __name__ == "__main__":
    assembly.main(build, HERE, sys.argv[1:])
