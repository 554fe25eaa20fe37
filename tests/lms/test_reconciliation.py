"""A whole run is read from the LMS: the stored facts become equal, and contradictions are listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.aws.reconciliation_store import ReconciliationStore
from certificates.errors import Conflict
from certificates.issue import issue
from certificates.jobs.starting import start_job
from certificates.lms_api import reading
from certificates.planning import Cause
from certificates.reconciliation import deliveries, steps
from certificates.reconciliation.messages import act_on_lms_message
from certificates.reconciliation.starting import begin_night, begin_reconciliation
from certificates.rules import reconciliation as rules
from certificates.rules.history import Trigger
from certificates.rules.jobs import JobKind, Selection
from certificates.rules.model import Status
from certificates.rules.reconciliation import DifferenceKind, ReconciliationState, has_shrunk
from tests import cheap_backend, jobs
from tests.lms.fake import KEY, FakeLms
from tests.lms.reconciling import NOW, Clock, deliver, reconcile, reconciling
from tests.people import enroll, make_run

BULK = Selection(kind=JobKind.BULK)


@pytest.fixture
def cloud(backend: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Everything comes ten at a time: moto copies its whole table for every transaction."""
    lms.switch(enrollments_a_page=10)
    monkeypatch.setattr(reading, "GRADES_A_PAGE", 10)
    monkeypatch.setattr(steps, "ACCOUNTS_A_CALL", 10)
    made = reconciling(cheap_backend.cheap(backend), lms)
    make_run(made, KEY, automatic_generation=False)
    return made


def crowd(number: int, **changed: Any) -> dict[str, Any]:
    """Learners u0000 … of ids 10000 …: two in three pass, one in ten audits, one in seven has left."""
    names = [f"u{each:05}" for each in range(number)]
    return {
        "people": [
            {"username": name, "id": 10_000 + each, "name": f"Learner {each}", "email": f"{name}@example.org"}
            for each, name in enumerate(names)
        ],
        "enrollments": [
            {
                "username": name,
                "course_id": KEY,
                "mode": "audit" if each % 10 == 0 else "verified",
                "is_active": each % 7 != 0,
                "created": f"2026-02-01T08:{each // 100 % 60:02}:00.000000Z",
            }
            for each, name in enumerate(names)
        ],
        "grades": [
            {"username": name, "course_id": KEY, "percent": each % 100 / 100, "letter": "Pass" if each % 3 else None}
            for each, name in enumerate(names)
        ],
        **changed,
    }


def facts(cloud: Any, user_id: str) -> Any:
    return cloud.certificates.facts(KEY, user_id, site=cloud.site, now=NOW)


def differences(cloud: Any) -> dict[str, set[str]]:
    listed = cloud.reconciling.store.differences(KEY, limit=1000).items
    return {each.user_id: set(each.since) for each in listed}


def require_in_step(cloud: Any, number: int) -> None:
    """Check that every learner's facts are those of the LMS."""
    for each in range(number):
        found = facts(cloud, str(10_000 + each))
        if each % 7 == 0:
            assert found is None or found.enrollment is None or not found.enrollment.active
            continue
        assert (found.learner.username, found.learner.name) == (f"u{each:05}", f"Learner {each}")
        assert found.enrollment.mode == ("audit" if each % 10 == 0 else "verified")
        assert found.enrollment.active
        assert found.enrollment.grade == Decimal(each % 100) / 100
        assert found.enrollment.verdict is bool(each % 3)


def test_the_facts_of_a_run_end_equal_to_those_of_the_lms(cloud: Any, lms: FakeLms) -> None:
    lms.knows(**crowd(24))
    ended = reconcile(cloud)
    assert (ended.state, ended.active, ended.differences) == (ReconciliationState.FINISHED, 24 - 4 + 1, 0)
    require_in_step(cloud, 24)
    assert facts(cloud, "4711").enrollment.grade == Decimal("0.84")


def test_it_asks_one_question_at_a_time_and_no_more_than_it_needs(cloud: Any, lms: FakeLms) -> None:
    lms.knows(**crowd(24))
    lms.tell(count_anew=True)
    reconcile(cloud)
    told = lms.tell()
    asked = [address.split("?")[0].rsplit("/", 1)[0] for address in told["requests"]]
    assert told["most_at_once"] == 1
    assert asked.count("GET /api/enrollment/v1") == 3
    assert asked.count("GET /api/user/v1") == 3
    assert len(asked) == 3 + 3 + 1 + 1 + 3 + 1, "enrollments, grades, beta testers, holders, accounts, a token"


