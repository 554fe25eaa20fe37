"""What is wrong with a design: a stable id with values, and the English sentence. Pages translate the sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class DesignFlaw(NamedTuple):
    """`id` never changes (kebab-case). `values` are in the sentence by name. `where` is file, line and element, "" for
    the design as a whole.
    """

    id: str
    values: Mapping[str, str] = {}  # noqa: RUF012  NamedTuple has no default_factory, and nobody changes it
    where: str = ""

    def __str__(self) -> str:
        said = TEXTS[self.id] % self.values
        return f"{self.where}: {said}" if self.where else said

    def at(self, *where: str) -> DesignFlaw:
        """The flaw with its place, from the file to the element."""
        return self._replace(where=": ".join(filter(None, where)))

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "values": dict(self.values), "where": self.where}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> DesignFlaw:
        return cls(values["id"], values["values"], values["where"])


def flaw(id: str, **values: object) -> DesignFlaw:
    return DesignFlaw(id, {name: str(value) for name, value in values.items()})


def sentences(flaws: Iterable[DesignFlaw]) -> str:
    return "; ".join(map(str, flaws))


def N_(text: str) -> str:
    """Marks a text for the catalogues of the pages."""
    return text


OF_OTHERS = frozenset({"said-by-layout", "said-by-style-sheet"})
"""Messages of other software. They are English in every language."""

TEXTS: Mapping[str, str] = {
    # The whole design.
    "unknown-template": N_("there is no template %(name)s; there are %(names)s"),
    "unknown-language": N_("no texts for language %(tag)s; there are %(tags)s"),
    "field-missing": N_(
        "the design asks for the field %(name)s, which nobody gives: set it in the run's settings, "
        "under fields, or under field_columns where each learner has a value"
    ),
    "signature-too-heavy": N_("a signature image may have %(most)s bytes, this one has %(size)s"),
    "signature-too-large": N_("a signature image may have %(most)s pixels"),
    "signature-unreadable": N_("a signature image must be a whole PNG or JPEG file"),
    "picture-too-large": N_("a picture may have %(most)s pixels"),
    "font-list-missing": N_("the fonts folder has no list of what its fonts print"),
    "font-missing": N_("the fonts folder has no %(file)s"),
    "no-font-prints": N_("no bundled font can print %(characters)s"),
    "nothing-to-see": N_("nothing to be seen"),
    # The layout.
    "more-than-one-page": N_("the design runs over %(pages)s pages"),
    "line-too-long": N_("a text does not fit its line however small it is set"),
    "text-too-long": N_("the text does not fit its place however small it is set"),
    "layout-broken": N_("it cannot be laid out: %(error)s"),
    "layout-endless": N_("The page is not laid out in time. Something in it may never end."),
    "layout-too-slow": N_("The page is not laid out within %(seconds)s seconds. Something in it may never end."),
    "code-too-small": N_("the code is %(side)s mm wide: phones need %(needed)s mm"),
    "code-on-dark": N_("the code needs a light ground, also 3 mm around it: a white box"),
    "said-by-layout": "%(said)s",
    # The template's own source.
    "not-utf-8": N_("the file is not UTF-8"),
    "slot-missing-in-source": N_("no element has data-slot=“%(slot)s”"),
    "unknown-slot": N_("%(attribute)s=“%(value)s” names nothing that a certificate has"),
    "unknown-form": N_("%(form)s is no form of a date: long, medium, short, iso, or a pattern of %(letters)s"),
    "signatory-misplaced": N_("data-signatory is filled in only inside data-each=“signatory”"),
    "unknown-value": N_("%(attribute)s=“%(value)s”: it may say %(choices)s"),
    "code-not-an-image": N_("data-slot=“qr” goes on an <img>"),
    "slot-not-in-line": N_("put data-slot=“%(slot)s” on a <span> or <a> inside the line's block"),
    "slot-not-empty": N_("what stands in a slot is replaced"),
    "fit-not-a-share": N_("data-fit=“%(value)s”: it may say a share between 0 and 1"),
    "lines-not-a-number": N_("data-lines=“%(value)s”: it may say a number of lines from 1 to 9"),
    "lines-without-fit": N_(
        "data-lines=“%(value)s” does nothing without data-fit, which says how small the text may become"
    ),
    "lines-not-alone": N_("data-lines=“%(value)s”: a text is broken into lines where its block holds it alone"),
    "field-name-malformed": N_(
        "data-field=“%(name)s”: a name has small letters, digits, - and _, and begins with a letter"
    ),
    "field-and-slot": N_("data-field and data-slot are not for one element"),
    "field-not-in-line": N_("put data-field=“%(name)s” on a <span> inside the line's block"),
    "form-of-no-date": N_("data-form is for dates: %(names)s"),
    "useless-element": N_("<%(tag)s> does nothing on paper"),
    "alternative-needed": N_("an image needs an alt text; alt=“” says that it only decorates"),
    "drawing-untitled": N_("a drawing without a <title> is decoration to those who cannot see it"),
    "attachment": N_("a template attaches no files"),
    "useless-link": N_("rel=“%(kind)s” means nothing on paper"),
    "not-an-asset": N_("%(address)s is not among the template's assets, and nothing else is ever fetched"),
    # Its style sheets.
    "page-size-unsaid": N_("no @page rule says how large the page is"),
    "import": N_("@import: put everything into style.css"),
    "device-cmyk": N_("device-cmyk(): colours of print break PDF/A; write the colour in RGB"),
    "gradient-of-a-drawing": N_(
        "%(address)s: some readers leave out a gradient of a drawing used in CSS; write it as a CSS gradient, "
        "or the drawing as an <img>"
    ),
    "said-by-style-sheet": "%(said)s",
    # Filling in.
    "slot-without-place": N_("the template has no place for %(slots)s"),
    "slot-hidden": N_("%(slots)s: a slot cannot be hidden, translucent or clipped away"),
    "slot-style": N_("%(style)s on the slot %(slot)s is not among what can be filled in"),
    "slot-box": N_("border and background of the slot %(slot)s belong on the block around it"),
    "slot-moves-others": N_("the slot %(slot)s stands before other text that its length would move"),
    "slot-font": N_("the slot %(slot)s is set in a font of the template's own"),
    "slot-transformed": N_("the slot %(slot)s is turned or moved by a transform"),
    "laid-out-alone": N_("each certificate is laid out by itself, in a quarter of a second"),
    # The standards of the file, PDF/A-3a and PDF/UA-1.
    "nested-too-deep": N_("too many boxes that clip, turn or fade lie in each other"),
    "cmyk-colour": N_("a colour is one of print (CMYK): write it in RGB"),
    "cmyk-picture": N_("a picture is in the colours of print (CMYK): save it in RGB"),
    "cmyk-gradient": N_("a gradient is in the colours of print (CMYK): write it in RGB"),
    "unmarked": N_("something is drawn that is neither content nor decoration, perhaps a list's own mark"),
    "decoration-in-content": N_("decoration is drawn as part of a text or picture"),
    "content-in-decoration": N_("text stands in what is marked as decoration"),
    "image-interpolated": N_("an image is smoothed where it is enlarged: image-rendering: crisp-edges"),
    "page-size": N_("a side of the page is shorter than 1 mm or longer than 5 m"),
    "tabs": N_("the page does not say that its structure gives the order of links"),
    "language": N_("the document does not say its language"),
    "title": N_("the document does not ask readers to show its title"),
    "metadata": N_("the metadata do not declare PDF/A-3a and PDF/UA-1 and a title"),
    "name-too-long": N_("a name has more than %(most)s bytes"),
    "text-for-readers-too-long": N_("a text for screen readers has more than %(most)s bytes"),
    "language-tag": N_("lang=“%(tag)s” is no language tag, such as en or pt-BR"),
    "form-field": N_("a certificate has no fields to fill in"),
    "link-unnamed": N_("a link says nothing to those who cannot see it"),
    "not-printed": N_("an annotation would not be printed"),
    "glyph-missing": N_("a character is shown that its font does not have"),
    "glyph-without-text": N_("a glyph of the font %(font)s stands for no text"),
    "private-use": N_("a symbol of the font %(font)s means nothing to others: draw it as an image"),
    "font-not-embedded": N_("the font %(font)s is not part of the file"),
    "glyph-width": N_("the font %(font)s does not say how wide its glyphs are: use another file"),
    "untagged": N_("the page has no structure"),
    "heading-skipped": N_("%(heading)s stands where %(next)s is the next heading"),
    "content-without-place": N_("a text or picture has no place in the structure: is it translucent?"),
    "link-without-element": N_("a link belongs to no element that is a link"),
    "alternative-missing": N_("a picture has no alt text (or no <title>, where it is an <svg>)"),
    "element-misplaced": N_("%(child)s stands in %(parent)s"),
    "table-ragged": N_("rows of a table span different numbers of columns"),
    "table-cell-without-heading": N_("a cell of a table has no heading above it or before it"),
}
