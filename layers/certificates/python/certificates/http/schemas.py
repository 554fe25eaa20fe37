"""The schemas of bodies and answers. Only this module needs pydantic, and is imported with the first body."""

from __future__ import annotations

import base64
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, Strict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as schema_of_dataclass
from pydantic_core import ErrorDetails, PydanticCustomError, from_json

from certificates.errors import BadRequest
from certificates.rules.groups import Group
from certificates.rules.history import ChangeKind, Trigger
from certificates.rules.mailing import MailKind
from certificates.rules.model import Outcome, Status
from certificates.rules.progress import State
from certificates.rules.reconciliation import DifferenceKind, Phase, ReconciliationState
from certificates.rules.settings import RunSettings
from certificates.rules.warnings import LearnerWarning
from certificates.rules.webhook_addresses import MAX_ADDRESS_LENGTH
from certificates.rules.webhooks import DeliveryState, EndedBy, EventType, TryResult, WebhookState

DesignLanguage = Literal[
    "en", "en-GB", "es", "fr", "de", "pt", "it", "nl", "pl", "ru", "uk", "tr", "ar", "he", "hi", "zh", "zh-Hant", "ja",
    "ko", "id", "vi",
]  # fmt: skip
MAX_SIGNATURE_BYTES = 512 * 1024


class Body(BaseModel):
    """A request. Unknown fields are refused: a misspelt setting must not silently become its default."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _plain_number(value: object) -> object:
    """Python accepts "0.6_0" and " 0.6" as numbers. People who type them probably mean something else."""
    if isinstance(value, bool):
        raise PydanticCustomError("not_a_number", "write a number such as 0.6")
    if isinstance(value, str) and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value, re.ASCII):
        raise PydanticCustomError("not_a_number", "write a number such as 0.6")
    return value


@schema_of_dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", strict=True))
class CourseRunSettings(RunSettings):
    """The whole new settings of a run.

    `hide_shown`: this change may hide certificates that are shown now. The field is not stored.
    """

    passing_grade: Annotated[Decimal, Strict(False), BeforeValidator(_plain_number)] = Decimal("0.5")
    hide_shown: bool = False


def _from_base64(text: object) -> object:
    """The bytes of a text in base64. Pydantic's own reader skips characters that are not base64."""
    if not isinstance(text, str):
        return text
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise PydanticCustomError("not_base64", "write the file's bytes in base64") from None


Signature = Annotated[bytes, BeforeValidator(_from_base64), Field(max_length=MAX_SIGNATURE_BYTES)]


