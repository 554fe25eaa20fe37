"""The base of every item's model: its attributes as DynamoDB stores them, and the indexes of the table.

The model of an item stands with the functions that convert the item, or with its store.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any, Self, cast

from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.constants import NUMBER
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from certificates.aws.table import TABLE_NAME, RawItem, learner_key, shard_key, shard_of


class DecimalAttribute(Attribute[Decimal]):
    """A DynamoDB number that stays a Decimal: 0.59 is exactly 0.59, not the nearest float.

    DynamoDB keeps no trailing zeros.
    """

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        return format(value.normalize(), "f")

    def deserialize(self, value: str) -> Decimal:
        return Decimal(value)


class IntegerAttribute(NumberAttribute):
    """A number written without JSON. Every certificate has three of them, and pynamodb needs ten times as long."""

    def serialize(self, value: int) -> str:
        return str(value)


class TimeAttribute(UTCDateTimeAttribute):
    """pynamodb's form of a time, `2026-11-24T08:03:00.000000+0000`, written and read without pynamodb's own code, which
    is slow.
    """

    def serialize(self, value: datetime) -> str:
        return _time_text(value)

    def deserialize(self, value: str) -> datetime:
        return datetime.fromisoformat(value)


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
