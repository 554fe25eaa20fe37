"""The one DynamoDB table: its items, keys and indexes.

| pk                          | sk                      | item                                                    |
|-----------------------------|-------------------------|---------------------------------------------------------|
| RUN#<course_id>#<user_id>   | ENROLLMENT              | enrollment, grade and verdict of one learner in one run |
|                             | CERTIFICATE             | the one certificate                                     |
|                             | EXCEPTION               | the exception list's entry                              |
|                             | INVALIDATION            | the latest invalidation, active or closed               |
|                             | INVALIDATION#<time>     | an earlier one, closed                                  |
|                             | HISTORY#<time>#<revision>#<change> | one change, never rewritten                  |
| LEARNER#<user_id>           | PROFILE                 | who the learner is                                      |
| USERNAME#<username>         | POINTER                 | the learner of that username, exactly                   |
| EMAIL#<lower-cased e-mail>  | POINTER                 | the learner of that e-mail                              |
| COURSE-RUN#<course_id>      | SETTINGS, STAFF, DESIGN | the run's settings, its course staff, its design        |
|                             | UPLOAD#<upload_id>      | an uploaded file and what became of it                  |
|                             | JOB#<job_id>            | a job and how far it has come in each shard             |
|                             | JOB-RUNNING             | which job runs now: one at a time                       |
| STAFF#<username>            | COURSE-RUN#<course_id>  | a run that this person may manage                       |
| SESSION#<digest of the id>  | SESSION                 | a person who is signed in to the pages, until it expires |

A run's learners spread over as many partition keys as there are learners; `by_shard` lists them in SHARDS parts.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.constants import NUMBER
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

TABLE_NAME = os.environ["TABLE_NAME"]
"""Read at import: a function whose setting is missing must not start."""

RawItem = Mapping[str, Any]
"""An item as DynamoDB sends it: attribute name to `{type: value}`."""

Key = tuple[str, str]
"""`(pk, sk)`."""

SHARDS = 16
"""Parts of a run's listing. 16 index partitions take 16,000 writes a second, more than a bulk job's workers make."""


def learner_key(course_id: str, user_id: str) -> str:
    return f"RUN#{course_id}#{user_id}"


def run_key(course_id: str) -> str:
    return f"COURSE-RUN#{course_id}"


def shard_of(user_id: str) -> int:
    """A stable hash: the same learner is in the same shard on every machine and release."""
    return zlib.crc32(user_id.encode()) % SHARDS


def shard_key(course_id: str, shard: int) -> str:
    return f"RUN#{course_id}#{shard:02d}"


class DecimalAttribute(Attribute[Decimal]):
    """A DynamoDB number that stays a Decimal: 0.59 is 0.59, not the float beside it.

    DynamoDB keeps no trailing zeros.
    """

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        return format(value.normalize(), "f")

    def deserialize(self, value: str) -> Decimal:
        return Decimal(value)


class ByShard(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_shard"
        projection = AllProjection()

    shard = UnicodeAttribute(hash_key=True)
    shard_entry = UnicodeAttribute(range_key=True)


class ByVerifyUuid(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_verify_uuid"
        projection = KeysOnlyProjection()

    verify_uuid = UnicodeAttribute(hash_key=True)


class ByHolder(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """The enrollments and certificates of one learner over all runs: only their items carry `holder`."""

    class Meta:
        index_name = "by_holder"
        projection = KeysOnlyProjection()

    holder = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class ByKind(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Every course run, and every run in which a job runs: only settings and JOB-RUNNING items carry `kind`."""

    class Meta:
        index_name = "by_kind"
        projection = KeysOnlyProjection()

    kind = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class Item(Model):
    """Any item. The models are the schema of the table; calls are made by `reads` and `writes`, not by pynamodb."""

    class Meta:
        table_name = TABLE_NAME

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    shard = UnicodeAttribute(null=True)
    shard_entry = UnicodeAttribute(null=True)
    verify_uuid = UnicodeAttribute(null=True)
    holder = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)

    @classmethod
    def read(cls, raw: RawItem) -> Self:
        """The item that DynamoDB sent. What the item lacks is None, and never a default.

        It makes no more than what is asked for: a job reads millions of items.
        """
        item = cls.__new__(cls)
        attributes = cls.get_attributes()
        item.attribute_values = {
            name: attributes[name].deserialize(attributes[name].get_value(value))
            for name, value in raw.items()
            if name in attributes and "NULL" not in value
        }
        return item


class LearnerInRunItem(Item):
    """An item of one learner in one run, listed by shard under `<kind>#<user_id>`."""

    course_id = UnicodeAttribute()
    user_id = UnicodeAttribute()

    @classmethod
    def at(cls, course_id: str, user_id: str, kind: str, **values: Any) -> Self:
        return cls(
            pk=learner_key(course_id, user_id),
            sk=kind,
            course_id=course_id,
            user_id=user_id,
            shard=shard_key(course_id, shard_of(user_id)),
            shard_entry=f"{kind}#{user_id}",
            **values,
        )


