"""Open edX events in their documented payloads: the update of each, its time, and malformed events."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from certificates.errors import BadRequest
from certificates.lms.events import EVENT_TYPES, Event, Subject, parse
from certificates.rules.lms_update import Account, Enrolled, Identity, LmsUpdate
from tests.samples import openedx_events as samples

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
AT = datetime(2026, 11, 24, 10, 30, 0, 123456, tzinfo=UTC)
RUN = samples.COURSE_ID
ANA = Account("ana", "ana@example.com")


def said(message: dict[str, Any]) -> LmsUpdate:
    event = parse(message, now=NOW)
    assert event is not None
    return event.update


def test_an_enrollment_event_gives_track_activity_and_learner() -> None:
    message = samples.enrollment("created", mode="verified", at=AT)
    assert parse(message, now=NOW) == Event(
        event_id=samples.EVENT_ID,
        event_type="org.openedx.learning.course.enrollment.created.v1",
        subject=Subject.ENROLLMENT,
        update=LmsUpdate(
            user_id="42", at=AT, account=ANA, name="Ana Lima", course_id=RUN, enrolled=Enrolled("verified", active=True)
        ),
    )


def test_an_unenrollment_event_ends_the_enrollment_with_any_payload() -> None:
    message = samples.unenrollment(mode="honor", at=AT)
    message["detail"]["enrollment"]["is_active"] = True
    assert said(message).enrolled == Enrolled("honor", active=False)


@pytest.mark.parametrize("passing", [True, False])
def test_a_passing_status_is_the_verdict(passing: bool) -> None:
    update = said(samples.passing_status(passing, at=AT))
    assert (update.course_id, update.passing, update.grade, update.enrolled) == (RUN, passing, None, None)


def test_a_passing_status_of_a_coachs_copy_is_that_of_the_copy() -> None:
    message = samples.passing_status(True, at=AT)
    message["detail-type"] = "org.openedx.learning.ccx.course.passing.status.updated.v1"
    message["detail"]["metadata"]["event_type"] = message["detail-type"]
    message["detail"]["course_passing_status"]["course"] = {
        "ccx_course_key": "ccx-v1:Lyceum+BOT101+2026_T3+ccx@7",
        "master_course_key": RUN,
        "display_name": "Botany",
        "coach_email": "coach@example.com",
    }
    assert said(message).course_id == "ccx-v1:Lyceum+BOT101+2026_T3+ccx@7"


@pytest.mark.parametrize(
    ("sent", "grade"),
    [
        *[(0.83, "0.83"), (0, "0"), (1, "1"), (0.5999999999999999, "0.6"), (1.0000000000000002, "1"), (0.599, "0.599")],
        *[(0.8999999, "0.9"), (0.8966, "0.8966"), (1.15, "1.15"), (-0.0, "0"), (1e300, "1E+6"), (float("inf"), "1E+6")],
    ],
)
def test_a_grade_summary_is_a_share_without_the_noise_of_doubles(sent: float, grade: str) -> None:
    update = said(samples.grade_summary(sent, at=AT))
    assert update == LmsUpdate(user_id="42", at=AT, course_id=RUN, grade=Decimal(grade), passing=True)


@pytest.mark.parametrize(("letter", "passing"), [("Pass", True), ("B", True), ("", False), (" ", False), (None, False)])
def test_the_letter_grade_is_the_verdict_and_the_time_of_passing_never(letter: str | None, passing: bool) -> None:
    message = samples.grade_summary(0.4, at=AT)
    message["detail"]["grade"]["letter_grade"] = letter
    assert message["detail"]["grade"]["passed_timestamp"] is not None
    assert said(message).passing is passing


def test_a_grade_summary_that_says_nothing_of_a_letter_grade_gives_no_verdict() -> None:
    message = samples.grade_summary(0.4, at=AT)
    del message["detail"]["grade"]["letter_grade"]
    assert said(message).passing is None


@pytest.mark.parametrize(
    "message",
    [samples.passing_status(True, at=AT), samples.identity_approved(until=None, at=AT)],
    ids=["passing status", "identity"],
)
def test_only_an_enrollment_says_the_name_of_the_profile(message: dict[str, Any]) -> None:
    update = said(message)
    assert (update.name, update.spare_name) == (None, "Ana Lima")


@pytest.mark.parametrize("email", ["", None])
def test_a_learner_may_have_no_email(email: str | None) -> None:
    message = samples.enrollment("created", mode="verified", at=AT)
    message["detail"]["enrollment"]["user"]["pii"]["email"] = email
    assert said(message).account == Account("ana", "")


def test_an_event_that_does_not_mention_an_email_says_nothing_of_one() -> None:
    message = samples.enrollment("created", mode="verified", at=AT)
    del message["detail"]["enrollment"]["user"]["pii"]["email"]
    assert said(message).account == Account("ana", None)


@pytest.mark.parametrize(
    "username", ["عمر خالد", "Noor El Amin", "ana@corp", "+sam", "-lena-", "a.b_c", "葛󠄀", "x" * 150]
)
def test_every_username_of_the_lms_is_allowed(username: str) -> None:
    account = said(
        samples.enrollment("created", mode="verified", at=AT, learner=samples.user(username=username))
    ).account
    assert account is not None
    assert account.username == username


@pytest.mark.parametrize("key", ["Lyceum/BOT101/2026_T3", "library-v1:Lyceum+Botany", "course-v2:Lyceum+BOT101+2026"])
@pytest.mark.parametrize(
    "make",
    [
        lambda key: samples.passing_status(True, at=AT, course_id=key),
        lambda key: samples.grade_summary(0.7, at=AT, course_id=key),
        lambda key: samples.enrollment("created", mode="verified", at=AT, course_id=key),
    ],
    ids=["passing status", "grade", "enrollment"],
)
def test_an_event_of_a_run_that_is_not_ours_is_ignored(make: Callable[[str], dict[str, Any]], key: str) -> None:
    assert parse(make(key), now=NOW) is None


def test_a_beta_tester_of_a_whole_organization_is_of_no_run() -> None:
    message = samples.access_role("added", "beta_testers", at=AT)
    message["detail"]["course_access_role_data"]["course_key"] = None
    assert parse(message, now=NOW) is None


def test_an_approved_identity_attempt_says_until_when() -> None:
    until = datetime(2028, 11, 24, tzinfo=UTC)
    assert said(samples.identity_approved(until=until, at=AT)).identity == Identity(True, until)
    assert said(samples.identity_approved(until=None, at=AT)).identity == Identity(True, None)


@pytest.mark.parametrize(("change", "beta_tester"), [("added", True), ("removed", False)])
def test_only_the_beta_tester_role_makes_a_beta_tester(change: str, beta_tester: bool) -> None:
    assert said(samples.access_role(change, "beta_testers", at=AT)).beta_tester is beta_tester
    assert parse(samples.access_role(change, "instructor", at=AT), now=NOW) is None


def test_an_unused_type_of_event_gives_none() -> None:
    message = samples.enrollment("created", mode="verified", at=AT)
    message["detail-type"] = "org.openedx.learning.student.registration.completed.v1"
    assert parse(message, now=NOW) is None


@pytest.mark.parametrize("message", samples.one_of_each(AT), ids=lambda message: message["detail-type"])
def test_both_documented_envelopes_say_the_same(message: dict[str, Any]) -> None:
    assert parse(samples.as_cloud_event(message), now=NOW) == parse(message, now=NOW)


def test_there_is_a_sample_of_each_type_that_is_listened_to() -> None:
    assert {message["detail-type"] for message in samples.one_of_each(AT)} == EVENT_TYPES


def test_an_event_without_a_time_of_its_own_has_eventbridges() -> None:
    message = samples.enrollment("changed", mode="honor", at=AT)
    del message["detail"]["metadata"]
    event = parse(message, now=NOW)
    assert event is not None
    assert (event.update.at, event.event_id) == (datetime(2026, 11, 24, 10, 30, 5, tzinfo=UTC), message["id"])


def test_a_time_of_another_zone_is_answered_in_utc() -> None:
    message = samples.enrollment("changed", mode="honor", at=AT)
    message["detail"]["metadata"]["time"] = "2026-11-24T11:30:00.123456+01:00"
    assert said(message).at == AT


def put(*path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(message: dict[str, Any]) -> None:
        place = message
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (put("detail-type", value=None), "detail-type"),
        (put("detail", value="text"), "detail"),
        (put("detail", "metadata", "time", value="yesterday"), "detail.metadata.time"),
        (put("detail", "metadata", "time", value="2126-11-24T10:30:00Z"), "detail.metadata.time"),
        (put("detail", "metadata", "event_type", value="org.openedx.other.v1"), "detail.metadata.event_type"),
        (put("detail", "enrollment", value=None), "detail.enrollment"),
        (put("detail", "enrollment", "mode", value=""), "detail.enrollment.mode"),
        (put("detail", "enrollment", "mode", value=7), "detail.enrollment.mode"),
        (put("detail", "enrollment", "is_active", value="yes"), "detail.enrollment.is_active"),
        (
            put("detail", "enrollment", "course", "course_key", value="course-v1:Lyceum"),
            "detail.enrollment.course.course_key",
        ),
        (put("detail", "enrollment", "user", "id", value=True), "detail.enrollment.user.id"),
        (put("detail", "enrollment", "user", "id", value=-4), "detail.enrollment.user.id"),
        (put("detail", "enrollment", "user", "pii", value=None), "detail.enrollment.user.pii"),
    ],
)
def test_a_malformed_event_is_refused_by_the_field_at_fault(
    change: Callable[[dict[str, Any]], None], field: str
) -> None:
    message = copy.deepcopy(samples.enrollment("created", mode="verified", at=AT))
    change(message)
    with pytest.raises(BadRequest) as refused:
        parse(message, now=NOW)
    assert (refused.value.reason, refused.value.values["field"]) == ("malformed-event", field)


@pytest.mark.parametrize(
    ("field", "odd"), [("email", "nobody"), ("email", "a b@x.org"), ("email", 7), ("name", "x" * 256), ("name", ["x"])]
)
def test_an_odd_address_or_name_hides_no_other_fact_of_the_event(field: str, odd: object) -> None:
    message = copy.deepcopy(samples.enrollment("created", mode="verified", at=AT))
    put("detail", "enrollment", "user", "pii", field, value=odd)(message)
    update = said(message)
    assert update.enrolled == Enrolled("verified", True)
    assert update.account is not None
    assert {"email": update.account.email, "name": update.name}[field] is None


@pytest.mark.parametrize(("percent", "kept"), [(72, None), (2.5, None), (1.15, Decimal("1.15"))])
def test_a_number_that_may_be_a_percentage_is_a_grade_only_with_the_verdict_of_the_lms(
    percent: float, kept: Decimal | None
) -> None:
    """Compared with the passing grade, 72 for 72 percent would pass every learner."""
    message = samples.grade_summary(percent, at=AT)
    assert said(message).grade == Decimal(str(percent))
    del message["detail"]["grade"]["letter_grade"]
    assert (said(message).grade, said(message).passing) == (kept, None)


@pytest.mark.parametrize("percent", [-0.1, "0.8", True, float("nan"), None])
def test_a_percent_grade_that_is_no_number_of_0_or_more_is_malformed(percent: object) -> None:
    message = samples.grade_summary(0.5, at=AT)
    message["detail"]["grade"]["percent_grade"] = percent
    with pytest.raises(BadRequest) as refused:
        parse(message, now=NOW)
    assert refused.value.values["field"] == "detail.grade.percent_grade"


def test_the_report_of_a_malformed_event_has_no_value_of_it() -> None:
    message = samples.enrollment("created", mode="verified", at=AT)
    message["detail"]["enrollment"]["user"]["pii"]["username"] = "secret\tperson"
    with pytest.raises(BadRequest) as refused:
        parse(message, now=NOW)
    assert "secret" not in f"{refused.value.message} {refused.value.values}"
