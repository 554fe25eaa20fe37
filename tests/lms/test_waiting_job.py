"""Staff see that a bulk issue waits for the LMS, and why."""

from __future__ import annotations

from typing import Any

import pytest

from certificates import runtime
from tests import cheap_backend
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import encoded
from tests.lms.fake import KEY, FakeLms
from tests.lms.reconciling import Clock, deliver, reconciling
from tests.people import enroll, make_run

TEACH = f"/teach/{encoded(KEY)}"


@pytest.fixture
def cloud(backend: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = reconciling(cheap_backend.cheap(backend), lms)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
    make_run(made, KEY)
    made.runs.replace_staff(KEY, ["ines"])
    enroll(made, "4711", "mira", course_id=KEY, grade="0.9")
    return made


def test_a_job_that_waits_for_an_unreadable_lms_says_so_and_what_staff_can_do(cloud: Any, lms: FakeLms) -> None:
    ines = Browser(load("pages")).sign_in("ines")
    dry = ines.post(f"{TEACH}/generate", {"kind": "bulk"}).headers["location"]
    assert "waits for the LMS" not in ines.get(dry).text, "a dry run decides on what is known"
    ines.post(dry)
    job = ines.post(f"{TEACH}/generate", {"kind": "bulk", "really": "yes"}).headers["location"]
    page = ines.get(job).text
    assert "Generate: waits for the LMS" in page
    assert "The learners are being read from the LMS." in page
    assert "<progress" not in page
    lms.fail("error", last=9999)
    deliver(cloud, clock=Clock(runtime.now()))
    page = ines.get(job).text
    assert "The LMS did not answer." in page
    assert f'href="{TEACH}/records"' in page.partition("They are read again every night.")[2]
    assert "Cancel this job" in page
    for listed in (f"{TEACH}/generate", "/teach"):
        assert "Waits for the LMS" in ines.get(listed).text
    lms.recover()
    assert ines.post(f"{TEACH}/reconciliation").status == 303
    deliver(cloud, clock=Clock(runtime.now()))
    assert "waits for the LMS" not in ines.get(job).text
    assert "Waits for the LMS" not in ines.get("/teach").text
