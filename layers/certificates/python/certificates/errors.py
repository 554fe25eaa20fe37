"""What can go wrong that a caller can act on.

Refusal                      carries `reason` (stable, kebab-case), a sentence, and values the reader needs
├── BadRequest               the request itself is wrong: body, field, file, cursor
├── NotSignedIn              no or bad token
├── NotAllowed               signed in, but not for this
├── NotFound                 the thing named does not exist
├── Gone                     it existed and is no longer rendered
├── Conflict                 the state of things does not allow it
├── TooLarge                 more than is accepted
└── PreconditionFailed       somebody else changed it first
Raced                        a conditional write lost; the verb gathers again and decides anew. Never reaches a caller.
"""

from __future__ import annotations


class Refusal(Exception):
    """A request that was understood and refused: `reason` names why, `values` are for the reader to act on."""

    def __init__(self, reason: str, message: str, **values: object) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.values = values


class BadRequest(Refusal):
    pass


class NotSignedIn(Refusal):
    pass


class NotAllowed(Refusal):
    pass


class NotFound(Refusal):
    pass


class Gone(Refusal):
    pass


class Conflict(Refusal):
    pass


class TooLarge(Refusal):
    pass


class PreconditionFailed(Refusal):
    pass


class Raced(Exception):
    """A write found another revision than the one that was read."""
