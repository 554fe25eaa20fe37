"""Remove the document that a certificate named before a change and names no more.

Whoever changes a certificate removes the older document at once. This follows every change through the table's stream
and is tried again until it is done, so that a crash in between never leaves a link alive. Keys grow with the revision:
a document that was once given up is never named again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from certificates import telemetry
from certificates.errors import NotRemoved
from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.documents import Documents


def remove_at_once(keys: Sequence[str], documents: Documents) -> None:
    """Remove up to 1,000 documents that no certificate names, or leave behind those that the store does not remove now.

    What is stored stands by then: it would be wrong to tell the caller that it failed. Whoever follows the records
    removes what is left: `remove_obsolete` what one has named, the sweep what none has.
    """
    try:
        if len(keys) == 1:
            documents.delete(keys[0])
        elif keys:
            documents.delete_all(keys)
    except NotRemoved as failure:
        telemetry.left_behind(failure.documents, failure.why)


def remove_obsolete(before: Mapping[str, Any], after: Mapping[str, Any], documents: Documents) -> None:
    """An item has changed: `before` and `after` are its attributes, empty where there was or is no such item.

    Raises NotRemoved.
    """
    obsolete: str | None = before.get("document")
    if obsolete is not None and obsolete != after.get("document"):
        documents.delete(obsolete)
        logger.info("document removed", extra={"document": obsolete})
