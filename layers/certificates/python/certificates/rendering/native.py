"""Imports WeasyPrint with only our libraries and fonts. The libraries are loaded first, by absolute path: Lambda's base
image has an older glib before the layer's, and a loaded library is not searched again. Fontconfig gets a configuration
without folders, so it can never choose a font of the machine.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .untyped import WeasyPrint

# In order of dependence: each library needs those before it.
_LIBRARIES = (
    "libgobject-2.0.so.0",
    "libharfbuzz.so.0",
    "libfontconfig.so.1",
    "libpango-1.0.so.0",
    "libharfbuzz-subset.so.0",
    "libpangoft2-1.0.so.0",
)


@cache
def weasyprint() -> WeasyPrint:
    libraries = Path(os.environ.get("CERTIFICATES_NATIVE_LIBS", "/opt/lib"))
    for library in _LIBRARIES:
        if (libraries / library).exists():
            ctypes.CDLL(str(libraries / library))
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("no-system-fonts.conf"))
    with warnings.catch_warnings(), _without_search():
        warnings.filterwarnings("ignore", message="No fonts configured in FontConfig")
        import weasyprint
    from PIL import ImageFile

    # WeasyPrint allows incomplete images in the whole process. Here they are faults of the design.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


@contextmanager
def _without_search() -> Iterator[None]:
    """WeasyPrint tries several names of each library, and only one is the name of a file. For each of the others, cffi
    would search the machine's folders with ldconfig, gcc and ld: 50 processes.
    """
    search, ctypes.util.find_library = ctypes.util.find_library, _nowhere
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _nowhere(name: str) -> str | None:
    return None
