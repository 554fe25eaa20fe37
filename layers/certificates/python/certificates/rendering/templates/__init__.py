"""The included templates: plain HTML and CSS, one folder each, found by name."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from certificates.rendering.errors import DesignFault
from certificates.rendering.flaws import design_flaw

_HERE = Path(__file__).parent
# Shared files and code that change the look of every template.
_SHARED = (
    "templates/base.css",
    "binding.py",
    "breaking.py",
    "choosing.py",
    "directions.py",
    "facing.py",
    "further.py",
    "ornaments.py",
    "qr.py",
    "scripts.py",
    "setting.py",
    "texts.py",
    "typefaces.py",
    "../shown_text.py",
)


def names() -> tuple[str, ...]:
    return tuple(sorted(folder.name for folder in _HERE.iterdir() if (folder / "template.html").exists()))


def files(name: str) -> dict[str, bytes]:
    """A template's own files by name: `template.html`, `style.css`, and its images if it has any."""
    if name not in names():
        raise DesignFault("unknown-template", design_flaw("unknown-template", name=name, names=", ".join(names())))
    return {path.name: path.read_bytes() for path in sorted((_HERE / name).iterdir()) if path.is_file()}


def base_css() -> bytes:
    return (_HERE / "base.css").read_bytes()


@cache
def digest(name: str | None) -> str:
    """SHA-256 in hex of a template's files and the code that draws it. None: only of the code."""
    parts = (files(name) if name else {}) | {shared: (_HERE.parent / shared).read_bytes() for shared in _SHARED}
    total = hashlib.sha256()
    for path, content in sorted(parts.items()):
        total.update(f"{path}\0{len(content)}\0".encode() + content)
    return total.hexdigest()
