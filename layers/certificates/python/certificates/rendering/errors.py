"""Why a certificate or a design cannot be rendered.

RenderingError
├── DesignFault      the design itself: unknown template or language, an unreadable image, an asset that is not its own
│   └── NotFillable  the template is right, but its slots cannot be filled in: each certificate is laid out in full
├── Unrenderable     a text holds characters that no bundled font can print; names them
└── NeedsFullRender  the compiled design cannot place this text for certain: lay the page out in full
"""

from __future__ import annotations

from certificates.shown_text import named

from .flaws import DesignFlaw, design_flaw, sentences


class RenderingError(Exception):
    """`flaws` are for the author of the design; the message has them in English."""

    flaws: tuple[DesignFlaw, ...] = ()


class DesignFault(RenderingError):
    """`reason` never changes (kebab-case). One reason may have several flaws."""

    def __init__(self, reason: str, *flaws: DesignFlaw) -> None:
        super().__init__(sentences(flaws))
        self.reason = reason
        self.flaws = flaws


class NotFillable(DesignFault):
    """The flaw names the slot."""


class Unrenderable(RenderingError):
    """`characters` would print as a box or a blank. Nothing was printed."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        self.flaws = (
            design_flaw("no-font-prints", characters=named(characters))
            if characters
            else design_flaw("nothing-to-see"),
        )
        super().__init__(sentences(self.flaws))


class NeedsFullRender(RenderingError):
    """`reason` never changes (kebab-case). It is for logs and metrics, and never contains the text itself."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
