"""Hundreds of customers' own templates: HTML, CSS, drawings, pictures and fonts, used well and badly.

They contain everything that templates can have, not only faults that the checks look for: veraPDF finds those that
break a standard.
"""

# ruff: noqa: E501

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

from fontTools.ttLib import TTFont
from PIL import Image

from certificates.rendering import typefaces
from certificates.rendering.model import Asset, Template
from tests.rendering.making import scribble

HTML = """<!DOCTYPE html><html><head><title>x</title><link rel="stylesheet" href="style.css"></head><body>
<img class="logo" src="logo.png" alt="Northwind">
<h1><span data-design="course_title"></span></h1>
<p class="name" data-fit="0.2"><span data-slot="name"></span></p>
<p class="date">Given in Oslo. <span data-slot="date"></span></p>
<p class="url" data-fit="0.4"><a data-slot="verify_url"></a></p>
<p><img class="code" data-slot="qr"></p>
</body></html>"""
CSS = """@page { size: 148mm 210mm; margin: 10mm }
html { font-family: var(--serif); color: #203040 } .logo { width: 120px } h1 { font-size: 22px; line-height: 30px }
.name { font-size: 32px; line-height: 60px; text-align: center } .url { font-size: 8px; line-height: 12px }
.code { width: 90px; height: 90px }"""
OWN = Template(HTML, CSS, (Asset("logo.png", scribble(4)),))


def with_body(markup: str, css: str = "", *assets: Asset) -> Template:
    html = HTML.replace('<p class="name"', f'{markup}<p class="name"')
    return replace(OWN, html=html, css=CSS + css, assets=(*OWN.assets, *assets))


def with_css(css: str, *assets: Asset) -> Template:
    return with_body("", css, *assets)


