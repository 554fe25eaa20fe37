"""Puts a design and a learner's fields into a template.

A template is plain HTML: elements say by `data-` attributes what goes into them, and texts are set as texts in the
parsed tree, so nothing a person typed is ever read as markup.

`ATTRIBUTES` has them all; templates/README.md explains them to those who write a template.

An element whose text is empty is taken out, with the paragraph that holds nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree

from certificates.shown_text import shown

from . import directions, facing, images, ornaments, qr, templates
from .errors import DesignFault, Unrenderable
from .fields import Fields
from .model import Design, Signatory
from .texts import RIGHT_TO_LEFT, TEXTS, Texts, base_language, date_format, text_language

Element = ElementTree.Element

QR_INK = "#000000"
# What a template that ships is printed on, unless the design says otherwise.
PAPERS = {"formal": "a4", "modern": "letter"}
# What each attribute may say.
ATTRIBUTES = {
    "data-slot": ("name", "date", "id", "verify_url", "qr"),
    "data-design": ("title", "organization", "course_title"),
    "data-text": ("intro", "completed", "closing", "verify", "id"),
    "data-each": ("signatory",),
    "data-signatory": ("name", "title", "organization", "signature"),
}
NEEDED = ("name", "date", "verify_url", "qr")


@dataclass(frozen=True)
class BoundTemplate:
    """A bound template: the HTML tree, every file it may ask for by name, and the document's title and language."""

    tree: Element
    assets: Mapping[str, bytes]
    title: str
    language: str


def bind(design: Design, fields: Fields) -> BoundTemplate:
    import tinyhtml5  # type: ignore[import-untyped]

    texts = TEXTS[base_language(design.language)]
    assets = _files(design)
    assets |= _ornaments(b"".join(assets.values()))
    try:
        source = assets.pop("template.html").decode()
    except UnicodeDecodeError as error:
        raise DesignFault("template-not-text", "template.html is not UTF-8") from error
    root = tinyhtml5.parse(source, namespace_html_elements=False)
    title = design.title or texts.title
    root.set("lang", design.language)
    root.set("dir", direction(design.language))
    root.set("data-paper", design.paper or PAPERS.get(design.template, ""))
    root.set("data-signatories", str(len(design.signatories)))

    _repeat(root, design, texts, assets)
    _set_texts(root, "data-text", texts._asdict(), design.language)
    _set_texts(root, "data-design", {**vars(design), "title": title}, design.language)
    _set_slots(root, design, fields, texts, assets)
    _prune(root)
    if fields.sample:
        mark = ElementTree.SubElement(next(root.iter("body")), "div", {"class": "sample-mark", "aria-hidden": "true"})
        _set_text(mark, texts.sample, design.language)
    document_title = f"{title} – {printed_name(fields)}"
    _head(root, document_title)
    return BoundTemplate(root, assets, document_title, design.language)


def _files(design: Design) -> dict[str, bytes]:
    own = design.own_template
    if own is None:
        return templates.files(design.template)
    named = {asset.name: asset.content for asset in own.assets}
    return {**named, "template.html": own.html.encode(), "style.css": own.css.encode()}


def direction(language: str) -> str:
    return "rtl" if base_language(language) in RIGHT_TO_LEFT else "ltr"


def printed_name(fields: Fields) -> str:
    """Raises Unrenderable where nothing of the name can be seen."""
    name = shown(fields.name)
    if not name:
        raise Unrenderable("")
    return name


def _set_text(element: Element, text: str, language: str) -> None:
    """A text that the template did not have: it decides its own direction and its language's forms of letters."""
    element.text = text
    element.set(facing.BOUND, "")
    element.set("dir", directions.base(text, direction(language)))
    own = text_language(text, language)
    if own != language:
        element.set("lang", own)


