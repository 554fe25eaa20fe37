"""Attachments of a certificate: associated files of the whole document (ISO 19005-3, 6.8; ISO 32000-2, 14.13).

Filling and the full layout write the entries of this module.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from . import metadata
from .fields import Fields

if TYPE_CHECKING:
    from .untyped import Pdf


class Attachment(NamedTuple):
    """`name` is ASCII and needs no escaping in parentheses. `description` explains the file to its finder."""

    name: str
    media_type: str
    description: str
    content: bytes

    def to_json(self) -> list[str]:
        return [self.name, self.media_type, self.description, b2a_base64(self.content, newline=False).decode()]

    @classmethod
    def from_json(cls, values: Sequence[str]) -> Attachment:
        name, media_type, description, content = values
        return cls(name, media_type, description, a2b_base64(content, strict_mode=True))


Entries = dict[str, str]
"""Keys and values of a PDF dictionary in their written form."""


def entries_of_stream(attachment: Attachment, fields: Fields) -> Entries:
    """The file's stream. Its dates are those of the certificate, so the same certificate gives the same bytes."""
    day = metadata.pdf_date(fields)
    kind = attachment.media_type.replace("/", "#2F").replace("+", "#2B")
    parameters = f"<</Size {len(attachment.content)}/CreationDate({day})/ModDate({day})>>"
    return {"Type": "/EmbeddedFile", "Subtype": f"/{kind}", "Params": parameters}


def entries_of_specification(attachment: Attachment, stream: int) -> Entries:
    """The file's specification. `stream` is the number of the file's stream."""
    name = f"({attachment.name})"
    return {
        "Type": "/Filespec",
        "F": name,
        "UF": name,
        "Desc": f"({attachment.description})",
        "AFRelationship": "/Data",
        "EF": f"<</F {stream} 0 R/UF {stream} 0 R>>",
    }


def entries_of_catalog(attachments: Sequence[Attachment], specifications: Sequence[int]) -> Entries:
    """The catalog's entries about the files, with the numbers of their specifications. Names are sorted."""
    references = [f"{number} 0 R" for number in specifications]
    named = sorted(zip((f"({attachment.name})" for attachment in attachments), references, strict=True))
    names = "".join(f"{name} {reference}" for name, reference in named)
    return {"AF": f"[{' '.join(references)}]", "Names": f"<</EmbeddedFiles<</Names[{names}]>>>>"}


def attach(pdf: Pdf, attachments: Sequence[Attachment], fields: Fields) -> None:
    """Attach files to a document that WeasyPrint is about to write."""
    import pydyf

    if not attachments:
        return
    numbers = []
    for attachment in attachments:
        stream = pydyf.Stream([attachment.content], entries_of_stream(attachment, fields))
        pdf.add_object(stream)
        described = pydyf.Dictionary(entries_of_specification(attachment, stream.number))
        pdf.add_object(described)
        numbers.append(described.number)
    if present := {"AF", "Names"} & set(pdf.catalog):
        raise ValueError(f"the document has {', '.join(sorted(present))} already")
    pdf.catalog.update(entries_of_catalog(attachments, numbers))
