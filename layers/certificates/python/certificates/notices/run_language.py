"""The language of a certificate's design."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from certificates.designs.run_design import design_key
from certificates.rendering.model import Design

if TYPE_CHECKING:
    from certificates.aws.documents import Documents


@lru_cache(256)
def language_of(design_digest: str, documents: Documents) -> str:
    """A BCP 47 tag. A digest names one content, so the cache is never out of date. Raises LookupError."""
    stored = documents.get(design_key(design_digest))
    if stored is None:
        raise LookupError(f"design {design_digest} is not in the bucket")
    return Design.from_json(stored.decode()).language