_FORMAL = ("#1d4e5f", "#b08d3c")
_MODERN = ("#3f6690", "#e0a526")
ORNAMENTS: dict[str, Callable[[], bytes]] = {
    "border.svg": lambda: ornaments.border(1122.5, 793.7, inset=32, band=30, inks=_FORMAL),
    "border-letter.svg": lambda: ornaments.border(1056, 816, inset=32, band=30, inks=_FORMAL),
    "rosette.svg": lambda: ornaments.rosette(460, "#efe6cf"),
    "seal.svg": lambda: ornaments.seal(114, metal="#b08d3c", ink="#1d4e5f", paper="#fffefa"),
    "ribbon.svg": lambda: ornaments.ribbon(132, 1056, _MODERN),
    "ribbon-a4.svg": lambda: ornaments.ribbon(118, 1122.5, _MODERN),
    "medal.svg": lambda: ornaments.seal(112, metal="#e0a526", ink="#10263f", paper="#ffffff"),
}


@cache
def _ornament(name: str) -> bytes:
    return ORNAMENTS[name]()


def _ornaments(template: bytes) -> dict[str, bytes]:
    """Those that the template names; any template may."""
    return {name: _ornament(name) for name in ORNAMENTS if name.encode() in template}


def _repeat(root: Element, design: Design, texts: Texts, assets: dict[str, bytes]) -> None:
    for parent in list(root.iter()):
        for index, pattern in [(i, child) for i, child in enumerate(parent) if child.get("data-each") == "signatory"]:
            parent.remove(pattern)
            for number, signatory in enumerate(design.signatories):
                copy = deepcopy(pattern)
                parent.insert(index + number, copy)
                _set_texts(copy, "data-signatory", vars(signatory) | {"signature": None}, design.language)
                _set_signature(copy, signatory, number, texts, assets)


def _set_signature(element: Element, signatory: Signatory, number: int, texts: Texts, assets: dict[str, bytes]) -> None:
    for image in element.iter("img"):
        if image.get("data-signatory") == "signature" and signatory.signature_image:
            file = f"signature-{number}.png"
            assets[file] = images.signature(signatory.signature_image)
            image.set("src", file)
            image.set("alt", texts.signature.format(name=signatory.name))


def _set_texts(root: Element, attribute: str, values: Mapping[str, Any], language: str) -> None:
    for element in root.iter():
        key = element.get(attribute)
        if key is None or element.tag == "img":
            continue
        if key not in ATTRIBUTES[attribute]:
            raise DesignFault("unknown-slot", f'{attribute}="{key}" names nothing that a certificate has')
        _set_text(element, shown(values[key] or ""), language)


def _set_slots(root: Element, design: Design, fields: Fields, texts: Texts, assets: dict[str, bytes]) -> None:
    name = printed_name(fields)
    values = {
        "name": name,
        "date": texts.issued.format(date=date_format(design.language).format(fields.issued_on)),
        "id": fields.verify_uuid,
        "verify_url": fields.verify_url,
    }
    for element in root.iter():
        key = element.get("data-slot")
        if key == "qr":
            assets["qr.svg"] = qr.svg(fields.verify_url, QR_INK)
            element.set("src", "qr.svg")
            element.set("alt", texts.qr.format(url=fields.verify_url))
        elif key is not None and key not in values:
            raise DesignFault("unknown-slot", f'data-slot="{key}" names nothing that a certificate has')
        elif key is not None:
            _set_text(element, values[key], design.language)
            if key == "name":
                element.set("lang", text_language(name, design.language, fields.language))
            if key == "verify_url" and element.tag == "a":
                element.set("href", fields.verify_url)
            if key in ("id", "verify_url"):
                element.set("dir", "ltr")


def _prune(root: Element) -> None:
    """Takes out empty texts, unused images and the paragraphs they leave empty; lines that hold a place stay."""
    for parent in list(root.iter()):
        for child in list(parent):
            unused = child.tag == "img" and not child.get("src")
            bound = any(child.get(key) is not None for key in ("data-text", "data-design", "data-signatory"))
            if unused or (bound and child.tag != "img" and not child.text):
                parent.remove(child)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in ("p", "h1", "h2", "h3") and not len(child) and not (child.text or "").strip():
                child.tag = "div"


def _head(root: Element, title: str) -> None:
    head = next(root.iter("head"))
    style = Element("style")
    style.text = facing.stacks_css() + templates.base_css().decode()
    head.insert(0, style)
    for other in head.findall("title"):
        head.remove(other)
    heading = Element("title")
    heading.text = title
    head.insert(0, heading)
