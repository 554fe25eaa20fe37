"""A call of an operation, as its handler gets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from certificates import runtime
from certificates.access import Caller
from certificates.errors import BadRequest, NotFound
from certificates.http.accept import is_preferred
from certificates.http.caller import caller
from certificates.http.parameters import DEFAULT_LIMIT, MAX_LIMIT, PAGED, Parameter
from certificates.rules.course_id import parse_course_id

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from certificates.backend import Backend
    from certificates.http.api import Operation


@dataclass(frozen=True, slots=True)
class Request:
    """One call."""

    event: dict[str, Any]
    backend: Backend
    now: datetime
    path: dict[str, str]
    context: LambdaContext
    operation: Operation

    @property
    def caller(self) -> Caller:
        """Who calls. Raises NotSignedIn."""
        return caller(self.event, runtime.setting("USERNAME_CLAIM"))

    @property
    def course_id(self) -> str:
        """The run in the path. Raises NotFound `malformed-course-id`."""
        course_id = parse_course_id(self.path["course_id"])
        if course_id is None:
            raise NotFound("malformed-course-id", "A course id looks like course-v1:Org+Number+Run.")
        return course_id

    def read(self, parameter: Parameter) -> str | None:
        """The value of a query parameter or header. Raises LookupError if the operation does not name it."""
        if parameter not in self.operation.parameters:
            raise LookupError(f"{self.operation.path} does not say that it reads {parameter.name}")
        if parameter.place == "header":
            return self._header(parameter.name)
        return (self.event.get("queryStringParameters") or {}).get(parameter.name)

    def accepts(self, media: str) -> bool:
        """Whether the caller asks for this media type, at least as much as for the operation's first one.

        Raises LookupError if the operation does not name it.
        """
        if media not in (*self.operation.also, *self.operation.media):
            raise LookupError(f"{self.operation.path} does not say that it answers with {media}")
        return is_preferred(media, self.operation.media[0], self._header("accept") or "")

    def _header(self, name: str) -> str | None:
        return (self.event.get("headers") or {}).get(name.lower())

    @property
    def limit(self) -> int:
        """The most items of a page. Raises BadRequest `bad-limit`."""
        limit, _ = PAGED
        text = self.read(limit) or str(DEFAULT_LIMIT)
        number = whole_number(text, most=MAX_LIMIT)
        if not number:
            raise BadRequest("bad-limit", f"limit is a whole number from 1 to {MAX_LIMIT}.", field="limit")
        return number


def whole_number(text: str, *, most: int) -> int | None:
    """The number in ASCII digits. None: the text is no number, or the number is above `most`."""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(most)):
        return None
    return number if (number := int(text)) <= most else None


AnyBody = TypeVar("AnyBody")


@dataclass(frozen=True, slots=True)
class RequestWith(Request, Generic[AnyBody]):
    """A call with a body, validated by its schema."""

    body: AnyBody
