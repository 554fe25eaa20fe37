"""Times and whole numbers are stored as pynamodb stores them: items of every release can be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pynamodb.attributes import NumberAttribute, UTCDateTimeAttribute

from certificates.aws.item_model import IntegerAttribute, TimeAttribute

TIMES = [
    datetime(2026, 11, 24, 8, 3, tzinfo=UTC),
    datetime(2026, 2, 1, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 11, 1, 0, 30, 0, 7, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    datetime(999, 1, 2, tzinfo=UTC),
]


@pytest.mark.parametrize("time", TIMES, ids=str)
def test_a_time_is_written_and_read_as_by_pynamodb(time: datetime) -> None:
    written = TimeAttribute().serialize(time)
    assert written == UTCDateTimeAttribute().serialize(time)
    read = TimeAttribute().deserialize(written)
    assert read == UTCDateTimeAttribute().deserialize(written) == time
    assert read.tzinfo is UTC


@pytest.mark.parametrize("number", [0, 1, -7, 131_072, 10**37])
def test_a_whole_number_is_written_and_read_as_by_pynamodb(number: int) -> None:
    written = IntegerAttribute().serialize(number)
    assert written == NumberAttribute().serialize(number)
    assert IntegerAttribute().deserialize(written) == number
