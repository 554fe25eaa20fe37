"""The posted data of a browser: fields of a form, and files if the form has some."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from certificates.errors import BadRequest, TooLarge

MAX_FORM_BYTES = 4 * 1024 * 1024
"""Four signature images of 512 KiB, and some text. Lambda accepts at most 6 MB in base64."""

MAX_PARTS = 2000

KEPT_FILE = "kept-file-"
"""The beginning of the name of a field with a file in base64: a form that is sent again cannot have a file."""

PostedFields = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class PostedForm:
    """`files` are the chosen files, by the field's name."""

    fields: PostedFields = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def form_of(event: dict[str, Any]) -> PostedForm:
    """The posted form. Raises TooLarge `body-too-large`, BadRequest `bad-form`."""
    body = event.get("body") or ""
    raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="replace")
    if len(raw) > MAX_FORM_BYTES:
        raise TooLarge("body-too-large", f"A form may have at most {MAX_FORM_BYTES} bytes.", max_bytes=MAX_FORM_BYTES)
    media_type = str((event.get("headers") or {}).get("content-type") or "")
    try:
        in_parts = media_type.startswith("multipart/form-data")
        return _with_kept_files(_with_files(media_type, raw) if in_parts else _without_files(raw))
    except ValueError as error:
        raise BadRequest("bad-form", "The form could not be read.") from error


def no_such_button() -> BadRequest:
    """For a form with an action that no page offers: nothing may be done in its place."""
    return BadRequest("unknown-choice", "There is no such button.")


def kept_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """Fields with these files, for a form that will be sent again."""
    return {f"{KEPT_FILE}{name}": base64.b64encode(content).decode() for name, content in files.items()}


def _with_kept_files(form: PostedForm) -> PostedForm:
    """Raises ValueError."""
    kept = {name: texts[-1] for name, texts in form.fields.items() if name.startswith(KEPT_FILE)}
    files = {name.removeprefix(KEPT_FILE): base64.b64decode(text, validate=True) for name, text in kept.items()}
    fields = {name: texts for name, texts in form.fields.items() if name not in kept}
    return PostedForm(fields, {**files, **form.files})


def _without_files(raw: bytes) -> PostedForm:
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MAX_PARTS):
        fields.setdefault(name, []).append(value)
    return PostedForm(fields)


def _with_files(media_type: str, raw: bytes) -> PostedForm:
    """A form in parts (RFC 7578). Raises ValueError."""
    # Only one form has files: all other pages start without the parser.
    from email.parser import BytesParser
    from email.policy import HTTP

    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + media_type.encode() + b"\r\n\r\n" + raw)
    parts = list(message.iter_parts())
    if len(parts) > MAX_PARTS:
        raise ValueError("too many parts")
    fields: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for part in parts:
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise ValueError("a part without a name, or with parts of its own")
        if part.get_param("filename", header="content-disposition") is None:
            fields.setdefault(name, []).append(content.decode())
        elif content:
            files[name] = content
    return PostedForm(fields, files)
