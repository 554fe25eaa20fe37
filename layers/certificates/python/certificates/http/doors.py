"""Who may pass. Each operation names its door, which is tried before anything else of the request is looked at.

Whoever is turned away learns nothing: not whether the run exists, nor what is wrong with the body, nor what was
answered under an Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from certificates.access import require_global_staff, require_staff

if TYPE_CHECKING:
    from certificates.http.api import Request

Door = Callable[["Request"], object]
"""Raises NotSignedIn or NotAllowed where the caller may not pass. Its docstring stands in the OpenAPI document."""


def anyone(request: Request) -> None:
    """For everybody, without a token."""


def signed_in(request: Request) -> None:
    """For everybody who is signed in, about themselves."""
    _ = request.caller


def staff_of_the_run(request: Request) -> None:
    """For course staff of the run and for global staff."""
    require_staff(request.caller, request.course_id, request.backend.runs)


def global_staff(request: Request) -> None:
    """For global staff alone."""
    require_global_staff(request.caller)
