"""Items of jobs. Converts the items to values and back."""

from __future__ import annotations

import json
from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, UnicodeAttribute

from certificates.aws.item_model import Item, TimeAttribute
from certificates.aws.table import RawItem, run_key
from certificates.rules.groups import Group, Scope
from certificates.rules.jobs import Job, JobKind, JobState, Part, Selection


class JobItem(Item):
    """`parts` are JSON texts, one for each shard: counts and cursor of a shard change as one value."""

    course_id = UnicodeAttribute()
    job_id = UnicodeAttribute()
    job_kind = UnicodeAttribute()
    groups: ListAttribute[Any] = ListAttribute(null=True)
    scope = UnicodeAttribute(null=True)
    dry_run = BooleanAttribute()
    state = UnicodeAttribute()
    started_by = UnicodeAttribute()
    started_at = TimeAttribute()
    scheduled_for = TimeAttribute(null=True)
    sent_at = TimeAttribute(null=True)
    moved_at = TimeAttribute(null=True)
    finished_at = TimeAttribute(null=True)
    parts: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)


def job_item(job: Job) -> JobItem:
    """The item of a job before its first batch."""
    return JobItem(
        pk=run_key(job.course_id),
        sk=f"JOB#{job.job_id}",
        course_id=job.course_id,
        job_id=job.job_id,
        job_kind=job.selection.kind.value,
        groups=sorted(group.value for group in job.selection.groups),
        scope=job.selection.scope.value if job.selection.scope else None,
        dry_run=job.dry_run,
        state=job.state.value,
        started_by=job.started_by,
        started_at=job.started_at,
        scheduled_for=job.scheduled_for,
        parts=[part_text(part) for part in job.parts],
    )


def job_from(raw: RawItem) -> Job:
    item = JobItem.read(raw)
    return Job(
        course_id=item.course_id,
        job_id=item.job_id,
        selection=Selection(
            kind=JobKind(item.job_kind),
            groups=frozenset(map(Group, item.groups or ())),
            scope=Scope(item.scope) if item.scope else None,
        ),
        dry_run=bool(item.dry_run),
        state=JobState(item.state),
        started_by=item.started_by,
        started_at=item.started_at,
        scheduled_for=item.scheduled_for,
        parts=tuple(map(_part, item.parts)),
        sent_at=item.sent_at,
        moved_at=item.moved_at,
        finished_at=item.finished_at,
    )


def part_text(part: Part) -> str:
    values = {written: value for name, written in _PART.items() if (value := getattr(part, name))}
    if part.total is not None:
        values["total"] = part.total
    return json.dumps(values, sort_keys=True)


def _part(text: str) -> Part:
    """Attributes of a later release are not read here. They stay in `stored` and are written back."""
    values = json.loads(text)
    return Part(**{name: values[written] for name, written in _PART.items() if written in values}, stored=text)


_PART = {
    "cursor": "cursor",
    "batches": "pages",
    "files": "files",
    "total": "total",
    "outcomes": "outcomes",
    "warnings": "warnings",
    "mails": "mails",
    "ended": "ended",
    "stalled": "stalled",
}
"""The attributes of a Part, and the names under which every release has written them."""
