"""The parts that an update sets on a learner's items. Each part has its own time and is compared with the stored
part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certificates.aws.learner_items import EnrollmentItem, LearnerItem
from certificates.rules.lms_update import Account, LmsUpdate

VERDICT_TIMES = frozenset({"graded_at", "verdict_at", "verdict_grade_at"})


class Effect(StrEnum):
    """The effect of an update. If its parts have different effects, the first in this list."""

    CONTRADICTED = "contradicted"
    """Another value is stored for the same time. The stored value stays."""
    APPLIED = "applied"
    REPEATED = "repeated"
    """This update is stored already."""
    UNCHANGED = "unchanged"
    """The same value or a newer one is stored already."""


@dataclass(frozen=True, slots=True)
class RecordPart:
    """Attributes that are set together. None removes an attribute. `at` names the attribute that holds their time."""

    at: str
    values: Mapping[str, object]
    time: datetime | None = None
    """The time to write, if it is not the update's own."""
    derived: bool = False
    """Follows from the other parts, and does not count for the effect."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The parts that are newer than the stored parts, even with the same value: the newer time counts. `is_older`: a
    newer, different value is stored for one of the parts.
    """

    effect: Effect
    newer: tuple[RecordPart, ...]
    is_older: bool


def compare(parts: Iterator[RecordPart], stored: LearnerItem | EnrollmentItem | None, at: datetime) -> Comparison:
    effects, newer, is_older = {Effect.UNCHANGED}, [], False
    for part in parts:
        if part.derived:
            newer.append(part)
            continue
        known: datetime | None = getattr(stored, part.at, None)
        same = stored is not None and all(getattr(stored, name) == value for name, value in part.values.items())
        if known is None or known < at:
            newer.append(part)
            effects.add(Effect.UNCHANGED if same else Effect.APPLIED)
        elif known == at:
            effects.add(Effect.REPEATED if same else Effect.CONTRADICTED)
        elif not same:
            is_older = True
    return Comparison(first(effects), tuple(newer), is_older)


def first(effects: set[Effect]) -> Effect:
    return next(effect for effect in Effect if effect in effects)


def learner_parts(update: LmsUpdate, stored: LearnerItem | None) -> Iterator[RecordPart]:
    if update.account is not None:
        yield RecordPart("profiled_at", _account(update.account))
    if update.name is not None:
        yield RecordPart("named_at", {"name": update.name})
    if update.spare_name is not None:
        yield RecordPart("spare_named_at", {"spare_name": update.spare_name})
    if update.language is not None:
        yield RecordPart("language_at", {"language": update.language})
    if update.identity is not None:
        identity = {"identity_verified": update.identity.verified, "identity_expires_at": _expiry(update, stored)}
        yield RecordPart("identity_at", identity)


def _account(account: Account) -> Mapping[str, object]:
    username = {"username": account.username}
    return username if account.email is None else {**username, "email": account.email}


def enrollment_parts(update: LmsUpdate, stored: EnrollmentItem | None) -> Iterator[RecordPart]:
    if update.enrolled is not None:
        yield RecordPart("enrolled_at", {"mode": update.enrolled.mode, "active": update.enrolled.active})
    if update.beta_tester is not None:
        yield RecordPart("beta_tester_at", {"beta_tester": update.beta_tester})
    if update.fields is not None:
        known = stored.fields if stored is not None and stored.fields else {}
        merged = {name: value for name, value in {**known, **update.fields}.items() if value}
        if merged or known:
            yield RecordPart("fields_at", {"fields": merged})
    if update.grade is not None:
        yield RecordPart("graded_at", {"grade": update.grade, "same_grade_since": _since(update, stored)})
    if update.passing is not None:
        yield RecordPart("verdict_at", {"verdict": update.passing})
    if update.grade is not None or update.passing is not None:
        yield from _verdict_grade(update, stored)


def _since(update: LmsUpdate, stored: EnrollmentItem | None) -> datetime:
    """When this grade came first, without a different grade since."""
    if stored is None or stored.grade is None or stored.grade != update.grade:
        return update.at
    return stored.same_grade_since or stored.graded_at or update.at


def _verdict_grade(update: LmsUpdate, stored: EnrollmentItem | None) -> Iterator[RecordPart]:
    """The grade of the latest verdict: the newest grade that is not newer than the verdict.

    Grades and verdicts may come in any order; the result is the same.
    """
    verdict_at = stored.verdict_at if stored is not None else None
    if update.passing is not None and (verdict_at is None or verdict_at < update.at):
        verdict_at = update.at
    grades = [
        (time, getattr(stored, grade))
        for grade, at in (
            ("grade", "graded_at"),
            ("grade", "same_grade_since"),
            ("verdict_grade", "verdict_grade_at"),
        )
        if (time := getattr(stored, at, None)) is not None
    ]
    if update.grade is not None:
        grades.append((update.at, update.grade))
    given_with = [grade for grade in grades if verdict_at is not None and grade[0] <= verdict_at]
    if given_with:
        # Of two updates with equal times, the first one stays.
        time, grade = max(given_with, key=lambda each: each[0])
        if stored is None or stored.verdict_grade_at != time:
            yield RecordPart("verdict_grade_at", {"verdict_grade": grade}, time=time, derived=True)


def _expiry(update: LmsUpdate, stored: LearnerItem | None) -> datetime | None:
    """The expiry to store. An update that is verified but has no expiry keeps a stored expiry that is still to come."""
    identity = update.identity
    if identity is None or not identity.verified:
        return None
    if identity.expires_at is not None:
        return identity.expires_at
    known = stored.identity_expires_at if stored is not None else None
    return known if known is not None and known > update.at else None
