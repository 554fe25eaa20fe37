"""A customer's own templates: `templates/<name>.zip` in the bucket, with `template.html`, `style.css` and assets.

`rendering/templates/README.md` says what they may contain. Reading a template runs no code.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from typing import TYPE_CHECKING

from certificates.errors import BadRequest, DesignFailed
from certificates.rendering.flaws import DesignFlaw, design_flaw
from certificates.rendering.model import Asset, Template

if TYPE_CHECKING:
    from certificates.aws.documents import Documents

MAX_TEMPLATE_BYTES = 4 * 1024 * 1024
"""Bytes of all files together, unpacked."""

MAX_FILES = 40

_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),  # damaged; bzip2 raises OSError
    *(NotImplementedError, RuntimeError),  # an unknown compression, a password
)


def read_template(name: str, documents: Documents) -> Template:
    """The template of this name. Raises BadRequest `unknown-template`, `bad-template` with the fault."""
    archive = documents.get(f"templates/{name}.zip")
    if archive is None:
        raise BadRequest("unknown-template", f"No template {name!r} ships, and there is no templates/{name}.zip.")
    try:
        files = _unpacked(archive)
        html = _text("template.html", files.pop("template.html"))
        css = _text("style.css", files.pop("style.css", b""))
    except KeyError:
        raise _bad(design_flaw("archive-without-page")) from None
    except _UNREADABLE as error:
        raise _bad(design_flaw("archive-unreadable", error=error)) from error
    return Template(html=html, css=css, assets=tuple(Asset(name, content) for name, content in sorted(files.items())))


def _text(name: str, content: bytes) -> str:
    """The text of a file. Windows' editors begin it with a byte order mark."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _bad(design_flaw("not-utf-8").at(name)) from None


def _unpacked(archive: bytes) -> dict[str, bytes]:
    """Path to content, from the folder in which template.html lies; without what file managers leave behind."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        members = {path: member for member in packed.infolist() if (path := _path(member.filename))}
        if len(members) > MAX_FILES:
            raise _bad(design_flaw("archive-of-too-many-files", most=MAX_FILES))
        # The declared sizes are checked before anything is unpacked. zipfile never reads more than the declared size.
        if sum(member.file_size for member in members.values()) > MAX_TEMPLATE_BYTES:
            raise _bad(design_flaw("archive-too-large", most=MAX_TEMPLATE_BYTES))
        folder = min((path[:-1] for path in members if path[-1] == "template.html"), key=len, default=())
        inside = {path[len(folder) :]: member for path, member in members.items() if path[: len(folder)] == folder}
        return {"/".join(path): packed.read(member) for path, member in inside.items()}


def _path(name: str) -> tuple[str, ...]:
    """Folders and name of a file; empty for a folder, and for files outside the template."""
    parts = tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
    hidden = any(part.startswith(".") or part in ("__MACOSX", "Thumbs.db") for part in parts)
    return () if hidden or name.endswith("/") else parts


def _bad(found: DesignFlaw) -> DesignFailed:
    return DesignFailed(str(found), [found], reason="bad-template")
