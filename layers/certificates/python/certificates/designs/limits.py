"""The limits of a design that staff set: the same on pages and over the interface."""

from __future__ import annotations

MAX_LINE_LENGTH = 120
"""Characters of the title, and of each line of a signatory."""

MOST_SIGNATORIES = 4
MAX_SIGNATURE_BYTES = 512 * 1024
MAX_DESIGN_BYTES = 4 * 1024 * 1024
"""The signature images in base64, and some text."""

TEMPLATE_NAME = r"[a-z][a-z0-9-]{0,62}"
"""The pattern of a template's name, which is a part of a key in the bucket."""
