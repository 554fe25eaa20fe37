"""Messages about work on course runs: jobs, files, reports, documents, forgetting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from certificates.messages.versions import Wire, of_known_version, versioned


class ShardWork(NamedTuple):
    """To `certificate_issuance`: work on one shard of a job."""

    course_id: str
    job_id: str
    shard: int

    def to_json(self) -> Wire:
        return versioned({"course_id": self.course_id, "job_id": self.job_id, "shard": self.shard})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ShardWork:
        values = of_known_version(message, cls.__name__)
        return cls(values["course_id"], values["job_id"], values["shard"])


class IssuanceDue(NamedTuple):
    """To `scheduled_issuance`, from the schedule of a run: issue the certificates of this date."""

    course_id: str
    due: datetime

    def to_json(self) -> Wire:
        return versioned({"course_id": self.course_id, "due": self.due.isoformat()})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> IssuanceDue:
        values = of_known_version(message, cls.__name__)
        return cls(values["course_id"], datetime.fromisoformat(values["due"]))


class LearnersToDecide(NamedTuple):
    """To `exception_processing`: decide on learners that `by` added to the exception list."""

    course_id: str
    user_ids: tuple[str, ...]
    by: str

    def to_json(self) -> Wire:
        values = {"course_id": self.course_id, "user_ids": list(self.user_ids), "by": self.by}
        return versioned({"decide": values})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> LearnersToDecide:
        values = of_known_version(message, cls.__name__)["decide"]
        return cls(values["course_id"], tuple(values["user_ids"]), values["by"])


class FileToReadOn(NamedTuple):
    """To `learner_records` and `exception_processing`: go on with a file where its cursor is."""

    course_id: str
    upload_id: str

    def to_json(self) -> Wire:
        return versioned({"upload": {"course_id": self.course_id, "upload_id": self.upload_id}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> FileToReadOn:
        values = of_known_version(message, cls.__name__)["upload"]
        return cls(values["course_id"], values["upload_id"])


class ReportPart(NamedTuple):
    """To `report_writing`: write the learners of one shard to the object `part`."""

    course_id: str
    shard: int
    part: str

    def to_json(self) -> Wire:
        return versioned({"course_id": self.course_id, "shard": self.shard, "part": self.part})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ReportPart:
        values = of_known_version(message, cls.__name__)
        return cls(values["course_id"], values["shard"], values["part"])


class DocumentsToSweep(NamedTuple):
    """To `document_removal`: sweep the documents whose keys come `after` this one. The template's schedule begins."""

    after: str

    def to_json(self) -> Wire:
        return versioned({"sweep": self.after})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> DocumentsToSweep:
        return cls(of_known_version(message, cls.__name__)["sweep"])


class LearnerToForget(NamedTuple):
    """To `learner_forgetting`: go on with a learner `after` this place; None: from the beginning. A place is a step,
    and the last key (of an item or an object) that the step finished.
    """

    user_id: str
    after: tuple[str, ...] | None = None

    def to_json(self) -> Wire:
        return versioned({"forget": {"user_id": self.user_id, "after": self.after and list(self.after)}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> LearnerToForget:
        values = of_known_version(message, cls.__name__)["forget"]
        return cls(values["user_id"], tuple(values["after"]) if values["after"] else None)
