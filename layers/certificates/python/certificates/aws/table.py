"""The one DynamoDB table: its items, keys and indexes.

| pk                          | sk                      | item                                                    |
|-----------------------------|-------------------------|---------------------------------------------------------|
| RUN#<course_id>#<user_id>   | ENROLLMENT              | enrollment, grade and verdict of one learner in one run |
|                             | CERTIFICATE             | the one certificate                                     |
|                             | EXCEPTION               | the exception list's entry                              |
|                             | INVALIDATION            | the latest invalidation, active or closed               |
|                             | INVALIDATION#<time>     | an earlier one, closed                                  |
|                             | TO-BE-SHOWN             | a certificate that was issued before it is shown        |
|                             | DIFFERENCE              | what the LMS contradicts of the learner, and since when |
|                             | LMS-CERTIFICATE         | that the LMS was asked for its own certificate, and has none |
|                             | HISTORY#<time>#<revision>#<change> | one change, never rewritten                  |
| LEARNER#<user_id>           | PROFILE                 | who the learner is                                      |
|                             | FORGETTING              | what is still to be looked for of a forgotten learner   |
| FORGOTTEN#<keyed hash>      | POINTER                 | the forgotten learner who had this username or e-mail   |
| USERNAME#<username>         | POINTER                 | the learner of that username, exactly                   |
| EMAIL#<lower-cased e-mail>  | POINTER                 | the learner of that e-mail                              |
| COURSE-RUN#<course_id>      | SETTINGS, DESIGN        | the run's settings, its design                          |
|                             | UPLOAD#<upload_id>      | an uploaded file and what became of it                  |
|                             | JOB#<job_id>            | a job and how far it has come in each shard             |
|                             | JOB-RUNNING             | which job runs now: one at a time                       |
|                             | COUNTS                  | the counts of its learners, for a minute                |
|                             | TO-BE-SHOWN             | certificates of the run wait to be shown                |
|                             | RECONCILIATION#<id>     | a reading of all learners from the LMS, and how far it is |
|                             | LMS-CERTIFICATES        | that all of the LMS's own certificates were imported    |
|                             | RECONCILING             | which reading is on its way: one at a time              |
| STAFF-OF#<course_id>        | STAFF                   | the run's course staff (in 0.1: COURSE-RUN#, STAFF)     |
| STAFF#<username>            | COURSE-RUN#<course_id>  | a run that this person may manage                       |
| SIGNING-KEYS                | KEYS                    | the keys that sign credentials: sealed, and public      |
| STATUS-SEQUENCE#<sequence>  | OPEN                    | the open status list of a sequence, how full it is      |
| STATUS-LIST#<list>          | SIGNED                  | the list as it was signed last, in both forms           |
|                             | BIT#<index>             | a credential whose status has changed                   |
| WEBHOOKS#<course_id, or nothing: all runs> | WEBHOOK#<webhook_id> | a webhook, its secrets sealed            |
| WEBHOOK#<webhook_id>        | DELIVERY#<time>~<message id> | an event to this webhook, until it expires         |
| SESSION#<digest of the id>  | SESSION                 | a person who is signed in to the pages, until it expires |

A run's learners spread over as many partition keys as there are learners; `by_shard` lists them in SHARDS parts.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any, Self, cast

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

FORM = 1
"""The newest form of items that this release reads. An item without `form` is of the first.

A form is what attributes mean. New attributes that older releases may overlook need no new form. Whoever changes what
an attribute means has the item's writer set the next `form`, goes on to read the older ones, and so makes every older
release refuse the item instead of misreading it.
"""


def learner_key(course_id: str, user_id: str) -> str:
    return f"RUN#{course_id}#{user_id}"


def run_key(course_id: str) -> str:
    return f"COURSE-RUN#{course_id}"


def staff_key(course_id: str) -> str:
    """Not with the run's key: only one function may write items whose keys begin with STAFF."""
    return f"STAFF-OF#{course_id}"


def webhooks_key(owner: str) -> str:
    return f"WEBHOOKS#{owner}"


def webhook_deliveries_key(webhook_id: str) -> str:
    return f"WEBHOOK#{webhook_id}"


def shard_of(user_id: str) -> int:
    """A stable hash: the same learner is in the same shard on every machine and release."""
    return zlib.crc32(user_id.encode()) % SHARDS


def shard_key(course_id: str, shard: int) -> str:
    return f"RUN#{course_id}#{shard:02d}"


class DecimalAttribute(Attribute[Decimal]):
    """A DynamoDB number that stays a Decimal: 0.59 is exactly 0.59, not the nearest float.

    DynamoDB keeps no trailing zeros.
    """

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        return format(value.normalize(), "f")

    def deserialize(self, value: str) -> Decimal:
        return Decimal(value)


