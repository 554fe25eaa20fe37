"""The fonts of a browser under test: those of the product's layer, so that a name in any script is seen as written."""

from __future__ import annotations

from pathlib import Path

from tests.cloud.cloud import ROOT

CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <match target="pattern">
    <test name="family" compare="eq"><string>sans-serif</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Noto Sans</string></edit>
  </match>
  <match target="pattern">
    <test name="family" compare="eq"><string>system-ui</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Noto Sans</string></edit>
  </match>
</fontconfig>
"""


def configured(folder: Path) -> str:
    """Write a configuration of fontconfig into the folder. Returns its path. Fontconfig reads the fonts once for each
    build.
    """
    file = folder / "fonts.conf"
    file.write_text(CONFIGURATION.format(fonts=ROOT / ".build" / "fonts", cache=ROOT / ".build" / "fontconfig"))
    return str(file)
