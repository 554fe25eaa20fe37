"""What operations read besides path and body. A request refuses to be asked for what its operation does not name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from certificates.rules.standing import FILTERS

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
MAX_SEARCH_LENGTH = 254
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
        "How many items the answer may hold.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    Parameter("cursor", "query", "`next_cursor` of the answer before, to go on after that one.", {"type": "string"}),
)

STATUS = Parameter(
    "status",
    "query",
    "Only learners whose certificate has this status or stands so, or, `excepted`, who are on the exception list.",
    {"type": "string", "enum": list(FILTERS)},
)

SEARCH = Parameter(
    "search",
    "query",
    "Only learners whose username, e-mail or name begins like this.",
    {"type": "string", "maxLength": MAX_SEARCH_LENGTH},
)

IF_MATCH = Parameter(
    "If-Match",
    "header",
    "The ETag that was read. Without it a new run is made.",
    {"type": "string", "examples": ['"3"']},
)

IF_MATCH_OPTIONAL = Parameter(
    "If-Match",
    "header",
    "The ETag that was read. Without it, what is there is replaced, whatever it is.",
    {"type": "string"},
)

IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "The same call of the same caller under the same key happens once; its answer is given again for a day.",
    {"type": "string", "maxLength": MAX_KEY_LENGTH},
)
