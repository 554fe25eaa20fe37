"""The scenarios with another result than in Open edX, or without a rule: by id, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Differs:
    """The scenario is run, and has this other result here."""

    why: str
    here: Mapping[str, Any]


@dataclass(frozen=True)
class Elsewhere:
    """No rule decides it. The test that covers it, as `file::function` below `tests/`."""

    test: str


@dataclass(frozen=True)
class NotOurs:
    """The product does not have this."""

    why: str


_FIRST_ISSUE = "The printed date is the date of first issue, whatever is set or changed afterwards."
_OUTSIDERS = Elsewhere(
    "handlers/test_instructor_requests.py::test_other_people_get_the_same_refusal_for_an_existing_and_an_unknown_run"
)
_PUBLIC_PAGE = Elsewhere("handlers/test_certificate_verification.py::test_a_valid_certificate_has_name_course_and_date")
_NO_GRADE_REPORT = NotOurs("The grade report is the LMS's own, which the product only reads.")
_HISTORY_WORDS = NotOurs("A job names its kind and groups in the words of the interface, not in labels for a screen.")
_NO_TEMPLATES = NotOurs("A run has one design; none is chosen by organization, mode or language.")
_RUN_LIST = "handlers/test_run_certificates.py::"
_FOUND = Elsewhere(f"{_RUN_LIST}test_learners_are_found_by_status_and_by_how_a_name_begins")
_NO_GROUP_FILTER = NotOurs("The list is filtered by status; whom a group holds, the dry run of its job lists.")

LISTED: Mapping[str, Differs | Elsewhere | NotOurs] = {
    "self-004": Differs(
        "A request needs the run's switch, which is off here; with it on the answer is `not-passing`.",
        {"result": "refused", "reason": "self-generation-off"},
    ),
    "self-021": Differs(
        "Settings are replaced as a whole, and a switch that is left out stays or follows the pacing.",
        {"result": "accepted"},
    ),
    "self-022": _OUTSIDERS,
    "auto-005": Differs(
        "No row says that a certificate is being made, and a failing grade creates none.",
        {"certificate": None},
    ),
    "bulk-005": NotOurs("Bulk issuance takes a whole run; one learner is a request, an exception or an event."),
    "regen-003": Differs(
        "Nothing is ever recorded as in progress, so there is no such group to choose.",
        {"result": "refused", "reason": "unknown-group"},
    ),
    "exc-008": Elsewhere("handlers/test_exceptions.py::test_an_exception_is_added_listed_and_removed"),
    "exc-018": Elsewhere("handlers/test_exceptions.py::test_only_course_staff_may_look_or_change"),
    "csv-004": Differs(
        "A note in an older encoding is read as such; elsewhere such letters fault their row alone.",
        {"added": 1},
    ),
    "csv-008": NotOurs("The form that uploads a file is checked by the store; a file always comes with it."),
    "csv-011": NotOurs("A file is judged by what it holds, not by its name."),
    "inv-016": Elsewhere("handlers/test_certificate_invalidation.py::test_only_course_staff_may"),
    "inv-020": NotOurs("There are no program certificates."),
    "vis-001": NotOurs("There is no second switch beside the display: `early_no_info` is what it says."),
    "date-001": Differs(_FIRST_ISSUE, {"date": "first issue"}),
    "date-002": Differs(_FIRST_ISSUE, {"date": "first issue"}),
    "date-007": Differs(_FIRST_ISSUE, {"date": "first issue"}),
    "web-001": _PUBLIC_PAGE,
    "web-002": Elsewhere("handlers/test_certificate_verification.py::test_an_unknown_id_is_unknown"),
    "web-003": NotOurs("Unknown, not yet shown and invalidated are three different answers, not one 404."),
    "web-009": Elsewhere("rendering/test_full.py::test_none_to_four_signatories_are_side_by_side"),
    "web-010": _PUBLIC_PAGE,
    "web-013": NotOurs("A certificate has one public address, by its verify_uuid."),
    "web-015": NotOurs("The public page has no buttons of social networks."),
    "web-017": _NO_TEMPLATES,
    "web-018": _NO_TEMPLATES,
    "web-019": Elsewhere(
        "handlers/test_certificate_verification.py"
        "::test_an_issued_certificate_that_is_not_yet_shown_is_not_the_same_as_unknown"
    ),
    "api-005": NotOurs("A learner's list is `/me/certificates`: there is no way to ask for somebody else's."),
    "api-008": NotOurs("Staff find a learner in the list of the run; there is no list by learner."),
    "api-009": NotOurs("Whether a design is active plays no part in showing what is issued."),
    "api-011": NotOurs("A run is never deleted."),
    "api-012": _FOUND,
    "api-013": _FOUND,
    "api-014": _NO_GROUP_FILTER,
    "api-017": _NO_GROUP_FILTER,
    "api-018": Elsewhere("handlers/test_exceptions.py::test_a_long_list_is_paged_and_everybody_is_on_one_page_once"),
    "api-019": Elsewhere(
        "handlers/test_certificate_invalidation.py::test_revalidating_answers_with_the_new_outcome_and_keeps_the_invalidation"
    ),
    "api-022": Elsewhere("handlers/test_learner_requests.py::test_without_verified_claims_every_call_is_refused"),
    "api-024": Elsewhere(f"{_RUN_LIST}test_every_learner_is_listed_with_the_known_facts"),
    "hist-004": _HISTORY_WORDS,
    "hist-005": _HISTORY_WORDS,
    "hist-006": _HISTORY_WORDS,
    "rep-001": _NO_GRADE_REPORT,
    "rep-002": _NO_GRADE_REPORT,
    "name-003": Differs(
        "A certificate with an empty line where the name belongs is worth nothing: the username stands in.",
        {"certificate": {"status": "available", "name": "li"}},
    ),
    "perm-001": NotOurs("The interface has no screens to hide; course staff manage their run."),
}
