"""The certificates that a learner can show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from certificates.issue import issue
from certificates.learner_status import shown_certificates
from certificates.planning import Cause
from certificates.request import request_certificate
from certificates.rules.eligibility import decide_regeneration
from certificates.rules.history import Trigger
from tests.jobs import NOW
from tests.people import enroll, make_run


def run_of(name: str) -> str:
    return f"course-v1:Fjord+{name}+2026"


def test_a_learner_sees_the_newest_certificate_first_and_on_one_day_the_last_changed(cheap: Any) -> None:
    for name, after in {"Old": -timedelta(days=1), "C": timedelta(0), "A": timedelta(minutes=1)}.items():
        make_run(cheap, run_of(name), title=name)
        enroll(cheap, "7", "zoe", course_id=run_of(name), grade="0.9")
        request_certificate(run_of(name), "zoe", backend=cheap, now=NOW + after)
    # The certificate keeps the day of its first issue.
    cause = Cause(trigger=Trigger.REGENERATE, actor="omar")
    later = NOW + timedelta(minutes=2)
    issue(run_of("Old"), "7", cause=cause, backend=cheap, now=later, decide=decide_regeneration)

    shown = shown_certificates("zoe", backend=cheap, now=later)
    assert [certificate.course_title for certificate, _ in shown] == ["A", "C", "Old"]
    assert shown[-1][0].revision == 2