def drawing(shapes: str, attributes: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60" width="90" height="60" {attributes}>{shapes}</svg>'


def _picture(mode: str, form: str, colour: Any, **options: Any) -> bytes:
    target = BytesIO()
    Image.new(mode, (60, 40), colour).save(target, form, **options)
    return target.getvalue()


PICTURES = {
    "cmyk.jpg": _picture("CMYK", "JPEG", (10, 200, 30, 0)),
    "cmyk.tiff": _picture("CMYK", "TIFF", (1, 2, 3, 4)),
    "grey.png": _picture("L", "PNG", 128),
    "grey.jpg": _picture("L", "JPEG", 128),
    "grey-16.png": _picture("I;16", "PNG", 40_000),
    "grey-alpha.png": _picture("LA", "PNG", (100, 50)),
    "bits.png": _picture("1", "PNG", 1),
    "palette.png": _picture("P", "PNG", 1),
    "rgb.jpg": _picture("RGB", "JPEG", (120, 40, 90)),
    "progressive.jpg": _picture("RGB", "JPEG", (120, 40, 90), progressive=True),
    "rgba.png": _picture("RGBA", "PNG", (120, 40, 90, 30)),
    "photo.webp": _picture("RGB", "WEBP", (120, 40, 90)),
    "moving.gif": _picture("P", "GIF", 3),
    "photo.jp2": _picture("RGB", "JPEG2000", (120, 40, 90)),
}
_STOPS = '<stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue" stop-opacity=".5"/>'
DRAWINGS = {
    "gradient.svg": f'<defs><linearGradient id="g">{_STOPS}</linearGradient></defs><rect width="90" height="60" fill="url(#g)"/>',
    "user-space.svg": f'<defs><radialGradient id="g" gradientUnits="userSpaceOnUse" r="50">{_STOPS}</radialGradient></defs>'
    '<circle cx="40" cy="30" r="30" fill="url(#g)"/>',
    "pattern.svg": '<defs><pattern id="p" width="9" height="9" patternUnits="userSpaceOnUse"><circle cx="5" cy="5" r="3"/>'
    '</pattern></defs><rect width="90" height="60" fill="url(#p)"/>',
    "text.svg": '<text x="5" y="30" font-size="12" font-family="Certificates Serif">Hello</text>',
    "opacity.svg": '<g opacity=".5"><rect width="50" height="30" fill="red"/><rect x="20" width="50" height="30"/></g>',
    "mask.svg": '<mask id="m"><rect width="40" height="40" fill="white"/></mask><rect width="90" height="60" mask="url(#m)"/>',
    "clip.svg": '<clipPath id="m"><rect width="40" height="40"/></clipPath><rect width="90" height="60" clip-path="url(#m)"/>',
    "filter.svg": '<filter id="f"><feOffset dx="5" dy="5"/></filter><rect width="40" height="40" filter="url(#f)"/>',
    "print.svg": '<rect width="40" height="40" fill="device-cmyk(0 1 0 0)"/>',
}  # fmt: skip


@cache
def symbols() -> bytes:
    """An icon font: its letters are symbols at private code points."""
    font = TTFont(typefaces.file_path("NotoSans-Regular.ttf"))
    for table in font["cmap"].tables:
        table.cmap = {0xE000 + code: glyph for code, glyph in table.cmap.items() if 0x41 <= code < 0x5B}
    return _saved(font)


@cache
def misfit() -> bytes:
    """A font without a space and with one letter of width 0."""
    font = TTFont(typefaces.file_path("NotoSerif-Regular.ttf"))
    font["hmtx"].metrics["a"] = (0, 0)
    return _saved(font)


def _saved(font: TTFont) -> bytes:
    target = BytesIO()
    font.save(target)
    return target.getvalue()


def _own_font(content: bytes, text: str) -> Template:
    css = "@font-face { font-family: Own; src: url(own.ttf) } .own { font-family: Own, var(--serif) }"
    return with_body(f'<p class="own">{text}</p>', css, Asset("own.ttf", content))


_MARKUP = {
    "headings skip a level": "<h3>Sub</h3>",
    "headings skip later": "<h2>A</h2><h4>B</h4><h2>C</h2>",
    "two first headings": "<h1>Second</h1>",
    "empty heading": "<h1></h1>",
    "list": "<ul><li>One</li><li>Two</li></ul>",
    "numbered list": "<ol start=5><li>One</li><li>Two</li></ol>",
    "definitions": "<dl><dt>T</dt><dd>D</dd></dl>",
    "list in list": "<ul><li>One<ul><li>In</li></ul></li></ul>",
    "item without list": "<div><li>x</li></div>",
    "list with paragraph": "<ul><p>x</p><li>y</li></ul>",
    "list with division": "<ul><div><li>y</li></div></ul>",
    "list in a row": "<ul style='display:flex'><li>a</li><li>b</li></ul>",
    "list in a line": "<ul><li style='display:inline'>a</li><li style='display:inline'>b</li></ul>",
    "list with marks inside": "<ul style='list-style-position:inside'><li>a</li></ul>",
    "list without marks": "<ul style='list-style:none'><li>a</li></ul>",
    "table for layout": "<table><tr><td>a</td><td>b</td></tr><tr><td>a</td></tr></table>",
    "table": "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
    "table with parts": "<table><caption>C</caption><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
    "table with row headings": "<table><tr><th scope=row>a</th><td>b</td></tr></table>",
    "table of two headings a row": "<table><tr><th>a</th><td>1</td></tr><tr><th>b</th><td>2</td></tr></table>",
    "table with wide heading": "<table><tr><th colspan=2>a</th></tr><tr><td>1</td><td>2</td></tr></table>",
    "table with tall heading": "<table><tr><th rowspan=2>a</th><th>b</th></tr><tr><td>1</td></tr></table>",
    "table with tall heading too many": "<table><tr><th rowspan=2>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
    "table with ragged rows": "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td></tr></table>",
    "table in table": "<table><tr><th>a</th></tr><tr><td><table><tr><td>x</td></tr></table></td></tr></table>",
    "table by css": "<div style='display:table'><div style='display:table-row'><div style='display:table-cell'>x</div></div></div>",
    "link": '<p><a href="https://example.org/">Site</a></p>',
    "link to a place": '<p><a href="#x">in</a></p><p id="x">here</p>',
    "link around a picture": '<p><a href="https://example.org/"><img src="logo.png" alt="L" width=30></a></p>',
    "link around decoration": '<p><a href="https://example.org/"><img src="logo.png" alt="" width=30></a></p>',
    "link around a block": '<a href="https://example.org/" style="display:block"><div>Site</div></a>',
    "link around paragraphs": '<a href="https://example.org/"><p>x</p><p>y</p></a>',
    "link over two lines": '<p style="width:60px"><a href="https://example.org/">Site with a text that wraps</a></p>',
    "link around a drawing": f'<a href="https://example.org/">{drawing("<title>t</title><rect width=40 height=40 />")}</a>',
    "link in a heading": '<h2><a href="https://example.org/">x</a></h2>',
    "link in a table": '<table><tr><th><a href="https://example.org/">x</a></th></tr></table>',
    "link turned": '<p style="transform:rotate(10deg)"><a href="https://example.org/">x</a></p>',
    "translucent link": '<p style="opacity:.5"><a href="https://example.org/">x</a></p>',
    "empty link": '<p><a href="https://example.org/"></a></p>',
    "field": "<input value=x>",
    "field to fill in": '<input name="a" style="appearance:auto">',
    "choices": "<select><option>a</option></select>",
    "quotation": "<blockquote>Q</blockquote><p><q>Q</q></p>",
    "phrases": "<p>a <em>b</em> <strong>c</strong> <sub>1</sub> <sup>2</sup> <u>u</u> <s>s</s> <code>c</code> <abbr>d</abbr></p>",
    "line breaks": "<p>a<br>b</p><hr><p><br></p>",
    "figure": '<figure><img src="logo.png" alt="L" width=20><figcaption>C</figcaption></figure>',
    "sections": "<section><header>h</header><footer>f</footer><nav>n</nav><aside>a</aside><article>r</article></section>",
    "another language": '<p lang="fr">Bonjour</p>',
    "language with underscore": '<p lang="en_US">Hello</p>',
    "language too long": '<p lang="abcdefghijkl">Hello</p>',
    "language of nothing known": '<p lang="x-klingon">nuqneH</p>',
    "decoration by alt": '<img src="logo.png" alt="" width=20>',
    "decoration by aria": '<p aria-hidden="true">deco</p><img aria-hidden="true" alt="x" src="logo.png" width=20>',
    "very long alt": f'<p><img src="logo.png" width=20 alt="{"x" * 40_000}"></p>',
    "drawing": drawing('<rect width="40" height="40" fill="red"/>'),
    "drawing with title": drawing('<title>T</title><rect width="40" height="40" fill="red"/>'),
    "drawing with label": drawing('<rect width="40" height="40" fill="red"/>', 'aria-label="Logo" role="img"'),
    "drawing with gradient": drawing(f"<title>t</title>{DRAWINGS['gradient.svg']}"),
    "drawing with text": drawing(f"<title>t</title>{DRAWINGS['text.svg']}"),
    "drawing in print colours": drawing(f"<title>t</title>{DRAWINGS['print.svg']}"),
    "formula": "<math><mi>x</mi></math>",
    "ruby": "<ruby>漢<rt>kan</rt></ruby>",
    "other scripts": "<p>Hello مرحبا 中文 שלום</p>",
    "blanks": "<p>&nbsp;</p><p>a&#8203;b&shy;c</p><pre>a\n  b</pre>",
    "print colours in an attribute": '<p style="color:device-cmyk(0 1 0 0)">x</p>',
    "translucent picture": '<p style="opacity:.4"><img src="logo.png" alt="L" width=30> text</p>',
    "translucent in translucent": '<div style="opacity:.4"><p style="opacity:.5">a</p>b</div>',
    "translucent decoration": '<p style="opacity:.4" aria-hidden="true">draft</p>',
    "translucent table": '<table style="opacity:.4"><tr><th>x</th></tr></table>',
    "translucent list": '<ul style="opacity:.4"><li>x</li></ul>',
    "clipped deeply": "<div style='overflow:hidden'>" * 40 + "x" + "</div>" * 40,
    "turned deeply": "<div style='transform:rotate(.1deg)'>" * 15 + "x" + "</div>" * 15,
    "faded deeply": "<div style='opacity:.9'>" * 40 + "x" + "</div>" * 40,
    "footnote": "<p>a<span style='float:footnote'>b</span></p>",
    "drawing with a picture sign": drawing('<title>t</title><text x="5" y="30" font-size="12">😀</text>'),
    "language of two words": '<p lang="en US">Hello</p>',
    "language with a dot": '<p lang="en.utf8">Hello</p>',
    "language with an underscore": '<p lang="en_US">Hello</p>',
    "language of a symbol": '<p lang="en+US">Hello</p>',
    "language with a slash": '<p lang="en/US">Hello</p>',
    "language of a long part": '<p lang="en-abcdefghijk">Hello</p>',
    "language with a comma": '<p lang="en,fr">Hello</p>',
    "details": "<details><summary>s</summary>t</details><fieldset><legend>l</legend>x</fieldset>",
}  # fmt: skip
_STYLES = {
    "translucent line": ".date { opacity: .5 }",
    "translucent heading": "h1 { opacity: .5 }",
    "translucent page": "body { opacity: .9 } h1 { opacity: .5 }",
    "turned heading": "h1 { transform: rotate(3deg) }",
    "shadows": ".name { box-shadow: 2px 2px 3px #000 } h1 { text-shadow: 1px 1px red }",
    "print colour of text": "h1 { color: device-cmyk(0 1 1 0) }",
    "print colour of ground": ".date { background: device-cmyk(0 1 1 0) }",
    "print colour of border": "h1 { border: 1px solid device-cmyk(0 1 0 0) }",
    "print colour of shadow": "h1 { box-shadow: 1px 1px device-cmyk(0 1 0 0) }",
    "print colour of outline": "h1 { outline: 1px solid device-cmyk(0 1 0 0) }",
    "print colour of underline": "h1 { text-decoration: underline device-cmyk(0 1 0 0) }",
    "print colour of page": "@page { background: device-cmyk(0 0 0 .1) }",
    "colours of other spaces": "h1 { color: lab(50% 40 59) } .date { color: oklch(60% .15 50) } .url { color: color(display-p3 1 0 0) }",
    "colours of screens": "h1 { color: rgba(10, 20, 30, .4) } .date { color: hsl(120 50% 40%) }",
    "gradients": "h1 { background: linear-gradient(red, blue) } .date { background: radial-gradient(red, rgba(0, 0, 255, .3)) }",
    "repeated gradient": "h1 { background: repeating-linear-gradient(45deg, red 0 3px, blue 3px 6px) }",
    "borders": ".name { border: 5px double red; outline: 2px dotted red } .date { border: 2px dashed red; border-radius: 9px }",
    "generated text": "h1::before { content: counter(x) ' ' open-quote } h1::after { content: ' (course)' }",
    "generated bullet": "h1::before { content: '\\2022 ' }",
    "generated star": "h1::before { content: '\\2605' }",
    "generated picture sign": "h1::before { content: '\\1F600' }",
    "generated aeroplane": "h1::after { content: attr(class) '\\2708' }",
    "generated letter of another script": "h1::after { content: '\\0e01' }",
    "print colour of a column's rule": "h1 { columns: 2; column-rule: 1px solid device-cmyk(0 1 0 0) }",
    "print colour of generated text": "h1::after { content: 'x'; color: device-cmyk(0 1 0 0) }",
    "print colour of a margin box": "@page { @bottom-center { content: 'x'; color: device-cmyk(0 1 0 0) } }",
    "heading as item": "h1 { display: list-item; list-style: square inside; margin-left: 20px }",
    "heading as item with a word": "h1 { display: list-item; list-style-type: 'x '; margin-left: 20px }",
    "margin boxes": "@page { @bottom-center { content: 'Page ' counter(page) } }",
    "running element": ".date { position: static } h1 { string-set: t content() } @page { @top-left { content: string(t) } }",
    "marks of the cutter": "@page { marks: crop cross; bleed: 3mm }",
    "ground of the page": "@page { background: #eee url(logo.png) }",
    "right to left": "body { direction: rtl }",
    "letters apart": "h1 { letter-spacing: 3px; text-transform: uppercase; font-variant: small-caps; text-decoration: underline }",
    "blending": "h1 { mix-blend-mode: multiply }",
    "bookmark": "h1 { bookmark-level: 1; bookmark-label: 'Course' }",
    "grid": "body { display: grid }",
    "flex": "body { display: flex; flex-direction: column } .date { order: -1 }",
    "columns": "h1 { columns: 2 } .logo { float: right }",
    "beyond the page": "h1 { position: absolute; left: -9999px }",
    "first letter": "h1::first-letter { color: red; font-size: 30px } h1::first-line { color: red }",
    "rounded picture": ".logo { object-fit: cover; border-radius: 50%; position: absolute; right: 0; top: 0 }",
    "smoothed picture": ".logo { image-rendering: auto }",
    "page too large": "@page { size: 6m 6m }",
    "unknown family": "h1 { font-family: Arial, sans-serif; font-weight: 700; font-style: italic }",
}  # fmt: skip
TEMPLATES = {
    "as it should be": OWN,
    **{name: with_body(markup) for name, markup in _MARKUP.items()},
    **{name: with_css(css) for name, css in _STYLES.items()},
    **{
        f"picture {name}": with_body(f'<p><img src="{name}" alt="A picture" width=60></p>', "", Asset(name, content))
        for name, content in PICTURES.items()
    },
    **{
        f"background {name}": with_css(f".name {{ background: url({name}) }}", Asset(name, content))
        for name, content in PICTURES.items()
    },
    **{
        f"picture {name}": with_body(f'<p><img src="{name}" alt="D"></p>', "", Asset(name, drawing(shapes).encode()))
        for name, shapes in DRAWINGS.items()
    },
    **{
        f"background {name}": with_css(f".name {{ background: url({name}) }}", Asset(name, drawing(shapes).encode()))
        for name, shapes in DRAWINGS.items()
    },
    "marks of lists as pictures": with_body(
        "<ul><li>One</li></ul>", "ul { list-style-image: url(rgb.jpg) }", Asset("rgb.jpg", PICTURES["rgb.jpg"])
    ),
    "border as picture": with_css(
        ".name { border: 10px solid; border-image: url(rgb.jpg) 10 }", Asset("rgb.jpg", PICTURES["rgb.jpg"])
    ),
    "generated picture": with_css(".name::before { content: url(rgb.jpg) }", Asset("rgb.jpg", PICTURES["rgb.jpg"])),
    "first heading of the sixth level": replace(OWN, html=HTML.replace("h1>", "h6>")),
    "symbols of an own font": with_css(
        "@font-face { font-family: Own; src: url(own.ttf) } h1::after { font-family: Own; content: '\\e041' }",
        Asset("own.ttf", symbols()),
    ),
    "letters of a font that has none": _own_font(symbols(), "Given"),
    "a font that lies about its widths": _own_font(misfit(), "Given as a task"),
}
