"""The rows of the eligibility table, each as a promise."""

from __future__ import annotations

import pytest

from certificates.rules.eligibility import (
    REGENERATION_TABLE,
    TABLE,
    Decision,
    Reason,
    decide,
    decide_regeneration,
    on_exception_removed,
    on_failing_grade,
)
from certificates.rules.model import Outcome, Status
from tests.unit.rules.made import CCX_ID, CLOSED, INVALIDATION, NOW, facts

INACTIVE = {"design_active": False}
IDENTITY = {"identity_required": True}
UNVERIFIED = {"identity_verified": False}


def refused(reason: Reason, status: Status | None = None) -> Decision:
    return Decision(outcome=Outcome.REFUSED, reason=reason, status=status)


def kept(reason: Reason) -> Decision:
    return Decision(outcome=Outcome.KEPT, reason=reason)


ISSUED = Decision(outcome=Outcome.ISSUED, reason=Reason.ISSUED, status=Status.DOWNLOADABLE)


def test_a_passing_learner_is_issued_a_certificate():
    assert decide(facts()) == ISSUED


def test_the_table_has_the_rows_of_the_contract_in_its_order():
    assert [row.reason for row in TABLE] == [
        "invalidated",
        "not-enrolled",
        "mode-not-eligible",
        "not-a-regular-learner",
        "not-passing",
        "identity-missing",
        "already-issued",
        "issued",
    ]


def test_regeneration_uses_the_same_table_without_the_row_that_keeps_a_certificate():
    assert [row.reason for row in REGENERATION_TABLE] == [
        row.reason for row in TABLE if row.reason != Reason.ALREADY_ISSUED
    ]


@pytest.mark.parametrize("status", [Status.DOWNLOADABLE, Status.NOTPASSING, Status.UNVERIFIED])
def test_an_invalidated_certificate_becomes_unavailable(status):
    assert decide(facts(invalidation=INVALIDATION, status=status)) == refused(Reason.INVALIDATED, Status.UNAVAILABLE)


@pytest.mark.parametrize("certificate", [None, Status.UNAVAILABLE])
def test_an_invalidation_writes_nothing_if_nothing_changes(certificate):
    assert decide(facts(invalidation=INVALIDATION, status=certificate)) == refused(Reason.INVALIDATED)


def test_an_exception_does_not_waive_an_invalidation():
    assert decide(facts(invalidation=INVALIDATION, exception=True)).reason is Reason.INVALIDATED


def test_a_closed_invalidation_prevents_nothing():
    assert decide(facts(invalidation=CLOSED, status=Status.UNAVAILABLE)) == ISSUED


@pytest.mark.parametrize("never", [{"enrolled": False}, {"enrollment": {"mode": None}}])
def test_a_learner_who_never_enrolled_is_refused_and_an_exception_does_not_help(never):
    assert decide(facts(exception=True, status=Status.DOWNLOADABLE, **never)) == refused(Reason.NOT_ENROLLED)


def test_a_learner_who_left_after_passing_is_still_issued():
    assert decide(facts(enrollment={"active": False})) == ISSUED


@pytest.mark.parametrize(
    ("mode", "run", "site"),
    [
        ("audit", {}, {}),
        ("audit", {"eligible_modes": frozenset({"audit", "verified"})}, {}),
        ("honor", {"eligible_modes": frozenset({"verified"})}, {}),
        ("honor", {}, {"modes_without_certificate": frozenset({"honor"})}),
        ("unheard-of", {}, {}),
    ],
)
def test_a_mode_without_certificate_is_refused_and_the_stored_status_stays(mode, run, site):
    given = facts(enrollment={"mode": mode}, run=run, site=site, exception=True, status=Status.DOWNLOADABLE)
    assert decide(given) == refused(Reason.MODE_NOT_ELIGIBLE)


def test_an_honor_learner_is_issued_by_default():
    assert decide(facts(enrollment={"mode": "honor"})) == ISSUED


@pytest.mark.parametrize("given", [{"run": {"course_id": CCX_ID}}, {"enrollment": {"beta_tester": True}}])
def test_beta_testers_and_learners_of_a_ccx_need_an_exception(given):
    assert decide(facts(**given, status=Status.UNAVAILABLE)) == refused(Reason.NOT_A_REGULAR_LEARNER)
    assert decide(facts(**given, exception=True)) == ISSUED


@pytest.mark.parametrize("status", [Status.UNVERIFIED, Status.UNAVAILABLE])
def test_an_undelivered_certificate_of_a_failing_learner_becomes_notpassing(status):
    assert decide(facts(passing=False, status=status)) == refused(Reason.NOT_PASSING, Status.NOTPASSING)


@pytest.mark.parametrize("status", [None, Status.NOTPASSING, Status.DOWNLOADABLE])
def test_not_passing_creates_no_certificate_and_withdraws_none(status):
    assert decide(facts(passing=False, status=status)) == refused(Reason.NOT_PASSING)


def test_an_exception_waives_the_passing_grade():
    assert decide(facts(passing=False, exception=True)) == ISSUED