def test_a_second_night_changes_nothing(cloud: Any, lms: FakeLms) -> None:
    lms.knows(**crowd(12))
    reconcile(cloud)
    again = reconcile(cloud, now=NOW + timedelta(days=1))
    assert (again.state, again.changed) == (ReconciliationState.FINISHED, 0)


def test_news_that_came_since_the_reading_began_win(cloud: Any, lms: FakeLms) -> None:
    from certificates.aws.records_store import RecordsStore
    from certificates.rules.lms_update import LmsUpdate

    reconcile(cloud)
    news = LmsUpdate(
        user_id="4711", at=NOW + timedelta(days=1, minutes=1), course_id=KEY, grade=Decimal("0.2"), passing=False
    )
    RecordsStore().apply([news])
    reconcile(cloud, now=NOW + timedelta(days=1))
    assert facts(cloud, "4711").enrollment.verdict is False
    reconcile(cloud, now=NOW + timedelta(days=2))
    assert facts(cloud, "4711").enrollment.verdict is True


@pytest.mark.parametrize(
    ("listing", "kind"),
    [
        *(("enrollments", kind) for kind in ("before", "half", "garbage")),
        *(("grades", kind) for kind in ("after", "maintenance")),
        ("accounts", "error"),
    ],
)
def test_a_listing_that_breaks_off_writes_nothing_and_nobody_has_left(
    cloud: Any, lms: FakeLms, kind: str, listing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_TRIES", 2)
    lms.knows(**crowd(24))
    enroll(cloud, "10001", "u00001", course_id=KEY, grade="0.1")
    page = "courses/" if listing == "grades" else listing
    lms.fail(kind, 1 if listing != "grades" else 0, last=9999, path=f"/{page}")
    begun = begin_reconciliation(KEY, by="ines", backend=cloud, now=NOW)
    deliver(cloud)
    assert facts(cloud, "10001").enrollment.grade == Decimal("0.1")
    assert facts(cloud, "10002") is None
    ended = cloud.reconciling.store.reconciliation(KEY, begun.reconciliation_id)
    assert (ended.state, ended.why) == (ReconciliationState.BROKEN, "lms-unavailable")
    assert facts(cloud, "10001").enrollment.active
    lms.recover()
    assert reconcile(cloud, now=NOW + timedelta(hours=1)).state is ReconciliationState.FINISHED
    require_in_step(cloud, 24)


@pytest.mark.parametrize("kind", ["half", "throttled-silently", "expired"])
def test_a_night_in_which_every_third_answer_fails_ends_in_step_all_the_same(
    cloud: Any, lms: FakeLms, kind: str
) -> None:
    lms.knows(**crowd(24))
    lms.fail(kind, 1, last=9999, every=3)
    assert reconcile(cloud).state is ReconciliationState.FINISHED
    require_in_step(cloud, 24)


def test_the_product_waits_as_long_as_the_lms_asks_in_the_text_of_its_answer(cloud: Any, lms: FakeLms) -> None:
    lms.knows(**crowd(24))
    lms.fail("throttled-silently", 1, last=9999, every=2)
    pauses: list[float] = []
    assert reconcile(cloud, sleep=pauses.append).state is ReconciliationState.FINISHED
    assert pauses.count(1) >= 3
    assert set(pauses) == {1, deliveries.BETWEEN_CALLS}


def test_an_lms_that_is_away_for_half_an_hour_is_waited_for(cloud: Any, lms: FakeLms) -> None:
    """Each delivery tries three times, and each try asks twice at once: ten deliveries last more than half an hour."""
    lms.fail("error", 1, last=6 * 8)
    clock = Clock()
    begun = begin_reconciliation(KEY, by="ines", backend=cloud, now=NOW)
    deliver(cloud, clock=clock)
    ended = cloud.reconciling.store.reconciliation(KEY, begun.reconciliation_id)
    assert (ended.state, ended.tries, ended.next_try_at) == (ReconciliationState.FINISHED, 0, None)
    assert clock.now - NOW > timedelta(minutes=30)


def test_while_one_run_cannot_be_read_others_have_their_turn(
    cloud: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch
) -> None:
    from certificates.messages.lms import LearnerToReadAgain

    other = "course-v1:Demo+C2+2026"
    make_run(cloud, other, automatic_generation=False)
    lms.knows(
        runs=[{"course_id": other, "name": "Other", "org": "Demo"}],
        enrollments=[{"username": "mira", "course_id": other}],
    )
    lms.fail("error", last=9999, path=f"/api/grades/v1/courses/{KEY}")
    broken = begin_reconciliation(KEY, by="ines", backend=cloud, now=NOW)
    good = begin_reconciliation(other, by="ines", backend=cloud, now=NOW)
    cloud.reconciling.queue.send(LearnerToReadAgain(other, None, "mira"))
    clock = Clock()
    store, queue = cloud.reconciling.store, cloud.reconciling.queue
    waited: list[float] = []

    def first_turns(seconds: float) -> None:
        waited.append(seconds)
        clock.sleep(seconds)

    while store.reconciliation(other, good.reconciliation_id).state is ReconciliationState.RUNNING:
        deliver_one(cloud, clock, first_turns)
    deliver_one(cloud, clock, first_turns)
    assert facts_in(cloud, other, "4711").enrollment.active
    behind = store.reconciliation(KEY, broken.reconciliation_id)
    assert (behind.state, behind.tries) == (ReconciliationState.RUNNING, 1)
    assert NOW < behind.next_try_at <= clock.now + timedelta(minutes=1)
    assert max(waited) <= deliveries.LONGEST_PAUSE
    assert len(queue.waiting) == 1
    alarms: list[str] = []
    monkeypatch.setattr(deliveries, "lms_not_read", lambda course_id, why: alarms.append(why))
    deliver(cloud, clock=clock)
    assert alarms == ["lms-unavailable"]
    ended = store.reconciliation(KEY, broken.reconciliation_id)
    assert (ended.state, ended.why) == (ReconciliationState.BROKEN, "lms-unavailable")


def test_a_hint_is_tried_again_behind_the_others_and_dropped_at_last(cloud: Any, lms: FakeLms) -> None:
    from certificates.messages.lms import LearnerToReadAgain

    lms.fail("error", last=1, path="/accounts/")
    cloud.reconciling.queue.send(LearnerToReadAgain(KEY, None, "mira"))
    assert deliver(cloud) == 2
    assert facts(cloud, "4711").enrollment.active
    lms.fail("error", last=999)
    cloud.reconciling.queue.send(LearnerToReadAgain(KEY, None, "mira"))
    assert deliver(cloud) == 5


def deliver_one(cloud: Any, clock: Clock, sleep: Callable[[float], None]) -> None:
    first = cloud.reconciling.queue.waiting.pop(0)
    act_on_lms_message(first, backend=cloud, clock=clock, out_of_time=lambda: False, sleep=sleep)


def facts_in(cloud: Any, course_id: str, user_id: str) -> Any:
    return cloud.certificates.facts(course_id, user_id, site=cloud.site, now=NOW)


def test_a_run_that_shrinks_stops_and_asks(cloud: Any, lms: FakeLms) -> None:
    lms.knows(**crowd(24))
    reconcile(cloud)
    gone = [{"username": f"u{each:05}", "course_id": KEY} for each in range(18)]
    lms.knows(forget_enrollments=gone)
    asking = reconcile(cloud, now=NOW + timedelta(days=1))
    assert (asking.state, asking.why) == (ReconciliationState.ASKS, "shrunk")
    assert facts(cloud, "10001").enrollment.active
    agreed = reconcile(cloud, now=NOW + timedelta(days=2), accepts_shrinking=True)
    assert agreed.state is ReconciliationState.FINISHED
    assert not facts(cloud, "10001").enrollment.active
    assert facts(cloud, "10019").enrollment.active


@pytest.mark.parametrize(
    ("before", "now", "percent", "shrunk"),
    [(100, 80, 20, False), (100, 79, 20, True), (19, 0, 20, False), (0, 0, 1, False)],
)
def test_a_share_of_a_small_run_means_nothing(before: int, now: int, percent: int, shrunk: bool) -> None:
    assert has_shrunk(before, now, percent) is shrunk


def hold_a_certificate(cloud: Any, user_id: str = "4711") -> None:
    issue(KEY, user_id, cause=Cause(trigger=Trigger.BULK, actor="ines"), backend=cloud, now=NOW)
    assert facts(cloud, user_id).certificate.status is Status.DOWNLOADABLE


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"grades": [{"username": "mira", "course_id": KEY, "percent": 0.2}]}, DifferenceKind.HOLDER_NOT_PASSING),
        (
            {"enrollments": [{"username": "mira", "course_id": KEY, "is_active": False}]},
            DifferenceKind.HOLDER_NOT_ENROLLED,
        ),
        ({"forget_enrollments": [{"username": "mira", "course_id": KEY}]}, DifferenceKind.HOLDER_NOT_ENROLLED),
        (
            {"enrollments": [{"username": "mira", "course_id": KEY, "mode": "audit"}]},
            DifferenceKind.HOLDER_IN_OTHER_MODE,
        ),
        ({"people": [{"username": "mira", "id": 4711, "name": "Mira Obi"}]}, DifferenceKind.HOLDER_RENAMED),
    ],
)
def test_holders_of_a_certificate_keep_it_and_are_listed(
    cloud: Any, lms: FakeLms, change: dict[str, Any], kind: DifferenceKind
) -> None:
    reconcile(cloud)
    hold_a_certificate(cloud)
    lms.knows(**change)
    first = NOW + timedelta(days=1)
    assert reconcile(cloud, now=first).differences == 1
    assert differences(cloud) == {"4711": {kind.value}}
    assert facts(cloud, "4711").certificate.status is Status.DOWNLOADABLE
    reconcile(cloud, now=NOW + timedelta(days=2))
    [listed] = cloud.reconciling.store.differences(KEY, limit=10).items
    assert listed.since == {kind.value: first}, "since it was found first"
    lms.begin_anew()
    reconcile(cloud, now=NOW + timedelta(days=3))
    assert differences(cloud) == {}


