"""Remove the document that a certificate named before a change and names no more.

Whoever changes a certificate removes the older document at once. This follows every change through the table's stream
and is tried again until it is done, so that a crash in between never leaves a link alive. Keys grow with the revision:
a document that was once given up is never named again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.documents import Documents


def remove_obsolete(change: Mapping[str, Any], documents: Documents) -> None:
    """`change` holds `OldImage` and, unless the item is gone, `NewImage`, as DynamoDB writes items."""
    before = _document(change.get("OldImage", {}))
    if before is not None and before != _document(change.get("NewImage", {})):
        documents.delete(before)
        logger.info("document removed", extra={"document": before})


def _document(image: Mapping[str, Any]) -> str | None:
    key: str | None = image.get("document", {}).get("S")
    return key
