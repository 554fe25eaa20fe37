"""The LMS that the operator has named: its addresses, the two applications, and who reads in whose name."""

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
"""A token that ends so soon is asked for anew: it would end between two calls."""


class SecretSource(Protocol):
    def secret(self) -> LmsSecret:
        """As the operator has last stored it."""


@dataclass(frozen=True, slots=True)
class LmsConnection:
    """`shrink_percent`: a run that loses more of its active learners between two readings stops and asks."""

    base_url: str
    studio_url: str
    secrets: SecretSource
    shrink_percent: int = 20
    _service: ServiceBearers = field(default_factory=lambda: ServiceBearers())

    def calls(self, manner: Manner = FOR_A_PERSON) -> Calls:
        return Calls(self.base_url, manner)

    def as_service(self, manner: Manner = FOR_A_PERSON) -> LmsReader:
        """Reads as the service user. The token is kept while the function is warm: one call an hour."""
        calls = self.calls(manner)
        return LmsReader(calls, self._service.bearer(calls, self.secrets.secret), self.studio_url)

    def as_bearer(self, bearer: Bearer, calls: Calls) -> LmsReader:
        """Reads as the person whose token this is."""
        return LmsReader(calls, bearer, self.studio_url)

    def service_username(self, reader: LmsReader) -> str:
        """Who the service user is: some calls show more to whoever names themselves."""
        return str(claims_of(reader.bearer.token()).get("preferred_username") or "")


@dataclass(slots=True)
class ServiceBearers:
    """The one token of the service user, shared by all who read in its name within a warm function."""

    _tokens: LmsTokens | None = None
    _of: Application | None = None
    _lock: Lock = field(default_factory=Lock)

    def bearer(self, calls: Calls, secret: Callable[[], LmsSecret]) -> ServiceBearer:
        return ServiceBearer(self, calls, secret)

    def token(self, calls: Calls, application: Application, spent: str = "") -> str:
        """A token that is good for some minutes and is not the one that is `spent`."""
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