def test_a_grade_that_the_lms_leaves_out_is_no_failed_grade(cloud: Any, lms: FakeLms) -> None:
    reconcile(cloud)
    lms.switch(grades_leave_out=["mira"])
    reconcile(cloud, now=NOW + timedelta(days=1))
    assert facts(cloud, "4711").enrollment.verdict is True
    assert differences(cloud) == {"4711": {"grade-missing"}}


def test_a_learner_whose_row_cannot_be_read_has_not_left(cloud: Any, lms: FakeLms) -> None:
    """A site may name a track in a way that the product does not know."""
    reconcile(cloud)
    lms.knows(enrollments=[{"username": "mira", "course_id": KEY, "mode": "(special)"}])
    again = reconcile(cloud, now=NOW + timedelta(days=1))
    assert (again.state, again.unread) == (ReconciliationState.FINISHED, 1)
    assert facts(cloud, "4711").enrollment.active
    assert differences(cloud) == {}


def test_a_learner_who_was_renamed_is_the_same_learner(cloud: Any, lms: FakeLms) -> None:
    reconcile(cloud)
    hold_a_certificate(cloud)
    lms.knows(
        people=[{"username": "mira2", "id": 4711, "name": "Mira Okafor", "email": "mira@example.org"}],
        forget_people=["mira"],
        forget_enrollments=[{"username": "mira", "course_id": KEY}],
        enrollments=[{"username": "mira2", "course_id": KEY}],
        grades=[{"username": "mira2", "course_id": KEY, "percent": 0.9, "letter": "Pass"}],
    )
    reconcile(cloud, now=NOW + timedelta(days=1))
    found = facts(cloud, "4711")
    assert (found.learner.username, found.enrollment.active, differences(cloud)) == ("mira2", True, {})
    assert cloud.learners.user_id_of("mira2") == "4711"


