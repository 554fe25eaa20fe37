"""The fields of a JSON object, each with its required type. A wrong field is refused with its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from certificates.errors import BadRequest
from certificates.lms import cells
from certificates.lms.cells import BadCell
from certificates.rules.course_id import is_ours, parse_course_id
from certificates.rules.grades import rounded

T = TypeVar("T")


class NotOurs(Exception):
    """The event is about a library, or a run that never has certificates."""


class Malformed(BadRequest):
    """A field that is missing or is not `expected`."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__("malformed-event", f"{field} must be {expected}.", field=field)


class EventFields:
    """A JSON object at a dotted `path`. A field that is null counts as missing."""

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, Mapping):
            raise Malformed(path or "the event", "an object")
        self._value: Mapping[str, Any] = value
        self._path = path

    def path(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        return self._value.get(name) is not None

    def value(self, name: str) -> Any:
        """The raw value, None if the field is missing."""
        return self._value.get(name)

    def inner(self, name: str) -> EventFields:
        return EventFields(self._value.get(name), self.path(name))

    def text(self, name: str) -> str:
        value = self._value.get(name)
        if not isinstance(value, str) or not value.strip():
            raise Malformed(self.path(name), "a text that is not empty")
        return value

    def flag(self, name: str) -> bool:
        value = self._value.get(name)
        if not isinstance(value, bool):
            raise Malformed(self.path(name), "true or false")
        return value

    def time(self, name: str) -> datetime:
        """A time in UTC. A time without a zone is in UTC, as everywhere in the LMS."""
        try:
            value = datetime.fromisoformat(self.text(name))
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            # A time of the year 1 or 9999 may have no counterpart in UTC.
            raise Malformed(self.path(name), "a time in ISO 8601") from error

    def course_id(self, name: str) -> str:
        """Raises NotOurs for other kinds of keys, such as `Org/Number/Run` or `library-v1:Org+Library`."""
        if not is_ours(self.text(name)):
            raise NotOurs
        course_id = parse_course_id(self.text(name))
        if course_id is None:
            raise Malformed(self.path(name), "a course id such as course-v1:Org+Number+Run")
        return course_id

    def grade(self, name: str) -> Decimal:
        """A number that is 0 or more, rounded."""
        value = self._value.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise Malformed(self.path(name), "a number")
        # By the shortest digits: a file has the same digits for the same double.
        grade = rounded(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
        if grade is None:
            raise Malformed(self.path(name), "a number that is 0 or more")
        return grade

    def verdict(self, name: str) -> bool | None:
        """The verdict: a letter grade means passed, an empty one or null means failed. None: the field is missing."""
        value = self._value.get(name, False)
        if value is False:
            return None
        if value is not None and not isinstance(value, str):
            raise Malformed(self.path(name), "a letter grade or null")
        return bool(value and value.strip())

    def user_id(self, name: str) -> str:
        value = self._value.get(name)
        return self._cell(name, cells.user_id, str(value) if type(value) is int else self.text(name), "a user id")

    def username(self, name: str) -> str:
        return self._cell(name, cells.username, self.text(name), "a username")

    def email(self, name: str) -> str | None:
        """An e-mail address: empty for a learner without one, None if the field is missing."""
        value = self._value.get(name, False)
        if value is False:
            return None
        if value is not None and not isinstance(value, str):
            raise Malformed(self.path(name), "an e-mail address or null")
        return self._cell(name, cells.email, value or "", "an e-mail address")

    def mode(self, name: str) -> str:
        return self._cell(name, cells.mode, self.text(name), "an enrollment mode")

    def optional_name(self, name: str) -> str | None:
        return self._cell(name, cells.name, self.text(name), "a name") if self._value.get(name) else None

    def _cell(self, name: str, read: Callable[[str], T], text: str, expected: str) -> T:
        # The message of the BadCell has the value, and a log would show it: the chain of exceptions ends here.
        try:
            return read(text)
        except BadCell:
            raise Malformed(self.path(name), expected) from None
