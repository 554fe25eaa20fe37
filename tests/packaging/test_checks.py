"""The build stops at everything that would not work on Lambda, with a message that names it."""

from __future__ import annotations

import ctypes
import shutil
from pathlib import Path

import pytest
import uharfbuzz
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile

from certificates.rendering.texts import TEXTS
from layers import assembly, elf
from layers.debian import BuildError, Package, checked
from layers.fonts import cjk
from layers.targets import ARCHITECTURES, this_machine
from layers.typesetting import left_out, older_glibc

ROOT = Path(__file__).parent.parent.parent
LIBRARIES = ROOT / ".build" / "typesetting" / "lib"
FONTS = ROOT / ".build" / "fonts"
HERE = this_machine().architecture
ELSEWHERE = next(architecture for architecture in ARCHITECTURES.values() if architecture != HERE)


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """A layer with a single library: glib, which needs pcre2."""
    (tmp_path / "lib").mkdir()
    shutil.copy(LIBRARIES / "libglib-2.0.so.0", tmp_path / "lib")
    return tmp_path


def test_the_built_layer_passes_every_check() -> None:
    elf.check(LIBRARIES.parent, HERE)


def test_a_library_for_another_machine(layer: Path) -> None:
    with pytest.raises(BuildError, match=f"libglib-2.0.so.0 is for {HERE.elf_machine}, .* {ELSEWHERE.elf_machine}"):
        elf.check(layer, ELSEWHERE)


def test_a_library_that_no_layer_has(layer: Path) -> None:
    with pytest.raises(BuildError, match=r"libglib-2\.0\.so\.0 needs libpcre2-8\.so\.0, which neither Lambda has nor"):
        elf.check(layer, HERE)


def test_a_library_that_another_folder_brings_out_of_reach(layer: Path) -> None:
    (layer / "elsewhere").mkdir()
    shutil.copy(LIBRARIES / "libpcre2-8.so.0", layer / "elsewhere")
    with pytest.raises(BuildError, match=r"needs libpcre2-8\.so\.0"):
        elf.check(layer, HERE)


def test_a_library_for_a_newer_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = max(
        tuple(int(number) for number in version.removeprefix("GLIBC_").split("."))
        for version in elf.read(LIBRARIES / "libglib-2.0.so.0").versions
        if version.startswith("GLIBC_2")
    )
    monkeypatch.setitem(elf.NEWEST, "GLIBC", (newest[0], newest[1] - 1))
    with pytest.raises(BuildError, match=rf"libglib-2.0.so.0 needs GLIBC_2\.{newest[1]}, Lambda has"):
        elf.check(LIBRARIES.parent, HERE)


def test_debians_libexpat_works_with_lambdas_glibc() -> None:
    library = LIBRARIES / "libexpat.so.1"
    assert "GLIBC_2.36" not in elf.read(library).versions
    expat = ctypes.CDLL(str(library))
    expat.XML_ParserCreate.restype = ctypes.c_void_p
    document = b"<fonts><dir prefix='xdg'>fonts</dir></fonts>"
    parsers = [ctypes.c_void_p(expat.XML_ParserCreate(None)) for _ in range(2)]
    assert [expat.XML_Parse(parser, document, len(document), 1) for parser in parsers] == [1, 1]
    assert [expat.XML_Parse(parser, b"<", 1, 1) for parser in parsers] == [0, 0]


def test_a_libexpat_that_asks_for_something_else_is_not_changed(tmp_path: Path) -> None:
    changed = shutil.copy(LIBRARIES / "libexpat.so.1", tmp_path)
    with pytest.raises(BuildError, match=r"asks for nothing of GLIBC_2\.36; expected is arc4random_buf alone"):
        older_glibc.adapt(Path(changed))


def test_every_library_looks_for_the_others_beside_it_before_anywhere_else() -> None:
    """With DT_RPATH, because LD_LIBRARY_PATH, where Lambda has its own glib, comes before DT_RUNPATH."""
    libraries = list(LIBRARIES.iterdir())
    assert libraries
    for library in libraries:
        with library.open("rb") as file:
            sections = [section for section in ELFFile(file).iter_sections() if isinstance(section, DynamicSection)]
            tags = {tag.entry.d_tag: tag for section in sections for tag in section.iter_tags()}
        assert vars(tags["DT_RPATH"])["rpath"] == "$ORIGIN", library.name
        assert "DT_RUNPATH" not in tags, library.name


def test_a_layer_that_is_too_large(layer: Path) -> None:
    with pytest.raises(BuildError, match=r"the layer has [\d,]+ bytes, more than 1,000,000"):
        assembly.check_size(layer, 1_000_000)


def test_a_font_without_its_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    font = (FONTS / "NotoSansCJK-Regular.otf").read_bytes()
    monkeypatch.setattr(cjk, "_face", lambda content: uharfbuzz.Face(uharfbuzz.Blob(content)))
    monkeypatch.setattr(cjk, "RANGES", ((0x4E00, 0x4EFF),))
    with pytest.raises(BuildError, match=r"a CJK font maps 256 characters, at least 40000 are expected"):
        cjk.cut(font)


def test_a_package_with_another_digest_than_the_lock_is_refused(tmp_path: Path) -> None:
    package = Package("libexample1", "1:1.0-1", "amd64", "0" * 64)
    (tmp_path / "libexample1_1%3a1.0-1_amd64.deb").write_bytes(b"!<arch>\n")
    with pytest.raises(BuildError, match=r"libexample1_1%3a1\.0-1_amd64\.deb has digest \w{64}, the lock says 000"):
        checked(package, tmp_path)


def test_a_build_that_fails_leaves_the_layer_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "KEPT", tmp_path / "kept")
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "file").write_text("as before")

    def fails(folder: Path, target: object) -> None:
        (folder / "file").write_text("half")
        raise BuildError("no such library")

    with pytest.raises(BuildError):
        assembly.main(fails, ROOT / "layers" / "fonts", [str(tmp_path / "layer")])
    assert (tmp_path / "layer" / "file").read_text() == "as before"
    assert list((tmp_path / "kept").iterdir()) == []


def test_the_layer_keeps_the_dates_of_every_language_of_certificates() -> None:
    assert {language.partition("-")[0] for language in TEXTS} == left_out.LANGUAGES


def test_the_build_fails_if_packages_no_longer_have_the_files_to_leave_out(tmp_path: Path) -> None:
    (tmp_path / "zopfli").mkdir()
    with pytest.raises(LookupError, match="matches nothing: the packages have changed"):
        list(left_out.unused(tmp_path))
