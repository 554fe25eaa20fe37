"""Draws each ornament once in a process: WeasyPrint takes a third of a layout to read and draw their curves, which are
the same on every page. Later pages get the same operators, so the bytes of a certificate do not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

from . import binding
from .assets import BASE_URL
from .native import weasyprint

if TYPE_CHECKING:
    from .untyped import Pdf, PdfValue, Style, WeasyPrint


_MOST_SIZES = 8  # of an ornament, which are kept: the included templates have one or two


class _Engraving(NamedTuple):
    """The operators of a drawing, and the graphics states that they name."""

    operators: bytes
    states: PdfValue


def images(assets: Mapping[str, bytes]) -> dict[str, WeasyPrint]:
    """WeasyPrint's images of the ornaments among these files, by address: for its cache."""
    return {BASE_URL + name: _image(name, assets[name]) for name in binding.ORNAMENTS.keys() & assets.keys()}


@cache
def _image(name: str, content: bytes) -> WeasyPrint:
    weasyprint()
    import pydyf
    from weasyprint.images import SVGImage

    class Ornament(SVGImage):  # type: ignore[misc]
        """Without texts, so it needs no fonts of a page."""

        def __init__(self) -> None:
            drawing = ElementTree.fromstring(content)  # noqa: S314 - our own
            super().__init__(drawing, BASE_URL + name, None, None)
            self._engravings: dict[tuple[float, float], _Engraving | None] = {}

        def draw(self, stream: Pdf, width: float, height: float, style: Style) -> None:
            found = self._engraving(stream, width, height)
            if found is None:
                super().draw(stream, width, height, style)
                return
            stream.stream.append(found.operators)
            for key, state in found.states.items():
                stream._resources["ExtGState"].setdefault(key, pydyf.Dictionary(state))

        def _engraving(self, stream: Pdf, width: float, height: float) -> _Engraving | None:
            """None: the drawing needs more of its page than graphics states."""
            if (width, height) not in self._engravings:
                if len(self._engravings) == _MOST_SIZES:
                    self._engravings.clear()
                resources = {key: pydyf.Dictionary() for key in ("ExtGState", "XObject", "Pattern", "Shading")}
                own = stream.clone(
                    resources={**resources, "ColorSpace": {}, "Font": None}, fonts={}, images={}, tags=None
                )
                super().draw(own, width, height, None)
                states = resources.pop("ExtGState")
                operators = b"\n".join(map(pydyf._to_bytes, own.stream))
                self._engravings[width, height] = None if any(resources.values()) else _Engraving(operators, states)
            return self._engravings[width, height]

    return Ornament()
