"""A request that is refused: staff see why, and nothing is issued."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from certificates.request import request_certificate
from tests.jobs import NOW
from tests.people import COURSE, enroll, make_run


def last_attempt(backend: Any) -> Any:
    return backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW).last_attempt


def test_a_refused_request_that_changes_nothing_is_noted_for_staff(cheap: Any) -> None:
    make_run(cheap, self_generation=False)
    enroll(cheap, "7", "zoe", grade="0.9")
    made = request_certificate(COURSE, "zoe", backend=cheap, now=NOW)
    assert (made.decision.reason, made.changed, made.certificate) == ("self-generation-off", False, None)
    noted = last_attempt(cheap)
    assert (noted.outcome, noted.reason, noted.at) == ("refused", "self-generation-off", NOW)


def test_a_repeated_request_for_an_issued_certificate_is_no_failure(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "7", "zoe", grade="0.9")
    for moment in (NOW, NOW + timedelta(days=1)):
        made = request_certificate(COURSE, "zoe", backend=cheap, now=moment)
        assert made.certificate is not None
    assert (made.changed, last_attempt(cheap)) == (False, None)


def test_a_person_unknown_to_the_lms_is_refused_and_nothing_is_written(cheap: Any) -> None:
    make_run(cheap)
    made = request_certificate(COURSE, "stranger", backend=cheap, now=NOW)
    assert (made.decision.outcome, made.changed, made.certificate) == ("refused", False, None)
