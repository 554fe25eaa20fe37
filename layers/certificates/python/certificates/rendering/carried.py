"""Reads the files that are attached to a certificate, with PDFium."""

from __future__ import annotations

import pypdfium2


def file_of(pdf: bytes, name: str) -> bytes | None:
    """The content of the file of this name; None where the document carries none, or cannot be read."""
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
