"""Faults in what staff send: a stable id with values. `staff_sentences` and `file_sentences` make the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FlawId(StrEnum):
    # Settings of a run.
    TEXT_MISSING = "text-missing"
    TEXT_TOO_LONG = "text-too-long"
    TEXT_MALFORMED = "text-malformed"
    TEXT_SHOWS_NOTHING = "text-shows-nothing"
    TIME_WITHOUT_OFFSET = "time-without-offset"
    TIME_OUT_OF_RANGE = "time-out-of-range"
    END_NOT_AFTER_START = "end-not-after-start"
    PASSING_GRADE_OUT_OF_RANGE = "passing-grade-out-of-range"
    NO_ELIGIBLE_MODES = "no-eligible-modes"
    AUDIT_NEVER_ELIGIBLE = "audit-never-eligible"
    MALFORMED_MODE = "malformed-mode"
    NEVER_SHOWN_WITHOUT_DATE = "never-shown-without-date"
    NEVER_SHOWN_WITHOUT_END = "never-shown-without-end"
    FIELDS_TOO_MANY = "fields-too-many"
    FIELD_NAME_MALFORMED = "field-name-malformed"
    FIELD_KNOWN_ALREADY = "field-known-already"
    VALIDITY_OUT_OF_RANGE = "validity-out-of-range"
    UNKNOWN_TIME_ZONE = "unknown-time-zone"
    MALFORMED_ADDRESS = "malformed-address"
    # The choice of a job.
    NO_GROUPS = "no-groups"
    UNKNOWN_GROUP = "unknown-group"
    UNKNOWN_SCOPE = "unknown-scope"
    # A file as a whole.
    FILE_TOO_LARGE = "file-too-large"
    FILE_EMPTY = "file-empty"
    FILE_LISTS_NOBODY = "file-lists-nobody"
    FILE_LISTS_TOO_MANY = "file-lists-too-many"
    FILE_HAS_TOO_MANY_LINES = "file-has-too-many-lines"
    FILE_IS_WORKBOOK = "file-is-workbook"
    FILE_IS_NO_CSV = "file-is-no-csv"
    FILE_IS_DOCUMENT = "file-is-document"
    FILE_HOLDS_CONTROL_CHARACTERS = "file-holds-control-characters"
    FILE_IN_OTHER_ENCODING = "file-in-other-encoding"
    LINE_TOO_LONG = "line-too-long"
    ROW_IS_NO_CSV = "row-is-no-csv"
    QUOTE_LEFT_OPEN = "quote-left-open"
    NO_IDENTIFIERS = "no-identifiers"
    COLUMN_OF_OTHER_HEADING = "column-of-other-heading"
    FILE_REPLACED = "file-replaced"
    FILE_GONE = "file-gone"
    FILE_TOO_SLOW = "file-too-slow"
    FILE_GIVEN_UP = "file-given-up"
    # A file of the LMS as a whole.
    FILE_WITHOUT_HEADING = "file-without-heading"
    FILE_OF_OTHER_KIND = "file-of-other-kind"
    FILE_CUT_OFF = "file-cut-off"
    GRADES_LACK_COLUMNS = "grades-lack-columns"
    PROFILES_LACK_COLUMNS = "profiles-lack-columns"
    COLUMN_NAMED_TWICE = "column-named-twice"
    GRADES_WITHOUT_PERCENT_SIGN = "grades-without-percent-sign"
    USERNAME_SHARED = "username-shared"
    # A row of a file of the LMS.
    ROW_OF_OTHER_WIDTH = "row-of-other-width"
    ROW_NOT_UTF_8 = "row-not-utf-8"
    ROW_NAMES_NOBODY = "row-names-nobody"
    ROW_NAMES_TWO_LEARNERS = "row-names-two-learners"
    ROW_FITS_SEVERAL_LEARNERS = "row-fits-several-learners"
    ROW_FITS_NOBODY = "row-fits-nobody"
    LEARNER_IN_EARLIER_ROW = "learner-in-earlier-row"
    NEWER_FACTS_STORED = "newer-facts-stored"
    # A cell of a file of the LMS.
    NOT_A_USER_ID = "not-a-user-id"
    NOT_A_USERNAME = "not-a-username"
    NOT_AN_EMAIL = "not-an-email"
    NAME_TOO_LONG = "name-too-long"
    VALUE_TOO_LONG = "value-too-long"
    NOT_AN_ENROLLMENT_TRACK = "not-an-enrollment-track"
    NOT_A_GRADE = "not-a-grade"
    GRADE_TOO_HIGH = "grade-too-high"
    NOT_A_VERIFICATION_STATUS = "not-a-verification-status"
    NOT_AN_ENROLLMENT_STATUS = "not-an-enrollment-status"
    CELL_OF_SPREADSHEET = "cell-of-spreadsheet"
    NAME_ESCAPED = "name-escaped"
    # A row of an exception file.
    IDENTIFIER_EMPTY = "identifier-empty"
    IDENTIFIER_NOT_UTF_8 = "identifier-not-utf-8"
    IDENTIFIER_MALFORMED = "identifier-malformed"
    NOTE_TOO_LONG = "note-too-long"
    LISTED_IN_EARLIER_ROW = "listed-in-earlier-row"
    NAMES_SEVERAL_LEARNERS = "names-several-learners"
    NAMES_FORGOTTEN_LEARNER = "names-forgotten-learner"
    # An identifier without a learner.
    INVISIBLE_CHARACTER = "invisible-character"
    NUMBER_OF_SPREADSHEET = "number-of-spreadsheet"
    DAY_OF_SPREADSHEET = "day-of-spreadsheet"
    ERROR_OF_SPREADSHEET = "error-of-spreadsheet"
    ZEROS_LOST = "zeros-lost"
    MAY_BE_HEADING = "may-be-heading"
    # A note that may be another learner.
    NOTE_IS_ADDRESS = "note-is-address"
    # The URL of a webhook.
    URL_TOO_LONG = "url-too-long"
    URL_NOT_ASCII = "url-not-ascii"
    NO_URL = "no-url"
    URL_WITH_PORT_0 = "url-with-port-0"
    URL_WITH_SIGN_IN = "url-with-sign-in"
    URL_WITH_FRAGMENT = "url-with-fragment"
    URL_NOT_HTTPS = "url-not-https"
    ADDRESS_NOT_PUBLIC = "address-not-public"
    HOST_NOT_PUBLIC = "host-not-public"


@dataclass(frozen=True, slots=True)
class Flaw:
    """`values` by name: `field` is a setting, `most` a limit, `choices` are the words to choose from."""

    id: FlawId
    values: Mapping[str, object] = field(default_factory=dict)

    def to_wire(self) -> dict[str, Any]:
        """As JSON: uploads keep the faults of their rows."""
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in self.values.items()}
        return {"id": self.id.value, "values": values}

    @classmethod
    def from_wire(cls, found: Mapping[str, Any]) -> Flaw | None:
        """None for a fault of a newer release."""
        known = found["id"] in FlawId
        return cls(FlawId(found["id"]), found["values"]) if known else None


def flaw(id: FlawId, **values: object) -> Flaw:
    return Flaw(id, values)
