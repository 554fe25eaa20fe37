"""Decisions are made on what the table has now, never on a copy that is some milliseconds behind."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from certificates.aws import reads
from certificates.aws.history_items import HistoryItem
from certificates.aws.table import learner_key
from certificates.request import request_certificate
from tests.jobs import NOW
from tests.people import COURSE, enroll, make_run

READS = {"BatchGetItem", "Query", "Scan"}


def test_every_read_of_the_table_is_consistent_and_only_an_index_may_be_behind(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "7", "zoe", grade="0.9")
    asked: list[tuple[str, dict[str, Any]]] = []
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def note(client: Any, operation: str, values: dict[str, Any]) -> Any:
        if operation in READS:
            asked.append((operation, values))
        return real(client, operation, values)

    with patch.object(BaseClient, "_make_api_call", note):
        request_certificate(COURSE, "zoe", backend=cheap, now=NOW)
        [held] = cheap.certificates.certificates_of("7")
        cheap.certificates.history(COURSE, "7")
        list(reads.query(HistoryItem.pk == learner_key(COURSE, "7"), attributes=("at",)))
        reads.scan_page(None)
    assert held.revision == 1
    assert {operation for operation, _ in asked} == READS
    of_index = [values for _, values in asked if "IndexName" in values]
    assert of_index and not any(values.get("ConsistentRead") for values in of_index)
    assert all(_is_consistent(values) for _, values in asked if "IndexName" not in values)


def _is_consistent(values: dict[str, Any]) -> bool:
    if "RequestItems" in values:
        return all(of_table["ConsistentRead"] is True for of_table in values["RequestItems"].values())
    return values["ConsistentRead"] is True
