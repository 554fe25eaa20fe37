"""What a report sets on a learner's items: parts, each with a time of its own, compared with what is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pynamodb.attributes import UTCDateTimeAttribute

from certificates.aws.table import DecimalAttribute
from certificates.rules.lms_report import Account, Report

Raw = dict[str, Any]
"""An item as DynamoDB has it, or a value: `{"S": …}`."""

VERDICT_TIMES = frozenset({"graded_at", "verdict_at", "verdict_grade_at"})

_TIME, _NUMBER = UTCDateTimeAttribute(), DecimalAttribute()


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
class Part:
    """Attributes that are set together; a value of None removes one. `at` names the attribute of their time."""

    at: str
    values: Mapping[str, Raw | None]
    said: Raw | None = None
    """The time to record, where that is not the report's own."""
    derived: bool = False
    """Follows from the other parts, and says nothing of its own about what the report came to."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The parts that are newer than what is recorded, even if they say the same: they are newer knowledge."""

    effect: Effect
    newer: tuple[Part, ...]


def time(report: Report) -> Raw:
    """The report's time as the table writes it: text that sorts as the times do."""
    return _text(report.at)


def _text(at: datetime) -> Raw:
    return {"S": _TIME.serialize(at)}  # type: ignore[no-untyped-call]


def compare(parts: Iterator[Part], recorded: Raw | None, at: Raw) -> Comparison:
    effects, newer = {Effect.UNCHANGED}, []
    for part in parts:
        if part.derived:
            newer.append(part)
            continue
        known = (recorded or {}).get(part.at)
        same = recorded is not None and all(recorded.get(name) == value for name, value in part.values.items())
        if known is None or known["S"] < at["S"]:
            newer.append(part)
            effects.add(Effect.UNCHANGED if same else Effect.APPLIED)
        elif known == at:
            effects.add(Effect.REPEATED if same else Effect.CONTRADICTED)
    return Comparison(first(effects), tuple(newer))


def first(effects: set[Effect]) -> Effect:
    return next(effect for effect in Effect if effect in effects)


def learner_parts(report: Report, recorded: Raw | None) -> Iterator[Part]:
    if report.account is not None:
        yield Part("profiled_at", _account(report.account))
    if report.name is not None:
        yield Part("named_at", {"name": {"S": report.name}})
    if report.spare_name is not None:
        yield Part("spare_named_at", {"spare_name": {"S": report.spare_name}})
    if report.identity is not None:
        verified = {"BOOL": report.identity.verified}
        yield Part("identity_at", {"identity_verified": verified, "identity_expires_at": _expiry(report, recorded)})


def _account(account: Account) -> Raw:
    username = {"username": {"S": account.username}}
    return username if account.email is None else {**username, "email": {"S": account.email}}


def enrollment_parts(report: Report, recorded: Raw | None) -> Iterator[Part]:
    if report.enrolled is not None:
        yield Part("enrolled_at", {"mode": {"S": report.enrolled.mode}, "active": {"BOOL": report.enrolled.active}})
    if report.beta_tester is not None:
        yield Part("beta_tester_at", {"beta_tester": {"BOOL": report.beta_tester}})
    if report.grade is not None:
        yield Part("graded_at", {"grade": _number(report.grade), "same_grade_since": _since(report, recorded or {})})
    if report.passing is not None:
        yield Part("verdict_at", {"verdict": {"BOOL": report.passing}})
    if report.grade is not None or report.passing is not None:
        yield from _verdict_grade(report, recorded or {})


def _since(report: Report, recorded: Raw) -> Raw:
    """When the grade was reported first that every report since has repeated."""
    same = report.grade is not None and recorded.get("grade") == _number(report.grade)
    since: Raw | None = recorded.get("same_grade_since", recorded.get("graded_at")) if same else None
    return since or time(report)


def _verdict_grade(report: Report, recorded: Raw) -> Iterator[Part]:
    """The grade of the verdict that will stand: the newest grade that is not newer than the verdict.

    Grades and verdicts may come in any order, and end in the same record.
    """
    at = time(report)
    verdict_at = recorded.get("verdict_at")
    if report.passing is not None and (verdict_at is None or verdict_at["S"] < at["S"]):
        verdict_at = at
    grades = [
        (recorded[said]["S"], recorded[grade])
        for grade, said in (
            ("grade", "graded_at"),
            ("grade", "same_grade_since"),
            ("verdict_grade", "verdict_grade_at"),
        )
        if said in recorded
    ]
    if report.grade is not None:
        grades.append((at["S"], _number(report.grade)))
    given_with = [grade for grade in grades if verdict_at is not None and grade[0] <= verdict_at["S"]]
    if given_with:
        # The first of equal times: what is recorded stays.
        said, grade = max(given_with, key=lambda each: each[0])
        if recorded.get("verdict_grade_at") != {"S": said}:
            yield Part("verdict_grade_at", {"verdict_grade": grade}, said={"S": said}, derived=True)


def _number(grade: Decimal) -> Raw:
    # Without trailing zeros, as DynamoDB gives it back: else 0.80 would differ from the 0.8 it is recorded as.
    return {"N": _NUMBER.serialize(grade.normalize())}


def _expiry(report: Report, recorded: Raw | None) -> Raw | None:
    """A report that says *verified* and not until when does not shorten or lengthen an expiry that still lies ahead."""
    identity = report.identity
    if identity is None or not identity.verified:
        return None
    if identity.expires_at is not None:
        return _text(identity.expires_at)
    known: Raw | None = (recorded or {}).get("identity_expires_at")
    return known if known is not None and known["S"] > time(report)["S"] else None