class SignatoryBody(Body):
    """`signature_image`: a PNG or JPEG in base64, 512 KiB at most."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    title: Annotated[str, Field(max_length=120)] = ""
    organization: Annotated[str, Field(max_length=120)] = ""
    signature_image: Annotated[bytes, BeforeValidator(_from_base64), Field(max_length=MAX_SIGNATURE_BYTES)] | None = (
        None
    )


class DesignBody(Body):
    """`paper` empty: the template's own, A4 for `formal`, Letter for `modern`.

    `show` prints fields after the date of issue, in the included templates. The hours are in the settings' `fields`.
    """

    title: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    language: DesignLanguage = "en"
    signatories: Annotated[tuple[SignatoryBody, ...], Field(max_length=4)] = ()
    template: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")] = "formal"
    paper: Literal["", "a4", "letter"] = ""
    show: tuple[Literal["hours", "grade"], ...] = ()
    active: bool = True


class StaffBody(Body):
    usernames: Annotated[frozenset[Annotated[str, Field(max_length=150, pattern=r"^\S(.*\S)?$")]], Field(max_length=45)]


class ReconciliationBody(Body):
    """`accepts_shrinking`: the run really has fewer learners now. An earlier reading stopped and asked for this."""

    accepts_shrinking: bool = False


class LearnerNote(Body):
    """`learner` is the exact username, or an e-mail in upper or lower case."""

    learner: Annotated[str, Field(max_length=254)] = ""
    note: Annotated[str, Field(max_length=1000)] = ""


class JobBody(Body):
    """The kind `regenerate` needs `groups`, at least one; the kind `exceptions` needs `scope`."""

    kind: Literal["bulk", "regenerate", "exceptions"]
    groups: Annotated[tuple[str, ...], Field(max_length=20)] | None = None
    scope: str | None = None
    dry_run: bool = False


class Links(BaseModel):
    """`pdf` is absent for a certificate that the LMS issued itself."""

    page: str
    pdf: str | None = None


class CertificateAnswer(BaseModel):
    """`imported`: the LMS issued it, and it was imported with its id and its date."""

    verify_uuid: str
    issued_on: date
    revision: int
    imported: bool = False
    links: Links


class CertificateStatus(BaseModel):
    state: State
    reason: str
    explanation: str
    passing_grade: Decimal
    grade: Decimal | None
    available_on: datetime | None = None
    certificate: CertificateAnswer | None = None
    can_request: bool


class Course(BaseModel):
    course_id: str
    title: str
    organization: str


class MyCertificate(CertificateAnswer):
    course: Course
    mode: str


class MyCertificates(BaseModel):
    items: list[MyCertificate]
    next_cursor: str | None


class Credential(RootModel[dict[str, Any] | str]):
    """A verifiable credential (https://www.w3.org/TR/vc-data-model-2.0/): JSON with a proof, or a JWT."""


class IssuerDocument(RootModel[dict[str, Any]]):
    """A document of a decentralized identifier (https://www.w3.org/TR/did-core/)."""


class CredentialToCheck(Body):
    """`credential`: JSON with a proof, or a JWT. `document_sha256`: the digest of its PDF, in hex."""

    credential: dict[str, Any] | Annotated[str, Field(max_length=60_000)]
    document_sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = None


class CredentialCheck(BaseModel):
    """One check. `issuer`: the credential names this site as its issuer. `signature`: it was signed here, and not
    changed. `status`: the certificate is valid now. `revision`: this is the latest revision. `paper`: the PDF is the
    issued file. `unknown`: no file of an earlier revision is kept."""

    check: Literal["issuer", "signature", "status", "revision", "paper"]
    result: Literal["passed", "failed", "unknown"]


class CredentialChecks(BaseModel):
    """The content of the credential is present only if signature and status passed. Skipped checks are absent."""

    checks: list[CredentialCheck]
    checked_at: datetime
    verify_uuid: str | None = None
    name: str | None = None
    title: str | None = None
    organization: str | None = None
    issued_on: date | None = None
    invalidated_on: date | None = None


class PublicCertificate(BaseModel):
    """`name`, `mode`, `issued_on`, `revision`: only if the status is valid or imported; the PDF's link: only if valid.

    `imported`: the LMS issued the certificate, and its record was imported on `imported_on`. Nothing has ended it
    since. Its document is not here. `name` is the learner's name of that day.
    """

    verify_uuid: str
    status: Literal["valid", "imported", "invalidated", "withdrawn"]
    course: Course
    name: str | None = None
    mode: str | None = None
    issued_on: date | None = None
    revision: int | None = None
    invalidated_on: date | None = None
    imported_on: date | None = None
    links: Links


@schema_of_dataclass(frozen=True, kw_only=True)
class CourseRunAnswer(RunSettings):
    """The stored settings. The ETag names their version.

    The answer to a PUT has `warnings` about accepted settings that look like mistakes.
    """

    course_id: str
    warnings: Annotated[tuple[str, ...], Field()] = ()


class CourseRuns(BaseModel):
    items: list[CourseRunAnswer]
    next_cursor: str | None


class DesignAnswer(DesignBody):
    """`state` is `ready` when certificates can be made of the design. `digest` identifies the design.

    The answer to a PUT has `warnings`: likely faults in your own template, by file and line.
    """

    state: Literal["ready", "inactive"]
    digest: str
    warnings: list[str] = []


class UploadForm(BaseModel):
    """POST the file to `url` as multipart/form-data with these `fields` first and `file` last."""

    upload_id: str
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_at: datetime


class RowError(BaseModel):
    row: int
    identifier: str
    reason: str
    message: str


class UploadResult(BaseModel):
    """`progress` runs from 0 to 1. `errors` has the first hundred refused rows, the report has all."""

    upload_id: str
    state: Literal["waiting", "processing", "done", "refused"]
    kind: str
    rows: int
    applied: int
    unchanged: int
    rejected: int
    progress: float
    errors: list[RowError]
    problem: dict[str, Any] | None
    report: str | None


class ListedUpload(BaseModel):
    """`file_name` is the name of the copy in the bucket, or of the form. `problem`: why the whole file was refused."""

    upload_id: str
    file_name: str
    kind: str
    state: Literal["waiting", "processing", "done", "refused"]
    uploaded_by: str
    created_at: datetime
    finished_at: datetime | None
    rows: int
    total: int | None
    rejected: int
    progress: float
    problem: dict[str, Any] | None
    taken_back_at: datetime | None


class RecordsUpload(ListedUpload):
    applied: int
    unchanged: int


class Uploads(BaseModel):
    items: list[RecordsUpload]
    next_cursor: str | None


class ListedExceptionUpload(ListedUpload):
    """`added` counts the learners that the file added to the list. `taken_back_at` is the time when they were removed
    again."""

    added: int


class ExceptionUploads(BaseModel):
    items: list[ListedExceptionUpload]
    next_cursor: str | None


class ExceptionUploadResult(BaseModel):
    """`rows` counts the rows read so far, of `total`. `errors` has the first of the `rejected` rows, the report has
    all."""

    upload_id: str
    state: Literal["waiting", "processing", "done", "refused"]
    added: int
    rows: int
    total: int | None
    rejected: int
    progress: float
    errors: list[RowError]
    problem: dict[str, Any] | None
    report: str | None


class DecisionAnswer(BaseModel):
    """The decision: `issued`, `kept` or `refused`, and the reason."""

    outcome: Outcome
    reason: str


class ListedLearner(BaseModel):
    """`username`, `email` and `name` are null for a learner without a profile, or a forgotten learner."""

    user_id: str
    username: str | None
    email: str | None
    name: str | None


class ExceptionAnswer(ListedLearner):
    """`certificate_status` is null without a certificate. `decision` is null if adding the exception decided
    nothing."""

    note: str
    added_by: str
    added_at: datetime
    has_certificate: bool
    certificate_status: Status | None
    decision: DecisionAnswer | None = None


class Exceptions(BaseModel):
    items: list[ExceptionAnswer]
    next_cursor: str | None


class InvalidationAnswer(ListedLearner):
    note: str
    invalidated_by: str
    invalidated_at: datetime
    active: bool
    revalidated_by: str | None
    revalidated_at: datetime | None


class Invalidations(BaseModel):
    items: list[InvalidationAnswer]
    next_cursor: str | None


class RevalidationAnswer(DecisionAnswer):
    """The new decision, and the certificate after it."""

    status: Status
    certificate: CertificateAnswer | None


class TakenBack(BaseModel):
    """The learners that this call removed from the list. `more`: the same call again removes the rest."""

    upload_id: str
    removed: list[ListedLearner]
    more: bool


class ReconciliationAnswer(BaseModel):
    """`state` asks: the run shrank; begin another reading that accepts this. Broken: nothing was written; see `why`.

    `job_id` is the job that starts at the end. `until` is the time when a nightly reading gives up. `imported` counts
    certificates of the LMS that were imported. `not_listed` are phases for which this release of the LMS has no list.
    """

    reconciliation_id: str
    state: ReconciliationState
    phase: Phase
    started_by: str
    started_at: datetime
    moved_at: datetime
    finished_at: datetime | None
    until: datetime | None
    job_id: str | None
    listed: int
    active: int
    active_before: int
    unread: int
    compared: int
    changed: int
    differences: int
    to_issue: int
    imported: int
    tries: int
    next_try_at: datetime | None
    not_listed: list[str]
    why: str


class Reconciliations(BaseModel):
    items: list[ReconciliationAnswer]
    next_cursor: str | None


class FoundDifference(BaseModel):
    kind: DifferenceKind
    since: datetime


class LearnerDifferences(ListedLearner):
    differences: list[FoundDifference]


class Differences(BaseModel):
    items: list[LearnerDifferences]
    next_cursor: str | None


class LearnerException(BaseModel):
    note: str
    added_by: str
    added_at: datetime


class LearnerInvalidation(BaseModel):
    note: str
    invalidated_by: str
    invalidated_at: datetime
    active: bool


class LastOutcome(DecisionAnswer):
    at: datetime


class RunLearner(ListedLearner):
    """A learner of a run. `status` is null without a certificate. `modified_at` is the time of its last change.

    `imported_at` is the time when the LMS's own certificate was imported; null: the certificate was made here.
    """

    mode: str | None
    enrolled: bool
    grade: Decimal | None
    passing: bool
    status: Status | None
    verify_uuid: str | None
    revision: int | None
    issued_on: date | None
    imported_at: datetime | None
    modified_at: datetime | None
    exception: LearnerException | None
    invalidation: LearnerInvalidation | None
    warnings: list[LearnerWarning]
    last_outcome: LastOutcome | None


class RunLearners(BaseModel):
    """A page may have fewer items than `limit`, even none, and not be the last: go on until `next_cursor` is null."""

    items: list[RunLearner]
    next_cursor: str | None


class ExceptionCounts(BaseModel):
    with_certificate: int
    without_certificate: int


class CertificateCounts(BaseModel):
    """`enrolled` counts active enrollments, `groups` the learners that a regeneration of each group would select.

    `warnings` counts learners for staff to look at, by reason. `imported` counts the downloadable certificates that the
    LMS issued itself.
    """

    enrolled: int
    imported: int
    statuses: dict[Status, int]
    exceptions: ExceptionCounts
    groups: dict[Group, int]
    warnings: dict[LearnerWarning, int]


class HistoryEntryAnswer(BaseModel):
    """One change. `actor` is a username, `lms` or `schedule`. `status` and `revision` are those after the change.

    `name_before` and `name_after` are not null if the change put another name on the certificate.
    """

    at: datetime
    actor: str
    trigger: Trigger
    change: ChangeKind
    reason: str
    note: str | None
    status: Status | None
    revision: int | None
    name_before: str | None
    name_after: str | None


class History(BaseModel):
    items: list[HistoryEntryAnswer]
    next_cursor: str | None


class StaffAnswer(BaseModel):
    usernames: list[str]


class WaitForLms(BaseModel):
    """The job starts when the learners of its run were read from the LMS.

    `queued`: the reading has not begun. `running`: `tries` counts the times in a row when the LMS did not answer; the
    next try is at `next_try_at`. `broken`, `asks`, and `finished` with `why`: the reading ended and the job did not
    start. Begin another reading, or wait for the night.
    """

    state: Literal["queued"] | ReconciliationState
    reconciliation_id: str | None = None
    phase: Phase | None = None
    why: str | None = None
    tries: int = 0
    next_try_at: datetime | None = None


class JobAnswer(BaseModel):
    """`total` is null until all shards of the run were counted. `done` is never above `total`. `progress` runs to 1.

    `warnings` counts learners for staff to look at, by reason. `mails` counts, in a dry run, the learners who would get
    a mail: 0 if no mail is sent, null if the job is no dry run. `stalled_shards` are in the dead-letter queue, or at
    their last delivery.
    """

    job_id: str
    course_id: str
    kind: Literal["bulk", "regenerate", "exceptions"]
    groups: list[str] | None
    scope: str | None
    dry_run: bool
    state: Literal["running", "finished", "cancelled"]
    progress: float
    total: int | None
    done: int
    issued: int
    kept: int
    refused: dict[str, int]
    failed: int
    warnings: dict[LearnerWarning, int]
    mails: int | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    scheduled_for: datetime | None
    waits_for_lms: WaitForLms | None
    stalled_shards: list[int]


class Jobs(BaseModel):
    items: list[JobAnswer]
    next_cursor: str | None


class WebhookBody(Body):
    """`url` begins with https://. The webhook gets events of `event_types`. `enabled` false: it is switched off."""

    url: Annotated[str, Field(max_length=MAX_ADDRESS_LENGTH)]
    description: Annotated[str, Field(max_length=200)] = ""
    event_types: Annotated[frozenset[EventType], Strict(False), Field(min_length=1)] = frozenset(EventType)
    enabled: bool = True


class WebhookAnswer(BaseModel):
    """State `ended`: the product sends nothing more, because the receiver answered 410 (`gone`), or because all tries
    failed for five days (`failing`). Until `both_secrets_until`, the earlier secret signs too.
    """

    webhook_id: str
    url: str
    description: str
    event_types: list[EventType]
    state: WebhookState
    ended_because: EndedBy | None
    ended_at: datetime | None
    failing_since: datetime | None
    created_by: str
    created_at: datetime
    both_secrets_until: datetime | None


class WebhookWithSecret(WebhookAnswer):
    """Only this answer has the `secret`. Receivers' libraries of Standard Webhooks use it unchanged."""

    secret: str


class Webhooks(BaseModel):
    items: list[WebhookAnswer]
    next_cursor: str | None


class WebhookTry(BaseModel):
    """`status` is that of the receiver's answer, null without an answer. `answer` is the beginning of its body.

    `resting`: the last tries had no answer, so this try was not made. `private-address`: the host has an address
    outside the public internet.
    """

    at: datetime
    result: TryResult
    status: int | None
    milliseconds: int
    answer: str


class WebhookDelivery(BaseModel):
    """`message_id` is the header `webhook-id` of every try. `tries` are the last tries, newest first."""

    delivery_id: str
    message_id: str
    event_type: str
    occurred_at: datetime
    state: DeliveryState
    next_try_at: datetime | None
    tries: list[WebhookTry]


class WebhookDeliveries(BaseModel):
    items: list[WebhookDelivery]
    next_cursor: str | None


class TestMailBody(Body):
    """`kind` is the kind of mail: the change that it is about."""

    kind: Literal["issued", "regenerated", "revalidated", "invalidated", "withdrawn"] = "issued"


class TestMail(BaseModel):
    """The address that got the mail."""

    address: str


class MailPreview(BaseModel):
    """`reply_to` is "" if nobody reads answers."""

    kind: MailKind
    sender: str
    reply_to: str
    subject: str
    text: str
    html: str
    language: str
    direction: Literal["ltr", "rtl"]


class MailAnswer(BaseModel):
    """`reason` is SES's word. `complained`: somebody called the mail spam, and the learner gets no more mails."""

    user_id: str
    username: str | None
    email: str | None
    name: str | None
    kind: MailKind
    revision: int
    state: Literal["refused", "bounced", "complained"]
    reason: str
    at: datetime


class Mails(BaseModel):
    items: list[MailAnswer]
    next_cursor: str | None


class MailRetries(BaseModel):
    """`asked` is the number of mails that are decided on again."""

    asked: int


class ForgottenLearner(BaseModel):
    """From `forgotten_at` on, nobody sees who the learner was. Files, and mentions in other learners' data, follow in
    minutes."""

    user_id: str
    forgotten_at: datetime


class Health(BaseModel):
    status: Literal["ok"]


class OpenApiDocument(BaseModel):
    """This document, by OpenAPI's own specification."""

    model_config = ConfigDict(extra="allow")

    openapi: str


class AsyncApiDocument(RootModel[str]):
    """A text, by AsyncAPI's own specification."""


SCHEMAS: dict[str, type[Any]] = {
    model.__name__: model
    for model in (
        CourseRunSettings,
        DesignBody,
        StaffBody,
        JobBody,
        JobAnswer,
        Jobs,
        TestMailBody,
        TestMail,
        MailPreview,
        Mails,
        MailRetries,
        CertificateAnswer,
        CertificateStatus,
        MyCertificates,
        PublicCertificate,
        Credential,
        IssuerDocument,
        CredentialToCheck,
        CredentialChecks,
        CourseRunAnswer,
        CourseRuns,
        DesignAnswer,
        UploadForm,
        UploadResult,
        Uploads,
        ExceptionUploads,
        TakenBack,
        LearnerNote,
        ReconciliationBody,
        ReconciliationAnswer,
        Reconciliations,
        Differences,
        ExceptionUploadResult,
        ExceptionAnswer,
        Exceptions,
        InvalidationAnswer,
        Invalidations,
        RevalidationAnswer,
        RunLearners,
        CertificateCounts,
        History,
        StaffAnswer,
        WebhookBody,
        WebhookWithSecret,
        WebhookAnswer,
        Webhooks,
        WebhookDelivery,
        WebhookDeliveries,
        ForgottenLearner,
        Health,
        OpenApiDocument,
        AsyncApiDocument,
    )
}


UNKNOWN_FIELD = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
"""Pydantic's names of the fault *unknown field*, for a model and for a dataclass."""

_TIME = "write a time such as 2026-12-31T23:59:00Z"
_IN_OUR_WORDS = {
    **dict.fromkeys(UNKNOWN_FIELD, "there is no such field"),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), _TIME),
    "decimal_type": "write a number such as 0.6",
    "too_short": "give at least {min_length}",
    "too_long": "give at most {max_length}",
}
"""Faults for which pydantic's own words are about Python, by pydantic's names of them."""


