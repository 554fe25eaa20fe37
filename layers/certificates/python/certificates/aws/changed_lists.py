"""Keys of status lists and of their bits, and lists whose bits changed, as the table's stream tells.

Nothing here needs a library of AWS before a list has changed: most records of the stream are about something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from certificates.aws.continuation import go_on
from certificates.messages.kinds import ChangedLists

_LIST, _BIT = "STATUS-LIST#", "BIT#"


def status_list_key(list_id: str) -> str:
    return f"{_LIST}{list_id}"


def status_bit_key(list_id: str, index: int) -> tuple[str, str]:
    return status_list_key(list_id), f"{_BIT}{index}"


def have_signed(records: Iterable[Mapping[str, Any]], function: str) -> None:
    """Have `function` sign the lists whose bits these records of the table's stream are about: each once."""
    keys = [record["dynamodb"]["Keys"] for record in records]
    named = [(key["pk"]["S"], key["sk"]["S"]) for key in keys]
    found = {pk.removeprefix(_LIST) for pk, sk in named if pk.startswith(_LIST) and sk.startswith(_BIT)}
    if found:
        go_on(function, ChangedLists(tuple(sorted(found))).to_json())
