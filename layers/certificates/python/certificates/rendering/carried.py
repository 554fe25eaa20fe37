"""Reads the attachments of a certificate with PDFium."""

from __future__ import annotations

import pypdfium2


def file_of(pdf: bytes, name: str) -> bytes | None:
    """The content of the attachment with this name. None: there is none, or the document cannot be read."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return None
    try:
        for number in range(document.count_attachments()):
            attachment = document.get_attachment(number)
            if attachment.get_name() == name:
                return bytes(attachment.get_data())
        return None
    finally:
        document.close()
