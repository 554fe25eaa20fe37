"""Whether a phone can read the QR code of a template: large enough, and on a light ground."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .errors import DesignFault
from .flaws import design_flaw

if TYPE_CHECKING:
    from .untyped import Box, WeasyDocument

SMALLEST = 20.0  # millimetres
_PIXEL = 25.4 / 96  # millimetres
# The least relative luminance (WCAG) of the ground: seven times that of black ink.
_LIGHT = 0.3
# Three of a code's 45 and more modules, as a share of its side.
_EDGE = 0.06


def refuse_unreadable_code(document: WeasyDocument) -> None:
    """Raises DesignFault `code-too-small`, `code-on-dark`."""
    boxes = list(_boxes(document.pages[0]._page_box))
    for place, box in enumerate(boxes):
        if box.element is not None and box.element.get("data-slot") == "qr" and hasattr(box, "replacement"):
            side = min(box.width, box.height) * _PIXEL
            if side < SMALLEST - 0.05:
                small = design_flaw("code-too-small", side=f"{side:.1f}", needed=f"{SMALLEST:.0f}")
                raise DesignFault("code-too-small", small)
            if any(_light(_ground(x, y, boxes[: place + 1])) < _LIGHT for x, y in _places(box)):
                raise DesignFault("code-on-dark", design_flaw("code-on-dark"))


def _places(code: Box) -> Iterator[tuple[float, float]]:
    """The middle of a code, and a place outside each side, in the quiet zone that readers need."""
    x, y = code.content_box_x() + code.width / 2, code.content_box_y() + code.height / 2
    across, down = code.width * (0.5 + _EDGE), code.height * (0.5 + _EDGE)
    yield from ((x, y), (x - across, y), (x + across, y), (x, y - down), (x, y + down))


def _ground(x: float, y: float, before: list[Box]) -> tuple[float, float, float]:
    """The colour of a place, from plain colours of boxes. Pictures do not count."""
    ground = (1.0, 1.0, 1.0)
    for box in before:
        for colour, (left, top, width, height) in _painted(box):
            if left <= x <= left + width and top <= y <= top + height:
                red, green, blue, alpha = colour
                ground = tuple(  # type: ignore[assignment]
                    new * alpha + old * (1 - alpha) for new, old in zip((red, green, blue), ground, strict=True)
                )
    return ground


def _painted(box: Box) -> Iterator[tuple[tuple[float, float, float, float], tuple[float, float, float, float]]]:
    for background in (getattr(box, "canvas_background", None), getattr(box, "background", None)):
        if background is not None and background.layers:
            colour = background.color.to("srgb")
            yield (*colour.coordinates, colour.alpha), background.layers[-1].painting_area


def _light(colour: tuple[float, float, float]) -> float:
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _boxes(box: Box) -> Iterator[Box]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(getattr(child, "_box", child))
