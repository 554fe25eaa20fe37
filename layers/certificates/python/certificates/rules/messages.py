"""Messages for learners: a stable id with the learner's own values. The edge makes sentences in each language.

The note of an invalidation is only for staff and the history: no message has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from certificates.rules.bulk_issuance import issuance_due
from certificates.rules.days import local
from certificates.rules.model import Facts
from certificates.rules.predicates import is_mode_eligible
from certificates.rules.visibility import shown_on
from certificates.shown_text import named


class MessageId(StrEnum):
    INVALIDATED = "invalidated"
    NEVER_ENROLLED = "never-enrolled"
    NO_LONGER_ENROLLED = "no-longer-enrolled"
    EARNED_AVAILABLE_LATER = "earned-available-later"
    NOT_EARNED_KNOWN_LATER = "not-earned-known-later"
    IDENTITY_MISSING = "identity-missing"
    AVAILABLE = "available"
    MODE_WITHOUT_CERTIFICATE = "mode-without-certificate"
    DERIVED_RUN = "derived-run"
    BETA_TESTER = "beta-tester"
    NOT_PASSING = "not-passing"
    NAME_NOT_PRINTABLE = "name-not-printable"
    NAME_DOES_NOT_FIT = "name-does-not-fit"
    REQUESTABLE = "requestable"
    EARNED_DESIGN_ON_HOLD = "earned-design-on-hold"
    EARNED_REQUEST_LATER = "earned-request-later"
    EARNED_ISSUED_BY_STAFF = "earned-issued-by-staff"
    EARNED_ISSUED_ON = "earned-issued-on"


@dataclass(frozen=True, slots=True)
class Message:
    """`values` by name: `title`, `mode`, `grade`, `passing_grade`; `on`, `issued_on`, `shown_on` are moments in UTC;
    `characters` are code points with their names.

    A moment that is None is not set yet. `at_end` is true if `issued_on` is the end of the run.
    """

    id: MessageId
    values: Mapping[str, object] = field(default_factory=dict)


def _message(id: MessageId, facts: Facts, **values: object) -> Message:
    return Message(id, {"title": facts.run.title, **values})


def _with_grade(id: MessageId, facts: Facts, **values: object) -> Message:
    grade = facts.enrollment.grade if facts.enrollment is not None else None
    return _message(id, facts, grade=grade, passing_grade=facts.run.passing_grade, **values)


def _local(moment: datetime | None, facts: Facts) -> datetime | None:
    return local(moment, facts.run, facts.site) if moment is not None else None


def invalidated_on(facts: Facts) -> Message:
    moment = facts.invalidation.invalidated_at if facts.invalidation is not None else facts.now
    return _message(MessageId.INVALIDATED, facts, on=_local(moment, facts))


def never_enrolled(facts: Facts) -> Message:
    return _message(MessageId.NEVER_ENROLLED, facts)


def no_longer_enrolled(facts: Facts) -> Message:
    return _message(MessageId.NO_LONGER_ENROLLED, facts)


def earned_available_later(facts: Facts) -> Message:
    return _message(MessageId.EARNED_AVAILABLE_LATER, facts, on=_local(shown_on(facts.run), facts))


def not_earned_known_later(facts: Facts) -> Message:
    return _with_grade(MessageId.NOT_EARNED_KNOWN_LATER, facts, on=_local(shown_on(facts.run), facts))


def identity_missing(facts: Facts) -> Message:
    return _with_grade(MessageId.IDENTITY_MISSING, facts)


def available(facts: Facts) -> Message:
    return _message(MessageId.AVAILABLE, facts)


def carries_no_certificate(facts: Facts) -> Message:
    if not is_mode_eligible(facts):
        mode = facts.enrollment.mode if facts.enrollment is not None else None
        return _message(MessageId.MODE_WITHOUT_CERTIFICATE, facts, mode=mode)
    return _message(MessageId.DERIVED_RUN if facts.run.derived else MessageId.BETA_TESTER, facts)


def not_passing(facts: Facts) -> Message:
    return _with_grade(MessageId.NOT_PASSING, facts)


def name_not_printable(facts: Facts) -> Message:
    if not facts.unprintable:
        return _message(MessageId.NAME_DOES_NOT_FIT, facts)
    return _message(MessageId.NAME_NOT_PRINTABLE, facts, characters=named(facts.unprintable))


def requestable(facts: Facts) -> Message:
    return _message(MessageId.REQUESTABLE, facts)


def may_request_later(facts: Facts) -> bool:
    """Whether learners may request certificates from a later day on, when certificates are shown."""
    shown = shown_on(facts.run)
    return facts.run.self_generation and shown is not None and shown > facts.now


def earned_issued_at_end(facts: Facts) -> Message:
    run = facts.run
    if not run.design_active:
        return _message(MessageId.EARNED_DESIGN_ON_HOLD, facts)
    issued = issuance_due(run)
    shown = shown_on(run)
    if issued is None or issued <= facts.now:
        if may_request_later(facts):
            return _message(MessageId.EARNED_REQUEST_LATER, facts, on=_local(shown, facts))
        return _message(MessageId.EARNED_ISSUED_BY_STAFF, facts)
    later = shown if shown is not None and shown > issued else None
    days = {"issued_on": _local(issued, facts), "shown_on": _local(later, facts)}
    return _message(MessageId.EARNED_ISSUED_ON, facts, at_end=issued == run.end, **days)
