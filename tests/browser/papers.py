"""Files of certificates as others make them of ours."""

from __future__ import annotations

from pathlib import Path

import pikepdf


def altered(paper: Path, into: Path) -> None:
    """Another title on the paper, the credential kept; written anew, so that its streams are packed."""
    with pikepdf.open(paper) as opened:
        opened.docinfo["/Title"] = "A certificate of somebody else"
        opened.save(into, compress_streams=True, recompress_flate=True)
