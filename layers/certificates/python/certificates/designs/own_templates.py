"""A customer's own templates: `templates/<name>.zip` in the bucket, with `template.html`, `style.css` and assets.

What may be in them is in `rendering/templates/README.md`; reading one here runs nothing of it.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from certificates.errors import BadRequest
from certificates.rendering.model import Asset, Template

if TYPE_CHECKING:
    from certificates.aws.documents import Documents

MAX_BYTES = 4 * 1024 * 1024
"""Of all files together, unpacked."""

MAX_FILES = 40


def read_template(name: str, documents: Documents) -> Template:
    """The template of this name. Raises BadRequest `unknown-template`, `bad-template` with what is wrong."""
    archive = documents.get(f"templates/{name}.zip")
    if archive is None:
        raise BadRequest("unknown-template", f"No template {name!r} ships, and there is no templates/{name}.zip.")
    try:
        files = _unpacked(archive)
        html = files.pop("template.html").decode()
        css = files.pop("style.css", b"").decode()
    except KeyError:
        raise _bad("it holds no template.html") from None
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, RuntimeError) as error:
        raise _bad(f"it cannot be read: {error}") from error
    return Template(html=html, css=css, assets=tuple(Asset(name, content) for name, content in sorted(files.items())))


def _unpacked(archive: bytes) -> dict[str, bytes]:
    """File name to content; folders inside are not kept, so an asset is named by its file name alone."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        members = [member for member in packed.infolist() if not member.is_dir()]
        if len(members) > MAX_FILES:
            raise _bad(f"it holds more than {MAX_FILES} files")
        # The sizes that the archive declares are checked before anything is unpacked, and hold: zipfile reads no more.
        if sum(member.file_size for member in members) > MAX_BYTES:
            raise _bad(f"its files have more than {MAX_BYTES} bytes together")
        return {member.filename.rsplit("/", 1)[-1]: packed.read(member) for member in members}


def _bad(message: str) -> BadRequest:
    return BadRequest("bad-template", f"The template's archive is of no use: {message}.")