class EnrollmentItem(LearnerInRunItem):
    """`*_at` are the times of the reports that set the attributes beside them: an older report changes nothing.

    `same_grade_since` is when the grade was reported first that every report since has repeated. `verdict_grade` is the
    newest grade that is not newer than the verdict: the grade that the verdict was given with.
    `outcome`, `reason`, `attempted_at` and `attempted_in` (a job) tell of an attempt that broke: see `items.attempt`.
    """

    mode = UnicodeAttribute(null=True)
    active = BooleanAttribute(default=False)
    enrolled_at = UTCDateTimeAttribute(null=True)
    beta_tester = BooleanAttribute(default=False)
    beta_tester_at = UTCDateTimeAttribute(null=True)
    grade = DecimalAttribute(null=True)
    graded_at = UTCDateTimeAttribute(null=True)
    same_grade_since = UTCDateTimeAttribute(null=True)
    verdict = BooleanAttribute(null=True)
    verdict_at = UTCDateTimeAttribute(null=True)
    verdict_grade = DecimalAttribute(null=True)
    verdict_grade_at = UTCDateTimeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    attempted_at = UTCDateTimeAttribute(null=True)
    attempted_in = UnicodeAttribute(null=True)


class CertificateItem(LearnerInRunItem):
    status = UnicodeAttribute()
    revision = NumberAttribute()
    mode = UnicodeAttribute()
    name = UnicodeAttribute()
    course_title = UnicodeAttribute()
    organization = UnicodeAttribute()
    grade = DecimalAttribute(null=True)
    design_digest = UnicodeAttribute()
    document = UnicodeAttribute(null=True)
    issued_on = UnicodeAttribute(null=True)
    modified_at = UTCDateTimeAttribute()
    job = UnicodeAttribute(null=True)
    name_missing = BooleanAttribute(null=True)


class ExceptionItem(LearnerInRunItem):
    """`origin`: `<upload_id>#<row>` of the file that listed the learner; read once more, it knows its own by that."""

    note = UnicodeAttribute(default="")
    added_by = UnicodeAttribute()
    added_at = UTCDateTimeAttribute()
    origin = UnicodeAttribute(null=True)


class InvalidationItem(LearnerInRunItem):
    note = UnicodeAttribute(default="")
    invalidated_by = UnicodeAttribute()
    invalidated_at = UTCDateTimeAttribute()
    active = BooleanAttribute()
    revalidated_by = UnicodeAttribute(null=True)
    revalidated_at = UTCDateTimeAttribute(null=True)


class HistoryItem(Item):
    at = UTCDateTimeAttribute()
    actor = UnicodeAttribute()
    trigger = UnicodeAttribute()
    change = UnicodeAttribute()
    reason = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    revision = NumberAttribute(null=True)
    name_before = UnicodeAttribute(null=True)
    name_after = UnicodeAttribute(null=True)


class LearnerItem(Item):
    """`spare_name` stands in where the profile's `name` is empty, see `rules.lms_report`."""

    user_id = UnicodeAttribute()
    username = UnicodeAttribute()
    email = UnicodeAttribute()
    name = UnicodeAttribute()
    profiled_at = UTCDateTimeAttribute(null=True)
    named_at = UTCDateTimeAttribute(null=True)
    spare_name = UnicodeAttribute(null=True)
    spare_named_at = UTCDateTimeAttribute(null=True)
    identity_verified = BooleanAttribute(default=False)
    identity_expires_at = UTCDateTimeAttribute(null=True)
    identity_at = UTCDateTimeAttribute(null=True)


class PointerItem(Item):
    """`more_user_ids`: further learners of the same e-mail."""

    user_id = UnicodeAttribute()
    more_user_ids = UnicodeSetAttribute(null=True)


class CourseRunItem(Item):
    """`settings` holds the validated settings as the interface writes them; `version` is the optimistic lock."""

    course_id = UnicodeAttribute()
    settings = JSONAttribute()
    design_digest = UnicodeAttribute()
    design_active = BooleanAttribute()
    version = NumberAttribute()


class StaffItem(Item):
    """On the run: `usernames` of its course staff. On a person: one item for each run they may manage."""

    usernames = UnicodeSetAttribute(null=True)


class UploadItem(Item):
    """An uploaded file: `state` waiting, processing, done or refused; `cursor` is the lock of its progress."""

    upload_id = UnicodeAttribute()
    course_id = UnicodeAttribute()
    file_kind = UnicodeAttribute()
    object_key = UnicodeAttribute()
    state = UnicodeAttribute()
    uploaded_by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    finished_at = UTCDateTimeAttribute(null=True)
    reported_at = UTCDateTimeAttribute(null=True)
    etag = UnicodeAttribute(null=True)
    cursor = NumberAttribute(default=0)
    size = NumberAttribute(null=True)
    next_row = NumberAttribute(null=True)
    total = NumberAttribute(null=True)
    rows = NumberAttribute(default=0)
    applied = NumberAttribute(default=0)
    unchanged = NumberAttribute(default=0)
    rejected = NumberAttribute(default=0)
    errors: ListAttribute[Any] = ListAttribute(default=list)
    problem = JSONAttribute(null=True)
    report_parts = NumberAttribute(default=0)
    report_key = UnicodeAttribute(null=True)


class JobItem(Item):
    """`parts` are JSON texts, one for each shard: what is counted in one and where it stands change as one value."""

    course_id = UnicodeAttribute()
    job_id = UnicodeAttribute()
    job_kind = UnicodeAttribute()
    groups: ListAttribute[Any] = ListAttribute(default=list)
    scope = UnicodeAttribute(null=True)
    dry_run = BooleanAttribute()
    state = UnicodeAttribute()
    started_by = UnicodeAttribute()
    started_at = UTCDateTimeAttribute()
    scheduled_for = UTCDateTimeAttribute(null=True)
    sent_at = UTCDateTimeAttribute(null=True)
    moved_at = UTCDateTimeAttribute(null=True)
    finished_at = UTCDateTimeAttribute(null=True)
    parts: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)


class RunningJobItem(Item):
    job_id = UnicodeAttribute()
