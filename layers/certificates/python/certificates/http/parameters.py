"""Query parameters and headers of operations. A handler cannot read one that its operation does not name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from certificates.rules.mailing import MailKind
from certificates.rules.model import MAX_EMAIL_LENGTH
from certificates.rules.standing import FILTERS
from certificates.uploads.file_names import MAX_NAME_LENGTH

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
MAX_SEARCH_LENGTH = MAX_EMAIL_LENGTH
MAX_KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Parameter:
    """`schema` is a JSON schema, `description` for the reader of the OpenAPI document."""

    name: str
    place: Literal["query", "header"]
    description: str
    schema: Mapping[str, object]


PAGED = (
    Parameter(
        "limit",
        "query",
        "The most items of the answer.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    Parameter("cursor", "query", "`next_cursor` of the previous answer, for the items after it.", {"type": "string"}),
)

STATUS = Parameter(
    "status",
    "query",
    "Only learners with this status or standing; `excepted`: only learners on the exception list; `imported`: only "
    "learners with a certificate that the LMS issued itself.",
    {"type": "string", "enum": list(FILTERS)},
)

SEARCH = Parameter(
    "search",
    "query",
    "Only learners whose username, e-mail, or any word of whose name begins with this text.",
    {"type": "string", "maxLength": MAX_SEARCH_LENGTH},
)

FILE_NAME = Parameter(
    "file_name",
    "query",
    "The name of the file that will be sent. The LMS's names have a time, such as "
    "`..._grade_report_2026-11-02-1530.csv`: this is then the time of the facts in the file.",
    {"type": "string", "maxLength": MAX_NAME_LENGTH},
)

MAIL_KIND = Parameter(
    "kind",
    "query",
    "What the mail tells.",
    {"type": "string", "enum": [kind.value for kind in MailKind], "default": MailKind.ISSUED.value},
)

HIDE_SHOWN = Parameter(
    "hide_shown",
    "query",
    "`true`: this call may hide certificates that are shown now.",
    {"type": "boolean", "default": False},
)

DOWNLOAD = Parameter(
    "download",
    "query",
    "`true`: a browser keeps the file, and does not show it in place of the page.",
    {"type": "boolean", "default": False},
)

SHAPE = Parameter(
    "shape",
    "query",
    "`page`: the certificate alone. `card`: a card of 1200 x 630 pixels with the certificate, for links.",
    {"type": "string", "enum": ["page", "card"], "default": "page"},
)

IF_MATCH = Parameter(
    "If-Match",
    "header",
    "The ETag of the settings that you read. Without it, a new run is made.",
    {"type": "string", "examples": ['"3"']},
)

IF_MATCH_OPTIONAL = Parameter(
    "If-Match",
    "header",
    "The ETag that you read. Without it, any version is replaced.",
    {"type": "string"},
)

IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "A repeated call of the same caller with the same key gets the first answer again, for a day. It changes nothing.",
    {"type": "string", "maxLength": MAX_KEY_LENGTH},
)
