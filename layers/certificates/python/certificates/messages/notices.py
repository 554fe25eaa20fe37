"""Messages about changes of certificates and ended jobs, for mails and webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from certificates.messages.versions import Wire, of_known_version, versioned


class ChangeToTell(NamedTuple):
    """To `certificate_mail` and `webhook_delivery`: a change of a certificate, as `notices.change` writes it."""

    change: Wire

    def to_json(self) -> Wire:
        return versioned({"change": self.change})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ChangeToTell:
        return cls(of_known_version(message, cls.__name__)["change"])


class JobToTell(NamedTuple):
    """To `certificate_mail`: a job has ended, finished or cancelled; staff may get a mail about its outcome."""

    course_id: str
    job_id: str

    def to_json(self) -> Wire:
        return versioned({"job_ended": {"course_id": self.course_id, "job_id": self.job_id}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> JobToTell:
        values = of_known_version(message, cls.__name__)["job_ended"]
        return cls(values["course_id"], values["job_id"])


class WaitingToShow(NamedTuple):
    """To `change_events`, from the template's schedule: show early certificates that are due now."""

    def to_json(self) -> Wire:
        return versioned({"show": "due"})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> WaitingToShow:
        of_known_version(message, cls.__name__)
        return cls()


class EarlyToFind(NamedTuple):
    """To `change_events`: find early certificates in the runs `after` this one. The template's schedule begins."""

    after: str

    def to_json(self) -> Wire:
        return versioned({"find": self.after})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> EarlyToFind:
        return cls(of_known_version(message, cls.__name__)["find"])


class MailToSendAgain(NamedTuple):
    """To `certificate_mail`, from staff: send a mail again that did not reach its learner."""

    course_id: str
    user_id: str
    kind: str
    revision: int

    def to_json(self) -> Wire:
        values = {"user_id": self.user_id, "kind": self.kind, "revision": self.revision}
        return versioned({"again": {"course_id": self.course_id, **values}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> MailToSendAgain:
        values = of_known_version(message, cls.__name__)["again"]
        return cls(values["course_id"], values["user_id"], values["kind"], values["revision"])


class WebhookToTell(NamedTuple):
    """To `certificate_mail`: the product has ended a webhook, of all runs where `course_id` is "".

    `because` is a value of `EndedBy`. The webhook's address is not here: an address may hold a password.
    """

    course_id: str
    webhook_id: str
    because: str
    created_by: str
    ended_at: datetime

    def to_json(self) -> Wire:
        return versioned({"webhook_ended": {**self._asdict(), "ended_at": self.ended_at.isoformat()}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> WebhookToTell:
        values = of_known_version(message, cls.__name__)["webhook_ended"]
        return cls(**{**values, "ended_at": datetime.fromisoformat(values["ended_at"])})


class DeliveryToTry(NamedTuple):
    """To `webhook_delivery`, from itself, and from staff who send again: make this try of a delivery.

    `owner` is the webhook's run, "" for all runs. `number` counts the tries of a `series` from 1.
    """

    owner: str
    webhook_id: str
    delivery_id: str
    series: int
    number: int

    def to_json(self) -> Wire:
        return versioned({"try": self._asdict()})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> DeliveryToTry:
        return cls(**of_known_version(message, cls.__name__)["try"])