class TimeAttribute(UTCDateTimeAttribute):
    """pynamodb's form of a time, `2026-11-24T08:03:00.000000+0000`, written without strftime, which is slow."""

    def serialize(self, value: datetime) -> str:
        return _time_text(value)


@lru_cache(maxsize=256)  # everything of one batch has the same time
def _time_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "+0000")


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
    """Every course run, every run in which a job runs, every learner who is being forgotten: only their items carry
    `kind`."""

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

    def __init__(self, **values: Any) -> None:
        """An item of these values, by attribute. None leaves an attribute out; there are no defaults.

        pynamodb's own initialization costs more than all the rest of a certificate's transaction.
        """
        self.attribute_values = {name: value for name, value in values.items() if value is not None}

    @classmethod
    def read(cls, raw: RawItem) -> Self:
        """The attributes of the item that DynamoDB sent. Missing ones are None. They have the model's names and types,
        on a plain object: a real model needs more time than the decision on a learner.
        """
        readers, absent = cls._readers()
        values = absent.copy()
        for name, value in raw.items():
            if (reader := readers.get(name)) and "NULL" not in value:
                kind, deserialize = reader
                found = value[kind]
                values[name] = deserialize(found) if deserialize else found
        return cast("Self", SimpleNamespace(**values))

    @classmethod
    @cache
    def _readers(cls) -> tuple[dict[str, tuple[str, Callable[[Any], Any] | None]], dict[str, None]]:
        """For every attribute, DynamoDB's letter for its type and the function that reads a value; and a dict of all
        attributes as None."""
        attributes = cls.get_attributes()
        return {
            name: (attribute.attr_type, None if type(attribute) is UnicodeAttribute else attribute.deserialize)
            for name, attribute in attributes.items()
        }, dict.fromkeys(attributes)

    def raw(self) -> dict[str, Any]:
        """The item for DynamoDB. Raises ValueError when a required attribute is missing."""
        writers, raw = self._writers(), {}
        for name, value in self.attribute_values.items():
            kind, serialize = writers[name]
            raw[name] = {kind: serialize(value) if serialize else value}
        if missing := self._required() - raw.keys():
            raise ValueError(f"{type(self).__name__} lacks {', '.join(sorted(missing))}")
        return raw

    @classmethod
    @cache
    def _writers(cls) -> dict[str, tuple[str, Callable[[Any], Any] | None]]:
        """For every attribute, DynamoDB's letter for its type and the function that writes a value."""
        return {
            name: (attribute.attr_type, None if type(attribute) is UnicodeAttribute else attribute.serialize)
            for name, attribute in cls.get_attributes().items()
        }

    @classmethod
    @cache
    def _required(cls) -> frozenset[str]:
        return frozenset(name for name, attribute in cls.get_attributes().items() if not attribute.null)


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
    """`*_at` are the times of the updates that set the attributes beside them: an older update changes nothing.
    `same_grade_since` is the time of the first update with the present grade, if all updates since have the same grade.
    `verdict_grade` is the newest grade that is not newer than the verdict: the verdict's grade. `outcome`, `reason`,
    `attempted_at`, `attempted_in` (a job) and `attempted_print` describe a failed attempt: see `items.attempt`.
    """

    mode = UnicodeAttribute(null=True)
    active = BooleanAttribute(null=True)
    enrolled_at = TimeAttribute(null=True)
    beta_tester = BooleanAttribute(null=True)
    beta_tester_at = TimeAttribute(null=True)
    grade = DecimalAttribute(null=True)
    graded_at = TimeAttribute(null=True)
    same_grade_since = TimeAttribute(null=True)
    verdict = BooleanAttribute(null=True)
    verdict_at = TimeAttribute(null=True)
    verdict_grade = DecimalAttribute(null=True)
    verdict_grade_at = TimeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    attempted_at = TimeAttribute(null=True)
    attempted_in = UnicodeAttribute(null=True)
    attempted_print = UnicodeAttribute(null=True)
    fields = JSONAttribute(null=True)
    fields_at = TimeAttribute(null=True)


class CertificateItem(LearnerInRunItem):
    """`trigger` and `change` are those of this revision's history entry, so that the stream has both."""

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
    modified_at = TimeAttribute()
    job = UnicodeAttribute(null=True)
    name_missing = BooleanAttribute(null=True)
    name_before = UnicodeAttribute(null=True)
    fields = JSONAttribute(null=True)
    language = UnicodeAttribute(null=True)
    status_list = UnicodeAttribute(null=True)
    status_index = NumberAttribute(null=True)
    trigger = UnicodeAttribute(null=True)
    change = UnicodeAttribute(null=True)
    imported_at = TimeAttribute(null=True)


