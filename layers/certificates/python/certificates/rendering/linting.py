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
from .further import DATES, FIELD_NAME
from .model import Template
from .texts import date_parts

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from .untyped import CssToken

_USELESS = ("script", "iframe", "object", "embed", "form", "input", "button", "video", "audio", "base")
_Said = tuple[str, str]  # level and message


@dataclass(frozen=True)
class Finding:
    """`error`: the template cannot be used. `warning`: it can be used, but the page will probably not look right."""

    level: str
    where: str  # file and line
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


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
            yield Finding("error", "template.html", f'no element has data-slot="{needed}"')
    repeated = {child for element in elements if element.get("data-each") for child in element.iter()}
    for element in elements:
        line = begins.get(element, 1)
        for level, message in (*_attributes(element), *_uses(element, template), *_misplaced(element, repeated)):
            yield Finding(level, f"template.html:{line}", f"{_name(element)}: {message}")
        if element.tag == "style":
            yield from _rules(element.text or "", "template.html", line, template)
        if element.get("style"):
            yield from _rules(f"* {{ {element.get('style')} }}", "template.html", line, template)


def _misplaced(element: Element, repeated: Collection[Element]) -> Iterator[_Said]:
    if element.get("data-signatory") and element not in repeated:
        yield "error", 'data-signatory is filled in only inside data-each="signatory"'


def _attributes(element: Element) -> Iterator[_Said]:
    for attribute, allowed in ATTRIBUTES.items():
        value = element.get(attribute)
        if value is not None and value not in allowed:
            yield ("error", f'{attribute}="{value}": it may say {", ".join(allowed)}')
    slot = element.get("data-slot")
    if slot == "qr" and element.tag != "img":
        yield ("error", 'data-slot="qr" goes on an <img>')
    elif slot not in (None, "qr") and element.tag not in ("span", "a"):
        yield ("error", f'put data-slot="{slot}" on a <span> or <a> inside the line\'s block')
    if slot and (len(element) or (element.text or "").strip()):
        yield ("warning", "what stands in a slot is replaced")
    share = element.get("data-fit")
    if share is not None and not re.fullmatch(r"0?\.\d*[1-9]\d*|1(\.0*)?", share):
        yield ("error", f'data-fit="{share}": it may say a share between 0 and 1')
    yield from _lines(element)
    yield from _field(element)


def _lines(element: Element) -> Iterator[_Said]:
    count = element.get("data-lines")
    if count is None:
        return
    if not re.fullmatch(r"[1-9]", count):
        yield ("error", f'data-lines="{count}": it may say a number of lines from 1 to 9')
    elif element.get("data-fit") is None:
        yield ("error", f'data-lines="{count}" does nothing without data-fit, which says how small the text may become')
    elif count != "1" and len(element) != 1:
        yield ("warning", f'data-lines="{count}": a text is broken into lines where its block holds it alone')


def _field(element: Element) -> Iterator[_Said]:
    name, form, slot = element.get(FIELD), element.get(FORM), element.get("data-slot")
    if name is not None and not re.fullmatch(FIELD_NAME, name):
        yield ("error", f'{FIELD}="{name}": a name has small letters, digits, - and _, and begins with a letter')
    if name is not None and slot is not None:
        yield ("error", f"{FIELD} and data-slot are not for one element")
    if name is not None and element.tag not in ("span", "a"):
        yield ("error", f'put {FIELD}="{name}" on a <span> inside the line\'s block')
    if form is None:
        return
    if name not in DATES and slot != "date":
        yield ("error", f"{FORM} is for dates: date, {', '.join(sorted(DATES))}")
    try:
        date_parts(form, "en")
    except DesignFault as fault:
        yield ("error", f"{FORM}: {fault}")


def _uses(element: Element, template: Template) -> Iterator[_Said]:
    if element.tag in _USELESS:
        yield ("error", f"<{element.tag}> does nothing on paper")
    if element.tag == "img" and not (element.get("data-slot") or element.get("data-signatory")):
        if element.get("alt") is None:
            yield ("error", 'an image needs an alt text; alt="" says that it only decorates')
        yield from _address(element.get("src", ""), template)
    if element.tag == "{http://www.w3.org/2000/svg}svg" and not (element.get("aria-label") or _titled(element)):
        yield ("warning", "a drawing without a <title> is decoration to those who cannot see it")
    if element.tag == "link":
        yield from _link(element, template)


def _link(element: Element, template: Template) -> Iterator[_Said]:
    kind = element.get("rel", "").lower()
    if kind == "stylesheet":
        yield from _address(element.get("href", ""), template)
    elif kind == "attachment":
        yield "error", "a template attaches no files"
    else:
        yield "warning", f'rel="{kind}" means nothing on paper'


def _titled(drawing: Element) -> bool:
    title = drawing.find("{http://www.w3.org/2000/svg}title")
    return title is not None and bool("".join(title.itertext()).strip())


def _css(template: Template) -> Iterator[Finding]:
    yield from _rules(template.css, "style.css", 1, template)
    if "@page" not in template.css:
        yield Finding("warning", "style.css", "no @page rule says how large the page is")
    for asset in template.assets:
        if asset.name.lower().endswith(".css"):
            yield from _rules(asset.content.decode(errors="replace"), asset.name, 1, template)


def _rules(css: str, file: str, first: int, template: Template) -> Iterator[Finding]:
    """`first` is the line of the file in which the rules begin."""
    import tinycss2

    for mistake in style_mistakes.mistakes(css):
        yield Finding("warning", f"{file}:{first + mistake.line - 1}", mistake.message)
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        where = f"{file}:{first + rule.source_line - 1}"
        if rule.type == "error":
            yield Finding("error", where, rule.message)
            continue
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            yield Finding("error", where, "@import: put everything into style.css")
        for token in _tokens([*rule.prelude, *(rule.content or [])]):
            line = f"{file}:{first + token.source_line - 1}"
            if token.type == "function" and token.lower_name == "device-cmyk":
                yield Finding("error", line, "device-cmyk(): colours of print break PDF/A; write the colour in RGB")
            address = _url(token)
            for level, message in _address(address, template, file):
                yield Finding(level, line, message)
            if _resolved(address, file) in _shaded(template):
                yield Finding("warning", line, f"{address}: {_SHADED}")


_SHADED = (
    "some readers leave out a gradient of a drawing used in CSS; write it as a CSS gradient, or the drawing as an <img>"
)


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


def _address(address: str, template: Template, file: str = "template.html") -> Iterator[_Said]:
    """`file` contains the address. Addresses in a file are relative to its folder."""
    known = {"style.css", *ORNAMENTS, *(asset.name for asset in template.assets)}
    if address and not address.startswith("#") and _resolved(address, file) not in known:
        yield ("error", f"{address} is not among the template's assets, and nothing else is ever fetched")


def _resolved(address: str, file: str) -> str:
    return unquote(urljoin(BASE_URL + file, address).removeprefix(BASE_URL))


def _name(element: Element) -> str:
    kind = element.get("class")
    tag = element.tag.rpartition("}")[2]
    return f"<{tag}>" if kind is None else f'<{tag} class="{kind}">'
