"""Why a certificate or a design cannot be rendered.

RenderingError
├── DesignFault      the design itself: unknown template or language, an unreadable image, an asset that is not its own
│   └── NotFillable  the template is right, but its slots cannot be filled in: each certificate is laid out in full
├── Unrenderable     a text holds characters that no bundled font can print; names them
└── NeedsFullRender  the compiled design cannot place this text for certain: lay the page out in full
"""

from __future__ import annotations

from certificates.shown_text import named


class RenderingError(Exception):
    pass


class DesignFault(RenderingError):
    """`reason` never changes (kebab-case). The message is for the author of the design."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotFillable(DesignFault):
    """The message has the slot and the reason."""


class Unrenderable(RenderingError):
    """`characters` would print as a box or a blank. Nothing was printed."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(f"no bundled font can print {named(characters)}" if characters else "nothing to be seen")


class NeedsFullRender(RenderingError):
    """`reason` never changes (kebab-case). It is for logs and metrics, and never contains the text itself."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
