"""Messages about reading from the LMS: whole runs, and single learners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from certificates.messages.versions import Wire, of_known_version, versioned


class ReconciliationStep(NamedTuple):
    """To `reconciliation`: go on with a reconciliation. `number` makes each message different."""

    course_id: str
    reconciliation_id: str
    number: int

    def to_json(self) -> Wire:
        values = {"reconciliation_id": self.reconciliation_id, "number": self.number}
        return versioned({"step": {"course_id": self.course_id, **values}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ReconciliationStep:
        values = of_known_version(message, cls.__name__)["step"]
        return cls(values["course_id"], values["reconciliation_id"], values["number"])


class ReconciliationToBegin(NamedTuple):
    """To `reconciliation`: read the learners of a run from the LMS, and then send the waiting job."""

    course_id: str
    job_id: str
    by: str

    def to_json(self) -> Wire:
        return versioned({"begin": {"course_id": self.course_id, "job_id": self.job_id, "by": self.by}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ReconciliationToBegin:
        values = of_known_version(message, cls.__name__)["begin"]
        return cls(values["course_id"], values["job_id"], values["by"])


class LearnerToReadAgain(NamedTuple):
    """To `reconciliation`: read a learner again after news from the LMS. The learner is `user_id` or `username`.

    `tries` counts the times when the LMS did not answer. `news_at` is the time of the news, None in messages of earlier
    releases. The queue drops a message that it has just had, and later news must not be lost: the time makes their
    message different. `failed`: an event of the LMS says that the learner does not pass, so an imported certificate is
    withdrawn if the LMS has withdrawn its own.
    """

    course_id: str
    user_id: str | None
    username: str | None
    tries: int = 0
    news_at: datetime | None = None
    failed: bool = False

    def to_json(self) -> Wire:
        named = {"user_id": self.user_id, "username": self.username}
        news_at = self.news_at and self.news_at.isoformat()
        values = {"course_id": self.course_id, **named, "tries": self.tries, "news_at": news_at, "failed": self.failed}
        return versioned({"learner": values})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> LearnerToReadAgain:
        values = of_known_version(message, cls.__name__)["learner"]
        news_at = datetime.fromisoformat(values["news_at"]) if values.get("news_at") else None
        tries, failed = values.get("tries", 0), values.get("failed", False)
        return cls(values["course_id"], values["user_id"], values["username"], tries, news_at, failed)
