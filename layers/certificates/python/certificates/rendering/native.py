"""Brings WeasyPrint up with our libraries and our fonts only.

The libraries are loaded by absolute path first: Lambda's base image has an older glib ahead of the layer's, and a
library that is loaded already is not looked for again. Fontconfig gets a configuration without any folder, so a font
installed on the machine can never be chosen.
"""

from __future__ import annotations

import ctypes
import os
import warnings
from functools import cache
from pathlib import Path
from typing import Any

# In order of dependence: each finds those before it already loaded.
_LIBRARIES = (
    "libgobject-2.0.so.0",
    "libharfbuzz.so.0",
    "libfontconfig.so.1",
    "libpango-1.0.so.0",
    "libharfbuzz-subset.so.0",
    "libpangoft2-1.0.so.0",
)


@cache
def weasyprint() -> Any:
    libraries = Path(os.environ.get("CERTIFICATES_NATIVE_LIBS", "/opt/lib"))
    for library in _LIBRARIES:
        if (libraries / library).exists():
            ctypes.CDLL(str(libraries / library))
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("no-system-fonts.conf"))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No fonts configured in FontConfig")
        import weasyprint
    from PIL import ImageFile

    # WeasyPrint allows these, for all of the process. To us half an image is a fault of the design.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint
