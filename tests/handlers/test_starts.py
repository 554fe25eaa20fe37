"""The modules that a function imports at its start: learners do not wait for pages of staff, the LMS or sentences."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("started", "unneeded"),
    [
        ("certificates.pages.table", "certificates.pages.staff"),
        ("certificates.pages.table", "certificates.lms_api"),
        ("certificates.pages.table", "certificates.issue"),
        ("certificates.pages.table", "certificates.staff_sentences"),
        ("certificates.pages.table", "pynamodb"),
        ("certificates.pages.table", "jinja2"),
        ("certificates.http.learner", "certificates.lms_api"),
        ("certificates.http.learner", "certificates.reconciliation"),
        ("certificates.http.learner", "certificates.staff_sentences"),
        ("certificates.http.invalidations", "certificates.lms_api"),
    ],
)
def test_functions_that_learners_wait_for_start_without_rare_modules(started: str, unneeded: str) -> None:
    asked = f"import sys, {started}; print([name for name in sys.modules if name.startswith({unneeded!r})])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
