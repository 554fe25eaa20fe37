"""A letter in two forms: as plain text, and as HTML with its language and direction.

Typed texts are escaped, and each has its own direction. Many mail programs read styles only in attributes, so the HTML
has them there. The HTML loads nothing: no picture, no font, and nothing that tells the sender who opened the mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from certificates.rendering.directions import apart
from certificates.shown_text import shown

PhraseValues = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text with the names of `values` in braces. `address` is its link, "" without one."""

    template: str
    values: PhraseValues = field(default_factory=dict)
    address: str = ""

    def text(self, direction: str) -> str:
        return self.template.format(**{name: apart(shown(value), direction) for name, value in self.values.items()})

    def plain(self) -> str:
        """The text on one line, without marks of direction: a subject has no other text around it."""
        values = {name: shown(value) for name, value in self.values.items()}
        return " ".join(self.template.format(**values).split())

    def html(self) -> str:
        values = {name: f"<bdi>{escape(shown(value))}</bdi>" for name, value in self.values.items()}
        return escape(self.template).format(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`main` is the link for most readers, a button in HTML. `links` and `notes` follow. `footer` is in small print."""

    language: str
    direction: str
    subject: Phrase
    opening: tuple[Phrase, ...]
    main: Phrase | None = None
    links: tuple[Phrase, ...] = ()
    notes: tuple[Phrase, ...] = ()
    footer: tuple[Phrase, ...] = ()

    def text(self) -> str:
        parts = [*self.opening]
        linked = [*([self.main] if self.main else []), *self.links]
        blocks = ["\n\n".join(line.text(self.direction) for line in parts)]
        if linked:
            blocks.append("\n".join(self._linked(line) for line in linked))
        blocks.extend(self._linked(line) for line in self.notes)
        blocks.append("-- \n" + "\n".join(self._linked(line) for line in self.footer))
        return "\n\n".join(blocks) + "\n"

    def _linked(self, line: Phrase) -> str:
        text = line.text(self.direction)
        return f"{text}\n{line.address}" if line.address else text

    def html(self) -> str:
        side = "right" if self.direction == "rtl" else "left"
        parts = [f'<p style="{_TEXT}">{line.html()}</p>' for line in self.opening]
        if self.main is not None:
            parts.append(f'<p style="{_TEXT}"><a href="{escape(self.main.address)}" style="{_BUTTON}">')
            parts[-1] += f"{self.main.html()}</a></p>"
        parts.extend(f'<p style="{_TEXT}">{_anchor(line)}</p>' for line in (*self.links, *self.notes))
        small = "<br>".join(_anchor(line) for line in self.footer)
        parts.append(f'<p style="{_SMALL}">{small}</p>')
        return (
            f'<!doctype html>\n<html lang="{escape(self.language)}" dir="{self.direction}">\n<head>\n'
            '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f"<title>{escape(self.subject.plain())}</title>\n</head>\n"
            f'<body dir="{self.direction}" style="{_PAGE}text-align:{side}">\n'
            f'<div lang="{escape(self.language)}" dir="{self.direction}" style="{_SHEET}">\n'
            + "\n".join(parts)
            + "\n</div>\n</body>\n</html>\n"
        )


_PAGE = "margin:0;padding:24px 16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;"
_SHEET = "max-width:560px;margin:0 auto;"
_TEXT = "margin:0 0 16px;font-size:16px;line-height:1.5"
_SMALL = "margin:32px 0 0;padding-top:12px;border-top:1px solid #b9b9b9;font-size:13px;line-height:1.5;color:#6b6b6b"
_BUTTON = (
    "display:inline-block;padding:10px 18px;border-radius:6px;background:#1d4e7a;color:#ffffff;text-decoration:none"
)


def _anchor(line: Phrase) -> str:
    return f'<a href="{escape(line.address)}">{line.html()}</a>' if line.address else line.html()