def test_a_retired_learner_is_shown_to_staff_and_keeps_the_stored_facts(cloud: Any, lms: FakeLms) -> None:
    reconcile(cloud)
    lms.knows(
        people=[{"username": "retired__user_1", "id": 4711, "email": "retired__user_1@retired.invalid"}],
        forget_people=["mira"],
        forget_enrollments=[{"username": "mira", "course_id": KEY}],
        enrollments=[{"username": "retired__user_1", "course_id": KEY, "is_active": False}],
    )
    reconcile(cloud, now=NOW + timedelta(days=1))
    found = facts(cloud, "4711")
    assert (found.learner.username, found.enrollment.active) == ("mira", False)
    assert differences(cloud) == {"4711": {"retired"}}


def test_beta_testers_are_marked_if_the_release_shows_them(cloud: Any, lms: FakeLms) -> None:
    lms.knows(roles=[{"username": "mira", "org": "Demo", "role": "beta_testers", "course_id": KEY}])
    lms.switch(release="redwood")
    assert reconcile(cloud).not_listed == ("beta-testers", "certificate-holders")
    assert not facts(cloud, "4711").enrollment.beta_tester
    lms.switch(release="verawood")
    reconcile(cloud, now=NOW + timedelta(days=1))
    assert facts(cloud, "4711").enrollment.beta_tester


