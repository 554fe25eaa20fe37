"""A night with every odd behaviour of the LMS at once: facts end equal to the LMS's, and every contradiction is listed.

The suite has a small run. `make lms-night` has one of 20,000 learners (LEARNERS=number).
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.issue import issue
from certificates.planning import Cause
from certificates.rules.history import Trigger
from certificates.rules.model import Status
from certificates.rules.reconciliation import Reconciliation, ReconciliationState
from tests import cheap_backend
from tests.lms.connecting import connection
from tests.lms.fake import KEY, FakeLms
from tests.lms.reconciling import NOW, Clock, deliver, reconciling
from tests.people import make_run

LEARNERS = int(os.environ.get("LEARNERS", "66"))
WITH_IDENTITY = LEARNERS <= 500
"""Identities are asked for one by one: too many calls for a large run in a test."""

FIRST_ID = 10_000
VERIFIED = {"is_verified": True, "status": "approved", "expiration_datetime": ""}

FAULTS = (
    ("error", 41),
    ("maintenance", 43),
    ("half", 29),
    ("before", 31),
    ("after", 37),
    ("throttled", 11),
    ("throttled-silently", 13),
    ("expired", 23),
)
"""The faults, each with the number of requests between two of them."""


@dataclass
class Someone:
    """A learner of the LMS. `expected` are the differences that the night must find."""

    number: int
    username: str
    name: str
    mode: str = "verified"
    active: bool = True
    percent: float = 0.0
    passes: bool = False
    verified: bool = False
    has_account: bool = True
    listed: bool = True
    graded: bool = True
    issued_by_lms: bool = False
    expected: set[str] = field(default_factory=set)

    @property
    def user_id(self) -> str:
        return str(FIRST_ID + self.number)


def crowd() -> list[Someone]:
    """Two in three pass, one in ten audits, one in seven has left, one in five never verified, one in eight has a
    certificate of the LMS's own.
    """
    return [
        Someone(
            number,
            f"u{number:05}",
            f"Learner {number}",
            mode="audit" if number % 10 == 0 else "verified",
            active=number % 7 != 0,
            percent=number % 100 / 100,
            passes=number % 3 != 0,
            verified=number % 5 != 0,
            issued_by_lms=number % 8 == 0 and number % 10 != 0,
        )
        for number in range(LEARNERS)
    ]


def told(people: list[Someone]) -> dict[str, Any]:
    """All data in the form of the LMS's interface for tests."""
    listed = [one for one in people if one.listed]
    return {
        "people": [
            {
                "username": one.username,
                "id": FIRST_ID + one.number,
                "name": one.name,
                "email": f"{one.number}@example.org",
                "verification": VERIFIED if one.verified else None,
            }
            for one in people
            if one.has_account
        ],
        "enrollments": [
            {
                "username": one.username,
                "course_id": KEY,
                "mode": one.mode,
                "is_active": one.active,
                # Whole cohorts enroll at one moment: the listing has many enrollments with the same time.
                "created": f"2026-02-01T08:{one.number // 400 % 60:02}:00.000000Z",
            }
            for one in listed
        ],
        "grades": [
            {
                "username": one.username,
                "course_id": KEY,
                "percent": one.percent,
                "letter": "Pass" if one.passes else None,
            }
            for one in listed
        ],
        "certificates": [
            {"username": one.username, "course_id": KEY, "uuid": f"{one.number:032x}"}
            for one in people
            if one.issued_by_lms
        ],
    }


@pytest.fixture
def night(backend: Any, lms: FakeLms) -> Any:
    made = reconciling(cheap_backend.cheap(backend), lms, shrink_percent=60)
    make_run(made, KEY, automatic_generation=False, identity_required=WITH_IDENTITY)
    lms.switch(enrollments_a_page=100 if LEARNERS > 500 else 10)
    return made


def everything_odd(lms: FakeLms, release: str) -> None:
    """All odd behaviours are on, also those that are off by default."""
    lms.switch(
        release=release,
        case_insensitive_usernames=True,
        throttle_rates=[10, 20],
        throttle_seconds=1,
        jwt_seconds=3,
    )
    lms.tell(
        faults=[
            # A token expires between two requests. Requests for new tokens do not have this fault.
            {"kind": kind, "first": each, "last": 10**9, "every": each, "path": "/api/" if kind == "expired" else "/"}
            for kind, each in FAULTS
        ],
        count_anew=True,
    )


def read(night: Any, lms: FakeLms, days: int) -> Reconciliation:
    """One reading, with short pauses."""
    from certificates.reconciliation.starting import begin_reconciliation

    now = NOW + timedelta(days=days)
    clock, cloud = Clock(now), replace(night, lms=connection(lms, shrink_percent=60))
    begun = begin_reconciliation(KEY, by="night", backend=cloud, now=now)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        time.sleep(min(seconds, 0.02))

    deliver(cloud, clock=clock, sleep=sleep)
    ended = cloud.reconciling.store.reconciliation(KEY, begun.reconciliation_id)
    assert ended is not None
    return ended


