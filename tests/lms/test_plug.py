"""The connection is cut at every request to the LMS: before the request is handled, after it, and in the middle of the
answer. Each fault lasts for two requests, so that the immediate second try fails too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.errors import LmsUnavailable
from certificates.lms_api import reading
from certificates.reconciliation import steps
from certificates.request import request_certificate
from certificates.rules.model import Outcome, Status
from certificates.rules.reconciliation import ReconciliationState
from tests import cheap_backend, moto_cloud
from tests.lms.connecting import connection
from tests.lms.fake import KEY, FakeLms
from tests.lms.reconciling import NOW, reconcile, reconciling
from tests.people import enroll, make_run

KINDS = ("before", "after", "half", "no-such-site")


def points(lms: FakeLms, requests: int) -> Iterator[tuple[int, str]]:
    """Every request and every moment of it, each with its fault."""
    for number in range(requests):
        for kind in KINDS:
            lms.fail(kind, number, last=number + 1)
            yield number, kind
            lms.recover()


def anew(backend: Any, lms: FakeLms) -> Any:
    """The backend of a function that has just started, without a token."""
    return replace(backend, lms=connection(lms))


def asked_for_one(backend: Any, lms: FakeLms, username: str) -> int:
    lms.tell(count_anew=True)
    with suppress(LmsUnavailable):
        request_certificate(KEY, username, backend=anew(backend, lms), now=NOW)
    return len(lms.requests)


def test_no_learner_who_fails_now_is_issued_on_older_facts(backend: Any, lms: FakeLms) -> None:
    cheap = cheap_backend.cheap(backend)
    make_run(cheap, KEY)
    enroll(cheap, "4711", "mira", course_id=KEY, grade="0.9")
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.1}])
    for point in points(lms, asked_for_one(cheap, lms, "mira")):
        enroll(cheap, "4711", "mira", course_id=KEY, grade="0.9")
        with suppress(LmsUnavailable):
            issued = request_certificate(KEY, "mira", backend=anew(cheap, lms), now=NOW)
            assert issued.decision.outcome is Outcome.REFUSED, point
        assert moto_cloud.objects("certificates/") == [], point
    issued = request_certificate(KEY, "mira", backend=anew(cheap, lms), now=NOW)
    assert issued.decision.reason.value == "not-passing"


def test_every_passing_learner_has_exactly_one_right_certificate_at_the_end(backend: Any, lms: FakeLms) -> None:
    cheap = cheap_backend.cheap(backend)
    make_run(cheap, KEY)
    requests = asked_for_one(cheap, lms, "mira")
    tried = 0
    for number, point in enumerate(points(lms, requests)):
        username = f"learner{number}"
        learner = {"username": username, "id": 900 + number, "name": f"Learner {number}", "email": f"l{number}@x.org"}
        lms.knows(
            people=[learner],
            enrollments=[{"username": username, "course_id": KEY}],
            grades=[{"username": username, "course_id": KEY, "percent": 0.7, "letter": "Pass"}],
        )
        with suppress(LmsUnavailable):
            request_certificate(KEY, username, backend=anew(cheap, lms), now=NOW)
        lms.recover()
        request_certificate(KEY, username, backend=anew(cheap, lms), now=NOW + timedelta(minutes=1))
        held = cheap.certificates.facts(KEY, str(900 + number), site=cheap.site, now=NOW).certificate
        assert (held.status, held.revision, held.name) == (Status.DOWNLOADABLE, 1, f"Learner {number}"), point
        assert held.grade == Decimal("0.7"), point
        tried += 1
    assert tried == requests * len(KINDS) >= 12
    assert len(moto_cloud.objects("certificates/")) == tried + 1


def test_a_learner_with_a_certificate_of_the_lms_gets_no_second_one(backend: Any, lms: FakeLms) -> None:
    cheap = cheap_backend.cheap(backend)
    make_run(cheap, KEY)
    lms.knows(certificates=[{"username": "mira", "course_id": KEY, "uuid": "5f0c" * 8}])
    requests = asked_for_one(cheap, lms, "mira")
    assert any("/v0/certificates/" in asked for asked in lms.requests)
    for number, point in enumerate(points(lms, requests)):
        username, user_id = f"learner{number}", str(900 + number)
        lms.knows(
            people=[{"username": username, "id": 900 + number, "name": f"Learner {number}"}],
            enrollments=[{"username": username, "course_id": KEY}],
            grades=[{"username": username, "course_id": KEY, "percent": 0.7, "letter": "Pass"}],
            certificates=[{"username": username, "course_id": KEY, "uuid": f"{number:032x}"}],
        )
        for minute in (0, 1):
            with suppress(LmsUnavailable):
                request_certificate(KEY, username, backend=anew(cheap, lms), now=NOW + timedelta(minutes=minute))
            lms.recover()
        held = cheap.certificates.facts(KEY, user_id, site=cheap.site, now=NOW).certificate
        assert (held.verify_uuid, held.imported_at is not None) == (f"{number:032x}", True), point
        assert len(cheap.certificates.history(KEY, user_id)) == 1, point
    assert moto_cloud.objects("certificates/") == []


def test_a_run_ends_in_step_wherever_the_connection_was_cut(
    backend: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch
) -> None:
    lms.switch(enrollments_a_page=2)
    monkeypatch.setattr(reading, "GRADES_A_PAGE", 2)
    monkeypatch.setattr(steps, "ACCOUNTS_A_CALL", 2)
    names = [f"u{each}" for each in range(3)]
    lms.knows(
        people=[{"username": name, "id": 800 + each, "name": name} for each, name in enumerate(names)],
        enrollments=[{"username": name, "course_id": KEY} for name in names],
    )
    cloud = reconciling(cheap_backend.cheap(backend), lms)
    make_run(cloud, KEY, automatic_generation=False)
    lms.tell(count_anew=True)
    reconcile(cloud)
    requests, tried = len(lms.requests), 0
    for number, point in enumerate(points(lms, requests)):
        passing = number % 2 == 0
        graded = {"percent": (number % 90 + 1) / 100, "letter": "Pass" if passing else None}
        lms.knows(grades=[{"username": name, "course_id": KEY, **graded} for name in names])
        fresh = replace(cloud, lms=connection(lms))
        ended = reconcile(fresh, now=NOW + timedelta(days=1 + number))
        assert ended.state is ReconciliationState.FINISHED, point
        for each in range(3):
            found = cloud.certificates.facts(KEY, str(800 + each), site=cloud.site, now=NOW).enrollment
            assert (found.active, found.grade) == (True, Decimal(number % 90 + 1) / 100), point
            assert found.verdict is passing, point
        tried += 1
    assert tried == requests * len(KINDS) >= 20