@pytest.mark.parametrize("status", [None, Status.NOTPASSING, Status.UNAVAILABLE])
def test_a_missing_identity_is_stored_even_without_a_certificate(status):
    given = facts(site=IDENTITY, learner=UNVERIFIED, status=status)
    assert decide(given) == refused(Reason.IDENTITY_MISSING, Status.UNVERIFIED)


@pytest.mark.parametrize("learner", [UNVERIFIED, {"identity_verified": True, "identity_expires_at": NOW}])
def test_a_lapsed_identity_check_withdraws_no_certificate(learner):
    held = facts(site=IDENTITY, learner=learner, status=Status.DOWNLOADABLE)
    assert decide(held).reason is Reason.ALREADY_ISSUED


def test_an_exception_does_not_waive_the_identity_check():
    assert decide(facts(site=IDENTITY, learner=UNVERIFIED, exception=True)).reason is Reason.IDENTITY_MISSING


@pytest.mark.parametrize("mode", ["honor", "no-id-professional"])
def test_a_mode_that_needs_no_identity_check_is_issued_without_one(mode):
    assert decide(facts(site=IDENTITY, learner=UNVERIFIED, enrollment={"mode": mode})) == ISSUED


@pytest.mark.parametrize(
    ("site", "run", "reason"),
    [
        (True, None, Reason.IDENTITY_MISSING),
        (False, None, Reason.ISSUED),
        (True, False, Reason.ISSUED),
        (False, True, Reason.IDENTITY_MISSING),
    ],
)
def test_the_identity_check_follows_the_site_unless_the_run_says_otherwise(site, run, reason):
    given = facts(site={"identity_required": site}, run={"identity_required": run}, learner=UNVERIFIED)
    assert decide(given).reason is reason


def test_an_identity_check_that_has_expired_is_missing():
    given = facts(site=IDENTITY, learner={"identity_verified": True, "identity_expires_at": NOW})
    assert decide(given).reason is Reason.IDENTITY_MISSING


def test_an_issued_certificate_is_kept_unchanged():
    assert decide(facts(status=Status.DOWNLOADABLE)) == kept(Reason.ALREADY_ISSUED)


def test_a_new_enrollment_mode_does_not_reissue():
    given = facts(status=Status.DOWNLOADABLE, mode_issued="honor", enrollment={"mode": "verified"})
    assert decide(given) == kept(Reason.ALREADY_ISSUED)


def test_a_certificate_issued_under_a_mode_without_certificate_is_issued_again():
    assert decide(facts(status=Status.DOWNLOADABLE, mode_issued="audit")) == ISSUED


@pytest.mark.parametrize("status", [Status.NOTPASSING, Status.UNAVAILABLE, Status.UNVERIFIED])
def test_any_other_stored_status_gives_way_to_a_certificate(status):
    assert decide(facts(status=status)) == ISSUED


@pytest.mark.parametrize("status", [None, Status.NOTPASSING, Status.UNAVAILABLE, Status.UNVERIFIED])
def test_an_inactive_design_refuses_an_issue_and_writes_nothing(status):
    assert decide(facts(run=INACTIVE, status=status)) == refused(Reason.NO_ACTIVE_DESIGN)


@pytest.mark.parametrize("status", [None, Status.NOTPASSING, Status.UNAVAILABLE, Status.UNVERIFIED])
def test_a_name_that_no_font_prints_refuses_an_issue_and_writes_nothing(status):
    assert decide(facts(unprintable="\U00012000", status=status)) == refused(Reason.NAME_NOT_PRINTABLE)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"enrolled": False}, Reason.NOT_ENROLLED),
        ({"passing": False}, Reason.NOT_PASSING),
        ({"run": INACTIVE}, Reason.NO_ACTIVE_DESIGN),
        ({"status": Status.DOWNLOADABLE}, Reason.ALREADY_ISSUED),
    ],
)
def test_the_name_is_asked_for_last(given, reason):
    assert decide(facts(unprintable="\U00012000", **given)).reason is reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"enrolled": False}, Reason.NOT_ENROLLED),
        ({"passing": False}, Reason.NOT_PASSING),
        ({"passing": False, "status": Status.UNVERIFIED}, Reason.NOT_PASSING),
        ({"site": IDENTITY, "learner": UNVERIFIED}, Reason.IDENTITY_MISSING),
        ({"status": Status.DOWNLOADABLE}, Reason.ALREADY_ISSUED),
    ],
)
def test_the_rows_before_an_issue_come_before_an_inactive_design(given, reason):
    assert decide(facts(run=INACTIVE, **given)) == decide(facts(**given))
    assert decide(facts(run=INACTIVE, **given)).reason is reason


def test_an_inactive_design_does_not_prevent_an_invalidation():
    given = facts(run=INACTIVE, invalidation=INVALIDATION, status=Status.DOWNLOADABLE)
    assert decide(given) == refused(Reason.INVALIDATED, Status.UNAVAILABLE)


