"""What a function loads before anybody asks: learners do not wait for the pages of course staff."""

from __future__ import annotations

import os
import subprocess
import sys

OF_STAFF = "import sys, certificates.pages.table; print([name for name in sys.modules if '.pages.staff' in name])"


def test_pages_of_learners_start_without_those_of_course_staff() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    started = subprocess.run(
        [sys.executable, "-c", OF_STAFF], env=environment, capture_output=True, text=True, check=True
    )
    loaded = started.stdout
    assert loaded.strip() == "[]"
