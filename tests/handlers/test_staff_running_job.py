"""While a job of a run runs, no other can begin: pages show the job in place of the buttons that start one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from certificates import runtime
from certificates.jobs.managing import cancel_job, list_jobs
from certificates.jobs.starting import start_job
from certificates.pages.staff import generate, run_page
from certificates.rules.groups import Group
from certificates.rules.jobs import JobKind, Selection
from tests import jobs
from tests.handlers.browsing import Browser
from tests.handlers.test_staff_pages import TEACH, ines
from tests.people import COURSE

__all__ = ["ines"]

REGENERATE = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.NOT_RECEIVED}))
BUTTON = re.compile(r"<button[^>]*>See what would happen")


@pytest.fixture
def running(backend: Any, ines: Browser) -> str:
    """The address of a running job."""
    job = start_job(COURSE, REGENERATE, dry_run=False, by="omar", backend=backend, now=runtime.now())
    return f"{TEACH}/jobs/{job.job_id}"


def test_the_tabs_show_the_running_job_in_place_of_their_buttons(ines: Browser, running: str) -> None:
    for tab, left in (("generate", 1), ("exceptions", 0)):
        page = ines.get(f"{TEACH}/{tab}").text
        assert f'href="{running}">See the running job' in page
        for said in ("A job is running", "Regenerating certificates", "0 of 2 learners", "started by omar"):
            assert said in page, (tab, said)
        assert "Possible again when the running job has ended." in page
        assert len(BUTTON.findall(page)) == left, "a bulk issue at a date can be planned at any time"
        assert 'data-live="running"' in page and ">Look again</a>" in page


def test_a_page_tells_one_progress_of_the_running_job(
    backend: Any, ines: Browser, running: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job goes on while the page is made: the list was read before the notice."""
    before = list_jobs(COURSE, limit=1, after=None, backend=backend)
    assert [job.total for job in before.items] == [2]
    monkeypatch.setattr(generate, "list_jobs", lambda *_, **__: before)
    [job] = before.items
    further = replace(job, parts=tuple(replace(part, outcomes={"issued": part.total or 0}) for part in job.parts))
    monkeypatch.setattr(run_page, "running_job", lambda *_: further)
    page = ines.get(f"{TEACH}/generate").text
    assert page.count("2 of 2 learners") == 2
    assert "0 of 2 learners" not in page


def test_meanwhile_a_bulk_issue_can_be_planned_and_not_begun(ines: Browser, running: str) -> None:
    page = ines.get(f"{TEACH}/generate").text
    assert 'name="when" value="now" disabled' in page
    assert 'name="when" value="at" checked' in page
    assert ines.post(f"{TEACH}/generate", {"kind": "bulk", "when": "now"}).status == 409


def test_when_the_job_ends_the_buttons_are_back(backend: Any, ines: Browser, running: str) -> None:
    jobs.work(backend)
    for tab, buttons in (("generate", 2), ("exceptions", 1)):
        page = ines.get(f"{TEACH}/{tab}").text
        assert len(BUTTON.findall(page)) == buttons
        assert "A job is running" not in page and "Possible again" not in page


def test_the_outcome_of_a_dry_run_offers_nothing_while_another_job_runs(backend: Any, ines: Browser) -> None:
    begun = start_job(COURSE, REGENERATE, dry_run=True, by="ines", backend=backend, now=runtime.now())
    jobs.work(backend)
    dry_run = f"{TEACH}/jobs/{begun.job_id}"
    assert "Regenerate 1 certificate</button>" in ines.get(dry_run).text
    other = start_job(COURSE, REGENERATE, dry_run=False, by="omar", backend=backend, now=runtime.now())
    page = ines.get(dry_run).text
    assert "Regenerate 1 certificate</button>" not in page
    assert f'href="{TEACH}/jobs/{other.job_id}">See the running job' in page
    cancel_job(COURSE, other.job_id, backend=backend, now=runtime.now())
    assert "Regenerate 1 certificate</button>" in ines.get(dry_run).text
