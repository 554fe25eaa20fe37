"""Finds the faults of a customer's own template before it is used."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from . import markup_lines, style_mistakes
from .assets import BASE_URL
from .binding import ATTRIBUTES, FIELD, FORM, NEEDED, ORNAMENTS
from .errors import DesignFault
from .flaws import DesignFlaw, design_flaw
from .formats import date_parts
from .further import DATES, FIELD_NAME
from .model import Template

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from .untyped import CssToken

_USELESS = ("script", "iframe", "object", "embed", "form", "input", "button", "video", "audio", "base")
_Found = tuple[str, DesignFlaw]  # level and flaw


@dataclass(frozen=True)
class Finding:
    """`error`: the template cannot be used. `warning`: it can be used, but the page will probably not look right."""

    level: str
    flaw: DesignFlaw  # with file and line

    def __str__(self) -> str:
        return str(self.flaw)


def lint(template: Template) -> tuple[Finding, ...]:
    """All faults in the source. Compiling finds the faults that only a layout shows."""
    return (*_html(template), *_css(template))


def _html(template: Template) -> Iterator[Finding]:
    import tinyhtml5  # type: ignore[import-untyped]

    root = tinyhtml5.parse(template.html, namespace_html_elements=False)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    begins = markup_lines.line_of_each(template.html, root)
    slots = [element.get("data-slot") for element in elements]
    for needed in NEEDED:
        if needed not in slots:
            yield Finding("error", design_flaw("slot-missing-in-source", slot=needed).at("template.html"))
    repeated = {child for element in elements if element.get("data-each") for child in element.iter()}
    for element in elements:
        line = begins.get(element, 1)
        for level, found in (*_attributes(element), *_uses(element, template), *_misplaced(element, repeated)):
            yield Finding(level, found.at(f"template.html:{line}", _name(element)))
        if element.tag == "style":
            yield from _rules(element.text or "", "template.html", line, template)
        if element.get("style"):
            yield from _rules(f"* {{ {element.get('style')} }}", "template.html", line, template)


def _misplaced(element: Element, repeated: Collection[Element]) -> Iterator[_Found]:
    if element.get("data-signatory") and element not in repeated:
        yield "error", design_flaw("signatory-misplaced")


def _attributes(element: Element) -> Iterator[_Found]:
    for attribute, allowed in ATTRIBUTES.items():
        value = element.get(attribute)
        if value is not None and value not in allowed:
            yield ("error", design_flaw("unknown-value", attribute=attribute, value=value, choices=", ".join(allowed)))
    slot = element.get("data-slot")
    if slot == "qr" and element.tag != "img":
        yield ("error", design_flaw("code-not-an-image"))
    elif slot not in (None, "qr") and element.tag not in ("span", "a"):
        yield ("error", design_flaw("slot-not-in-line", slot=slot))
    if slot and (len(element) or (element.text or "").strip()):
        yield ("warning", design_flaw("slot-not-empty"))
    share = element.get("data-fit")
    if share is not None and not re.fullmatch(r"0?\.\d*[1-9]\d*|1(\.0*)?", share):
        yield ("error", design_flaw("fit-not-a-share", value=share))
    yield from _lines(element)
    yield from _field(element)


def _lines(element: Element) -> Iterator[_Found]:
    count = element.get("data-lines")
    if count is None:
        return
    if not re.fullmatch(r"[1-9]", count):
        yield ("error", design_flaw("lines-not-a-number", value=count))
    elif element.get("data-fit") is None:
        yield ("error", design_flaw("lines-without-fit", value=count))
    elif count != "1" and len(element) != 1:
        yield ("warning", design_flaw("lines-not-alone", value=count))


def _field(element: Element) -> Iterator[_Found]:
    name, form, slot = element.get(FIELD), element.get(FORM), element.get("data-slot")
    if name is not None and not re.fullmatch(FIELD_NAME, name):
        yield ("error", design_flaw("field-name-malformed", name=name))
    if name is not None and slot is not None:
        yield ("error", design_flaw("field-and-slot"))
    if name is not None and element.tag not in ("span", "a"):
        yield ("error", design_flaw("field-not-in-line", name=name))
    if form is None:
        return
    if name not in DATES and slot != "date":
        yield ("error", design_flaw("form-of-no-date", names=", ".join(["date", *sorted(DATES)])))
    try:
        date_parts(form, "en")
    except DesignFault as fault:
        yield from (("error", each.at(FORM)) for each in fault.flaws)


def _uses(element: Element, template: Template) -> Iterator[_Found]:
    if element.tag in _USELESS:
        yield ("error", design_flaw("useless-element", tag=element.tag))
    if element.tag == "img" and not (element.get("data-slot") or element.get("data-signatory")):
        if element.get("alt") is None:
            yield ("error", design_flaw("alternative-needed"))
        yield from _address(element.get("src", ""), template)
    if element.tag == "{http://www.w3.org/2000/svg}svg" and not (element.get("aria-label") or _titled(element)):
        yield ("warning", design_flaw("drawing-untitled"))
    if element.tag == "link":
        yield from _link(element, template)


def _link(element: Element, template: Template) -> Iterator[_Found]:
    kind = element.get("rel", "").lower()
    if kind == "stylesheet":
        yield from _address(element.get("href", ""), template)
    elif kind == "attachment":
        yield "error", design_flaw("attachment")
    else:
        yield "warning", design_flaw("useless-link", kind=kind)


def _titled(drawing: Element) -> bool:
    title = drawing.find("{http://www.w3.org/2000/svg}title")
    return title is not None and bool("".join(title.itertext()).strip())


def _css(template: Template) -> Iterator[Finding]:
    yield from _rules(template.css, "style.css", 1, template)
    if template.css.strip() and not _is_used(template):
        yield Finding("warning", design_flaw("style-sheet-unused").at("style.css"))
    if "@page" not in template.css:
        yield Finding("warning", design_flaw("page-size-unsaid").at("style.css"))
    for asset in template.assets:
        if asset.name.lower().endswith(".css"):
            yield from _rules(asset.content.decode(errors="replace"), asset.name, 1, template)


def _is_used(template: Template) -> bool:
    """Whether the page names the style sheet."""
    import tinyhtml5

    links = tinyhtml5.parse(template.html, namespace_html_elements=False).iter("link")
    return any(_resolved(link.get("href", ""), "template.html") == "style.css" for link in links)


def _rules(css: str, file: str, first: int, template: Template) -> Iterator[Finding]:
    """`first` is the line of the file in which the rules begin."""
    import tinycss2

    for mistake in style_mistakes.mistakes(css):
        yield Finding("warning", _of_style_sheet(mistake.message).at(f"{file}:{first + mistake.line - 1}"))
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        where = f"{file}:{first + rule.source_line - 1}"
        if rule.type == "error":
            yield Finding("error", _of_style_sheet(rule.message).at(where))
            continue
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            yield Finding("error", design_flaw("import").at(where))
        for token in _tokens([*rule.prelude, *(rule.content or [])]):
            line = f"{file}:{first + token.source_line - 1}"
            if token.type == "function" and token.lower_name == "device-cmyk":
                yield Finding("error", design_flaw("device-cmyk").at(line))
            address = _url(token)
            for level, found in _address(address, template, file):
                yield Finding(level, found.at(line))
            if _resolved(address, file) in _shaded(template):
                yield Finding("warning", design_flaw("gradient-of-a-drawing", address=address).at(line))


def _of_style_sheet(message: str) -> DesignFlaw:
    """The message of WeasyPrint or the parser about a rule."""
    return design_flaw("said-by-style-sheet", said=message)


def _shaded(template: Template) -> set[str]:
    """Drawings with gradients."""
    return {asset.name for asset in template.assets if asset.name.endswith(".svg") and b"Gradient" in asset.content}


def _tokens(tokens: Iterable[CssToken]) -> Iterator[CssToken]:
    for token in tokens:
        yield token
        yield from _tokens(getattr(token, "arguments", None) or getattr(token, "content", None) or ())


def _url(token: CssToken) -> str:
    if token.type == "url":
        return str(token.value)
    if token.type == "function" and token.lower_name == "url":
        return next((str(part.value) for part in token.arguments if part.type == "string"), "")
    return ""


def _address(address: str, template: Template, file: str = "template.html") -> Iterator[_Found]:
    """`file` contains the address. Addresses in a file are relative to its folder."""
    known = {"style.css", *ORNAMENTS, *(asset.name for asset in template.assets)}
    if address and not address.startswith("#") and _resolved(address, file) not in known:
        yield ("error", design_flaw("not-an-asset", address=address))


def _resolved(address: str, file: str) -> str:
    return unquote(urljoin(BASE_URL + file, address).removeprefix(BASE_URL))


def _name(element: Element) -> str:
    kind = element.get("class")
    tag = element.tag.rpartition("}")[2]
    return f"<{tag}>" if kind is None else f'<{tag} class="{kind}">'