class ExceptionItem(LearnerInRunItem):
    """`origin`: `<upload_id>#<row>` of the file that listed the learner. A file that is read again recognizes its own
    entries."""

    note = UnicodeAttribute(null=True)
    added_by = UnicodeAttribute()
    added_at = TimeAttribute()
    origin = UnicodeAttribute(null=True)


class InvalidationItem(LearnerInRunItem):
    note = UnicodeAttribute(null=True)
    invalidated_by = UnicodeAttribute()
    invalidated_at = TimeAttribute()
    active = BooleanAttribute(null=True)
    revalidated_by = UnicodeAttribute(null=True)
    revalidated_at = TimeAttribute(null=True)


class WaitingItem(LearnerInRunItem):
    """A certificate that waits to be shown, and is listed until then.

    `shown_at` and `revision` say when it was shown, and in which revision.
    """

    shown_at = TimeAttribute(null=True)
    revision = NumberAttribute(null=True)


class WaitingRunItem(Item):
    """`mark` changes each time a certificate of the run begins to wait. It is compared before the item is removed."""

    course_id = UnicodeAttribute()
    mark = UnicodeAttribute()
    marked_at = TimeAttribute()


class HistoryItem(Item):
    at = TimeAttribute()
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
    """`spare_name` replaces an empty `name` of the profile, see `rules.lms_update`.

    `forgotten_at`: the learner was forgotten. Texts are empty from then on, and no update fills them again.
    `opted_out_at`: the learner wants no mails; `opted_out_by` says how that is known: `link` or `complaint`.
    `bounced_email`: the address that mail has come back from; a newer address is tried again.
    """

    user_id = UnicodeAttribute()
    username = UnicodeAttribute()
    email = UnicodeAttribute()
    name = UnicodeAttribute()
    profiled_at = TimeAttribute(null=True)
    named_at = TimeAttribute(null=True)
    spare_name = UnicodeAttribute(null=True)
    spare_named_at = TimeAttribute(null=True)
    identity_verified = BooleanAttribute(null=True)
    identity_expires_at = TimeAttribute(null=True)
    identity_at = TimeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    language_at = TimeAttribute(null=True)
    opted_out_at = TimeAttribute(null=True)
    opted_out_by = UnicodeAttribute(null=True)
    bounced_email = UnicodeAttribute(null=True)
    forgotten_at = TimeAttribute(null=True)


class ForgettingItem(Item):
    """Usernames, e-mails and names of a learner who is being forgotten, until all are removed. Listed under the kind
    `forgetting`."""

    user_id = UnicodeAttribute()
    usernames = UnicodeSetAttribute(null=True)
    texts = UnicodeSetAttribute(null=True)
    asked_by = UnicodeAttribute()


class PointerItem(Item):
    """`more_user_ids`: further learners of the same e-mail."""

    user_id = UnicodeAttribute()
    more_user_ids = UnicodeSetAttribute(null=True)


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
    chosen_name = UnicodeAttribute(null=True)
    created_at = TimeAttribute()
    finished_at = TimeAttribute(null=True)
    reported_at = TimeAttribute(null=True)
    etag = UnicodeAttribute(null=True)
    cursor = NumberAttribute(null=True)
    size = NumberAttribute(null=True)
    next_row = NumberAttribute(null=True)
    total = NumberAttribute(null=True)
    rows = NumberAttribute(null=True)
    applied = NumberAttribute(null=True)
    unchanged = NumberAttribute(null=True)
    rejected = NumberAttribute(null=True)
    errors: ListAttribute[Any] = ListAttribute(null=True)
    problem = JSONAttribute(null=True)
    report_parts = NumberAttribute(null=True)
    report_key = UnicodeAttribute(null=True)
    taken_back_at = UTCDateTimeAttribute(null=True)


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


class SigningKeysItem(Item):
    """`sealed`: the encrypted private keys in base64. `public_keys`: all keys that ever signed, the current two
    first."""

    sealed = UnicodeAttribute()
    public_keys: JSONAttribute = JSONAttribute()
    version = NumberAttribute()


class StatusSequenceItem(Item):
    """`taken` entries of list `list_number` are claimed, for credentials with this `base_url`.

    The secret `seed` spreads the list's entries.
    """

    base_url = UnicodeAttribute()
    list_number = NumberAttribute()
    taken = NumberAttribute()
    seed = UnicodeAttribute()


class SignedListItem(Item):
    """`version` is the optimistic lock: a list of older bits never replaces a newer one.

    `base_url` is the address in the list. It stays the same when the deployment's address changes.
    """

    base_url = UnicodeAttribute()
    credential = UnicodeAttribute()
    jwt = UnicodeAttribute()
    signed_at = TimeAttribute()
    version = NumberAttribute()


class StatusBitItem(Item):
    revoked = BooleanAttribute()


class RunningJobItem(Item):
    job_id = UnicodeAttribute()
