"""What a report sets on a learner's items: parts, each with a time of its own, compared with what is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certificates.aws.table import EnrollmentItem, LearnerItem
from certificates.rules.lms_report import Account, Report

VERDICT_TIMES = frozenset({"graded_at", "verdict_at", "verdict_grade_at"})


class Effect(StrEnum):
    """What a report came to; of several parts the first of these that any of them came to."""

    CONTRADICTED = "contradicted"
    """Recorded at this very time is something else: one report cannot say two things. What was first stays."""
    APPLIED = "applied"
    REPEATED = "repeated"
    """This very report is what is recorded."""
    UNCHANGED = "unchanged"
    """The same is recorded already, or something newer."""


@dataclass(frozen=True, slots=True)
class RecordPart:
    """Attributes that are set together. None removes an attribute. `at` names the attribute that holds their time."""

    at: str
    values: Mapping[str, object]
    said: datetime | None = None
    """The time to write, if it is not the report's own."""
    derived: bool = False
    """Follows from the other parts, and says nothing of its own about what the report came to."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The parts that are newer than what is recorded, even if they say the same: they are newer knowledge."""

    effect: Effect
    newer: tuple[RecordPart, ...]


def compare(parts: Iterator[RecordPart], recorded: LearnerItem | EnrollmentItem | None, at: datetime) -> Comparison:
    effects, newer = {Effect.UNCHANGED}, []
    for part in parts:
        if part.derived:
            newer.append(part)
            continue
        known: datetime | None = getattr(recorded, part.at, None)
        same = recorded is not None and all(getattr(recorded, name) == value for name, value in part.values.items())
        if known is None or known < at:
            newer.append(part)
            effects.add(Effect.UNCHANGED if same else Effect.APPLIED)
        elif known == at:
            effects.add(Effect.REPEATED if same else Effect.CONTRADICTED)
    return Comparison(first(effects), tuple(newer))


def first(effects: set[Effect]) -> Effect:
    return next(effect for effect in Effect if effect in effects)


def learner_parts(report: Report, recorded: LearnerItem | None) -> Iterator[RecordPart]:
    if report.account is not None:
        yield RecordPart("profiled_at", _account(report.account))
    if report.name is not None:
        yield RecordPart("named_at", {"name": report.name})
    if report.spare_name is not None:
        yield RecordPart("spare_named_at", {"spare_name": report.spare_name})
    if report.language is not None:
        yield RecordPart("language_at", {"language": report.language})
    if report.identity is not None:
        identity = {"identity_verified": report.identity.verified, "identity_expires_at": _expiry(report, recorded)}
        yield RecordPart("identity_at", identity)


def _account(account: Account) -> Mapping[str, object]:
    username = {"username": account.username}
    return username if account.email is None else {**username, "email": account.email}


def enrollment_parts(report: Report, recorded: EnrollmentItem | None) -> Iterator[RecordPart]:
    if report.enrolled is not None:
        yield RecordPart("enrolled_at", {"mode": report.enrolled.mode, "active": report.enrolled.active})
    if report.beta_tester is not None:
        yield RecordPart("beta_tester_at", {"beta_tester": report.beta_tester})
    if report.fields is not None:
        known = recorded.fields if recorded is not None and recorded.fields else {}
        merged = {name: value for name, value in {**known, **report.fields}.items() if value}
        if merged or known:
            yield RecordPart("fields_at", {"fields": merged})
    if report.grade is not None:
        yield RecordPart("graded_at", {"grade": report.grade, "same_grade_since": _since(report, recorded)})
    if report.passing is not None:
        yield RecordPart("verdict_at", {"verdict": report.passing})
    if report.grade is not None or report.passing is not None:
        yield from _verdict_grade(report, recorded)


def _since(report: Report, recorded: EnrollmentItem | None) -> datetime:
    """When the current grade was reported for the first time without a different grade since."""
    if recorded is None or recorded.grade is None or recorded.grade != report.grade:
        return report.at
    return recorded.same_grade_since or recorded.graded_at or report.at


def _verdict_grade(report: Report, recorded: EnrollmentItem | None) -> Iterator[RecordPart]:
    """The grade of the verdict that will stand: the newest grade that is not newer than the verdict.

    Grades and verdicts may come in any order, and end in the same record.
    """
    verdict_at = recorded.verdict_at if recorded is not None else None
    if report.passing is not None and (verdict_at is None or verdict_at < report.at):
        verdict_at = report.at
    grades = [
        (said, getattr(recorded, grade))
        for grade, at in (
            ("grade", "graded_at"),
            ("grade", "same_grade_since"),
            ("verdict_grade", "verdict_grade_at"),
        )
        if (said := getattr(recorded, at, None)) is not None
    ]
    if report.grade is not None:
        grades.append((report.at, report.grade))
    given_with = [grade for grade in grades if verdict_at is not None and grade[0] <= verdict_at]
    if given_with:
        # Of two reports with equal times, the first one stays.
        said, grade = max(given_with, key=lambda each: each[0])
        if recorded is None or recorded.verdict_grade_at != said:
            yield RecordPart("verdict_grade_at", {"verdict_grade": grade}, said=said, derived=True)


def _expiry(report: Report, recorded: LearnerItem | None) -> datetime | None:
    """A report that says *verified* and not until when does not shorten or lengthen an expiry that still lies ahead."""
    identity = report.identity
    if identity is None or not identity.verified:
        return None
    if identity.expires_at is not None:
        return identity.expires_at
    known = recorded.identity_expires_at if recorded is not None else None
    return known if known is not None and known > report.at else None
