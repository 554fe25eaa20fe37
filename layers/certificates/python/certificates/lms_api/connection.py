"""The operator's LMS: its addresses, the two applications, and readers with a token of a person or of the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol

from certificates.lms_api.calls import FOR_A_PERSON, Calls, Manner
from certificates.lms_api.oauth import Application, claims_of
from certificates.lms_api.reading import Bearer, LmsReader
from certificates.lms_api.secret import LmsSecret
from certificates.lms_api.values import LmsTokens

TOKEN_MARGIN = timedelta(minutes=2)
"""A token that expires within this time is replaced: it could expire between two calls."""


class SecretSource(Protocol):
    def secret(self) -> LmsSecret:
        """The latest stored secret."""


@dataclass(frozen=True, slots=True)
class LmsConnection:
    """`shrink_percent`: if a run loses more of its active learners between two readings, the reading stops and staff
    are asked."""

    base_url: str
    studio_url: str
    secrets: SecretSource
    shrink_percent: int = 20
    _service: ServiceBearers = field(default_factory=lambda: ServiceBearers())

    def calls(self, manner: Manner = FOR_A_PERSON) -> Calls:
        return Calls(self.base_url, manner)

    def as_service(self, manner: Manner = FOR_A_PERSON) -> LmsReader:
        """A reader for the service user. A warm function keeps the token: one call an hour."""
        calls = self.calls(manner)
        return LmsReader(calls, self._service.bearer(calls, self.secrets.secret), self.studio_url)

    def as_bearer(self, bearer: Bearer, calls: Calls) -> LmsReader:
        """A reader for the person with this token."""
        return LmsReader(calls, bearer, self.studio_url)

    def service_username(self, reader: LmsReader) -> str:
        """The username of the service user: some calls show more if the caller names the own username."""
        return str(claims_of(reader.bearer.token()).get("preferred_username") or "")


@dataclass(slots=True)
class ServiceBearers:
    """The token of the service user, shared by all readers of a warm function."""

    _tokens: LmsTokens | None = None
    _of: Application | None = None
    _lock: Lock = field(default_factory=Lock)

    def bearer(self, calls: Calls, secret: Callable[[], LmsSecret]) -> ServiceBearer:
        return ServiceBearer(self, calls, secret)

    def token(self, calls: Calls, application: Application, spent: str = "") -> str:
        """A token that works for some more minutes and is not `spent`."""
        now = datetime.now(UTC)
        with self._lock:
            kept = self._tokens
            if kept is None or kept.access == spent or kept.expires_at - TOKEN_MARGIN < now or self._of != application:
                kept = application.service(calls, now=now)
                self._tokens, self._of = kept, application
            return kept.access


@dataclass(slots=True)
class ServiceBearer:
    _shared: ServiceBearers
    _calls: Calls
    _secret: Callable[[], LmsSecret]
    _last: str = ""

    def token(self) -> str:
        self._last = self._shared.token(self._calls, self._secret().service)
        return self._last

    def renewed(self) -> str:
        self._last = self._shared.token(self._calls, self._secret().service, spent=self._last)
        return self._last
