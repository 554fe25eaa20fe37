"""The secret of the LMS's two applications, in the operator's form: a JSON object."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from certificates.lms_api.oauth import Application, LmsMisconfigured

KEPT_SECONDS = 300
"""Every function uses a new secret within minutes, without a deployment."""


@dataclass(frozen=True, slots=True)
class LmsSecret:
    """Both applications, and the key in the path of hints ("": hints are refused)."""

    login: Application
    service: Application
    hints_key: str = field(default="", repr=False)


def read_secret(text: str) -> LmsSecret:
    """Raises LmsMisconfigured, without any part of the secret in its message."""
    try:
        values = json.loads(text)
        return LmsSecret(
            login=Application(values["login_client_id"], values["login_client_secret"]),
            service=Application(values["service_client_id"], values["service_client_secret"]),
            hints_key=values.get("hints_key", ""),
        )
    except (ValueError, KeyError, TypeError):
        raise LmsMisconfigured("The secret of the LMS's applications is incomplete.") from None


@dataclass(slots=True)
class KeptSecret:
    """Reads the secret at its first use, because most requests need no LMS, and again after some minutes."""

    text: Callable[[], str]
    clock: Callable[[], float] = time.monotonic
    _kept: LmsSecret | None = field(default=None, repr=False)
    _read_at: float = 0

    def secret(self) -> LmsSecret:
        """Raises LmsMisconfigured."""
        if self._kept is None or self.clock() - self._read_at > KEPT_SECONDS:
            self._kept, self._read_at = read_secret(self.text()), self.clock()
        return self._kept