def require_equal(night: Any, people: list[Someone]) -> None:
    """Every learner's facts are those of the LMS."""
    run = night.runs.run(KEY)
    ids = [one.user_id for one in people]
    stored = dict(night.certificates.facts_of_many(run, ids, site=night.site, now=NOW))
    for one in people:
        facts = stored[one.user_id]
        if not (one.active and one.listed):
            assert facts is None or facts.enrollment is None or not facts.enrollment.active, one
            continue
        assert facts is not None and facts.enrollment is not None, one
        assert (facts.enrollment.mode, facts.enrollment.active) == (one.mode, True), one
        if one.has_account:
            assert (facts.learner.username, facts.learner.name) == (one.username, one.name), one
        if one.has_account and one.graded:
            assert facts.enrollment.grade == Decimal(str(one.percent)), one
            assert facts.enrollment.verdict is one.passes, one
        if WITH_IDENTITY and one.passes and one.mode != "audit" and one.has_account and one.graded:
            assert facts.learner.identity_verified is one.verified, one


def differences(night: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    after = None
    while True:
        page = night.reconciling.store.differences(KEY, limit=500, after=after)
        found |= {each.user_id: set(each.since) for each in page.items}
        if (after := page.next_after) is None:
            return found


def contradict(people: list[Someone], holders: list[Someone], lms: FakeLms, release: str) -> None:
    """Every kind of change that contradicts a certificate, spread over the learners with a certificate."""
    gone: list[Someone] = []
    for place, one in enumerate(holders):
        before = replace(one)
        match place % 9:
            case 0:
                one.percent, one.passes, one.expected = 0.2, False, {"holder-not-passing"}
            case 1:
                one.active, one.expected = False, {"holder-not-enrolled"}
            case 2:
                one.mode, one.expected = "audit", {"holder-in-other-mode"}
            case 3:
                one.name, one.expected = f"{one.name} Married", {"holder-renamed"}
            case 4:
                one.graded, one.expected = False, {"grade-missing"}
            case 5:
                one.has_account, one.expected = False, {"account-missing"}
            case 6:
                one.username, one.active = f"retired__user_{one.number}", False
                one.expected = {"retired", "holder-not-enrolled"}
            case 7:
                one.username = f"new{one.number}"
            case 8:
                one.listed, one.expected = False, {"holder-not-enrolled"}
        gone.append(before)
    imported = next(one for one in people if one.issued_by_lms and one.active and one not in holders)
    imported.issued_by_lms = False
    if release == "verawood":
        imported.expected = {"certificate-gone"}
    lms.knows(
        forget_people=[one.username for one in gone],
        forget_enrollments=[{"username": one.username, "course_id": KEY} for one in gone],
        forget_certificates=[[imported.username, KEY]],
    )
    lms.knows(**told(people))
    # Another person. The username differs only in case from that of an account that is gone.
    lms.knows(
        people=[
            {"username": one.username.upper(), "id": 9_000_000 + one.number, "name": "Somebody Else"}
            for one in people
            if not one.has_account
        ]
    )
    lms.switch(grades_leave_out=[one.username for one in people if not one.graded])


@pytest.mark.parametrize("release", ["verawood", "redwood"])
def test_a_night_with_all_odd_behaviours_ends_equal_and_lists_every_contradiction(
    night: Any, lms: FakeLms, release: str
) -> None:
    people = crowd()
    lms.knows(forget_enrollments=[{"username": "mira", "course_id": KEY}], **told(people))
    everything_odd(lms, release)
    first = read(night, lms, 0)
    assert first.state is ReconciliationState.FINISHED, first
    assert (first.why, first.differences) == ("", 0)
    assert first.imported == sum(one.issued_by_lms for one in people)
    require_equal(night, people)

    able = [one for one in people if one.passes and one.active and one.verified and one.mode != "audit"]
    holders = [one for one in able if not one.issued_by_lms][: 18 + LEARNERS // 200]
    for one in holders:
        cause = Cause(trigger=Trigger.BULK, actor="ines")
        issue(KEY, one.user_id, cause=cause, backend=night, now=NOW + timedelta(hours=9))
    contradict(people, holders, lms, release)

    second = read(night, lms, 1)
    assert (second.state, second.why) == (ReconciliationState.FINISHED, "")
    require_equal(night, people)
    assert differences(night) == {one.user_id: one.expected for one in people if one.expected}
    for one in holders:
        facts = night.certificates.facts(KEY, one.user_id, site=night.site, now=NOW)
        assert facts.certificate.status is Status.DOWNLOADABLE, "nobody's certificate is taken away"
    assert lms.tell()["most_at_once"] == 1
