"""Files that other programs make of our certificates."""

from __future__ import annotations

from pathlib import Path

import pikepdf


def altered(paper: Path, into: Path) -> None:
    """The certificate with another title and the same credential. It is written anew, so its streams are compressed."""
    with pikepdf.open(paper) as opened:
        opened.docinfo["/Title"] = "A certificate of somebody else"
        opened.save(into, compress_streams=True, recompress_flate=True)
