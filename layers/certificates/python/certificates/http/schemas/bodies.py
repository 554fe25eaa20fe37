"""The bodies of requests. Only this module and `validation` are imported with the first body."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, WithJsonSchema
from pydantic.dataclasses import dataclass as schema_of_dataclass
from pydantic_core import PydanticCustomError

from certificates.designs.limits import MAX_LINE_LENGTH, MAX_SIGNATURE_BYTES, MOST_SIGNATORIES, TEMPLATE_NAME
from certificates.rules.exception_checks import MAX_IDENTIFIER_LENGTH, MAX_NOTE_LENGTH
from certificates.rules.settings import Never, RunSettings
from certificates.rules.webhook_addresses import MAX_ADDRESS_LENGTH
from certificates.rules.webhooks import MAX_DESCRIPTION_LENGTH, EventType

DesignLanguage = Literal[
    "en", "en-GB", "es", "fr", "de", "pt", "it", "nl", "pl", "ru", "uk", "tr", "ar", "he", "hi", "zh", "zh-Hant", "ja",
    "ko", "id", "vi",
]  # fmt: skip


class Body(BaseModel):
    """A request. Unknown fields are refused: a misspelt setting must not silently become its default."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _plain_number(value: object) -> object:
    """Python accepts "0.6_0" and " 0.6" as numbers. People who type them probably mean something else."""
    if isinstance(value, bool):
        raise PydanticCustomError("not_a_number", "write a number such as 0.6")
    if isinstance(value, str) and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        raise PydanticCustomError("not_a_number", "write a number such as 0.6")
    return value


def _written_as_time(value: object) -> object:
    """Pydantic also reads digits as seconds or milliseconds since 1970: 20261231235900 would be in the year 2612."""
    if not isinstance(value, str) or not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]", value, re.ASCII):
        raise PydanticCustomError("datetime_parsing", "write a time")
    return value


Time = Annotated[datetime, Strict(False), BeforeValidator(_written_as_time)]


@schema_of_dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", strict=True))
class CourseRunSettings(RunSettings):
    """The whole new settings of a run.

    `hide_shown`: this change may hide certificates that are shown now. The field is not stored. `course_id` and
    `warnings` change nothing: a program may send back an answer that it has changed. `course_id` is that of the path.
    """

    passing_grade: Annotated[Decimal, Strict(False), BeforeValidator(_plain_number)] = Decimal("0.5")
    start: Time | None = None
    end: Time | None = None
    available_on: Time | None = None
    bulk_issue_at: Time | Never | None = None
    hide_shown: bool = False
    course_id: str | None = None
    warnings: tuple[str, ...] = ()


def _from_base64(text: object) -> object:
    """The bytes of a text in base64. Pydantic's own reader skips characters that are not base64."""
    if not isinstance(text, str):
        return text
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        raise PydanticCustomError("not_base64", "write the file's bytes in base64") from None
    if len(content) > MAX_SIGNATURE_BYTES:
        raise PydanticCustomError("file_too_large", f"the file may have at most {MAX_SIGNATURE_BYTES} bytes")
    return content


# Without a schema of its own, the document would count bytes where base64 has four characters for three bytes.
Signature = Annotated[
    bytes,
    BeforeValidator(_from_base64),
    WithJsonSchema(
        {"type": "string", "contentEncoding": "base64", "maxLength": len(base64.b64encode(bytes(MAX_SIGNATURE_BYTES)))}
    ),
]

TEMPLATE = f"^{TEMPLATE_NAME}$"
USERNAME = r"^\S(.*\S)?$"
SHA256 = r"^[0-9a-fA-F]{64}$"
PATTERNS = {
    TEMPLATE: "write the name of a template in small letters, digits and hyphens",
    USERNAME: "a username has no blank at its beginning or end, and no line breaks",
    SHA256: "write a SHA-256 digest as 64 digits 0 to 9 and a to f",
}
"""Every pattern of a text here, in words."""


class SignatoryBody(Body):
    """`signature_image`: a PNG or JPEG in base64, 512 KiB at most."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_LINE_LENGTH)]
    title: Annotated[str, Field(max_length=MAX_LINE_LENGTH)] = ""
    organization: Annotated[str, Field(max_length=MAX_LINE_LENGTH)] = ""
    signature_image: Signature | None = None


class DesignFields(Body):
    """`paper` empty: the template's own, A4 for `formal`, Letter for `modern`.

    `show` prints fields after the date of issue, in the included templates. The hours are in the settings' `fields`.
    """

    title: Annotated[str, Field(min_length=1, max_length=MAX_LINE_LENGTH)] | None = None
    language: DesignLanguage = "en"
    signatories: Annotated[tuple[SignatoryBody, ...], Field(max_length=MOST_SIGNATORIES)] = ()
    template: Annotated[str, Field(pattern=TEMPLATE)] = "formal"
    paper: Literal["", "a4", "letter"] = ""
    show: tuple[Literal["hours", "grade"], ...] = ()
    active: bool = True


class DesignBody(DesignFields):
    """`state`, `digest` and `warnings` change nothing: a program may send back an answer that it has changed."""

    state: str | None = None
    digest: str | None = None
    warnings: tuple[str, ...] = ()


class StaffBody(Body):
    usernames: Annotated[frozenset[Annotated[str, Field(max_length=150, pattern=USERNAME)]], Field(max_length=45)]


class ReconciliationBody(Body):
    """`accepts_shrinking`: the run really has fewer learners now. An earlier reading stopped and asked for this."""

    accepts_shrinking: bool = False


class LearnerNote(Body):
    """`learner` is the exact username, or an e-mail in upper or lower case."""

    learner: Annotated[str, Field(max_length=MAX_IDENTIFIER_LENGTH)] = ""
    note: Annotated[str, Field(max_length=MAX_NOTE_LENGTH)] = ""


class JobBody(Body):
    """The kind `regenerate` needs `groups`, at least one; the kind `exceptions` needs `scope`."""

    kind: Literal["bulk", "regenerate", "exceptions"]
    groups: Annotated[tuple[str, ...], Field(max_length=20)] | None = None
    scope: str | None = None
    dry_run: bool = False


class CredentialToCheck(Body):
    """`credential`: JSON with a proof, or a JWT. `document_sha256`: the digest of its PDF, in hex."""

    credential: dict[str, Any] | Annotated[str, Field(max_length=60_000)]
    document_sha256: Annotated[str, Field(pattern=SHA256)] | None = None


class WebhookBody(Body):
    """`url` begins with https://. The webhook gets events of `event_types`. `enabled` false: it is switched off."""

    url: Annotated[str, Field(max_length=MAX_ADDRESS_LENGTH)]
    description: Annotated[str, Field(max_length=MAX_DESCRIPTION_LENGTH)] = ""
    event_types: Annotated[frozenset[EventType], Strict(False), Field(min_length=1)] = frozenset(EventType)
    enabled: bool = True


class TestMailBody(Body):
    """`kind` is the kind of mail: the change that it is about."""

    kind: Literal["issued", "regenerated", "revalidated", "invalidated", "withdrawn"] = "issued"


BODIES: dict[str, type[Any]] = {
    model.__name__: model
    for model in (
        CourseRunSettings,
        DesignBody,
        StaffBody,
        ReconciliationBody,
        LearnerNote,
        JobBody,
        CredentialToCheck,
        WebhookBody,
        TestMailBody,
    )
}
"""The body of every operation that has one, by name."""
