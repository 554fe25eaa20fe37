"""Builds the fonts layer: `python layers/fonts/build.py .build` leaves `.build/fonts/*` and their licences.

Whole fonts, picked file by file; of the two CJK families the Simplified Chinese face, cut to contiguous ranges of
characters (a scattered set loses its cmap without an error), glyphs renumbered so that a glyph's index is its CID,
which is what PDF writers take it for.
"""

from __future__ import annotations

import sys
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from debian import Apt, BuildError, read_lock, unpacked

SUITES = ("bookworm",)

SCRIPTS = [
    "Armenian",
    "Bengali",
    "Devanagari",
    "Ethiopic",
    "Georgian",
    "Gujarati",
    "Gurmukhi",
    "Hebrew",
    "Kannada",
    "Khmer",
    "Lao",
    "Malayalam",
    "Myanmar",
    "Sinhala",
    "Tamil",
    "Telugu",
    "Thai",
]
NOTO = {
    *(f"NotoSerif{script}-Regular.ttf" for script in SCRIPTS),
    *(f"NotoSans{s}-Regular.ttf" for s in ("Arabic", "Bengali", "Devanagari", "Gurmukhi", "Hebrew", "Tamil", "Thai")),
    "NotoNaskhArabic-Regular.ttf",
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoSerif-Regular.ttf",
    "NotoSerif-Italic.ttf",
}
GARAMOND = {"EBGaramond12-Regular.ttf", "EBGaramond12-Italic.ttf"}
CJK = {"NotoSerifCJK-Regular.ttc": "NotoSerifCJKsc-Regular.otf", "NotoSansCJK-Regular.ttc": "NotoSansCJKsc-Regular.otf"}

SIMPLIFIED_CHINESE = "CJK SC"
RANGES = (
    (0x0020, 0x00FF),
    (0x2000, 0x206F),
    (0x3000, 0x312F),  # punctuation, kana, bopomofo
    (0x3130, 0x318F),
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # Hangul
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x2FA1F),  # the rarer characters of names
)
FEWEST_CJK_CHARACTERS = 40_000
"""Both families map more than this within RANGES; an emptied cmap would pass every parser."""

LICENCES = {"fonts-noto-core", "fonts-ebgaramond-extra", "fonts-noto-cjk"}


def main(folder: Path) -> None:
    packages = read_lock(HERE / "packages.lock")
    folder = folder.resolve()
    out = folder / "fonts"
    stamp = folder / "fonts.built"
    wanted = (HERE / "packages.lock").read_text() + Path(__file__).read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    out.mkdir(parents=True, exist_ok=True)
    cache = folder / "debian"
    debs = Apt(cache / "apt-fonts", SUITES, ("amd64",)).download(packages, cache / "packages")
    missing = NOTO | GARAMOND | set(CJK)
    for name, deb in debs.items():
        for path, content in unpacked(deb):
            file = path.rsplit("/", 1)[-1]
            if path == f"usr/share/doc/{name}/copyright" and name in LICENCES:
                (out / f"LICENCE-{name}.txt").write_bytes(content)
            elif file in missing and content:
                missing.remove(file)
                (out / CJK.get(file, file)).write_bytes(_cut(content) if file in CJK else content)
    if missing:
        raise BuildError(f"not in the locked packages: {', '.join(sorted(missing))}")
    stamp.write_text(wanted)


def _cut(collection: bytes) -> bytes:
    """The Simplified Chinese face of a collection, cut to RANGES, with glyph indexes as CIDs."""
    face = _face(collection)
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(code for first, last in RANGES for code in range(first, last + 1))
    wanted.layout_feature_tag_set.invert()
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    for tag in ("vhea", "vmtx", "VORG"):
        wanted.drop_table_tag_set.add(int.from_bytes(tag.encode(), "big"))
    subset = uharfbuzz.subset(face, wanted)
    return _with_identity_charset(bytes(subset.blob.data))


def _face(collection: bytes) -> uharfbuzz.Face:
    blob = uharfbuzz.Blob(collection)
    for index in range(5):
        face = uharfbuzz.Face(blob, index)
        if SIMPLIFIED_CHINESE in (face.get_name(4) or ""):
            return face
    raise BuildError("the collection holds no Simplified Chinese face")


def _with_identity_charset(font_file: bytes) -> bytes:
    from io import BytesIO

    font = TTFont(BytesIO(font_file), lazy=True)
    old = font.getGlyphOrder()
    new = [".notdef", *(f"cid{index:05d}" for index in range(1, len(old)))]
    top = font["CFF "].cff.topDictIndex[0]
    strings = top.CharStrings
    strings.charStrings = {name: strings.charStrings[before] for name, before in zip(new, old, strict=True)}
    top.charset = strings.charset = new
    font.setGlyphOrder(new)
    written = BytesIO()
    font.save(written)
    characters = len(TTFont(BytesIO(written.getvalue())).getBestCmap())
    if characters < FEWEST_CJK_CHARACTERS:
        raise BuildError(f"a CJK font maps {characters} characters, at least {FEWEST_CJK_CHARACTERS} are expected")
    return written.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
