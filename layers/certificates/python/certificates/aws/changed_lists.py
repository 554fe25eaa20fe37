"""Keys of status lists and their bits, and the lists whose bits changed by the table's stream.

Most records of the stream are about other items, so this module imports no library of AWS before a list has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from certificates.aws.continuation import go_on
from certificates.messages.credentials import ChangedLists

_LIST, _BIT = "STATUS-LIST#", "BIT#"


def status_list_key(list_id: str) -> str:
    return f"{_LIST}{list_id}"


def status_bit_key(list_id: str, index: int) -> tuple[str, str]:
    return status_list_key(list_id), f"{_BIT}{index}"


def have_signed(records: Iterable[Mapping[str, Any]], function: str) -> None:
    """Have `function` sign each list once whose bits are in these records of the table's stream."""
    keys = [record["dynamodb"]["Keys"] for record in records]
    named = [(key["pk"]["S"], key["sk"]["S"]) for key in keys]
    found = {pk.removeprefix(_LIST) for pk, sk in named if pk.startswith(_LIST) and sk.startswith(_BIT)}
    if found:
        go_on(function, ChangedLists(tuple(sorted(found))).to_json())
