"""The acts of scenarios, with the product's rules. Each returns its result in the words of the scenarios."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from certificates.errors import Refusal
from certificates.planning import Cause, plan
from certificates.rules.course_id import parse_course_id
from certificates.rules.eligibility import (
    Decision,
    decide,
    decide_regeneration,
    holds_eligible_certificate,
    on_failing_grade,
)
from certificates.rules.events import (
    should_decide_on_exception,
    should_decide_on_mode_change,
    should_decide_on_passing,
)
from certificates.rules.exception_checks import (
    CheckReason,
    check_exception,
    check_identifier,
    check_invalidation,
    check_revalidation,
)
from certificates.rules.exception_file import BadRow, Entry, examine, read_entries
from certificates.rules.groups import SCOPES, Scope, is_in_any, is_in_bulk_issue, parse_groups, parse_scope
from certificates.rules.history import Trigger
from certificates.rules.model import Certificate, Facts, Outcome, Pacing, Status
from certificates.rules.predicates import is_downloadable, is_excepted, is_invalidated
from certificates.rules.progress import State, progress
from certificates.rules.request import decide_request
from certificates.rules.settings import RunSettings, apply_settings
from certificates.rules.visibility import is_shown, shown_on
from tests.unit.rules.made import COURSE_ID, FUTURE, INVALIDATION
from tests.unit.scenarios.population import learners_of
from tests.unit.scenarios.translate import REASONS, STATES, STATUSES, Given, facts_of, run_of, with_verdict

Seen = Mapping[str, Any]
Action = Callable[[Given, Given], Seen]

_GROUPS = {"available": "received", "failed": "failed"}
_SCOPES = {"all": "all", "without_certificate_yet": "without-certificate"}
_NEUTRAL = {status: name for name, status in STATUSES.items() if status is not None}
_FILES = {
    "image file (.jpg)": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
    ".csv whose bytes are not valid UTF-8": "li,família\n".encode("latin-1"),
    "one row: malformed email,note": b"li.example.com,note\n",
    "one row: email,note": b"li@example.com,note\n",
    "one row": b"li,note\n",
    "username only, no second column": b"li\n",
    "username,note / email,note": b"li,note\nann@example.com,note\n",
    "blank and whitespace-only lines": b"\n  \n\t\n",
}
_CAUSE = Cause(trigger=Trigger.LEARNER, actor="li")


def _neutral(reason: str) -> str:
    return REASONS.get(reason, reason)


def _refusal(reason: str) -> dict[str, Any]:
    neutral = _neutral(reason)
    return {"result": "refused", "reason": neutral, "file_errors": [neutral]}


def _after(facts: Facts, decision: Decision) -> Certificate | None:
    """The certificate after the decision was acted on."""
    change = plan(facts, decision, _CAUSE, secret=b"secret", base_url="https://certificates.example").change
    return change.certificate if change is not None else facts.certificate


def _outcome(facts: Facts, decision: Decision) -> dict[str, Any]:
    after = _after(facts, decision)
    return {
        "issued": decision.outcome is Outcome.ISSUED,
        "reason": _neutral(decision.reason),
        "result": "refused" if decision.outcome is Outcome.REFUSED else "accepted",
        "certificate": {"status": _NEUTRAL[after.status], "mode": after.mode, "name": after.name} if after else None,
    }


def request_certificate(given: Given, action: Given) -> Seen:
    if parse_course_id(action.get("course_id", COURSE_ID)) is None:
        return {"result": "refused", "reason": "not_found"}
    facts = facts_of(given)
    return _outcome(facts, decide_request(facts))


def attempt(given: Given, action: Given) -> Seen:
    facts = facts_of(given)
    return _outcome(facts, decide(facts))


def attempt_status_check(given: Given, action: Given) -> Seen:
    return {"may_issue_over_existing": not holds_eligible_certificate(facts_of(given))}


def grade_passed(given: Given, action: Given) -> Seen:
    return {"attempt_made": should_decide_on_passing(with_verdict(True, facts_of(given)))}


def grade_failed(given: Given, action: Given) -> Seen:
    facts = with_verdict(False, facts_of(given))
    return _outcome(facts, on_failing_grade(facts))


def exception_saved(given: Given, action: Given) -> Seen:
    return {"attempt_made": should_decide_on_exception(facts_of(given))}


def mode_changed(given: Given, action: Given) -> Seen:
    facts = facts_of({**given, "learner": {**given["learner"], "mode": action["to"]}})
    attempted = should_decide_on_mode_change(facts)
    return {"attempt_made": attempted, "revoked": attempted and decide(facts).status is Status.UNAVAILABLE}


def read_self_generation_state(given: Given, action: Given) -> Seen:
    course = given.get("other_course" if action.get("course") == "other_course" else "course", {})
    asked = course.get("self_generation")
    return _self_generation({}, None if asked == "never set" else asked)


def toggle_self_generation(given: Given, action: Given) -> Seen:
    seen = _self_generation(given, None if action["to"] == "missing" else action["to"])
    return {"result": "accepted", "body": {"enabled": seen["self_generation_effective"]}}


def pacing_changed(given: Given, action: Given) -> Seen:
    run = run_of(given)
    requested = RunSettings(title=run.title, organization=run.organization, pacing=Pacing(action["to"]), end=run.end)
    return {"self_generation_effective": apply_settings(run, requested, COURSE_ID).self_generation}


def _self_generation(given: Given, asked: Any) -> dict[str, Any]:
    previous = run_of(given) if given else None
    requested = RunSettings(title="T", organization="O", end=FUTURE, self_generation=asked)
    return {"self_generation_effective": apply_settings(previous, requested, COURSE_ID).self_generation}


def bulk_generate(given: Given, action: Given) -> Seen:
    taken = [facts for facts in learners_of(given["population"]) if is_in_bulk_issue(facts)]
    kept = sum(decide(facts).outcome is Outcome.KEPT for facts in taken)
    return {"total": len(taken), "attempted": len(taken) - kept, "skipped": kept}


def regenerate(given: Given, action: Given) -> Seen:
    try:
        groups = parse_groups(_GROUPS.get(status, status) for status in action["statuses"])
    except Refusal as refusal:
        return _refusal(refusal.reason)
    learners = learners_of(given["population"])
    taken = sum(is_in_any(groups, facts) for facts in learners)
    return {"total": len(learners), "attempted": taken, "skipped": len(learners) - taken}


def generate_for_exceptions(given: Given, action: Given) -> Seen:
    try:
        scope = parse_scope(_SCOPES.get(action["which"], action["which"]))
    except Refusal as refusal:
        return _refusal(refusal.reason)
    learners = learners_of(given["population"]) if "population" in given else [facts_of(given)]
    listed = [facts for facts in learners if SCOPES[Scope.ALL](facts)]
    taken = sum(SCOPES[scope](facts) for facts in listed)
    return {"result": "accepted", "total": len(listed), "attempted": taken, "skipped": len(listed) - taken}


def add_exception(given: Given, action: Given) -> Seen:
    return _checked(given, action["identifier"], check_exception)


def add_exceptions(given: Given, action: Given) -> Seen:
    if action.get("identifiers") == []:
        return _checked(given, "", check_exception)
    learners = learners_of(given["population"]) if "population" in given else [facts_of(given)]
    failures = [failure for failure in map(check_exception, learners) if failure is not None]
    return {
        "result": "accepted",
        "added": len(learners) - len(failures),
        "errors": [{"reason": _neutral(failure)} for failure in failures],
    }


def upload_exceptions(given: Given, action: Given) -> Seen:
    file = io.BytesIO(_FILES[action["file"]])
    try:
        lines = list(read_entries(file, examine(file)))
    except Refusal as refusal:
        return {**_refusal(refusal.reason), "added": 0}
    learners = learners_of(given["population"]) if "population" in given else [facts_of(given)]
    known = dict(zip((("li", "li@example.com"), ("ann", "ann@example.com")), learners, strict=False))
    added: list[Entry] = []
    reasons: list[str] = []
    for line in lines:
        assert not isinstance(line, BadRow), "the scenarios' rows are well formed"
        failure = check_exception(next((facts for names, facts in known.items() if line.identifier in names), None))
        if failure is None:
            added.append(line)
        else:
            reasons.append(_neutral(failure))
    return {
        "added": len(added),
        "note": added[0].note if added else None,
        "echo": "the identifier as written" if all(e.identifier.encode() in file.getvalue() for e in added) else "",
        "errors": [{"reason": reason} for reason in reasons],
        "row_errors": {reason: reasons.count(reason) for reason in reasons},
    }


def invalidate(given: Given, action: Given) -> Seen:
    seen = _checked(given, action.get("identifier", "username"), check_invalidation)
    if seen["result"] == "refused":
        return {**seen, "invalidated": 0, "errors": [{"reason": seen["reason"]}]}
    invalidated = replace(facts_of(given), invalidation=INVALIDATION)
    return {**_outcome(invalidated, decide(invalidated)), "result": "accepted"}


def revalidate(given: Given, action: Given) -> Seen:
    return _checked(given, "username", check_revalidation)


def _checked(given: Given, identifier: str, check: Callable[[Facts | None], CheckReason | None]) -> dict[str, Any]:
    known = given.get("learner", {}).get("account", True)
    failure = check_identifier(identifier) or check(facts_of(given) if known else None)
    return {"result": "accepted"} if failure is None else _refusal(failure)


def read_status(given: Given, action: Given) -> Seen:
    return _status(facts_of(given))


def invalidate_then_read_status(given: Given, action: Given) -> Seen:
    facts = replace(facts_of(given), invalidation=INVALIDATION)
    return _status(replace(facts, certificate=_after(facts, decide(facts))))


def read_availability(given: Given, action: Given) -> Seen:
    facts = facts_of(given)
    available = is_downloadable(facts) and is_shown(facts.run, facts.now)
    return {**_status(facts), "available": available, "available_date_included": shown_on(facts.run) is not None}


def _status(facts: Facts) -> dict[str, Any]:
    answer = progress(facts)
    return {
        "shown": STATES.get(answer.state, answer.state),
        "request_button_visible": answer.can_request,
        "view_link_visible": answer.state is State.AVAILABLE,
    }


def is_visible(given: Given, action: Given) -> Seen:
    facts = facts_of(given)
    return {"visible": is_shown(facts.run, facts.now)}


def display_date(given: Given, action: Given) -> Seen:
    """The printed values after a regeneration, which is the last possible change."""
    facts = facts_of({**given, "learner": {**given.get("learner", {}), "certificate": {"status": "available"}}})
    after = _after(facts, decide_regeneration(facts))
    assert facts.certificate is not None and after is not None and after.revision > facts.certificate.revision
    first = after.issued_on == facts.certificate.issued_on != facts.now.date()
    return {"date": "first issue" if first else "last change of the certificate"}


def issue(given: Given, action: Given) -> Seen:
    facts = facts_of({**given, "learner": {**given["learner"], "passing": True}})
    return _outcome(facts, decide(facts))


def read_exception_state(given: Given, action: Given) -> Seen:
    return {"on_exception_list": is_excepted(facts_of(given))}


def read_invalidation_state(given: Given, action: Given) -> Seen:
    return {"invalidated": is_invalidated(facts_of(given))}


ACTIONS: Mapping[str, Action] = {
    "request_certificate": request_certificate,
    "attempt": attempt,
    # An exception makes no difference here: all decisions use one table.
    "attempt_regular_path": attempt,
    "attempt_status_check": attempt_status_check,
    "grade_passed": grade_passed,
    "grade_failed": grade_failed,
    "exception_saved": exception_saved,
    "mode_changed": mode_changed,
    "pacing_changed": pacing_changed,
    "read_self_generation_state": read_self_generation_state,
    "toggle_self_generation": toggle_self_generation,
    "bulk_generate": bulk_generate,
    "regenerate": regenerate,
    "generate_for_exceptions": generate_for_exceptions,
    "add_exception": add_exception,
    "add_exceptions": add_exceptions,
    "upload_exceptions": upload_exceptions,
    "invalidate": invalidate,
    "revoke": invalidate,
    "revalidate": revalidate,
    "read_status": read_status,
    "invalidate_then_read_status": invalidate_then_read_status,
    "read_availability": read_availability,
    "is_visible": is_visible,
    "display_date": display_date,
    "issue": issue,
    "read_exception_state": read_exception_state,
    "read_invalidation_state": read_invalidation_state,
}
