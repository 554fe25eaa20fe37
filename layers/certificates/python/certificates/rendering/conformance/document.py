"""Checks of a file as a whole: its pages, languages, pictures, links and the limits of PDF/A."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pikepdf

from .fault import Fault, fault

if TYPE_CHECKING:
    from certificates.rendering.untyped import PdfValue

# ISO 19005-3, 6.1.13.
_SIDES = (3, 14_400)
_LONGEST_STRING = 32_767
_LONGEST_NAME = 127
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_PRINTED = 4  # the flag of annotations


def document_faults(pdf: pikepdf.Pdf) -> Iterator[Fault]:
    yield from _pages(pdf)
    yield from _declared(pdf)
    for item in pdf.objects:
        yield from _values(item)
        if isinstance(item, pikepdf.Stream):
            yield from _stream(item)
        if isinstance(item, pikepdf.Dictionary):
            yield from _dictionary(item)


def _pages(pdf: pikepdf.Pdf) -> Iterator[Fault]:
    for page in pdf.pages:
        left, bottom, right, top = (float(value) for value in page.MediaBox)
        if not all(_SIDES[0] <= side <= _SIDES[1] for side in (right - left, top - bottom)):
            yield fault("page-size")
        if page.get("/Tabs") != "/S":
            yield fault("tabs")


def _declared(pdf: pikepdf.Pdf) -> Iterator[Fault]:
    root = pdf.Root
    if not str(root.get("/Lang", "")):
        yield fault("language")
    if "/ViewerPreferences" not in root or not root.ViewerPreferences.get("/DisplayDocTitle", False):
        yield fault("title")
    metadata = root.Metadata.read_bytes()
    for declared in (b'pdfaid:conformance="A"', b'pdfuaid:part="1"', b"<pdfaExtension:schemas>", b"<dc:title>"):
        if declared not in metadata:
            yield fault("metadata")


def _values(item: PdfValue) -> Iterator[Fault]:
    if isinstance(item, pikepdf.Stream):
        item = item.stream_dict
    if isinstance(item, pikepdf.Array):
        for part in item:
            yield from _values(part) if not getattr(part, "is_indirect", False) else ()
    elif isinstance(item, pikepdf.Dictionary):
        for key, part in item.items():
            if len(key.encode()) > _LONGEST_NAME + 1:
                yield fault("name-too-long", most=_LONGEST_NAME)
            yield from _values(part) if not getattr(part, "is_indirect", False) else ()
    elif isinstance(item, pikepdf.String) and len(bytes(item)) > _LONGEST_STRING:
        yield fault("text-too-long", "text-for-readers-too-long", most=_LONGEST_STRING)
    elif isinstance(item, pikepdf.Name) and len(str(item).encode()) > _LONGEST_NAME + 1:
        yield fault("name-too-long", most=_LONGEST_NAME)


def _stream(item: pikepdf.Stream) -> Iterator[Fault]:
    if "/ShadingType" in item:
        yield from _shading(item)


def _dictionary(item: pikepdf.Dictionary) -> Iterator[Fault]:
    language = item.get("/Lang")
    if isinstance(language, pikepdf.String) and not _LANGUAGE.fullmatch(str(language)):
        yield fault("language-tag", tag=language)
    if "/ShadingType" in item:
        yield from _shading(item)
    if item.get("/Type") == "/Annot":
        yield from _annotation(item)


def _shading(item: PdfValue) -> Iterator[Fault]:
    if item.get("/ColorSpace") == "/DeviceCMYK":
        yield fault("cmyk", "cmyk-gradient")


def _annotation(item: pikepdf.Dictionary) -> Iterator[Fault]:
    if item.get("/Subtype") != "/Link":
        yield fault("form-field")
    elif not str(item.get("/Contents", "")):
        yield fault("link-unnamed")
    if not int(item.get("/F", 0)) & _PRINTED:
        yield fault("not-printed")
