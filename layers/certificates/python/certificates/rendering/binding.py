"""Puts a design and a learner's fields into a template.

A template is plain HTML. `data-` attributes say what goes into an element. Texts are set as texts in the parsed tree,
so typed text is never read as markup.

`ATTRIBUTES` has all attributes, and FIELD those whose names each run chooses. templates/README.md explains them to
authors of templates.

An element with an empty text is removed, with its paragraph if nothing else is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from certificates.shown_text import shown

from . import directions, facing, images, ornaments, qr, templates
from .errors import DesignFault, Unrenderable
from .fields import Fields
from .flaws import design_flaw
from .formats import date_format, date_parts, percent_format
from .further import DATES, FIELD_KEY, Formats, issued_line
from .languages import RIGHT_TO_LEFT, text_language
from .model import Design, Signatory
from .texts import TEXTS, Texts, base_language

Element = ElementTree.Element

QR_INK = "#000000"
# The paper of an included template, unless the design names another.
PAPERS = {"formal": "a4", "modern": "letter"}
# The values of each attribute.
ATTRIBUTES = {
    "data-slot": ("name", "date", "id", "verify_url", "qr"),
    "data-design": ("title", "organization", "course_title"),
    "data-text": ("intro", "completed", "closing", "verify", "id"),
    "data-each": ("signatory",),
    "data-signatory": ("name", "title", "organization", "signature"),
}
FIELD, FORM = "data-field", "data-form"
_BOUND = ("data-text", "data-design", "data-signatory")
NEEDED = ("name", "date", "verify_url", "qr")


@dataclass(frozen=True)
class BoundTemplate:
    """A bound template: the HTML tree, its files by name, and the document's title and language.

    `fields` are the learner's fields that the page prints.
    """

    tree: Element
    assets: Mapping[str, bytes]
    title: str
    language: str
    fields: Fields


def bind(design: Design, fields: Fields) -> BoundTemplate:
    import tinyhtml5  # type: ignore[import-untyped]

    texts = TEXTS[base_language(design.language)]
    assets = _files(design)
    assets |= _ornaments(b"".join(assets.values()))
    try:
        source = assets.pop("template.html").decode()
    except UnicodeDecodeError as error:
        raise DesignFault("template-not-text", design_flaw("not-utf-8").at("template.html")) from error
    root = tinyhtml5.parse(source, namespace_html_elements=False)
    title = design.title or texts.title
    root.set("lang", design.language)
    root.set("dir", direction(design.language))
    root.set("data-paper", design.paper or PAPERS.get(design.template, ""))
    root.set("data-signatories", str(len(design.signatories)))

    _repeat(root, design, texts, assets)
    _set_texts(root, "data-text", texts._asdict(), design.language)
    _set_texts(root, "data-design", {**vars(design), "title": title}, design.language)
    formats = formats_of(design.language)
    _set_slots(root, design, fields, texts, formats, assets)
    printed = _set_fields(root, design, fields, formats)
    if design.own_template is None:
        printed |= frozenset(design.show)
    _prune(root)
    if fields.sample:
        mark = ElementTree.SubElement(next(root.iter("body")), "div", {"class": "sample-mark", "aria-hidden": "true"})
        _set_text(mark, texts.sample, design.language)
    document_title = f"{title} – {printed_name(fields)}"
    _head(root, document_title)
    return BoundTemplate(root, assets, document_title, design.language, fields.only(printed))


def formats_of(language: str) -> Formats:
    return Formats(date_format(language), percent_format(language))


def labels_of(design: Design) -> tuple[tuple[str, str], ...]:
    """The labels after the date of issue, in included templates. Raises DesignFault `field-missing`."""
    for name in design.show:
        _refuse_missing(name, design)
    texts = TEXTS[base_language(design.language)]._asdict()
    return () if design.own_template else tuple((name, texts[name]) for name in design.show)


def _files(design: Design) -> dict[str, bytes]:
    own = design.own_template
    if own is None:
        return templates.files(design.template)
    named = {asset.name: asset.content for asset in own.assets}
    return {**named, "template.html": own.html.encode(), "style.css": own.css.encode()}


def direction(language: str) -> str:
    return "rtl" if base_language(language) in RIGHT_TO_LEFT else "ltr"


def printed_name(fields: Fields) -> str:
    """Raises Unrenderable if nothing of the name is visible."""
    name = shown(fields.name)
    if not name:
        raise Unrenderable("")
    return name


def _set_text(element: Element, text: str, language: str) -> None:
    """Set a text from outside the template, with its own direction and the letter forms of its language."""
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
    """The ornaments that the template names."""
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


def _set_texts(root: Element, attribute: str, values: Mapping[str, object], language: str) -> None:
    for element in root.iter():
        key = element.get(attribute)
        if key is None or element.tag == "img":
            continue
        if key not in ATTRIBUTES[attribute]:
            raise DesignFault("unknown-slot", design_flaw("unknown-slot", attribute=attribute, value=key))
        _set_text(element, shown(values[key] or ""), language)


def _set_slots(
    root: Element, design: Design, fields: Fields, texts: Texts, formats: Formats, assets: dict[str, bytes]
) -> None:
    name = printed_name(fields)
    issued = texts.issued.format(date=formats.day(fields.issued_on))
    values = {
        "name": name,
        "date": shown(issued_line(issued, labels_of(design), dict((*design.fields, *fields.values)), formats)),
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
            raise DesignFault("unknown-slot", design_flaw("unknown-slot", attribute="data-slot", value=key))
        elif key is not None:
            text = values[key]
            if key == "date" and element.get(FORM):
                text = shown(formats.day(fields.issued_on, date_parts(element.get(FORM, ""), design.language)))
            _set_text(element, text, design.language)
            if key == "name":
                element.set("lang", text_language(name, design.language, fields.language))
            if key == "verify_url" and element.tag == "a":
                element.set("href", fields.verify_url)
            if key in ("id", "verify_url"):
                element.set("dir", "ltr")


def _set_fields(root: Element, design: Design, fields: Fields, formats: Formats) -> frozenset[str]:
    """Set the fields of the page. Raises DesignFault `field-missing` for a field without a value."""
    given = dict((*design.fields, *fields.values))
    learners = design.names_of_learners()
    printed = set()
    for element in root.iter():
        name = element.get(FIELD)
        if name is None:
            continue
        _refuse_missing(name, design)
        parts = date_parts(element.get(FORM, "long"), design.language) if name in DATES else ()
        _set_text(element, shown(formats.printed(name, given.get(name, ""), parts)), design.language)
        if name in learners:
            element.set("data-slot", FIELD_KEY + name)
        printed.add(name)
    return frozenset(printed)


def _refuse_missing(name: str, design: Design) -> None:
    """Raises DesignFault `field-missing` for a field without a value."""
    if name not in design.names_of_learners() and not dict(design.fields).get(name):
        raise DesignFault("field-missing", design_flaw("field-missing", name=name))


def _prune(root: Element) -> None:
    """Removes empty texts, unused images and the paragraphs that become empty. Lines that must keep their space
    stay."""
    for parent in list(root.iter()):
        for child in list(parent):
            unused = child.tag == "img" and not child.get("src")
            bound = any(child.get(key) is not None for key in (*_BOUND, FIELD))
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
