"""Ornaments that are drawn once in a process are on every page as WeasyPrint draws them itself."""

from __future__ import annotations

import pytest

from certificates.rendering import binding, engraving, full
from certificates.rendering.model import Design
from tests.rendering.making import design, fields
from tests.rendering.own_templates import with_body

# A picture is drawn on the page itself, where a state was chosen before; a background gets a stream of its own.
PICTURES = '<p style="color: #b08d3c">{}</p>'.format(
    "".join(f'a <img src="{name}" alt="{name}" style="width: 40px; height: 30px">' for name in binding.ORNAMENTS)
)
# More sizes than are kept.
GROUNDS = "".join(
    f'<div style="width: {width}px; height: 2px; background: url(seal.svg) no-repeat; background-size: 100%"></div>'
    for width in range(30, 48, 2)
)
DESIGNS = {
    **{
        f"{template} on {paper}": design(template=template, paper=paper)
        for template in ("formal", "modern")
        for paper in ("a4", "letter")
    },
    "a template with ornaments as pictures": design(own_template=with_body(PICTURES)),
    "a template with an ornament in nine sizes": design(own_template=with_body(GROUNDS)),
}


@pytest.mark.parametrize("chosen", DESIGNS.values(), ids=DESIGNS)
def test_a_page_with_kept_drawings_has_the_bytes_of_a_page_that_is_drawn_anew(
    chosen: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, again = (full.render(chosen, fields()) for _ in range(2))
    monkeypatch.setattr(engraving, "images", lambda assets: {})
    assert first == again == full.render(chosen, fields())


def test_an_ornament_is_read_once_in_a_process() -> None:
    assets = {"seal.svg": binding.ORNAMENTS["seal.svg"](), "style.css": b"", "qr.svg": b""}
    [image] = engraving.images(assets).items()
    [again] = engraving.images(dict(assets)).items()
    assert image[0] == "https://design.invalid/seal.svg" and image[1] is again[1]
