"""Removes the document that a certificate named before a change and names no longer. A change of a certificate removes
the older document at once. `remove_obsolete` also follows every change through the table's stream, and is retried until
it succeeds, so a crash never leaves a working link. Keys grow with the revision: a certificate never names an old
document again.
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
    """Remove up to 1,000 documents that no certificate names. A failed delete does not change the response, because the
    certificates are already written. `remove_obsolete` removes remaining documents that a certificate named, the sweep
    those that none named.
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