def test_identity_is_read_only_for_learners_who_need_it(cloud: Any, lms: FakeLms) -> None:
    checked = {"is_verified": True, "status": "approved", "expiration_datetime": ""}
    lms.knows(
        people=[{"username": "mira", "id": 4711, "name": "Mira Okafor", "verification": checked}],
        **{name: rows for name, rows in crowd(20).items() if name != "people"},
    )
    make_run(cloud, KEY, identity_required=True, automatic_generation=False)
    lms.tell(count_anew=True)
    reconcile(cloud)
    assert facts(cloud, "4711").learner.identity_verified
    passing = [each for each in range(20) if each % 3 and each % 7 and each % 10]
    assert sum("verification_status" in asked for asked in lms.requests) == len(passing) + 1


def test_learners_who_pass_now_are_issued_if_automatic_issuing_is_on(cloud: Any, lms: FakeLms) -> None:
    make_run(cloud, KEY, automatic_generation=True)
    reconcile(cloud)
    [job] = cloud.jobs.jobs(KEY, limit=9).items
    assert (job.started_by, job.sent_at is not None) == ("lms", True)
    jobs.work(cloud)
    assert facts(cloud, "4711").certificate.status is Status.DOWNLOADABLE
    reconcile(cloud, now=NOW + timedelta(days=1))
    assert len(cloud.jobs.jobs(KEY, limit=9).items) == 1, "nobody is left to issue to"


def test_a_bulk_issue_reads_the_lms_first(cloud: Any, lms: FakeLms) -> None:
    enroll(cloud, "4711", "mira", course_id=KEY, grade="0.9")
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.1}])
    job = start_job(KEY, BULK, dry_run=False, by="ines", backend=cloud, now=NOW)
    assert (job.sent_at, list(jobs.messages())) == (None, [])
    deliver(cloud)
    sent = cloud.jobs.job(KEY, job.job_id)
    assert sent.sent_at is not None
    jobs.work(cloud)
    assert facts(cloud, "4711").certificate is None


def test_a_bulk_issue_waits_while_the_lms_cannot_be_read(cloud: Any, lms: FakeLms) -> None:
    enroll(cloud, "4711", "mira", course_id=KEY, grade="0.9")
    lms.fail("error", last=9999)
    job = start_job(KEY, BULK, dry_run=False, by="ines", backend=cloud, now=NOW)
    deliver(cloud)
    assert cloud.jobs.job(KEY, job.job_id).sent_at is None
    lms.recover()
    reconcile(cloud, now=NOW + timedelta(hours=1))
    assert cloud.jobs.job(KEY, job.job_id).sent_at is not None


def test_one_reconciliation_at_a_time_and_a_job_joins_the_one_on_its_way(cloud: Any, lms: FakeLms) -> None:
    begun = begin_reconciliation(KEY, by="night", backend=cloud, now=NOW)
    with pytest.raises(Conflict, match="night"):
        begin_reconciliation(KEY, by="ines", backend=cloud, now=NOW + timedelta(seconds=1))
    job = start_job(KEY, BULK, dry_run=False, by="ines", backend=cloud, now=NOW)
    queue = cloud.reconciling.queue
    queue.waiting.reverse()
    deliver(cloud)
    assert cloud.reconciling.store.reconciliation(KEY, begun.reconciliation_id).job_id == job.job_id
    assert cloud.jobs.job(KEY, job.job_id).sent_at is not None


def test_work_without_time_continues_with_the_next_message(cloud: Any, lms: FakeLms) -> None:
    lms.knows(**crowd(24))
    begin_reconciliation(KEY, by="ines", backend=cloud, now=NOW)
    assert deliver(cloud, out_of_time=lambda: True) > 8
    require_in_step(cloud, 24)


