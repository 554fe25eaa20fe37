"""The messages between functions, queues and schedules: one value for each kind, with one writer and one reader. A
message may wait in a queue, a schedule or the dead letters while another release is deployed. So each message has a
`version`. A message without one has the first version. A change of a form needs the next version, and the reader must
still read the older ones. A reader refuses an unknown version: the queue keeps the message for a newer release.

Tests read the messages of every earlier release: see `tests/contracts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from certificates.errors import UnknownVersion
from certificates.rendering.flaws import DesignFlaw, sentences

VERSION = 1

Wire = dict[str, Any]
"""A message in JSON."""


def _versioned(values: Wire) -> Wire:
    return {"version": VERSION, **values}


def _of_known_version(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Raises UnknownVersion."""
    version = message.get("version", 1)
    if version not in range(1, VERSION + 1):
        raise UnknownVersion(f"{name} of version {version}")
    return message


class ShardWork(NamedTuple):
    """To `certificate_issuance`: work on one shard of a job."""

    course_id: str
    job_id: str
    shard: int

    def to_json(self) -> Wire:
        return _versioned({"course_id": self.course_id, "job_id": self.job_id, "shard": self.shard})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ShardWork:
        values = _of_known_version(message, cls.__name__)
        return cls(values["course_id"], values["job_id"], values["shard"])


class LearnersToDecide(NamedTuple):
    """To `exception_processing`: decide on learners that `by` added to the exception list."""

    course_id: str
    user_ids: tuple[str, ...]
    by: str

    def to_json(self) -> Wire:
        values = {"course_id": self.course_id, "user_ids": list(self.user_ids), "by": self.by}
        return _versioned({"decide": values})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> LearnersToDecide:
        values = _of_known_version(message, cls.__name__)["decide"]
        return cls(values["course_id"], tuple(values["user_ids"]), values["by"])


