"""A decision that waits for the LMS, and the addresses that a backend makes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from certificates.backend import Backend
from tests.unit.rules.made import facts

GIVEN = facts()


class Reconciling:
    """The parts that ask the LMS. They note whom they are asked about."""

    def __init__(self, answer: bool) -> None:
        self.answer = answer
        self.asked: list[tuple[str, Any]] = []

    def must_ask_first(self, about: Any) -> bool:
        self.asked.append(("must ask", about))
        return self.answer

    def asks_whether_kept(self, about: Any) -> bool:
        self.asked.append(("asks whether kept", about))
        return self.answer

    def ask_first(self, about: Any) -> None:
        self.asked.append(("asked", about))


def backend(reconciling: Any = None, base_url: str = "https://here") -> Backend:
    names = (
        *("site", "certificates", "learners", "runs", "documents", "renderer", "credentials", "report_writer"),
        *("uploads", "jobs", "job_queue", "job_results", "schedules", "listing"),
    )
    parts: dict[str, Any] = {name: SimpleNamespace() for name in names}
    return Backend(secret=b"s", base_url=base_url, gives_credentials=False, reconciling=reconciling, **parts)


def test_without_an_lms_no_decision_waits() -> None:
    made = backend()
    assert made.deferred_to_lms(GIVEN) is False
    assert made.withdrawal_deferred_to_lms(GIVEN) is False
    assert made.must_ask_lms_first(GIVEN) is False
    made.ask_lms_first(GIVEN)


@pytest.mark.parametrize(
    ("answer", "asked"), [(True, [("must ask", GIVEN), ("asked", GIVEN)]), (False, [("must ask", GIVEN)])]
)
def test_a_certificate_waits_and_the_learner_is_read_if_the_lms_may_have_one(answer: bool, asked: list[Any]) -> None:
    reconciling = Reconciling(answer)
    assert backend(reconciling).deferred_to_lms(GIVEN) is answer
    assert reconciling.asked == asked


@pytest.mark.parametrize("answer", [True, False])
def test_a_withdrawal_waits_while_the_lms_is_asked_whether_it_keeps_the_certificate(answer: bool) -> None:
    reconciling = Reconciling(answer)
    assert backend(reconciling).withdrawal_deferred_to_lms(GIVEN) is answer
    assert reconciling.asked == [("asks whether kept", GIVEN)]


def test_the_lms_can_be_asked_in_two_steps() -> None:
    reconciling = Reconciling(True)
    made = backend(reconciling)
    assert made.must_ask_lms_first(GIVEN) is True
    assert reconciling.asked == [("must ask", GIVEN)]
    made.ask_lms_first(GIVEN)
    assert reconciling.asked[1:] == [("asked", GIVEN)]


def test_a_certificate_and_its_document_have_addresses_below_the_address_of_the_site() -> None:
    assert backend().page_link("8f14") == "https://here/certificates/8f14"
    assert backend().pdf_link("8f14") == "https://here/certificates/8f14/pdf"


@pytest.mark.parametrize(
    ("base_url", "lasts"),
    [("https://certificates.example", True), ("https://abc123.execute-api.eu-north-1.amazonaws.com", False)],
)
def test_the_address_that_aws_gives_does_not_outlive_the_stack(base_url: str, lasts: bool) -> None:
    assert backend(base_url=base_url).has_lasting_address is lasts
