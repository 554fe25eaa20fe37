"""What a report sets on a learner's items: parts, each with a time of its own, compared with what is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pynamodb.attributes import UTCDateTimeAttribute

from certificates.aws.table import DecimalAttribute
from certificates.rules.lms_report import Report

Raw = dict[str, Any]
"""An item as DynamoDB has it, or a value: `{"S": …}`."""

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
        account = {"username": {"S": report.account.username}, "email": {"S": report.account.email}}
        yield Part("profiled_at", account)
    if report.name is not None:
        yield Part("named_at", {"name": {"S": report.name}})
    if report.identity is not None:
        verified = {"BOOL": report.identity.verified}
        yield Part("identity_at", {"identity_verified": verified, "identity_expires_at": _expiry(report, recorded)})


def enrollment_parts(report: Report) -> Iterator[Part]:
    if report.enrolled is not None:
        yield Part("enrolled_at", {"mode": {"S": report.enrolled.mode}, "active": {"BOOL": report.enrolled.active}})
    if report.beta_tester is not None:
        yield Part("beta_tester_at", {"beta_tester": {"BOOL": report.beta_tester}})
    if report.grade is not None:
        # Without trailing zeros, as DynamoDB gives it back: else 0.80 would differ from the 0.8 it is recorded as.
        yield Part("graded_at", {"grade": {"N": _NUMBER.serialize(report.grade.normalize())}})
    if report.passing is not None:
        yield Part("verdict_at", {"verdict": {"BOOL": report.passing}})


def _expiry(report: Report, recorded: Raw | None) -> Raw | None:
    """A report that says *verified* and not until when does not shorten or lengthen an expiry that still lies ahead."""
    identity = report.identity
    if identity is None or not identity.verified:
        return None
    if identity.expires_at is not None:
        return _text(identity.expires_at)
    known: Raw | None = (recorded or {}).get("identity_expires_at")
    return known if known is not None and known["S"] > time(report)["S"] else None
