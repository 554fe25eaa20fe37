"""The product's own connection to the LMS of the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from certificates.lms_api.connection import LmsConnection
from certificates.lms_api.oauth import Application
from certificates.lms_api.secret import LmsSecret
from tests.lms.fake import LOGIN_APPLICATION, SERVICE_APPLICATION, FakeLms


@dataclass
class KnownSecret:
    """The operator's secret."""

    login: tuple[str, str] = LOGIN_APPLICATION
    service: tuple[str, str] = SERVICE_APPLICATION
    hints_key: str = "a key that only the LMS knows"

    def secret(self) -> LmsSecret:
        return LmsSecret(Application(*self.login), Application(*self.service), self.hints_key)


def connection(lms: FakeLms, **changed: Any) -> LmsConnection:
    usual: dict[str, Any] = {"base_url": lms.url, "studio_url": f"{lms.url}/studio", "secrets": KnownSecret()}
    return LmsConnection(**usual | changed)


@dataclass
class Holder:
    """A bearer with a token, and further tokens after a refusal."""

    first: str
    others: tuple[str, ...] = ()
    renewals: int = 0

    def token(self) -> str:
        return self.first

    def renewed(self) -> str:
        self.renewals += 1
        return self.others[self.renewals - 1]
