"""Counts a process's calls of AWS without the libraries of the tests, which need as much memory as the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient


@contextmanager
def calls_of_botocore() -> Iterator[list[str]]:
    """The names of the calls made inside, such as `dynamodb.Query`. obstore makes others."""
    made: list[str] = []
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def note(client: Any, operation: str, values: Any) -> Any:
        made.append(f"{client.meta.service_model.service_name}.{operation}")
        return real(client, operation, values)

    with patch.object(BaseClient, "_make_api_call", note):
        yield made
