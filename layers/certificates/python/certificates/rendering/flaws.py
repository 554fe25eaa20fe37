"""The faults of designs: a stable id with values, and an English sentence. Pages translate the sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class DesignFlaw(NamedTuple):
    """`id` never changes (kebab-case). `values` are in the sentence by name. `where` is file, line and element, "" for
    the design as a whole.
    """

    id: str
    values: Mapping[str, str] = {}
    where: str = ""

    def __str__(self) -> str:
        # A newer release may have sent an id that is unknown here.
        sentence = SENTENCES.get(self.id, self.id) % self.values
        return f"{self.where}: {sentence}" if self.where else sentence

    def at(self, *where: str) -> DesignFlaw:
        """The flaw with its place, or with the place around its own: the file before the element."""
        return self._replace(where=": ".join(filter(None, (*where, self.where))))

    def to_wire(self) -> dict[str, Any]:
        return {"id": self.id, "values": dict(self.values), "where": self.where}

    @classmethod
    def from_wire(cls, values: Mapping[str, Any]) -> DesignFlaw:
        return cls(values["id"], values["values"], values["where"])


def design_flaw(id: str, **values: object) -> DesignFlaw:
    return DesignFlaw(id, {name: str(value) for name, value in values.items()})


def sentences(flaws: Iterable[DesignFlaw]) -> str:
    return "; ".join(map(str, flaws))


def _marked(text: str) -> str:
    """Marks a text for the catalogues of the pages."""
    return text


OF_OTHERS = frozenset({"said-by-layout", "said-by-style-sheet"})
"""Messages of other software. They are English in every language."""

SENTENCES: Mapping[str, str] = {
    # The whole design.
    "unknown-template": _marked("there is no template '%(name)s'; there are %(names)s"),
    "unknown-language": _marked("no texts for language '%(tag)s'; there are %(tags)s"),
    "field-missing": _marked(
        "the design asks for the field '%(name)s', which nobody gives: set it in the run's settings, "
        "under fields, or under field_columns where each learner has a value"
    ),
    "signature-too-heavy": _marked("a signature image may have %(most)s bytes, this one has %(size)s"),
    "signature-too-large": _marked("a signature image may have %(most)s pixels"),
    "signature-unreadable": _marked("a signature image must be a whole PNG or JPEG file"),
    "picture-too-large": _marked("a picture may have %(most)s pixels"),
    "font-list-missing": _marked("the fonts folder has no list of what its fonts print"),
    "font-missing": _marked("the fonts folder has no %(file)s"),
    "no-font-prints": _marked("no bundled font can print %(characters)s"),
    "nothing-to-see": _marked("nothing to be seen"),
    # The archive of a template.
    "archive-without-page": _marked("The template's archive is of no use: it has no template.html."),
    "archive-unreadable": _marked("The template's archive is of no use: it cannot be read: %(error)s."),
    "archive-of-too-many-files": _marked("The template's archive is of no use: it has more than %(most)s files."),
    "archive-too-large": _marked(
        "The template's archive is of no use: its files have more than %(most)s bytes together."
    ),
    # The layout.
    "more-than-one-page": _marked("the design runs over %(pages)s pages"),
    "line-too-long": _marked("a text does not fit its line however small it is set"),
    "text-too-long": _marked("the text does not fit its place however small it is set"),
    "nested-too-deeply": _marked("it cannot be laid out: its elements are nested too deeply"),
    "layout-broken": _marked("it cannot be laid out: %(error)s"),
    "layout-endless": _marked("The page is not laid out in time. Something in it may never end."),
    "layout-too-slow": _marked("The page is not laid out within %(seconds)s seconds. Something in it may never end."),
    "code-too-small": _marked("the code is %(side)s mm wide: phones need %(needed)s mm"),
    "code-on-dark": _marked("the code needs a light ground, also 3 mm around it: a white box"),
    "said-by-layout": "%(said)s",
    # The template's own source.
    "not-utf-8": _marked("the file is not UTF-8"),
    "slot-missing-in-source": _marked('no element has data-slot="%(slot)s"'),
    "unknown-slot": _marked('%(attribute)s="%(value)s" names nothing that a certificate has'),
    "unknown-form": _marked("'%(form)s' is no form of a date: long, medium, short, iso, or a pattern of %(letters)s"),
    "signatory-misplaced": _marked('data-signatory is filled in only inside data-each="signatory"'),
    "unknown-value": _marked('%(attribute)s="%(value)s": it may say %(choices)s'),
    "code-not-an-image": _marked('data-slot="qr" goes on an <img>'),
    "slot-not-in-line": _marked('put data-slot="%(slot)s" on a <span> or <a> inside the line\'s block'),
    "slot-not-empty": _marked("what stands in a slot is replaced"),
    "fit-not-a-share": _marked('data-fit="%(value)s": it may say a share between 0 and 1'),
    "lines-not-a-number": _marked('data-lines="%(value)s": it may say a number of lines from 1 to 9'),
    "lines-without-fit": _marked(
        'data-lines="%(value)s" does nothing without data-fit, which says how small the text may become'
    ),
    "lines-not-alone": _marked('data-lines="%(value)s": a text is broken into lines where its block holds it alone'),
    "field-name-malformed": _marked(
        'data-field="%(name)s": a name has small letters, digits, - and _, and begins with a letter'
    ),
    "field-and-slot": _marked("data-field and data-slot are not for one element"),
    "field-not-in-line": _marked('put data-field="%(name)s" on a <span> inside the line\'s block'),
    "form-of-no-date": _marked("data-form is for dates: %(names)s"),
    "useless-element": _marked("<%(tag)s> does nothing on paper"),
    "alternative-needed": _marked('an image needs an alt text; alt="" says that it only decorates'),
    "drawing-untitled": _marked("a drawing without a <title> is decoration to those who cannot see it"),
    "attachment": _marked("a template attaches no files"),
    "useless-link": _marked('rel="%(kind)s" means nothing on paper'),
    "not-an-asset": _marked("%(address)s is not among the template's assets, and nothing else is ever fetched"),
    # Its style sheets.
    "style-sheet-unused": _marked(
        'the page does not use it: write <link rel="stylesheet" href="style.css"> into <head>'
    ),
    "page-size-unsaid": _marked("no @page rule says how large the page is"),
    "import": _marked("@import: put everything into style.css"),
    "device-cmyk": _marked("device-cmyk(): colours of print break PDF/A; write the colour in RGB"),
    "gradient-of-a-drawing": _marked(
        "%(address)s: some readers leave out a gradient of a drawing used in CSS; write it as a CSS gradient, "
        "or the drawing as an <img>"
    ),
    "said-by-style-sheet": "%(said)s",
    # Filling in.
    "slot-without-place": _marked("the template has no place for %(slots)s"),
    "slot-hidden": _marked("%(slots)s: a slot cannot be hidden, translucent or clipped away"),
    "slot-style": _marked("%(style)s on the slot '%(slot)s' is not among what can be filled in"),
    "slot-box": _marked("border and background of the slot '%(slot)s' belong on the block around it"),
    "slot-moves-others": _marked("the slot '%(slot)s' stands before other text that its length would move"),
    "slot-font": _marked("the slot '%(slot)s' is set in a font of the template's own"),
    "slot-transformed": _marked("the slot '%(slot)s' is turned or moved by a transform"),
    "laid-out-alone": _marked("each certificate is laid out by itself, in a quarter of a second"),
    # The standards of the file, PDF/A-3a and PDF/UA-1.
    "nested-too-deep": _marked("too many boxes that clip, turn or fade lie in each other"),
    "cmyk-colour": _marked("a colour is one of print (CMYK): write it in RGB"),
    "cmyk-picture": _marked("a picture is in the colours of print (CMYK): save it in RGB"),
    "cmyk-gradient": _marked("a gradient is in the colours of print (CMYK): write it in RGB"),
    "unmarked": _marked("something is drawn that is neither content nor decoration, perhaps a list's own mark"),
    "decoration-in-content": _marked("decoration is drawn as part of a text or picture"),
    "content-in-decoration": _marked("text stands in what is marked as decoration"),
    "image-interpolated": _marked("an image is smoothed where it is enlarged: image-rendering: crisp-edges"),
    "page-size": _marked("a side of the page is shorter than 1 mm or longer than 5 m"),
    "tabs": _marked("the page does not say that its structure gives the order of links"),
    "language": _marked("the document does not say its language"),
    "title": _marked("the document does not ask readers to show its title"),
    "metadata": _marked("the metadata do not declare PDF/A-3a and PDF/UA-1 and a title"),
    "name-too-long": _marked("a name has more than %(most)s bytes"),
    "text-for-readers-too-long": _marked("a text for screen readers has more than %(most)s bytes"),
    "language-tag": _marked('lang="%(tag)s" is no language tag, such as en or pt-BR'),
    "form-field": _marked("a certificate has no fields to fill in"),
    "link-unnamed": _marked("a link says nothing to those who cannot see it"),
    "not-printed": _marked("an annotation would not be printed"),
    "glyph-missing": _marked("a character is shown that its font does not have"),
    "glyph-without-text": _marked("a glyph of the font %(font)s stands for no text"),
    "private-use": _marked("a symbol of the font %(font)s means nothing to others: draw it as an image"),
    "font-not-embedded": _marked("the font %(font)s is not part of the file"),
    "glyph-width": _marked("the font %(font)s does not say how wide its glyphs are: use another file"),
    "untagged": _marked("the page has no structure"),
    "heading-skipped": _marked("%(heading)s stands where %(next)s is the next heading"),
    "content-without-place": _marked("a text or picture has no place in the structure: is it translucent?"),
    "link-without-element": _marked("a link belongs to no element that is a link"),
    "alternative-missing": _marked("a picture has no alt text (or no <title>, where it is an <svg>)"),
    "element-misplaced": _marked("%(child)s stands in %(parent)s"),
    "table-ragged": _marked("rows of a table span different numbers of columns"),
    "table-cell-without-heading": _marked("a cell of a table has no heading above it or before it"),
}
