"""The states of the learner's progress page, in the contract's order, with the learner's own values."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest

from certificates.http.sentences import percent, sentence
from certificates.rules.eligibility import Reason
from certificates.rules.model import Display, Outcome, Pacing, Status
from certificates.rules.progress import TABLE, State, progress
from certificates.rules.request import decide_request
from tests.unit.rules.made import CCX_ID, COURSE_ID, FUTURE, INVALIDATION, NOW, PAST, facts

ON_DATE = {"display": Display.END_WITH_DATE, "available_on": FUTURE}
AT_END = {"display": Display.END, "end": FUTURE}
IDENTITY = {"identity_required": True}
UNVERIFIED = {"identity_verified": False}


def said(**given):
    return progress(facts(**given))


def test_an_invalidated_certificate_says_when_and_never_why():
    answer = said(invalidation=INVALIDATION, status=Status.UNAVAILABLE, run=ON_DATE)
    assert (answer.state, answer.reason) == (State.INVALIDATED, Reason.INVALIDATED)
    assert "25 October 2026" in sentence(answer.message)
    assert INVALIDATION.note not in repr(answer)


@pytest.mark.parametrize("run", [ON_DATE, AT_END])
def test_a_certificate_that_is_not_shown_yet_says_when_it_will_be(run):
    answer = said(status=Status.DOWNLOADABLE, run=run)
    assert (answer.state, answer.reason) == (State.EARNED_AVAILABLE_LATER, Reason.NOT_YET_AVAILABLE)
    assert answer.available_on == FUTURE
    assert "15 December 2026" in sentence(answer.message)


def test_a_certificate_without_a_date_of_display_says_so():
    answer = said(status=Status.DOWNLOADABLE, run={"display": Display.END, "end": None})
    assert (answer.state, answer.available_on) == (State.EARNED_AVAILABLE_LATER, None)
    assert "once the course team has set a date" in sentence(answer.message)


def test_a_learner_who_has_not_earned_it_sees_the_date_of_the_results():
    answer = said(passing=False, run=ON_DATE)
    assert (answer.state, answer.reason) == (State.NOT_EARNED_KNOWN_LATER, Reason.NOT_PASSING)
    assert answer.available_on == FUTURE
    assert "15 December 2026" in sentence(answer.message)


def test_results_that_wait_for_a_date_not_set_yet_say_so():
    answer = said(passing=False, run={"display": Display.END_WITH_DATE, "available_on": None})
    assert (answer.state, answer.available_on) == (State.NOT_EARNED_KNOWN_LATER, None)
    assert "once the course team has set a date" in sentence(answer.message)


def test_before_the_end_of_a_run_a_failing_learner_sees_the_grade():
    assert said(passing=False, run=AT_END).state is State.NOT_PASSING


@pytest.mark.parametrize("passing", [True, False])
def test_a_missing_identity_comes_before_the_request_and_the_grade(passing):
    answer = said(passing=passing, site=IDENTITY, learner=UNVERIFIED)
    assert (answer.state, answer.reason) == (State.IDENTITY_MISSING, Reason.IDENTITY_MISSING)
    assert not answer.can_request


def test_an_identity_verified_since_lets_the_learner_ask():
    answer = said(site=IDENTITY, status=Status.UNVERIFIED)
    assert (answer.state, answer.can_request) == (State.IDENTITY_MISSING, True)


def test_a_learner_whose_mode_carries_no_certificate_is_not_sent_to_prove_who_they_are():
    answer = said(site=IDENTITY, learner=UNVERIFIED, enrollment={"mode": "unheard-of"})
    assert answer.state is State.MODE_WITHOUT_CERTIFICATE


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"passing": False},
        {"enrollment": {"mode": "audit"}},
        {"enrollment": {"active": False}},
        {"enrolled": False},
        {"run": {"self_generation": False, "design_active": False}},
        {"site": IDENTITY, "learner": UNVERIFIED},
    ],
)
def test_a_shown_certificate_is_available_after_any_other_change(given):
    answer = said(status=Status.DOWNLOADABLE, **given)
    assert (answer.state, answer.reason, answer.can_request) == (State.AVAILABLE, Reason.ALREADY_ISSUED, False)


def test_a_track_without_certificate_is_named():
    answer = said(enrollment={"mode": "audit"})
    assert (answer.state, answer.reason) == (State.MODE_WITHOUT_CERTIFICATE, Reason.MODE_NOT_ELIGIBLE)
    assert "(audit)" in sentence(answer.message)


@pytest.mark.parametrize(
    ("given", "words"),
    [({"run": {"course_id": CCX_ID}}, "coach's copy"), ({"enrollment": {"beta_tester": True}}, "beta tester")],
)
def test_a_learner_who_is_not_regular_reads_so_and_has_no_button(given, words):
    answer = said(**given)
    assert (answer.state, answer.reason) == (State.NOT_AVAILABLE, Reason.NOT_A_REGULAR_LEARNER)
    assert words in sentence(answer.message)
    assert not answer.can_request
    assert said(**given, exception=True).state is State.REQUESTABLE


def test_a_learner_who_does_not_pass_yet_sees_grade_and_passing_grade():
    answer = said(passing=False)
    assert (answer.state, answer.reason) == (State.NOT_PASSING, Reason.NOT_PASSING)
    assert (answer.grade, answer.passing_grade) == (Decimal("0.4"), Decimal("0.6"))
    assert "40%" in sentence(answer.message) and "60%" in sentence(answer.message)


def test_a_learner_without_a_grade_reads_so():
    answer = said(enrollment={"grade": None})
    assert (answer.state, answer.grade) == (State.NOT_PASSING, None)
    assert "no grade yet" in sentence(answer.message)


@pytest.mark.parametrize("given", [{}, {"passing": False, "exception": True}, {"status": Status.NOTPASSING}])
def test_a_learner_who_earned_a_certificate_may_request_it(given):
    answer = said(**given)
    assert (answer.state, answer.reason, answer.can_request) == (State.REQUESTABLE, Reason.NOT_REQUESTED, True)


def test_a_learner_who_never_enrolled_reads_so_before_any_date():
    answer = said(enrolled=False, run=ON_DATE)
    assert (answer.state, answer.reason, answer.available_on) == (State.NOT_ENROLLED, Reason.NOT_ENROLLED, None)


def test_a_learner_who_left_gets_no_promise():
    answer = said(enrollment={"active": False})
    assert (answer.state, answer.can_request) == (State.NOT_ENROLLED, False)
    assert "no longer enrolled" in sentence(answer.message)


@pytest.mark.parametrize(
    ("run", "reason", "words"),
    [
        (AT_END, Reason.NOT_YET_AVAILABLE, "issued at the end of the run, on 15 December 2026."),
        ({"self_generation": False, "end": FUTURE}, Reason.SELF_GENERATION_OFF, "at the end of the run"),
        ({**AT_END, "bulk_issue_by_hand": True}, Reason.NOT_YET_AVAILABLE, "You can request it on 15 December 2026."),
        ({**ON_DATE, "bulk_issue_at": FUTURE}, Reason.NOT_YET_AVAILABLE, "issued on 15 December 2026."),
        (
            {"display": Display.END_WITH_DATE, "end": FUTURE, "available_on": FUTURE.replace(day=20)},
            Reason.NOT_YET_AVAILABLE,
            "on 15 December 2026, and shown on 20 December 2026.",
        ),
    ],
)
def test_an_earned_certificate_without_requests_has_its_date_of_issue(run, reason, words):
    answer = said(run=run)
    assert (answer.state, answer.reason, answer.can_request) == (State.EARNED_ISSUED_AT_END, reason, False)
    assert words in sentence(answer.message)


@pytest.mark.parametrize(
    ("run", "reason", "words"),
    [
        ({"self_generation": False, "end": PAST}, Reason.SELF_GENERATION_OFF, "issued by the course team"),
        ({"self_generation": False}, Reason.SELF_GENERATION_OFF, "issued by the course team"),
        (
            {"self_generation": False, "end": FUTURE, "bulk_issue_by_hand": True},
            Reason.SELF_GENERATION_OFF,
            "issued by the course team",
        ),
        ({"design_active": False}, Reason.NO_ACTIVE_DESIGN, "on hold"),
        ({"design_active": False, "self_generation": False}, Reason.NO_ACTIVE_DESIGN, "on hold"),
    ],
)
def test_nothing_is_promised_that_nothing_keeps(run, reason, words):
    answer = said(run=run)
    assert (answer.state, answer.reason, answer.can_request) == (State.NOT_AVAILABLE, reason, False)
    assert words in sentence(answer.message)


@pytest.mark.parametrize(("seconds", "state"), [(0, State.NOT_AVAILABLE), (1, State.EARNED_ISSUED_AT_END)])
def test_a_date_of_issue_is_promised_until_it_comes(seconds, state):
    assert said(run={"self_generation": False, "bulk_issue_at": NOW + timedelta(seconds=seconds)}).state is state


@pytest.mark.parametrize(
    ("grade", "text"),
    [("0", "0%"), ("0.1", "10%"), ("1", "100%"), ("0.595", "59.5%"), ("0.59999", "59.99%"), ("0.6", "60%")],
)
def test_a_grade_just_below_the_passing_grade_is_never_rounded_up_to_it(grade, text):
    assert percent(Decimal(grade)) == text


@pytest.mark.slow
def test_every_combination_of_facts_has_an_answer_that_keeps_its_promise():
    seen: Counter[State] = Counter()
    both = (True, False)
    axes = product(
        (ON_DATE, AT_END, {"display": Display.EARLY_NO_INFO}),
        (None, "audit", "verified"),
        both,
        both,
        both,
        both,
        both,
        both,
        (None, *Status),
        Pacing,
        both,
        both,
    )
    for values, missing in product(axes, ("", "\U00012000")):
        run, mode, active, passing, exception, derived, identity, invalidated, status, pacing, switch, design = values
        course_id = CCX_ID if derived else COURSE_ID
        given = facts(
            run={**run, "course_id": course_id, "pacing": pacing, "self_generation": switch, "design_active": design},
            enrollment={"mode": mode, "active": active},
            passing=passing,
            exception=exception,
            site=IDENTITY,
            learner={"identity_verified": identity},
            invalidation=INVALIDATION if invalidated else None,
            status=status,
            unprintable=missing,
        )
        answer = progress(given)
        seen[answer.state] += 1
        assert sentence(answer.message).endswith(".")
        assert INVALIDATION.note not in sentence(answer.message)
        if answer.can_request:
            assert decide_request(given).outcome is Outcome.ISSUED
        if answer.state is State.REQUESTABLE:
            assert answer.can_request
    assert set(seen) == set(State) == {row.state for row in TABLE}


def test_a_note_does_not_change_the_texts_for_the_learner():
    noted, silent = INVALIDATION, replace(INVALIDATION, note="")
    assert said(invalidation=noted) == said(invalidation=silent)


def test_a_learner_whom_the_lms_fails_never_reads_that_a_sufficient_grade_is_too_low():
    answer = said(enrollment={"grade": Decimal("0.9"), "verdict": False})
    assert answer.state is State.NOT_PASSING
    assert sentence(answer.message) == (
        "Your grade is 90%, and the course has not passed you yet. Ask the course team why."
    )
