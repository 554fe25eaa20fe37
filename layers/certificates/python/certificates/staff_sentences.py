"""Faults as English sentences for staff: the `detail` of a problem, and cells in the results of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from certificates.errors import Refusal
from certificates.rules.exception_checks import CheckReason
from certificates.rules.flaws import Flaw, FlawId
from certificates.uploads.file_sentences import FILE_SENTENCES, file_sentence

_Values = Mapping[str, Any]

CHECKS: Mapping[CheckReason, str] = {
    CheckReason.IDENTIFIER_MISSING: "Name a learner by username or e-mail.",
    CheckReason.UNKNOWN_LEARNER: (
        "No learner has this username or e-mail. Usernames are matched exactly, letter case included."
    ),
    CheckReason.NOT_ENROLLED: "The learner is not enrolled in this course run at present.",
    CheckReason.INVALIDATED: "The learner's certificate is invalidated. Re-validate it first.",
    CheckReason.ALREADY_LISTED: "The learner is on the exception list already.",
    CheckReason.NO_CERTIFICATE: "The learner has no certificate in this course run.",
    CheckReason.ON_EXCEPTION_LIST: "The learner is on the exception list. Remove the exception first.",
    CheckReason.ALREADY_INVALIDATED: "The certificate is invalidated already.",
    CheckReason.NOT_DOWNLOADABLE: "The certificate is not valid at present, so there is nothing to invalidate.",
    CheckReason.NOT_INVALIDATED: "The certificate is not invalidated, so there is nothing to re-validate.",
}
"""The sentence of each failed check."""


def sentence_of(refusal: Refusal) -> str:
    """One sentence or two, in English."""
    return refusal.message if isinstance(refusal.message, str) else words_of(refusal.message)


def words_of(flaw: Flaw) -> str:
    return file_sentence(flaw) if flaw.id in FILE_SENTENCES else _SENTENCES[flaw.id](flaw.values)


_SENTENCES: Mapping[FlawId, Callable[[_Values], str]] = {
    FlawId.TEXT_MISSING: lambda v: f"{v['field']} may not be empty.",
    FlawId.TEXT_SHOWS_NOTHING: lambda v: (
        f"{v['field']} has no letter that is printed: pictographs and invisible characters are left out."
    ),
    FlawId.FIELDS_TOO_MANY: lambda v: f"{v['field']} may name {v['most']} fields at most.",
    FlawId.FIELD_NAME_MALFORMED: lambda v: (
        f"{v['field']}: “{v['name']}” is no name of a field: small letters, digits, - and _, beginning with a letter."
    ),
    FlawId.FIELD_KNOWN_ALREADY: lambda v: (
        f"{v['field']}: {v['name']} is known without being set. Templates may ask for it."
    ),
    FlawId.UNKNOWN_TIME_ZONE: lambda v: (
        f"There is no time zone {v['name']}. Write the name that IANA gives it, such as America/Lima, or null."
    ),
    FlawId.MALFORMED_ADDRESS: lambda v: f"{v['field']} is one e-mail address, such as team@example.org, or empty.",
    FlawId.VALIDITY_OUT_OF_RANGE: lambda v: f"{v['field']} is a number of months from 1 to {v['most']}, or null.",
    FlawId.TEXT_TOO_LONG: lambda v: f"{v['field']} may have {v['most']} characters at most.",
    FlawId.TEXT_MALFORMED: lambda v: f"{v['field']} may not have line breaks or control characters.",
    FlawId.TIME_WITHOUT_OFFSET: lambda v: f"{v['field']} needs an offset from UTC, as in 2026-12-31T23:59:00Z.",
    FlawId.TIME_OUT_OF_RANGE: lambda v: f"{v['field']} must be between the years {v['first']} and {v['last']}.",
    FlawId.END_NOT_AFTER_START: lambda _: "The run has to end after it starts.",
    FlawId.PASSING_GRADE_OUT_OF_RANGE: lambda _: (
        "passing_grade must be greater than 0 and at most 1: 0.6 is 60 percent."
    ),
    FlawId.NO_ELIGIBLE_MODES: lambda _: "eligible_modes needs one mode at least.",
    FlawId.AUDIT_NEVER_ELIGIBLE: lambda _: "The audit track carries no certificate.",
    FlawId.MALFORMED_MODE: lambda _: (
        "A mode is written in lower-case letters, digits and hyphens, as in no-id-professional."
    ),
    FlawId.NEVER_SHOWN_WITHOUT_DATE: lambda _: (
        "display end_with_date needs available_on: without it certificates could never be shown."
    ),
    FlawId.NEVER_SHOWN_WITHOUT_END: lambda _: (
        "display end needs an end of the run: without it certificates could never be shown. "
        "Set end, or available_on, or display early_no_info."
    ),
    FlawId.NO_GROUPS: lambda v: f"Choose at least one group: {', '.join(v['choices'])}.",
    FlawId.UNKNOWN_GROUP: lambda v: (
        f"There is no group {', '.join(v['unknown'])}. Choose from {', '.join(v['choices'])}."
    ),
    FlawId.UNKNOWN_SCOPE: lambda v: f"Choose a scope: {', '.join(v['choices'])}.",
    FlawId.URL_TOO_LONG: lambda v: f"The URL of a webhook may have {v['most']} characters at most.",
    FlawId.URL_NOT_ASCII: lambda _: "Write the URL of a webhook in ASCII, a host of another script as xn--....",
    FlawId.NO_URL: lambda _: "This is not a URL.",
    FlawId.URL_WITH_PORT_0: lambda _: "No host listens on port 0.",
    FlawId.URL_WITH_SIGN_IN: lambda _: "The URL of a webhook may have no username and no password.",
    FlawId.URL_WITH_FRAGMENT: lambda _: "The URL of a webhook may have no fragment (#...).",
    FlawId.URL_NOT_HTTPS: lambda _: "The URL of a webhook begins with https://.",
    FlawId.ADDRESS_NOT_PUBLIC: lambda _: "This address is not in the public internet.",
    FlawId.HOST_NOT_PUBLIC: lambda _: "The URL of a webhook needs a host of the public internet.",
}