class FileToReadOn(NamedTuple):
    """To `learner_records` and `exception_processing`: go on with a file where its cursor is."""

    course_id: str
    upload_id: str

    def to_json(self) -> Wire:
        return _versioned({"upload": {"course_id": self.course_id, "upload_id": self.upload_id}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> FileToReadOn:
        values = _of_known_version(message, cls.__name__)["upload"]
        return cls(values["course_id"], values["upload_id"])


class IssuanceDue(NamedTuple):
    """To `scheduled_issuance`, from the schedule of a run: issue the certificates of this date."""

    course_id: str
    due: datetime

    def to_json(self) -> Wire:
        return _versioned({"course_id": self.course_id, "due": self.due.isoformat()})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> IssuanceDue:
        values = _of_known_version(message, cls.__name__)
        return cls(values["course_id"], datetime.fromisoformat(values["due"]))


class ReconciliationStep(NamedTuple):
    """To `reconciliation`: go on with a reconciliation. `number` makes each message different."""

    course_id: str
    reconciliation_id: str
    number: int

    def to_json(self) -> Wire:
        values = {"reconciliation_id": self.reconciliation_id, "number": self.number}
        return _versioned({"step": {"course_id": self.course_id, **values}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ReconciliationStep:
        values = _of_known_version(message, cls.__name__)["step"]
        return cls(values["course_id"], values["reconciliation_id"], values["number"])


class ReconciliationToBegin(NamedTuple):
    """To `reconciliation`: read the learners of a run from the LMS, and then send the waiting job."""

    course_id: str
    job_id: str
    by: str

    def to_json(self) -> Wire:
        return _versioned({"begin": {"course_id": self.course_id, "job_id": self.job_id, "by": self.by}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ReconciliationToBegin:
        values = _of_known_version(message, cls.__name__)["begin"]
        return cls(values["course_id"], values["job_id"], values["by"])


class LearnerToReadAgain(NamedTuple):
    """To `reconciliation`: read a learner again after news from the LMS. The learner is `user_id` or `username`.

    `tries` counts the times when the LMS did not answer.
    """

    course_id: str
    user_id: str | None
    username: str | None
    tries: int = 0

    def to_json(self) -> Wire:
        named = {"user_id": self.user_id, "username": self.username}
        return _versioned({"learner": {"course_id": self.course_id, **named, "tries": self.tries}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> LearnerToReadAgain:
        values = _of_known_version(message, cls.__name__)["learner"]
        return cls(values["course_id"], values["user_id"], values["username"], values.get("tries", 0))


class ReportPart(NamedTuple):
    """To `report_writing`: write the learners of one shard to the object `part`."""

    course_id: str
    shard: int
    part: str

    def to_json(self) -> Wire:
        return _versioned({"course_id": self.course_id, "shard": self.shard, "part": self.part})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ReportPart:
        values = _of_known_version(message, cls.__name__)
        return cls(values["course_id"], values["shard"], values["part"])


class DocumentsToSweep(NamedTuple):
    """To `document_removal`: sweep the documents whose keys come `after` this one. The template's schedule begins."""

    after: str

    def to_json(self) -> Wire:
        return _versioned({"sweep": self.after})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> DocumentsToSweep:
        return cls(_of_known_version(message, cls.__name__)["sweep"])


class LearnerToForget(NamedTuple):
    """To `learner_forgetting`: go on with a learner `after` this place; None: from the beginning. A place is a step,
    and the last key (of an item or an object) that the step finished.
    """

    user_id: str
    after: tuple[str, ...] | None = None

    def to_json(self) -> Wire:
        return _versioned({"forget": {"user_id": self.user_id, "after": self.after and list(self.after)}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> LearnerToForget:
        values = _of_known_version(message, cls.__name__)["forget"]
        return cls(values["user_id"], tuple(values["after"]) if values["after"] else None)


class ChangeToTell(NamedTuple):
    """To `certificate_mail` and `webhook_delivery`: a change of a certificate, as `notices.change` writes it."""

    change: Wire

    def to_json(self) -> Wire:
        return _versioned({"change": self.change})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ChangeToTell:
        return cls(_of_known_version(message, cls.__name__)["change"])


class JobToTell(NamedTuple):
    """To `certificate_mail`: a job has ended, finished or cancelled; staff may get a mail about its outcome."""

    course_id: str
    job_id: str

    def to_json(self) -> Wire:
        return _versioned({"job_ended": {"course_id": self.course_id, "job_id": self.job_id}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> JobToTell:
        values = _of_known_version(message, cls.__name__)["job_ended"]
        return cls(values["course_id"], values["job_id"])


class WaitingToShow(NamedTuple):
    """To `change_events`, from the template's schedule: show early certificates that are due now."""

    def to_json(self) -> Wire:
        return _versioned({"show": "due"})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> WaitingToShow:
        _of_known_version(message, cls.__name__)
        return cls()


class EarlyToFind(NamedTuple):
    """To `change_events`: find early certificates in the runs `after` this one. The template's schedule begins."""

    after: str

    def to_json(self) -> Wire:
        return _versioned({"find": self.after})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> EarlyToFind:
        return cls(_of_known_version(message, cls.__name__)["find"])


class MailToSendAgain(NamedTuple):
    """To `certificate_mail`, from staff: send a mail again that did not reach its learner."""

    course_id: str
    user_id: str
    kind: str
    revision: int

    def to_json(self) -> Wire:
        values = {"user_id": self.user_id, "kind": self.kind, "revision": self.revision}
        return _versioned({"again": {"course_id": self.course_id, **values}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> MailToSendAgain:
        values = _of_known_version(message, cls.__name__)["again"]
        return cls(values["course_id"], values["user_id"], values["kind"], values["revision"])


class ChangedLists(NamedTuple):
    """To `status_lists`, from `document_removal`, which reads the table's stream: bits of these lists have changed."""

    list_ids: tuple[str, ...]

    def to_json(self) -> Wire:
        return _versioned({"changed": list(self.list_ids)})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ChangedLists:
        return cls(tuple(_of_known_version(message, cls.__name__)["changed"]))


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
        return _versioned({"webhook_ended": {**self._asdict(), "ended_at": self.ended_at.isoformat()}})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> WebhookToTell:
        values = _of_known_version(message, cls.__name__)["webhook_ended"]
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
        return _versioned({"try": self._asdict()})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> DeliveryToTry:
        return cls(**_of_known_version(message, cls.__name__)["try"])


class ListsToSign(NamedTuple):
    """To `status_lists`, from the template's schedule: sign every status list again, before the signatures expire."""

    def to_json(self) -> Wire:
        return _versioned({"sign": "all"})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ListsToSign:
        _of_known_version(message, cls.__name__)
        return cls()


class KeysToRotate(NamedTuple):
    """To `status_lists`, from an operator: sign with new keys from now on."""

    def to_json(self) -> Wire:
        return _versioned({"rotate": "keys"})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> KeysToRotate:
        _of_known_version(message, cls.__name__)
        return cls()


class Rendering(NamedTuple):
    """To `design_compilation`: `compile` a design, lay out a `preview` of it, or `render` a certificate in full.

    `design` is a digest, `document` the key under which the PDF is stored, `fields` are `Fields` as JSON, `attached`
    the attachments of the certificate: name, media type, description, and content in base64.
    """

    action: str
    design: str
    document: str | None = None
    fields: str | None = None
    attached: tuple[list[str], ...] = ()

    def to_json(self) -> Wire:
        values: Wire = {"action": self.action, "design": self.design, "document": self.document, "fields": self.fields}
        values["attached"] = list(self.attached) or None
        return _versioned({name: value for name, value in values.items() if value is not None})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> Rendering:
        values = _of_known_version(message, cls.__name__)
        attached = tuple(values.get("attached", ()))
        return cls(values["action"], values["design"], values.get("document"), values.get("fields"), attached)


class Rendered(NamedTuple):
    """The answer to `Rendering`. `refused`: why the design or the text cannot be printed; None: it was printed.

    `warnings` about a compiled design have file and line. Both are English. `flaws` are the same for every language;
    an earlier release has none.
    """

    refused: str | None = None
    warnings: tuple[str, ...] = ()
    flaws: tuple[DesignFlaw, ...] = ()

    @classmethod
    def refusing(cls, *flaws: DesignFlaw) -> Rendered:
        return cls(refused=sentences(flaws), flaws=flaws)

    def to_json(self) -> Wire:
        flaws = {"flaws": [each.to_wire() for each in self.flaws]} if self.flaws else {}
        if self.refused is not None:
            return _versioned({"refused": {"message": self.refused}, **flaws})
        return _versioned({"warnings": list(self.warnings), **flaws} if self.warnings else {})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> Rendered:
        values = _of_known_version(message, cls.__name__)
        refused = values.get("refused")
        flaws = tuple(map(DesignFlaw.from_wire, values.get("flaws", ())))
        return cls(None if refused is None else refused["message"], tuple(values.get("warnings", ())), flaws)
