"""Changes of many learners in few transactions."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from certificates.aws.certificate_store import add_change
from certificates.aws.table import connection
from certificates.change import Change
from certificates.paging import batched

MAX_ENTRIES = 100
"""Entries of one TransactWriteItems (DynamoDB's limit)."""

_MAX_PER_CHANGE = 7
"""Certificate, exception, enrollment, invalidation, archived invalidation, and two of history."""

GROUP = MAX_ENTRIES // _MAX_PER_CHANGE


def record_together(changes: Sequence[Change], group: int = GROUP) -> list[Change]:
    """Write changes of different learners, `group` in a transaction; returns those of transactions that were cancelled.

    Why one was cancelled is for whoever tries its changes again, each alone.
    """
    lost: list[Change] = []
    for together in batched(changes, group):
        try:
            with TransactWrite(connection=connection().connection) as transaction:
                for change in together:
                    add_change(transaction, change)
        except TransactWriteError as error:
            if error.cause_response_code != "TransactionCanceledException":
                raise
            lost += together
    return lost
