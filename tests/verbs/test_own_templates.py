"""Archives of a customer's own templates: the parts that are read, and archives that are refused before unpacking."""

from __future__ import annotations

import codecs
import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from certificates.designs import own_templates
from certificates.designs.compilation import carry_out
from certificates.designs.own_templates import MAX_FILES, read_template
from certificates.designs.run_design import design_key
from certificates.errors import BadRequest
from certificates.messages.rendering import Rendering
from certificates.rendering.model import Design
from tests.rendering.own_templates import OWN

HTML = b"<p>template</p>"


def archive(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as writer:
        for name, content in files.items():
            writer.writestr(name, content)
    return packed.getvalue()


def read(backend: Any, content: bytes) -> Any:
    backend.documents.put("templates/own.zip", content, "application/zip")
    return read_template("own", backend.documents)


def refusal(backend: Any, content: bytes) -> BadRequest:
    with pytest.raises(BadRequest) as refused:
        read(backend, content)
    assert refused.value.reason == "bad-template"
    return refused.value


def of_size(size: int) -> dict[str, bytes]:
    return {"template.html": HTML, "ground.png": b"x" * (size - len(HTML))}


def test_an_archive_at_its_limits_is_read(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_templates, "MAX_TEMPLATE_BYTES", 1000)
    assert len(read(backend, archive(of_size(1000))).assets) == 1
    many = {"template.html": HTML} | {f"{number}.png": b"" for number in range(MAX_FILES - 1)}
    assert len(read(backend, archive(many)).assets) == MAX_FILES - 1


def test_an_archive_with_one_byte_more_is_refused(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_templates, "MAX_TEMPLATE_BYTES", 1000)
    assert "more than 1000 bytes" in refusal(backend, archive(of_size(1001))).message


def test_an_archive_with_one_file_more_is_refused(backend: Any) -> None:
    files = {"template.html": HTML} | {f"{number}.png": b"" for number in range(MAX_FILES)}
    assert "more than 40 files" in refusal(backend, archive(files)).message


def test_the_limits_are_those_that_are_written_down() -> None:
    assert (own_templates.MAX_TEMPLATE_BYTES, MAX_FILES) == (4 * 1024 * 1024, 40)


def test_a_zip_bomb_is_refused_by_its_declared_size(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few kilobytes that unpack to megabytes: nothing of them is unpacked."""
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("the archive was unpacked"))
    bomb = archive({"template.html": HTML, "zeros": bytes(5 * 1024 * 1024)})
    assert len(bomb) < 10_000
    assert "more than 4194304 bytes" in refusal(backend, bomb).message


def test_an_archive_with_more_than_its_declared_size_is_refused(backend: Any) -> None:
    whole = archive({"template.html": HTML, "zeros": bytes(5 * 1024 * 1024)})
    true, told = (5 * 1024 * 1024).to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert whole.count(true) == 2
    assert "cannot be read" in refusal(backend, whole.replace(true, told)).message


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("where", [0.25, 0.5, 0.75])
def test_an_archive_that_was_damaged_on_its_way_is_refused(backend: Any, compression: int, where: float) -> None:
    content = b"".join(b"<p>%d</p>" % number for number in range(2000))
    whole = archive({"template.html": content}, compression)
    at = int(len(whole) * where)
    damaged = whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 20]) + whole[at + 20 :]
    assert "cannot be read" in refusal(backend, damaged).message
    assert "cannot be read" in refusal(backend, whole[:at]).message


def test_an_archive_with_a_password_is_refused(backend: Any) -> None:
    whole = bytearray(archive({"template.html": HTML}))
    whole[6] |= 1  # the flag of the file's own header
    whole[whole.index(b"PK\x01\x02") + 8] |= 1  # and of the directory
    assert "cannot be read" in refusal(backend, bytes(whole)).message


def test_an_archive_of_an_unknown_compression_is_refused(backend: Any) -> None:
    whole = bytearray(archive({"template.html": HTML}))
    whole[8] = whole[whole.index(b"PK\x01\x02") + 10] = 99
    assert "cannot be read" in refusal(backend, bytes(whole)).message


@pytest.mark.parametrize("name", ["template.html", "style.css"])
def test_texts_that_are_not_utf_8_are_refused(backend: Any, name: str) -> None:
    files = {"template.html": HTML, name: "größer".encode("utf-16")}
    assert refusal(backend, archive(files)).message == f"{name}: the file is not UTF-8"


def test_texts_may_begin_with_a_byte_order_mark(backend: Any) -> None:
    marked = {name: codecs.BOM_UTF8 + text for name, text in {"template.html": HTML, "style.css": b"a {}"}.items()}
    backend.documents.put("templates/own.zip", archive(marked), "application/zip")
    read = read_template("own", backend.documents)
    assert (read.html, read.css) == (HTML.decode(), "a {}")


@pytest.mark.parametrize("folder", ["", "own/", "./", "/", "a\\b\\", "C:\\own\\"])
def test_a_template_s_files_are_found_in_any_folder_of_the_archive(backend: Any, folder: str) -> None:
    files = {
        f"{folder}template.html": HTML,
        f"{folder}img/ground.png": b"g",
        f"{folder}.hidden/x": b"",
        "else.txt": b"",
    }
    template = read(backend, archive(files))
    assert template.html == HTML.decode()
    names = [asset.name for asset in template.assets]
    assert "img/ground.png" in names
    assert not any(name.startswith(("/", "../")) or "\\" in name or ".hidden" in name for name in names)


def test_the_refusal_of_a_page_names_a_style_sheet_that_the_page_does_not_use(backend: Any) -> None:
    unlinked = OWN.html.replace('<link rel="stylesheet" href="style.css">', "")
    design = Design(own_template=replace(OWN, html=unlinked))
    backend.documents.put(design_key(design.digest()), design.to_json().encode(), "application/json")
    answer = carry_out(Rendering("compile", design.digest(), "previews/1.pdf"), backend.documents, 300)
    assert answer.refused is not None
    assert [flaw.id for flaw in answer.flaws] == ["code-too-small", "style-sheet-unused"]
