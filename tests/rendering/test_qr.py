"""Our QR codes equal those of an independent encoder, module by module, and poor prints can be read."""

from __future__ import annotations

import pypdfium2
import pytest
import segno
import zxingcpp
from PIL import Image

from certificates.rendering import qr
from tests.rendering.making import VERIFY_URL, compiled, design, fields

ADDRESS = "https://certificates.example/c/3f2b8c1e-9a47-4d52-8e60-1b7c5a2d9f03?" * 3


def independent(text: str) -> int:
    """segno's matrix as one integer, with our mask. segno makes the smallest version for the text."""
    code = segno.make_qr(text, error="m", boost_error=False, mask=qr.MASK, mode="byte")
    side = len(code.matrix)
    return sum(1 << (y * side + x) for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark)


@pytest.mark.parametrize("length", [14, 26, 42, 62, 84, 106, 122, 152, 180])
def test_a_full_symbol_of_every_version_equals_an_independent_encoder(length: int) -> None:
    # A full code, because segno puts a zero byte before the padding, which the standard does not ask for.
    assert qr.modules(ADDRESS[:length]) == independent(ADDRESS[:length])


@pytest.mark.parametrize("length", [1, 15, 27, 43, 63, 85, 95, 107, 123, 153, 179])
def test_a_symbol_with_padding_reads_back(length: int) -> None:
    side = qr.size(length)
    image = Image.new("L", (side + 8, side + 8), 255)
    for x, y, width in qr.bars(ADDRESS[:length]):
        image.paste(0, (x + 4, y + 4, x + 4 + width, y + 5))
    [code] = zxingcpp.read_barcodes(image.resize((4 * image.width, 4 * image.height), Image.Resampling.NEAREST))
    assert code.text == ADDRESS[:length]


def test_an_address_that_is_too_long_or_not_ascii_is_refused() -> None:
    with pytest.raises(ValueError, match="holds 180"):
        qr.modules("x" * 181)
    with pytest.raises(ValueError, match="ASCII"):
        qr.modules("https://例.example")


def test_bars_cover_exactly_the_dark_modules() -> None:
    text = "https://certificates.example/c/1"
    side = qr.size(len(text))
    covered = sum(1 << (y * side + x + i) for x, y, length in qr.bars(text) for i in range(length))
    assert covered == qr.modules(text)


def printed(template: str, paper: str) -> pypdfium2.PdfPage:
    made = compiled(design(template=template, paper=paper))
    return pypdfium2.PdfDocument(made.fill(fields()))[0]


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_the_code_of_a_page_is_black_and_is_read_at_72_dpi_and_after_a_fax(template: str, paper: str) -> None:
    page = printed(template, paper)

    def read(picture: Image.Image) -> list[str]:
        return [code.text for code in zxingcpp.read_barcodes(picture)]

    assert read(page.render(scale=1).to_pil().convert("L")) == [VERIFY_URL]
    fine = page.render(scale=204 / 72).to_pil().convert("L")
    # A fax in standard resolution: 204 by 98 dots an inch, black or white.
    sent = fine.resize((fine.width, fine.height * 98 // 204)).point(lambda grey: 255 if grey > 128 else 0)
    assert read(sent.resize(fine.size)) == [VERIFY_URL]
    [code] = zxingcpp.read_barcodes(fine)
    corner = code.position.top_left
    assert fine.getpixel((corner.x + 3, corner.y + 3)) == 0
