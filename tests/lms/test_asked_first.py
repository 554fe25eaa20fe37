"""Before the first reading of a run, a certificate is issued only after the LMS was asked for its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from certificates import runtime
from certificates.exception_list.deciding import decide_listed
from certificates.exception_list.entries import add_exception
from certificates.rules.history import ChangeKind, Trigger
from certificates.rules.model import Status
from tests import cheap_backend
from tests.lms.fake import KEY, FakeLms
from tests.lms.news import ENROLLED, ENROLLMENT, PASSED, PASSING
from tests.lms.news import send as send_at
from tests.lms.reconciling import NOW, deliver, reconcile, reconciling
from tests.lms.test_imported_certificates import OLD, held_by
from tests.people import make_run


@pytest.fixture
def cloud(backend: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = reconciling(cheap_backend.cheap(backend), lms)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
    make_run(made, KEY)
    return made


BEFORE, AFTER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=5)
"""Before and after the LMS is read."""


def send(cloud: Any, event_type: str, data: dict[str, Any], at: datetime = BEFORE) -> None:
    send_at(cloud, event_type, data, at)


def by_events(cloud: Any, at: datetime = BEFORE) -> None:
    send(cloud, ENROLLMENT, ENROLLED, at)
    send(cloud, PASSING, PASSED, at)


def by_hand(cloud: Any, at: datetime = BEFORE) -> None:
    send(cloud, ENROLLMENT, ENROLLED, at)
    add_exception(KEY, "mira", "ill", by="ines", backend=cloud, now=NOW)


def by_file(cloud: Any, at: datetime = BEFORE) -> None:
    make_run(cloud, KEY, automatic_generation=False)
    by_hand(cloud, at)
    make_run(cloud, KEY)
    decide_listed(KEY, ["4711"], "ines", backend=cloud, now=NOW)


WAYS = pytest.mark.parametrize("way", [by_events, by_hand, by_file])


def held(cloud: Any) -> Any:
    return cloud.certificates.facts(KEY, "4711", site=cloud.site, now=NOW).certificate


@WAYS
def test_the_certificate_of_the_lms_is_imported_and_none_is_issued_beside_it(
    cloud: Any, lms: FakeLms, way: Callable[..., None]
) -> None:
    lms.knows(certificates=[held_by("mira")])
    way(cloud)
    assert held(cloud) is None
    deliver(cloud)
    assert (held(cloud).verify_uuid, held(cloud).imported_at is not None) == (OLD, True)


@WAYS
def test_without_a_certificate_of_the_lms_one_is_issued_once_that_was_asked(
    cloud: Any, lms: FakeLms, way: Callable[..., None]
) -> None:
    if way is not by_events:
        lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.1}])
    way(cloud)
    deliver(cloud)
    assert (held(cloud).status, held(cloud).imported_at) == (Status.DOWNLOADABLE, None)
    history = cloud.certificates.history(KEY, "4711")
    cause = Trigger.GRADE if way is by_events else Trigger.EXCEPTION_ADDED
    assert [entry.trigger for entry in history if entry.change is ChangeKind.ISSUED] == [cause]


@WAYS
def test_after_the_run_was_read_the_certificate_is_issued_at_once(
    cloud: Any, lms: FakeLms, way: Callable[..., None]
) -> None:
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.1}])
    make_run(cloud, KEY, automatic_generation=False)
    reconcile(cloud)
    make_run(cloud, KEY)
    way(cloud, AFTER)
    assert held(cloud).status is Status.DOWNLOADABLE
    assert cloud.reconciling.queue.waiting == []


def test_a_learner_who_was_asked_about_is_decided_on_at_once_later(cloud: Any, lms: FakeLms) -> None:
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.1}])
    by_events(cloud)
    deliver(cloud)
    assert held(cloud) is None, "the LMS says that she does not pass"
    add_exception(KEY, "mira", "ill", by="ines", backend=cloud, now=NOW)
    assert held(cloud).status is Status.DOWNLOADABLE


def test_who_is_issued_nothing_is_not_asked_about(cloud: Any) -> None:
    send(cloud, ENROLLMENT, ENROLLED)
    assert cloud.reconciling.queue.waiting == []
