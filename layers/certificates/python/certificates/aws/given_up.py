"""Reads records of the table's stream again that a function could not process.

Lambda gives up a batch of records after twelve hours of failures. It puts a letter with the place of the batch into the
queue of failures. DynamoDB keeps records for 24 hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from certificates.aws.clients import streams

LETTER = "DDBStreamBatchInfo"
"""The part of Lambda's letter with the place of the batch."""

_MOST_A_CALL = 100


def batch_of(letter: Mapping[str, Any], out_of_time: Callable[[], bool]) -> Iterator[list[Mapping[str, Any]]]:
    """The records of the letter's batch, in parts, as the stream delivers them. Raises ClientError if DynamoDB keeps
    them no longer, and TimeoutError.
    """
    batch, client = letter[LETTER], streams()
    last = int(batch["endSequenceNumber"])
    place = client.get_shard_iterator(
        StreamArn=batch["streamArn"],
        ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    while place:
        if out_of_time():
            raise TimeoutError("the records were not read to their end")
        page = client.get_records(ShardIterator=place, Limit=_MOST_A_CALL)
        numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in page["Records"]]
        yield [record for record, number in zip(page["Records"], numbers, strict=True) if number <= last]
        if numbers and numbers[-1] >= last:
            return
        place = page.get("NextShardIterator")
