"""Writes the static objects of a cut page, and leaves numbered gaps for the objects that change.

Streams are written as they are; everything else goes into one compressed object stream (PDF 1.7, 7.5.7).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from certificates.rendering.artefact import UNSPOKEN, ArtefactPart
from certificates.rendering.compile.cutting import Cut
from certificates.rendering.fill.writing import entry

if TYPE_CHECKING:
    from certificates.rendering.untyped import PdfValue

_ROLE = "/CertificateRole"
_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"


@dataclass(frozen=True)
class Parts:
    table: bytes
    root: int
    info: int
    metadata: int
    content: int
    fonts: ArtefactPart
    spoken: tuple[ArtefactPart, ...]
    links: tuple[ArtefactPart, ...]
    figures: tuple[ArtefactPart, ...]
    prefix: bytes


def serialise(cut: Cut, url: str) -> Parts:
    _mark_roles(cut, url)
    target = BytesIO()
    cut.pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable, static_id=True, recompress_flate=True)
    with pikepdf.open(target) as pdf:
        metadata = pdf.Root.Metadata.objgen[0]
        roles: dict[str, list[tuple[int, PdfValue]]] = {}
        static: list[tuple[int, PdfValue]] = []
        for number, item in enumerate(pdf.objects, start=1):
            role = str(item.get(_ROLE, "")) if isinstance(item, pikepdf.Dictionary | pikepdf.Stream) else ""
            if role:
                roles.setdefault(role, []).append((number, item))
            elif number != metadata:
                static.append((number, item))
        prefix, table = _write(static, len(pdf.objects))
        return Parts(
            table=table,
            root=pdf.Root.objgen[0],
            info=_only(roles["/Info"])[0],
            metadata=metadata,
            content=_only(roles["/Content"])[0],
            fonts=_part(*_only(roles["/Fonts"])),
            spoken=tuple(_part(*item) for item in roles.get("/Spoken", [])),
            links=tuple(_part(*item) for item in roles.get("/Link", [])),
            figures=tuple(_part(*item) for item in roles.get("/Figure", [])),
            prefix=prefix,
        )


def _mark_roles(cut: Cut, url: str) -> None:
    pdf = cut.pdf
    page = pdf.pages[0]
    content = pdf.make_stream(b"")
    content[_ROLE] = pikepdf.Name.Content
    page.Contents = pikepdf.Array([page.Contents, pdf.make_indirect(content)])
    fonts = page.Resources.Font
    if not fonts.is_indirect:
        page.Resources.Font = fonts = pdf.make_indirect(fonts)
    fonts[_ROLE] = pikepdf.Name.Fonts
    fonts["/@fonts@"] = 0
    pdf.docinfo[_ROLE] = pikepdf.Name.Info
    for link in page.get("/Annots", []):
        if link.get("/A") is not None and str(link.A.get("/URI")) == url:
            link[_ROLE] = pikepdf.Name.Link
            link.A.URI = pikepdf.Name("/@uri@")
            link.Contents = pikepdf.Name("/@contents@")
            _, bottom, _, top = link.Rect
            link.Rect = pikepdf.Array([pikepdf.Name("/@left@"), bottom, pikepdf.Name("/@right@"), top])
    owners = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    for slot in cut.slots:
        if slot.key not in UNSPOKEN:
            element = owners[slot.mcid]
            element[_ROLE] = pikepdf.Name.Spoken
            for key in ("/Lang", "/ActualText"):
                if key in element:
                    del element[key]
            element[f"/@{slot.mcid}@"] = 0
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure" and url in str(item.get("/Alt", "")):
            item[_ROLE] = pikepdf.Name.Figure
            item.Alt = pikepdf.Name("/@alt@")


def _part(number: int, item: PdfValue) -> ArtefactPart:
    del item[_ROLE]
    return ArtefactPart(number, item.unparse(resolved=True).decode("latin-1"))


def _only(items: list[tuple[int, PdfValue]]) -> tuple[int, PdfValue]:
    [item] = items
    return item


def _write(static: list[tuple[int, PdfValue]], count: int) -> tuple[bytes, bytes]:
    """The bytes, and the cross-reference entries of each object and of the object stream."""
    entries = [(0, 0, 0)] * (count + 2)
    entries[0] = (0, 0, 65535)
    written = bytearray(_HEADER)
    packed = [(number, item) for number, item in static if not isinstance(item, pikepdf.Stream)]
    for number, item in static:
        if isinstance(item, pikepdf.Stream):
            entries[number] = (1, len(written), 0)
            written += _stream(number, item.stream_dict.unparse(), item.read_raw_bytes())
    texts = [item.unparse(resolved=True) for _, item in packed]
    index, position = [], 0
    for place, ((number, _), text) in enumerate(zip(packed, texts, strict=True)):
        entries[number] = (2, count + 1, place)
        index.append(b"%d %d" % (number, position))
        position += len(text) + 1
    head = b" ".join(index) + b"\n"
    body = zlib.compress(head + b" ".join(texts), 9)
    entries[count + 1] = (1, len(written), 0)
    form = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (len(packed), len(head), len(body))
    written += _stream(count + 1, form, body)
    return bytes(written), b"".join(entry(*values) for values in entries)


def _stream(number: int, dictionary: bytes, data: bytes) -> bytes:
    return b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, dictionary, data)
