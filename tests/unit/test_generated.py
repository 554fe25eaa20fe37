"""Files that the build generates for the pages: every template as a module, the display face with its letters."""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont

from certificates.pages import display_face, templating
from layers.certificates import generated


def test_every_template_becomes_a_module(tmp_path: Path) -> None:
    generated.compile_templates(tmp_path)
    assert len(list((tmp_path / "compiled").glob("*.py"))) == len(list(templating.SOURCES.rglob("*.html")))


def test_the_face_writes_the_letters_that_a_name_in_it_may_have(tmp_path: Path) -> None:
    target = tmp_path / "display.woff2"
    generated.cut_display_face(target)
    assert target.stat().st_size < 30_000
    letters = set(TTFont(target).getBestCmap())
    assert {ord(char) for char in "Zoë Ångström ‘Łukasz’ Źdźbłowski – O'Neil"} <= letters
    missing = [code for first, last in display_face.RANGES for code in range(first, last + 1) if code not in letters]
    assert not any(chr(code).isalpha() for code in missing), [chr(code) for code in missing]
