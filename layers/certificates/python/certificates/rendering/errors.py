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
    """`reason` is stable and kebab-case; the message is for the person who made the design."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotFillable(DesignFault):
    """The message says which slot, and why."""


class Unrenderable(RenderingError):
    """`characters` are those that would print as a box or a blank; nothing was printed."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(f"no bundled font can print {named(characters)}" if characters else "nothing to be seen")


class NeedsFullRender(RenderingError):
    """`reason` is stable and kebab-case, for logs and metrics; never holds the text itself."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