class TestRegeneration:
    def test_a_certificate_already_received_gets_a_new_revision(self):
        assert decide_regeneration(facts(status=Status.DOWNLOADABLE)) == ISSUED

    def test_a_grade_that_has_since_dropped_does_not_withdraw_it(self):
        assert decide_regeneration(facts(status=Status.DOWNLOADABLE, passing=False)) == ISSUED

    def test_a_failing_learner_without_a_certificate_gets_none(self):
        given = facts(status=Status.UNVERIFIED, passing=False)
        assert decide_regeneration(given) == refused(Reason.NOT_PASSING, Status.NOTPASSING)

    def test_an_active_invalidation_stays(self):
        given = facts(status=Status.UNAVAILABLE, invalidation=INVALIDATION)
        assert decide_regeneration(given) == refused(Reason.INVALIDATED)

    def test_a_mode_that_no_longer_carries_a_certificate_leaves_the_old_revision(self):
        given = facts(status=Status.DOWNLOADABLE, enrollment={"mode": "audit"})
        assert decide_regeneration(given) == refused(Reason.MODE_NOT_ELIGIBLE)

    def test_a_holder_whose_identity_check_lapsed_gets_the_new_revision(self):
        given = facts(status=Status.DOWNLOADABLE, site=IDENTITY, learner=UNVERIFIED)
        assert decide_regeneration(given) == ISSUED

    def test_an_inactive_design_makes_no_new_revision(self):
        given = facts(status=Status.DOWNLOADABLE, run=INACTIVE)
        assert decide_regeneration(given) == refused(Reason.NO_ACTIVE_DESIGN)


class TestFailingGrade:
    @pytest.mark.parametrize("status", [Status.DOWNLOADABLE, Status.UNVERIFIED])
    def test_a_stored_certificate_becomes_notpassing(self, status):
        assert on_failing_grade(facts(passing=False, status=status)) == refused(Reason.NOT_PASSING, Status.NOTPASSING)

    @pytest.mark.parametrize("status", [None, Status.NOTPASSING, Status.UNAVAILABLE])
    def test_no_certificate_is_made_none_is_written_twice_and_an_unavailable_one_stays(self, status):
        assert on_failing_grade(facts(passing=False, status=status)) == refused(Reason.NOT_PASSING)

    def test_an_excepted_learner_keeps_the_certificate(self):
        given = facts(passing=False, exception=True, status=Status.DOWNLOADABLE)
        assert on_failing_grade(given) == kept(Reason.EXCEPTED)

    def test_an_event_older_than_a_newer_grade_changes_nothing(self):
        assert on_failing_grade(facts(status=Status.DOWNLOADABLE)) == kept(Reason.PASSING_SINCE)

    def test_an_invalidated_certificate_stays_so(self):
        given = facts(passing=False, status=Status.UNAVAILABLE, invalidation=INVALIDATION)
        assert on_failing_grade(given) == refused(Reason.INVALIDATED)

    def test_an_inactive_design_does_not_prevent_it(self):
        given = facts(passing=False, status=Status.DOWNLOADABLE, run=INACTIVE)
        assert on_failing_grade(given) == refused(Reason.NOT_PASSING, Status.NOTPASSING)


class TestExceptionRemoved:
    def test_a_learner_who_passes_keeps_the_certificate(self):
        given = facts(status=Status.DOWNLOADABLE, exception=True)
        assert on_exception_removed(given) == kept(Reason.ALREADY_ISSUED)

    def test_a_learner_who_does_not_pass_gets_notpassing(self):
        given = facts(passing=False, status=Status.DOWNLOADABLE, exception=True)
        assert on_exception_removed(given) == refused(Reason.NOT_PASSING, Status.NOTPASSING)

    def test_an_unavailable_certificate_without_an_invalidation_gets_notpassing(self):
        given = facts(passing=False, status=Status.UNAVAILABLE, exception=True)
        assert on_exception_removed(given) == refused(Reason.NOT_PASSING, Status.NOTPASSING)

    def test_a_passing_beta_tester_is_decided_on_without_the_exception(self):
        given = facts(exception=True, enrollment={"beta_tester": True})
        assert on_exception_removed(given) == refused(Reason.NOT_A_REGULAR_LEARNER)

    def test_nothing_is_stored_for_a_learner_who_never_had_one(self):
        assert on_exception_removed(facts(passing=False, exception=True)) == refused(Reason.NOT_PASSING)

    def test_an_invalidated_certificate_stays_so(self):
        given = facts(status=Status.UNAVAILABLE, exception=True, invalidation=INVALIDATION)
        assert on_exception_removed(given) == refused(Reason.INVALIDATED)

    @pytest.mark.parametrize("status", [None, Status.NOTPASSING, Status.UNVERIFIED, Status.UNAVAILABLE])
    def test_a_passing_learner_without_a_certificate_is_issued_none(self, status):
        assert on_exception_removed(facts(status=status, exception=True)) == kept(Reason.PASSING_SINCE)

    def test_nothing_is_stored_for_a_learner_whose_identity_is_not_verified(self):
        given = facts(exception=True, site=IDENTITY, learner=UNVERIFIED)
        assert on_exception_removed(given) == refused(Reason.IDENTITY_MISSING)
