"""A running function: its clock, its settings, and the parts that are made of the settings.

Every function needs the names in this module. The other parts stand in the modules of this room, one for each kind of
work, and a function imports the module of its work only. So it makes nothing that it does not use.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from certificates.runtime.making import backend as backend
from certificates.runtime.settings import setting as setting

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def now() -> datetime:
    return datetime.now(UTC)


def out_of_time(context: LambdaContext, reserve_ms: int) -> Callable[[], bool]:
    """Tells whether less than `reserve_ms` milliseconds are left to the invocation."""
    return lambda: context.get_remaining_time_in_millis() < reserve_ms
