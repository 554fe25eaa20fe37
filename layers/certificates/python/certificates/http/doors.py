"""Who may call an operation. Each operation names its door. The door is checked before the rest of the request.

A refused caller learns nothing: not whether the run exists, nor the faults of the body, nor the answer that is kept
under an Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from certificates.access import require_global_staff, require_staff

if TYPE_CHECKING:
    from certificates.http.requests import Request

Door = Callable[["Request"], object]
"""Raises NotSignedIn or NotAllowed for a caller who may not call. The OpenAPI document has its docstring."""


def anyone(request: Request) -> None:
    """For everybody, without a token."""


def signed_in(request: Request) -> None:
    """For everybody who is signed in, about themselves."""
    _ = request.caller


def staff_of_the_run(request: Request) -> None:
    """For course staff of the run and for global staff."""
    require_staff(request.caller, request.course_id, request.backend.runs)


def global_staff(request: Request) -> None:
    """For global staff."""
    require_global_staff(request.caller)
