"""Says what is wrong with a customer's own template before anybody tries to print with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .binding import ATTRIBUTES, NEEDED, ORNAMENTS
from .model import Template

_USELESS = ("script", "iframe", "object", "embed", "form", "input", "button", "video", "audio", "base")
# Properties that a slot cannot have, for it is filled in after the page was laid out.
_GRADIENT = re.compile(r"gradient\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """`error`: the template cannot be used; `warning`: it can, and this will probably not look as meant."""

    level: str
    where: str
    message: str


def lint(template: Template) -> tuple[Finding, ...]:
    """Everything that reading the template shows; compiling finds what only layout does."""
    return (*_html(template), *_css(template))


def _html(template: Template) -> Iterator[Finding]:
    import tinyhtml5  # type: ignore[import-untyped]

    root = tinyhtml5.parse(template.html, namespace_html_elements=False)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    slots = [element.get("data-slot") for element in elements]
    for needed in NEEDED:
        if needed not in slots:
            yield Finding("error", "template.html", f'no element has data-slot="{needed}"')
    for element in elements:
        yield from _attributes(element)
        yield from _uses(element, template)
    repeated = [child for element in elements if element.get("data-each") for child in element.iter()]
    for element in elements:
        if element.get("data-signatory") and element not in repeated:
            yield Finding("error", _name(element), 'data-signatory is filled in only inside data-each="signatory"')


def _attributes(element: Any) -> Iterator[Finding]:
    for attribute, allowed in ATTRIBUTES.items():
        value = element.get(attribute)
        if value is not None and value not in allowed:
            yield Finding("error", _name(element), f'{attribute}="{value}": it may say {", ".join(allowed)}')
    slot = element.get("data-slot")
    if slot == "qr" and element.tag != "img":
        yield Finding("error", _name(element), 'data-slot="qr" goes on an <img>')
    elif slot not in (None, "qr") and element.tag not in ("span", "a"):
        yield Finding("error", _name(element), f'put data-slot="{slot}" on a <span> or <a> inside the line\'s block')
    if slot and (len(element) or (element.text or "").strip()):
        yield Finding("warning", _name(element), "what stands in a slot is replaced")
    share = element.get("data-fit")
    if share is not None and not re.fullmatch(r"0?\.\d+|1", share):
        yield Finding("error", _name(element), f'data-fit="{share}": it may say a share between 0 and 1')


def _uses(element: Any, template: Template) -> Iterator[Finding]:
    if element.tag in _USELESS:
        yield Finding("error", _name(element), f"<{element.tag}> does nothing on paper")
    if element.tag == "img" and not (element.get("data-slot") or element.get("data-signatory")):
        if not element.get("alt"):
            yield Finding("error", _name(element), "an image needs an alt text; decoration goes into a CSS background")
        yield from _address(element.get("src", ""), _name(element), template)
    if element.tag == "link":
        yield from _address(element.get("href", ""), _name(element), template)


def _css(template: Template) -> Iterator[Finding]:
    import tinycss2

    for rule in tinycss2.parse_stylesheet(template.css, skip_comments=True, skip_whitespace=True):
        where = f"style.css:{rule.source_line}"
        if rule.type == "error":
            yield Finding("error", where, rule.message)
            continue
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            yield Finding("error", where, "@import: put everything into style.css")
        text = rule.serialize()
        if _GRADIENT.search(text):
            yield Finding("warning", where, "a gradient does not survive PDF/A: use a plain colour or an SVG")
        for address in _urls([*rule.prelude, *(rule.content or [])]):
            yield from _address(address, where, template)
    if "@page" not in template.css:
        yield Finding("warning", "style.css", "no @page rule says how large the page is")


def _urls(tokens: Any) -> Iterator[str]:
    for token in tokens:
        if token.type == "url":
            yield token.value
        elif token.type == "function" and token.lower_name == "url":
            yield from (part.value for part in token.arguments if part.type == "string")
        yield from _urls(getattr(token, "arguments", None) or getattr(token, "content", None) or ())


def _address(address: str, where: str, template: Template) -> Iterator[Finding]:
    known = {"style.css", *ORNAMENTS, *(asset.name for asset in template.assets)}
    if address and address not in known and not address.startswith("#"):
        yield Finding("error", where, f"{address} is not among the template's assets, and nothing else is ever fetched")


def _name(element: Any) -> str:
    kind = element.get("class")
    return f"<{element.tag}>" if kind is None else f'<{element.tag} class="{kind}">'
