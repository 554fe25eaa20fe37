"""The settings of a function's environment, as the operator writes them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from certificates.errors import MissingSetting

if TYPE_CHECKING:
    from certificates.rules.model import Site


def setting(name: str) -> str:
    """A setting of the function's environment. Raises MissingSetting."""
    if name not in os.environ:
        raise MissingSetting(name)
    return os.environ[name]


def time_zone(name: str) -> str:
    """Raises ValueError if IANA has no such zone: a function that would show wrong days must not start."""
    from certificates.rules.days import is_zone

    if name != "UTC" and not is_zone(name):
        raise ValueError(f"TIME_ZONE: there is no time zone {name}")
    return name


def modes(listed: str) -> frozenset[str]:
    """Enrollment modes, separated by commas, as people write them: with blanks and capitals."""
    return frozenset(filter(None, (mode.strip().lower() for mode in listed.split(","))))


def site_settings() -> Site:
    """What holds for every run of this deployment."""
    from certificates.rules.model import Site

    return Site(
        identity_required=setting("IDENTITY_REQUIRED") == "true",
        time_zone=time_zone(setting("TIME_ZONE")),
        sends_mail=setting("MAIL_FROM") != "",
        modes_without_certificate=modes(setting("MODES_WITHOUT_CERTIFICATE")),
    )
