"""Items of course runs. Converts the items to values and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from certificates.aws.item_model import Item
from certificates.aws.table import RawItem, run_key
from certificates.rules.model import CourseRun, Display, Notices, Pacing

_SETTINGS = tuple(
    field.name
    for field in fields(CourseRun)
    if field.name not in {"course_id", "design_digest", "design_active", "version", "saved_by"}
)

_READ: Mapping[str, Callable[[Any], Any]] = {
    "pacing": Pacing,
    "start": datetime.fromisoformat,
    "end": datetime.fromisoformat,
    "passing_grade": Decimal,
    "display": Display,
    "available_on": datetime.fromisoformat,
    "eligible_modes": frozenset,
    "bulk_issue_at": datetime.fromisoformat,
    "issue_from": datetime.fromisoformat,
    "saved_at": datetime.fromisoformat,
    "notices": Notices,
}
"""Readers of settings whose types JSON does not have."""


class CourseRunItem(Item):
    """`settings` has the validated settings in the interface's form; `version` is the optimistic lock.

    `saved_by` is the username of the person who saved last.
    """

    course_id = UnicodeAttribute()
    settings = JSONAttribute()
    saved_by = UnicodeAttribute(null=True)
    design_digest = UnicodeAttribute()
    design_active = BooleanAttribute()
    version = NumberAttribute()


def run_from(raw: RawItem) -> CourseRun:
    """A setting that an earlier release did not write has the default of a new run."""
    item = CourseRunItem.read(raw)
    stored: Mapping[str, Any] = item.settings
    return CourseRun(
        course_id=item.course_id,
        design_digest=item.design_digest,
        design_active=item.design_active,
        version=int(item.version),
        saved_by=item.saved_by or "",
        **{name: _value(name, stored[name]) for name in _SETTINGS if name in stored},
    )


def run_item(run: CourseRun) -> CourseRunItem:
    return CourseRunItem(
        pk=run_key(run.course_id),
        sk="SETTINGS",
        kind="course-run",
        course_id=run.course_id,
        settings={name: _stored(getattr(run, name)) for name in _SETTINGS},
        design_digest=run.design_digest,
        design_active=run.design_active,
        version=run.version,
        saved_by=run.saved_by or None,
    )


def _value(name: str, stored: Any) -> Any:
    return _READ[name](stored) if stored is not None and name in _READ else stored


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Decimal | StrEnum) else value