def test_a_night_reads_the_runs_that_may_still_change_and_ends_with_its_window(cloud: Any, lms: FakeLms) -> None:
    old = NOW - timedelta(days=40)
    make_run(cloud, "course-v1:Demo+Old+2025", end=old)
    assert begin_night(backend=cloud, now=NOW, hours=5) == 1
    deliver(cloud, clock=lambda: NOW + timedelta(hours=6))
    [ended] = cloud.reconciling.store.reconciliations(KEY, limit=9).items
    assert (ended.state, ended.why) == (ReconciliationState.BROKEN, "window-over")


def test_a_service_user_without_rights_ends_it_at_once(cloud: Any, lms: FakeLms) -> None:
    lms.knows(people=[{"username": "certs_service", "id": 1, "is_staff": False}])
    ended = reconcile(cloud)
    assert (ended.state, ended.why) == (ReconciliationState.BROKEN, "lms-refused")


def test_two_deliveries_at_once_count_a_step_once(cloud: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch) -> None:
    lms.knows(**crowd(12))
    begun = begin_reconciliation(KEY, by="ines", backend=cloud, now=NOW)
    real, raced = ReconciliationStore.move, []

    def move(store: Any, before: Any, after: Any, now: Any) -> Any:
        if not raced:
            raced.append(real(store, before, after, now))
        return real(store, before, after, now)

    monkeypatch.setattr(ReconciliationStore, "move", move)
    deliver(cloud)
    moved = cloud.reconciling.store.reconciliation(KEY, begun.reconciliation_id)
    assert (moved.version, moved.state) == (1, ReconciliationState.RUNNING)


def test_a_hint_reads_one_learner_again_and_is_never_believed(cloud: Any, lms: FakeLms) -> None:
    from certificates.messages.lms import LearnerToReadAgain

    make_run(cloud, KEY, automatic_generation=True)
    cloud.reconciling.queue.send(LearnerToReadAgain(KEY, "4711", None))
    cloud.reconciling.queue.send(LearnerToReadAgain(KEY, None, "ines"))
    cloud.reconciling.queue.send(LearnerToReadAgain(KEY, "999", None))
    cloud.reconciling.queue.send(LearnerToReadAgain("course-v1:No+Such+Run", None, "mira"))
    deliver(cloud)
    assert facts(cloud, "4711").certificate.status is Status.DOWNLOADABLE
    assert facts(cloud, "12") is None
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.1}])
    cloud.reconciling.queue.send(LearnerToReadAgain(KEY, None, "mira"))
    deliver(cloud, clock=Clock(datetime(2026, 11, 30, tzinfo=UTC)))
    assert facts(cloud, "4711").enrollment.verdict is False
    assert facts(cloud, "4711").certificate.status is Status.DOWNLOADABLE


def test_many_hints_about_one_learner_lead_to_one_reading_after_the_last(cloud: Any, lms: FakeLms) -> None:
    from certificates.messages.lms import LearnerToReadAgain

    make_run(cloud, KEY, automatic_generation=False)
    begun = datetime(2026, 11, 30, tzinfo=UTC)
    for seconds in range(5):
        news_at = begun + timedelta(seconds=seconds)
        cloud.reconciling.queue.send(LearnerToReadAgain(KEY, "4711", None, news_at=news_at))
    lms.tell(count_anew=True)
    deliver(cloud, clock=Clock(begun + timedelta(minutes=1)))
    assert sum("/grades/" in asked for asked in lms.requests) == 1
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.3}])
    later = begun + timedelta(minutes=3)
    cloud.reconciling.queue.send(LearnerToReadAgain(KEY, "4711", None, news_at=later))
    deliver(cloud, clock=Clock(later))
    assert facts(cloud, "4711").enrollment.verdict is False


def test_a_hint_is_read_after_the_lms_has_committed_the_change(cloud: Any, lms: FakeLms) -> None:
    from certificates.messages.lms import LearnerToReadAgain

    make_run(cloud, KEY, automatic_generation=False)
    came, clock = datetime(2026, 11, 30, tzinfo=UTC), Clock(datetime(2026, 11, 30, tzinfo=UTC))
    cloud.reconciling.queue.send(LearnerToReadAgain(KEY, "4711", None, news_at=came))
    deliver(cloud, clock=clock)
    assert facts(cloud, "4711").enrollment.enrolled_at >= came + timedelta(seconds=3)
