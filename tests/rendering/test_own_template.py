"""A customer's own template is compiled and filled like the included ones, reads only itself, and its faults are
listed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp

from certificates.rendering import binding, conformance, fill, full, templates, typefaces
from certificates.rendering.compile import compile_design
from certificates.rendering.errors import DesignFault, NotFillable
from certificates.rendering.linting import lint
from certificates.rendering.model import Asset, Design, Template
from tests.rendering.making import VERIFY_URL, compiled, design, fields, pdf_a_faults, picture, text
from tests.rendering.own_templates import CSS, HTML, OWN, with_body, with_css
from tests.rendering.shown_glyphs import undrawn
from tests.rendering.test_fill import soft_difference


def own(**changes: object) -> Design:
    return design(own_template=replace(OWN, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["Zoë Ångström", "محمد علي", "欧阳娜娜"])
def test_filling_and_layout_give_the_same_page_for_an_own_template(name: str) -> None:
    pdf = compiled(own()).fill(fields(name))
    assert soft_difference(pdf, full.render(own(), fields(name))) <= 20
    assert undrawn(pdf) == {} and pdf_a_faults(pdf) == []
    assert "Given in Oslo." in text(pdf)


def test_an_own_template_travels_with_its_design() -> None:
    assert Design.from_json(own().to_json()) == own()
    assert own().digest() != own(css=CSS + " ").digest() != design().digest()


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "//example.org/a.png",
        "../style.css",
        "other.png",
    ],
)
def test_an_own_template_cannot_read_anything_else(address: str) -> None:
    with pytest.raises(DesignFault) as fault:
        compile_design(own(html=HTML.replace("logo.png", address)))
    assert fault.value.reason == "design-incomplete"


READING = [
    "@import url({});",
    "h1 {{ background: url({}) }}",
    "h1::before {{ content: url({}) }}",
    "@page {{ background: url({}) }}",
    "@font-face {{ font-family: Own; src: url({}) }} h1 {{ font-family: Own, var(--serif) }}",
]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1/a", "//example.org/a"])
@pytest.mark.parametrize("rule", READING)
def test_a_style_sheet_that_reads_anything_else_is_refused_with_the_fault(rule: str, address: str) -> None:
    css = rule.format(address) + CSS
    errors = [str(finding.flaw) for finding in lint(replace(OWN, css=css)) if finding.level == "error"]
    assert any(address in error or "@import" in error for error in errors)
    if "@font-face" in rule:  # WeasyPrint uses the next family of the list, so only the lint reports it
        assert undrawn(fill.load_compiled(compile_design(own(css=css))).fill(fields())) == {}
        return
    with pytest.raises(DesignFault) as fault:
        compile_design(own(css=css))
    assert fault.value.reason == "design-incomplete" and address.strip("/") in str(fault.value)


@pytest.mark.parametrize(
    "drawing",
    [
        '<image href="file:///etc/passwd" width="9" height="9"/>',
        '<image href="http://127.0.0.1/a.png" width="9" height="9"/>',
        '<use href="file:///etc/passwd#a"/>',
        "<style>@import url(http://127.0.0.1/a.css); rect { fill: url(file:///etc/passwd#a) }</style><rect/>",
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><text>&a;</text>',
    ],
)
def test_a_drawing_cannot_read_anything_else(drawing: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">{drawing}</svg>'
    try:
        pdf = full.render(
            own(html=HTML.replace("logo.png", "logo.svg"), assets=(Asset("logo.svg", svg.encode()),)), fields()
        )
    except DesignFault as fault:
        assert fault.reason == "design-incomplete"
    else:
        assert "root:" not in text(pdf)


@pytest.mark.parametrize(
    ("html", "css", "reason"),
    [
        (HTML.replace('data-slot="name"', ""), CSS, "slot-missing"),
        (HTML.replace('data-slot="name"', 'data-slot="nmae"'), CSS, "unknown-slot"),
        (HTML, CSS + ".name { visibility: hidden }", "slot-hidden"),
        (HTML, CSS + "p { page-break-after: always }", "more-than-one-page"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_filled_is_refused_with_the_reason(html: str, css: str, reason: str) -> None:
    with pytest.raises(DesignFault) as fault:
        compile_design(own(html=html, css=css))
    assert fault.value.reason == reason


OWN_FONT = "@font-face { font-family: Own; src: url(own.ttf) } .name { font-family: Own, var(--serif) }"
BY_ITSELF = {
    "turned": (HTML, ".name { transform: rotate(3deg) }", "slot-transformed"),
    "letters apart": (HTML, ".name { letter-spacing: 2px }", "slot-style"),
    "in capitals": (HTML, ".name { text-transform: uppercase }", "slot-style"),
    "underlined": (HTML, ".url a { text-decoration: underline }", "slot-style"),
    "on a line": (HTML, ".name span { border-bottom: 1px solid }", "slot-style"),
    "on a ground": (HTML, ".name span { background: #eeeeee }", "slot-style"),
    "in a font of its own": (HTML, OWN_FONT, "slot-font"),
    "in a sentence": (HTML.replace('"name"></span>', '"name"></span> was here'), "", "slot-moves-others"),
}


def by_itself(way: str) -> Design:
    html, css, _ = BY_ITSELF[way]
    font = Asset("own.ttf", typefaces.file_path("NotoSans-Regular.ttf").read_bytes())
    return own(html=html, css=CSS + css, assets=(*OWN.assets, *([font] if "own.ttf" in css else [])))


@pytest.mark.parametrize("way", BY_ITSELF)
def test_a_name_that_cannot_be_filled_in_is_laid_out_for_each_certificate(way: str) -> None:
    with pytest.raises(NotFillable) as reason:
        compile_design(by_itself(way))
    assert reason.value.reason == BY_ITSELF[way][2]
    pdf = full.render(by_itself(way), fields("Zoë Ångström"))
    assert ("ZOË ÅNGSTRÖM" if way == "in capitals" else "Zoë Ångström") in text(pdf).replace("\r\n", " ")
    assert conformance.faults(pdf) == () and undrawn(pdf) == {}


def test_a_name_that_an_own_font_lacks_is_set_in_a_bundled_one() -> None:
    pdf = full.render(by_itself("in a font of its own"), fields("欧阳娜娜"))
    assert undrawn(pdf) == {} and "欧阳娜娜" in text(pdf)
    alone = by_itself("in a font of its own")
    assert alone.own_template
    alone = replace(alone, own_template=replace(alone.own_template, css=CSS + OWN_FONT.replace(", var(--serif)", "")))
    with pytest.raises(DesignFault) as fault:
        full.render(alone, fields("欧阳娜娜"))
    assert fault.value.reason == "glyph-missing"


def test_a_slot_may_occur_twice() -> None:
    twice = own(html=HTML.replace("<h1>", '<p class="date"><span data-slot="name"></span></p><h1>', 1))
    pdf = fill.load_compiled(compile_design(twice)).fill(fields("Zoë Ångström"))
    assert text(pdf).count("Zoë Ångström") == 2
    assert soft_difference(pdf, full.render(twice, fields("Zoë Ångström"))) <= 20


def test_lint_finds_no_fault_in_a_good_template() -> None:
    assert lint(OWN) == ()
    for name in templates.names():
        files = templates.files(name)
        assert lint(Template(files["template.html"].decode(), files["style.css"].decode())) == ()


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (replace(OWN, html=HTML.replace('data-slot="qr"', 'alt=""')), 'no element has data-slot="qr"'),
        (
            replace(OWN, html=HTML.replace('"date"><', '"x"><').replace('data-slot="date"', 'data-slot="day"')),
            "may say",
        ),
        (replace(OWN, html=HTML + "<script>1</script>"), "does nothing on paper"),
        (replace(OWN, html=HTML.replace('alt="Northwind"', "")), "needs an alt text"),
        (replace(OWN, html=HTML.replace("logo.png", "https://example.org/l.png")), "nothing else is ever fetched"),
        (replace(OWN, html=HTML.replace('<p class="name"', "<p data-slot='id'></p><p class=\"name\"")), "on a <span>"),
        (replace(OWN, html=HTML.replace('"0.2"', '"small"')), "share between 0 and 1"),
        (replace(OWN, html=HTML + '<p><span data-signatory="name"></span></p>'), "only inside data-each"),
        (replace(OWN, css=CSS + "p { background: url('bg.png') }"), "bg.png is not among"),
        (replace(OWN, css=CSS + "\np { background: conic-gradient(red, blue) }"), "style.css:5: Ignored `background"),
        (with_css("p { background: url(g.svg) }", Asset("g.svg", b"<linearGradient>")), "some readers leave out"),
        (replace(OWN, css=CSS + "\n\n.name { colour: red }"), "style.css:6: Ignored `colour: red`, unknown property"),
        (replace(OWN, css=CSS + "\np { width: 3pz }"), "style.css:5: Ignored `width: 3pz`, invalid value"),
        (replace(OWN, css=CSS + "\n\nh1::foo { color: red }"), "style.css:6: Invalid or unsupported selector"),
        (replace(OWN, css=CSS + "\np { color: device-cmyk(0 1 0 0) }"), "style.css:5: device-cmyk()"),
        (with_body('\n<p style="colour: red">x</p>'), "template.html:5: Ignored `colour: red`"),
        (with_body("<style>\nb { colour: red }</style>"), "template.html:5: Ignored `colour: red`"),
        (with_body("\n<script>1</script>"), "template.html:5: <script>: <script> does nothing on paper"),
        (with_body("<svg></svg>"), "a drawing without a <title>"),
        (with_body('<link rel="attachment" href="logo.png">'), "attaches no files"),
        (replace(OWN, css="@import url(other.css);" + CSS), "@import"),
        (replace(OWN, css="p { color: red }"), "no @page rule"),
        (
            replace(OWN, html=HTML.replace('<link rel="stylesheet" href="style.css">', "")),
            "style.css: the page does not",
        ),
    ],
)
def test_lint_names_every_fault(template: Template, message: str) -> None:
    assert any(message in str(finding) for finding in lint(template))


@pytest.mark.parametrize(
    ("css", "reason"),
    [
        (".code { width: 70px; height: 70px }", "code-too-small"),
        ("html { background: #101820; color: white }", "code-on-dark"),
        ("body { background: linear-gradient(white, white) rgb(20 30 40) }", "code-on-dark"),
        (".code { background: rgb(0 0 0 / 90%) }", "code-on-dark"),
        ("html { background: #101820; color: white } .code { background: white }", "code-on-dark"),
    ],
)
def test_a_code_that_phones_cannot_read_is_refused(css: str, reason: str) -> None:
    with pytest.raises(DesignFault) as fault:
        compile_design(own(css=CSS + css))
    assert fault.value.reason == reason


@pytest.mark.parametrize(
    "css",
    [
        "html { background: #101820; color: white } .code { background: white; padding: 12px }",
        "body { background: #ffe } h1 { background: black; color: white }",
        ".code { width: 20mm; height: 20mm }",
    ],
)
def test_a_code_on_a_light_ground_is_not_refused(css: str) -> None:
    pdf = fill.load_compiled(compile_design(own(css=CSS + css))).fill(fields())
    assert [code.text for code in zxingcpp.read_barcodes(picture(pdf, 3))] == [VERIFY_URL]


def test_a_template_that_breaks_the_layout_is_refused_with_the_fault() -> None:
    with pytest.raises(DesignFault) as fault:
        compile_design(own(css=CSS + "h1 { background: linear-gradient(device-cmyk(0 1 0 0), red) }"))
    assert fault.value.reason == "template-breaks-layout" and "NotImplementedError" in str(fault.value)


@pytest.mark.parametrize("css", ["body { opacity: 0.5 }", "html { opacity: 0.5 }"])
def test_a_translucent_page_is_refused_with_the_fault(css: str) -> None:
    with pytest.raises(DesignFault) as refused:
        compile_design(Design(own_template=with_css(css)))
    assert refused.value.reason == "slot-hidden"


def test_elements_that_are_nested_too_deeply_are_named_as_such() -> None:
    with pytest.raises(DesignFault) as refused:
        full.render(Design(own_template=with_body("<div>" * 3000)), fields("Zoë Ångström"))
    assert [flaw.id for flaw in refused.value.flaws] == ["nested-too-deeply"]


def test_a_picture_that_cannot_be_read_is_named_as_in_the_archive() -> None:
    with pytest.raises(DesignFault) as refused:
        full.render(
            Design(own_template=with_body('<img src="a.png" alt="">', "", Asset("a.png", b"no picture"))),
            fields("Zoë Ångström"),
        )
    assert "'a.png'" in str(refused.value)


def test_the_guide_lists_every_attribute_and_value() -> None:
    guide = (Path(templates.__file__).parent / "README.md").read_text()
    said = set(re.findall(r"`([a-z_-]+)`", guide))
    assert said >= {*binding.ATTRIBUTES, *(value for values in binding.ATTRIBUTES.values() for value in values)}
    assert said >= set(binding.NEEDED)
