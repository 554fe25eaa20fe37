"""Attachments of a certificate: every reader finds them. `test_standards` judges such files."""

from __future__ import annotations

import io
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from certificates.rendering import full
from certificates.rendering.artefact import Artefact, ArtefactFault
from certificates.rendering.attaching import Attachment
from certificates.rendering.fill import load_compiled
from tests.rendering.making import artefact, compiled, design, fields

FILES = (
    Attachment("credential.json", "application/vc", "A credential", '{"name": "Zoë"}'.encode()),
    Attachment("credential.jwt", "application/vc+jwt", "The same as a JWT", b"a.b.c"),
)


WAYS = ("filled", "in full")


@cache
def certificate(way: str) -> bytes:
    if way == "in full":
        return full.render(design(), fields(), FILES)
    return compiled(design()).fill(fields(), FILES)


@pytest.fixture(params=WAYS)
def made(request: pytest.FixtureRequest) -> bytes:
    return certificate(request.param)


def test_pdfdetach_saves_every_file_as_it_was_attached(made: bytes, tmp_path: Path) -> None:
    (tmp_path / "certificate.pdf").write_bytes(made)
    subprocess.run(["pdfdetach", "-saveall", "certificate.pdf"], cwd=tmp_path, check=True, capture_output=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".pdf"} == {
        file.name: file.content for file in FILES
    }


def test_a_file_is_associated_with_the_document_and_described(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        associated: Any = pdf.Root.AF
        named: Any = pdf.Root.Names.EmbeddedFiles.Names
        assert [entry.objgen for entry in associated] == [entry.objgen for entry in list(named)[1::2]]
        for entry, file in zip(associated, FILES, strict=True):
            stream = entry.EF.UF
            assert (str(entry.F), str(entry.UF), str(entry.Desc)) == (file.name, file.name, file.description)
            assert (entry.AFRelationship, stream.Subtype) == ("/Data", f"/{file.media_type}")
            assert stream.Params.Size == len(file.content)
            assert stream.Params.ModDate == pdf.docinfo.ModDate


def test_the_same_files_make_the_same_bytes_and_none_leave_no_trace() -> None:
    made = compiled(design())
    assert made.fill(fields(), FILES) == made.fill(fields(), FILES)
    assert b"EmbeddedFile" not in made.fill(fields())
    assert full.render(design(), fields(), FILES) == certificate("in full")


def test_a_design_with_its_catalog_in_another_place_is_damaged() -> None:
    whole = Artefact.from_bytes(artefact(design()))
    with pytest.raises(ArtefactFault):
        load_compiled(whole._replace(root=whole.metadata).to_bytes())