def validate(name: str, body: bytes) -> Any:
    """The value of a JSON body.

    Raises BadRequest `not-json`, `unknown-field` or `invalid-body`. The last two have each fault with its field.
    """
    try:
        # Strict JSON types: "no" is no boolean and 0 is no time. But a time is a text in JSON.
        return TypeAdapter(SCHEMAS[name]).validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False)
        if found[0]["type"] == "json_invalid":
            raise BadRequest("not-json", f"The body is not JSON. {found[0]['msg']}.") from error
        sent = from_json(body)
        faults = [{"field": _field(fault, sent), "message": _message(fault)} for fault in found]
        unknown = [fault for fault in found if fault["type"] in UNKNOWN_FIELD]
        reason = "unknown-field" if len(unknown) == len(faults) else "invalid-body"
        first = faults[0]
        raise BadRequest(reason, f"{first['field'] or 'body'}: {first['message']}.", errors=faults) from error


def _message(fault: ErrorDetails) -> str:
    words = _IN_OUR_WORDS.get(fault["type"])
    return words.format(**fault.get("ctx", {})) if words else fault["msg"]


def _field(fault: ErrorDetails, sent: Any) -> str:
    """The path of the faulty value in the body. Where a value may be of several kinds, pydantic adds the name of a kind
    to the path: this is no part of the body."""
    path: list[str] = []
    for part in fault["loc"]:
        holds = part in sent if isinstance(sent, dict) else isinstance(sent, list) and isinstance(part, int)
        if holds:
            sent = sent[part]
        if holds or fault["type"] == "missing":
            path.append(str(part))
    return ".".join(path)
