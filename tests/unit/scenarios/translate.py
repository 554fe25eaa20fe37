"""The facts of a scenario in the product's own words. An unknown fact fails the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from certificates.rules.model import CourseRun, Display, Facts, Pacing, Status
from tests.unit.rules.made import CCX_ID, CLOSED, COURSE_ID, FAILED, FUTURE, INVALIDATION, PAST, facts

Given = Mapping[str, Any]

STATUSES = {
    "available": Status.DOWNLOADABLE,
    "not_passing": Status.NOTPASSING,
    "revoked": Status.UNAVAILABLE,
    "identity_missing": Status.UNVERIFIED,
    # The product never stores these: that a certificate is being made, was deleted, or that an attempt broke.
    "in_progress": None,
    "deleted": None,
    "failed": None,
}
"""Stored status by the scenario's status; None is no certificate."""

STATES = {
    "available": "available",
    "requestable": "request",
    "earned-available-later": "available_later",
    "not-earned-known-later": "not_earned_date_known",
    "identity-missing": "identity_missing",
    "invalidated": "invalidated",
    "mode-without-certificate": "track_without_certificate",
}

REASONS = {
    "identifier-missing": "identifier_required",
    "unknown-learner": "unknown_user",
    "already-listed": "already_on_exception_list",
    "invalidated": "certificate_invalidated",
    "not-downloadable": "certificate_not_valid_anyway",
    "no-certificate": "no_certificate",
    "no-groups": "choose_at_least_one_group",
    "unknown-scope": "choose_all_or_new",
    "empty-file": "empty_file",
    "not-text": "not_csv",
    "wrong-encoding": "unreadable",
}
"""The scenarios' neutral code by our reason, if the two mean the same in other words."""

_DISPLAYS = {"early": Display.EARLY_NO_INFO, "end": Display.END, "end_with_date": Display.END_WITH_DATE}
_DATES = {"past": PAST, "future": FUTURE, None: None}
_INVALIDATIONS = {"active": INVALIDATION, "inactive": CLOSED, "none": None}
_PLATFORM = {
    "id_check_required": False,
    "honor_certificates_disabled": False,
    "auto_generation": True,
    # The product has no such switch for the whole site. The run's switch decides.
    "self_generation_feature": True,
}
_COURSE = {
    "kind": "regular",
    "pacing": "instructor",
    "ended": False,
    "display": "early",
    "available_date": None,
    "active_design": True,
    "self_generation": False,
}
_LEARNER = {
    "account": True,
    "enrollment": "active",
    "mode": "verified",
    "passing": False,
    "id_verified": True,
    "beta_tester": False,
    "exception": False,
    "invalidation": "none",
    "certificate": None,
    "profile_name": "Li Ning",
}


def facts_of(given: Given) -> Facts:
    """The scenario's one learner, with the defaults of its vocabulary."""
    course, learner = (
        _with_defaults(_COURSE, given.get("course", {})),
        _with_defaults(_LEARNER, given.get("learner", {})),
    )
    platform = _with_defaults(_PLATFORM, given.get("platform", {}))
    certificate = learner["certificate"] or {}
    status = certificate.get("status")
    return facts(
        run=_settings(course, platform),
        site={
            "identity_required": platform["id_check_required"],
            "modes_without_certificate": frozenset({"honor"} if platform["honor_certificates_disabled"] else ()),
        },
        learner={"identity_verified": learner["id_verified"], "name": learner["profile_name"] or ""},
        enrolled=learner["enrollment"] != "none",
        enrollment={
            "mode": learner["mode"],
            "active": learner["enrollment"] == "active",
            "beta_tester": learner["beta_tester"],
        },
        passing=learner["passing"],
        status=STATUSES[status] if status else None,
        mode_issued=certificate.get("mode", learner["mode"]),
        exception=learner["exception"] is True,
        invalidation=_INVALIDATIONS[learner["invalidation"]],
        last_attempt=FAILED if status == "failed" else None,
    )


def run_of(given: Given) -> CourseRun:
    return facts_of({"course": given.get("course", {})}).run


def learner_of(**learner: Any) -> Facts:
    return facts_of({"learner": learner})


def with_verdict(passed: bool, before: Facts) -> Facts:
    """The facts after the LMS's verdict."""
    assert before.enrollment is not None
    return replace(before, enrollment=replace(before.enrollment, verdict=passed, verdict_at=before.now))


def _settings(course: Given, platform: Given) -> dict[str, Any]:
    return {
        "course_id": CCX_ID if course["kind"] == "derived" else COURSE_ID,
        "pacing": Pacing(course["pacing"]),
        "end": PAST if course["ended"] else FUTURE,
        "display": _DISPLAYS[course["display"]],
        "available_on": _DATES[course["available_date"]],
        "design_active": course["active_design"],
        "self_generation": course["self_generation"],
        "automatic_generation": platform["auto_generation"],
    }


def _with_defaults(defaults: Given, given: Given) -> dict[str, Any]:
    unknown = {name for name, value in given.items() if name not in defaults and not _says_nothing(name, value)}
    assert not unknown, f"facts that the translation does not know: {sorted(unknown)}"
    return {**defaults, **{name: value for name, value in given.items() if name in defaults}}


def _says_nothing(name: str, value: object) -> bool:
    """Open edX's older switch beside the display. The product has only its state off."""
    return name == "show_before_end" and value is False
