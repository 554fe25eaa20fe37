"""Questions about the facts: names, grades, verdicts, attempts, warnings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from certificates.http.sentences import sentence
from certificates.rules import messages
from certificates.rules.eligibility import Reason, is_to_be_issued
from certificates.rules.events import should_become_notpassing
from certificates.rules.grades import MOST, may_be_percentage, rounded
from certificates.rules.lms_update import LmsUpdate
from certificates.rules.messages import MessageId
from certificates.rules.model import Attempt, Display, Outcome, Pacing, Status
from certificates.rules.predicates import (
    carries_username,
    contradicts_threshold,
    has_failed_to_fit,
    is_imported,
    is_name_printable,
    is_passing,
    print_of,
    was_issued,
)
from certificates.rules.trying import attempt_of
from certificates.rules.warnings import LearnerWarning, warnings_about
from tests.unit.rules.made import COURSE_ID, NOW, PAST, certificate, facts


@pytest.mark.parametrize(
    ("grade", "kept"),
    [
        ("0.8", "0.8"),
        ("0.80", "0.8"),
        ("0.59999949", "0.599999"),
        ("0.5999996", "0.6"),
        ("1.25", "1.25"),
        ("0", "0"),
        ("-0.0000001", "0"),
        ("-0.000001", None),
        ("-1", None),
        ("NaN", None),
        ("999999.5", "999999.5"),
        ("1000000", "1000000"),
        ("1000001", "1000000"),
        ("Infinity", "1000000"),
    ],
)
def test_a_grade_is_kept_to_six_digits_within_its_limits(grade, kept):
    found = rounded(Decimal(grade))
    assert found == (None if kept is None else Decimal(kept))
    assert found is None or (found == MOST or str(found) == str(Decimal(kept).normalize()))
    assert found is None or not found.is_signed()


@pytest.mark.parametrize(
    ("grade", "passing_grade", "passes"),
    [
        ("0.6", "0.6", True),
        ("0.599999", "0.6", False),
        ("0.61", "0.6", True),
        ("0", "0", False),
        (None, "0.6", False),
        ("0.333333", "0.3333333333333333", True),
        ("0.333332", "0.3333333333333333", False),
        ("0.666667", "0.6666666666666666", True),
        ("0", "0.0000001", False),
        ("0.000001", "0.0000001", True),
        ("0.01", "0", True),
    ],
)
def test_the_passing_grade_passes_and_nothing_passes_with_a_grade_of_0(grade, passing_grade, passes):
    learner = facts(
        run={"passing_grade": Decimal(passing_grade)},
        enrollment={"grade": None if grade is None else Decimal(grade)},
    )
    assert is_passing(learner) is passes


@pytest.mark.parametrize(
    ("verdict", "grade", "contradicts"),
    [(True, "0.5", True), (False, "0.9", True), (True, "0.9", False), (False, "0.5", False), (None, "0.5", False)],
)
def test_a_verdict_contradicts_if_the_passing_grade_gives_another_result(verdict, grade, contradicts):
    learner = facts(enrollment={"verdict": verdict, "grade": Decimal(grade)})
    assert contradicts_threshold(learner) is contradicts
    found = warnings_about(learner, issued=False)
    assert (LearnerWarning.VERDICT_CONTRADICTS in found) is contradicts


def test_a_verdict_without_a_grade_contradicts_nothing_and_nor_does_a_stranger():
    assert not contradicts_threshold(facts(enrollment={"verdict": True, "grade": None}))
    assert not contradicts_threshold(facts(enrolled=False))


def holder(**certificate):
    made = facts(status=Status.DOWNLOADABLE)
    return replace(made, certificate=replace(made.certificate, **certificate))


@pytest.mark.parametrize(
    ("certificate", "carries"),
    [
        ({"name": "li", "name_missing": True}, True),
        ({"name": "li", "name_missing": False}, False),
        ({"name": "li", "name_missing": None}, True),
        ({"name": "Li Ning", "name_missing": None}, False),
        ({"name": "li", "name_missing": True, "status": Status.NOTPASSING}, False),
    ],
)
def test_a_certificate_has_the_username_if_no_name_was_known(certificate, carries):
    assert carries_username(holder(**certificate)) is carries
    assert (LearnerWarning.NAME_MISSING in warnings_about(holder(**certificate), issued=False)) is carries


def test_without_a_certificate_or_a_username_nothing_carries_one():
    assert not carries_username(facts())
    nameless = holder(name="", name_missing=None)
    assert not carries_username(replace(nameless, learner=replace(nameless.learner, username="")))


def test_a_print_that_did_not_fit_is_identified_by_design_and_name():
    learner = facts()
    failed = Attempt(outcome=Outcome.FAILED, reason="name-not-printable", at=PAST, printed=print_of(learner))
    assert len(failed.printed) == 8
    assert int(failed.printed, 16) == int(print_of(facts()), 16)
    again = facts(last_attempt=failed)
    assert has_failed_to_fit(again) and not is_name_printable(again)
    for otherwise in (
        facts(last_attempt=failed, learner={"name": "Li Na"}),
        facts(last_attempt=failed, run={"design_digest": "another"}),
        facts(last_attempt=replace(failed, printed="")),
        facts(),
    ):
        assert not has_failed_to_fit(otherwise) and is_name_printable(otherwise)
    assert not is_name_printable(facts(unprintable="\U00012000"))


@pytest.mark.parametrize(
    ("reason", "unprintable", "is_kept"),
    [
        (Reason.NAME_NOT_PRINTABLE.value, "", True),
        (Reason.NAME_NOT_PRINTABLE.value, "\U00012000", False),
        ("document-store", "", False),
    ],
)
def test_an_attempt_keeps_the_print_only_of_a_name_that_never_fits(reason, unprintable, is_kept):
    learner = facts(unprintable=unprintable)
    printed = print_of(learner) if is_kept else ""
    assert attempt_of(learner, Outcome.FAILED, reason, NOW, "job-1") == Attempt(
        outcome=Outcome.FAILED, reason=reason, at=NOW, job="job-1", printed=printed
    )


def test_an_attempt_of_a_stranger_keeps_no_print():
    stranger = attempt_of(None, Outcome.FAILED, Reason.NAME_NOT_PRINTABLE.value, NOW)
    assert stranger == Attempt(outcome=Outcome.FAILED, reason="name-not-printable", at=NOW, job=None, printed="")


@pytest.mark.parametrize(
    ("learner", "issued", "found"),
    [
        (facts(), True, set()),
        (facts(learner={"name": ""}), True, {LearnerWarning.NAME_MISSING}),
        (facts(learner={"name": ""}), False, set()),
        (facts(learner={"username": "retired__user_9"}), False, {LearnerWarning.ACCOUNT_RETIRED}),
        (facts(learner={"username": "not_retired__user_9"}), False, set()),
        (replace(facts(), misspelt=True), True, {LearnerWarning.NAME_MISSPELT}),
        (replace(facts(), misspelt=True), False, set()),
        (holder(name="Li Na"), True, {LearnerWarning.NAME_CHANGES}),
        (holder(name="Li Na"), False, set()),
        (holder(name="Li Ning"), True, set()),
        (holder(name="Li Na", status=Status.NOTPASSING), True, set()),
    ],
)
def test_staff_get_warnings_about_learners_to_look_at(learner, issued, found):
    assert warnings_about(learner, issued=issued) == found


def test_a_certificate_that_would_be_issued_is_counted_as_to_be_issued():
    assert is_to_be_issued(facts())
    assert not is_to_be_issued(facts(passing=False))
    assert not is_to_be_issued(facts(status=Status.DOWNLOADABLE))


GRADED = {"grade": Decimal("0.4"), "graded_at": NOW, "verdict_at": NOW - timedelta(days=2)}


@pytest.mark.parametrize(
    ("passing", "at", "taken"),
    [
        (None, NOW, True),  # a grade: no newer one has come
        (None, NOW + timedelta(seconds=1), True),
        (None, NOW - timedelta(seconds=1), False),
        (False, NOW - timedelta(days=2), True),  # a verdict: no newer verdict has come
        (False, NOW - timedelta(days=3), False),
        (True, NOW, False),
    ],
)
def test_a_failing_update_makes_a_certificate_notpassing_while_it_is_the_newest_of_its_kind(passing, at, taken):
    update = LmsUpdate(user_id="41", at=at, course_id=COURSE_ID, passing=passing)
    assert should_become_notpassing(update, facts(enrollment=GRADED)) is taken


def test_a_failing_update_changes_nothing_for_learners_who_pass_or_never_enrolled_or_have_no_time():
    update = LmsUpdate(user_id="41", at=NOW, course_id=COURSE_ID, passing=False)
    assert not should_become_notpassing(update, facts(enrollment={**GRADED, "grade": Decimal("0.9")}))
    assert not should_become_notpassing(update, facts(enrolled=False))
    assert not should_become_notpassing(update, facts(enrollment={**GRADED, "verdict_at": None}))


def test_a_name_that_cannot_be_printed_is_refused_with_its_characters_or_as_too_long():
    strange = messages.name_not_printable(facts(unprintable="\U00012000"))
    assert (strange.id, strange.values["characters"]) == (
        MessageId.NAME_NOT_PRINTABLE,
        "U+12000 CUNEIFORM SIGN A",
    )
    long = messages.name_not_printable(facts())
    assert (long.id, dict(long.values)) == (MessageId.NAME_DOES_NOT_FIT, {"title": "Statistics for Everyone"})


def test_messages_do_without_facts_that_are_not_there():
    assert messages.not_passing(facts(enrolled=False)).values["grade"] is None
    assert messages.carries_no_certificate(facts(enrolled=False)).values["mode"] is None
    assert messages.invalidated_on(facts()).values["on"] == NOW


@pytest.mark.parametrize(("seconds", "id"), [(0, MessageId.EARNED_ISSUED_BY_STAFF), (1, MessageId.EARNED_ISSUED_ON)])
def test_a_learner_sees_the_date_of_issue_before_it_comes(seconds, id):
    due = NOW + timedelta(seconds=seconds)
    assert messages.earned_issued_at_end(facts(run={"bulk_issue_at": due})).id is id


def test_who_passes_after_the_issue_reads_when_the_request_is_possible_not_that_staff_issue() -> None:
    later = NOW + timedelta(days=9)
    run = {
        "pacing": Pacing.INSTRUCTOR,
        "display": Display.END_WITH_DATE,
        "available_on": later,
        "bulk_issue_at": NOW - timedelta(days=1),
    }
    told = messages.earned_issued_at_end(facts(run=run))
    assert (told.id, told.values["on"]) == (MessageId.EARNED_REQUEST_LATER, later)
    assert "You can request it on 3 December 2026" in sentence(told)
    off = messages.earned_issued_at_end(facts(run=run | {"self_generation": False}))
    assert off.id is MessageId.EARNED_ISSUED_BY_STAFF


@pytest.mark.parametrize(("seconds", "later"), [(-1, False), (0, False), (1, True)])
def test_a_request_is_possible_later_only_until_certificates_are_shown(seconds: int, later: bool) -> None:
    run = {"display": Display.END_WITH_DATE, "available_on": NOW + timedelta(seconds=seconds)}
    assert messages.may_request_later(facts(run=run)) is later
    assert messages.may_request_later(facts(run=run | {"self_generation": False})) is False


@pytest.mark.parametrize(("grade", "high"), [("0.6", False), ("1", False), ("2", False), ("2.01", True), ("82", True)])
def test_a_grade_above_two_may_be_a_percentage(grade: str, high: bool) -> None:
    assert may_be_percentage(Decimal(grade)) is high


def test_a_certificate_was_issued_if_it_has_a_day_valid_or_not() -> None:
    assert was_issued(facts(status=Status.UNAVAILABLE)) is True
    assert was_issued(facts()) is False
    assert was_issued(None) is False
    found = facts(status=Status.NOTPASSING)
    assert was_issued(replace(found, certificate=replace(certificate(Status.DOWNLOADABLE), issued_on=None))) is False


def test_a_valid_certificate_of_the_lms_is_imported() -> None:
    def imported(status: Status, at: datetime | None) -> bool:
        found = facts(status=status)
        return is_imported(
            replace(found, certificate=replace(certificate(Status.DOWNLOADABLE), status=status, imported_at=at))
        )

    assert imported(Status.DOWNLOADABLE, PAST) is True
    assert imported(Status.DOWNLOADABLE, None) is False
    assert imported(Status.UNAVAILABLE, PAST) is False
    assert is_imported(facts()) is False
