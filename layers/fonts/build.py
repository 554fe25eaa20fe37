"""Builds the fonts layer: `python -m layers.fonts.build FOLDER` leaves the fonts and their licences flat in FOLDER.

The layer has whole fonts, chosen file by file from Debian's packages, one CJK font of each style, and a list of the
characters that each font prints. The layer is the same for every machine.
"""

from __future__ import annotations

import sys
from pathlib import Path

from layers import assembly
from layers.debian import Apt, BuildError, read_lock, suites_of, unpacked
from layers.fonts import cjk, coverage
from layers.targets import ROOT, Target

HERE = Path(__file__).parent
LARGEST = 58_000_000

# Scripts that have a serif font. Other scripts are set in a sans font, also beside a serif.
SERIF = (
    "Armenian Bengali Devanagari Ethiopic Georgian Gujarati Gurmukhi Hebrew Kannada Khmer Lao Malayalam Myanmar "
    "Sinhala Tamil Telugu Thai Tibetan"
)
SANS = "Arabic Bengali Devanagari Gurmukhi Hebrew Tamil Thai"
# Every other script in use today that has a font: Unicode's recommended and limited-use scripts (UAX #31), and scripts
# that communities use again.
OTHERS = (
    "Adlam Balinese Bamum BassaVah Batak Buginese Buhid CanadianAboriginal Chakma Cham Cherokee Coptic "
    "GunjalaGondi HanifiRohingya Hanunoo Javanese KayahLi Lepcha Limbu Lisu Mandaic MasaramGondi Medefaidrin "
    "MeeteiMayek MendeKikakui Miao Mongolian Mro NKo NewTaiLue Newa OlChiki Oriya Osage Osmanya PahawhHmong "
    "PauCinHau Rejang Samaritan Saurashtra SoraSompeng Sundanese SylotiNagri Syriac Tagalog Tagbanwa TaiLe TaiTham "
    "TaiViet Thaana Tifinagh Vai Wancho WarangCiti Yi"
)
BOLD = "Arabic Devanagari Hebrew"
WHOLE = {
    "EBGaramond12-Regular.ttf",
    "EBGaramond12-Italic.ttf",
    "NotoNaskhArabic-Regular.ttf",
    "NotoNastaliqUrdu-Regular.ttf",
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoSerif-Regular.ttf",
    "NotoSerif-Italic.ttf",
    "NotoSerifNyiakengPuachueHmong-Regular.ttf",
    "NotoSerifYezidi-Regular.ttf",
    *(f"NotoSerif{script}-Regular.ttf" for script in SERIF.split()),
    *(f"NotoSans{script}-Regular.ttf" for script in [*SANS.split(), *OTHERS.split()]),
    *(f"NotoSans{script}-Bold.ttf" for script in BOLD.split()),
}
CUT = {
    "NotoSerifCJK-Regular.ttc": "NotoSerifCJK-Regular.otf",
    "NotoSansCJK-Regular.ttc": "NotoSansCJK-Regular.otf",
    "NotoSansCJK-Bold.ttc": "NotoSansCJK-Bold.otf",
}


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
    coverage.write(folder)
    assembly.check_size(folder, LARGEST)


if __name__ == "__main__":
    assembly.main(build, HERE, sys.argv[1:])
