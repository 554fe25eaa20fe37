"""The list of runs: the present work in each, and the next page of a long list."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates import runtime
from certificates.aws.run_store import StaffItem
from certificates.aws.table import run_key
from certificates.aws.writes import put, write_one
from certificates.pages.staff import runs
from certificates.request import request_certificate
from tests import jobs
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import encoded
from tests.handlers.test_staff_pages import TEACH, ines
from tests.people import COURSE, enroll, make_run

__all__ = ["ines"]


def row_of(page: str, course_id: str) -> str:
    """The text of the row of a run, without marks."""
    [row] = [row for row in page.split("<tr>") if course_id in row]
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", row.partition("</tr>")[0]))


def test_a_run_in_the_list_has_learners_certificates_and_work_for_staff(backend: Any, ines: Browser) -> None:
    assert "2 as of" in row_of(ines.get("/teach").text, COURSE)
    assert "No certificate yet" in row_of(ines.get("/teach").text, COURSE)
    request_certificate(COURSE, "zoe", backend=backend, now=runtime.now())
    enroll(backend, "3", "kq7", name="", grade="0.9")
    ines.get(f"{TEACH}/learners?done=added")
    row = row_of(ines.get("/teach").text, COURSE)
    assert all(said in row for said in ("3 as of", "1 issued shown", "1 learner has no name.")), row


def test_a_run_that_ends_later_and_one_without_learners_say_so(backend: Any, ines: Browser) -> None:
    make_run(backend, end=datetime(2035, 6, 7, tzinfo=UTC), automatic_generation=False)
    make_run(backend, "course-v1:Fjord+Empty+1", title="Empty")
    backend.runs.replace_staff("course-v1:Fjord+Empty+1", ["ines"])
    page = ines.get("/teach").text
    assert "The run ends on 7 June 2035." in row_of(page, COURSE)
    assert "No learners yet" in row_of(page, "course-v1:Fjord+Empty+1")


def test_every_value_of_a_run_has_a_label_on_a_phone(ines: Browser) -> None:
    [row] = [row for row in ines.get("/teach").text.split("<tr>") if "Marine Biology" in row]
    assert re.findall(r'<td[^>]* data-label="([^"]*)"', row) == ["Learners", "Certificates", "Needs you"]


def test_the_list_of_runs_shows_the_progress_of_a_running_job(backend: Any, ines: Browser) -> None:
    job = ines.post(f"{TEACH}/generate", {"kind": "bulk", "really": "yes"}).headers["location"]
    page = ines.get("/teach").text
    assert "Running Generating certificates · 0 of 2 learners" in row_of(page, COURSE)
    assert f'href="{job}"' in page
    assert 'data-live="running"' in page
    assert "teach.js" in page
    jobs.work(backend)
    assert 'data-live="ended"' in ines.get("/teach").text
    assert "Running" not in row_of(ines.get("/teach").text, COURSE)


def test_without_time_to_count_older_counts_are_shown_with_their_time(
    backend: Any, ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "COUNTING_SECONDS", -1)
    assert "Not counted yet" in row_of(ines.get("/teach").text, COURSE)
    ines.get(f"{TEACH}/learners")
    counted_at = runtime.now()
    enroll(backend, "3", "kim", grade="0.9")
    later = counted_at + timedelta(minutes=5)
    monkeypatch.setattr(runtime, "now", lambda: later)
    assert "2 as of" in row_of(ines.get("/teach").text, COURSE)
    monkeypatch.setattr(runs, "COUNTING_SECONDS", 60)
    assert f"3 as of {later:%H:%M:%S}" in row_of(ines.get("/teach").text, COURSE)


def test_a_list_of_more_than_fifty_runs_has_pages_and_shows_each_run_once(backend: Any, ines: Browser) -> None:
    others = [f"course-v1:Fjord+R{number:02d}+1" for number in range(60)]
    run = backend.runs.run(COURSE)
    for course_id in others:
        backend.runs.replace(replace(run, course_id=course_id), version_read=0)
        write_one(put(StaffItem(pk="STAFF#ines", sk=run_key(course_id))))
    shown: list[str] = []
    address = "/teach"
    pages = 0
    while address:
        page = ines.get(address).text
        shown += re.findall(r'<a class="run-name[^"]*" href="/teach/([^/"]+)/learners"', page)
        go_on = re.search(r'class="button small" href="(/teach\?cursor=[^"]+)"', page)
        assert ("To the beginning" in page) == (address != "/teach")
        address = go_on.group(1) if go_on else ""
        pages += 1
    assert pages == 2
    assert sorted(shown) == sorted(encoded(course_id) for course_id in (*others, COURSE))
    assert ines.get("/teach?cursor=nonsense").status == 400
    assert Browser(load("pages")).sign_in("omar").get("/teach").text.count("run-name") == 0


def test_who_manages_runs_finds_them_from_the_page_that_signing_in_leads_to(backend: Any, ines: Browser) -> None:
    """Other people would get empty pages."""
    global_staff = Browser(ines.handler).sign_in("root", global_staff=True)
    for manager in (ines, global_staff):
        page = manager.get("/learn").text
        assert "You are course staff." in page and page.count('href="/teach"') == 3
    assert 'href="/teach"' not in Browser(ines.handler).sign_in("zoe").get("/learn").text
    assert 'href="/learn">My certificates' in ines.get("/teach").text


def test_the_job_of_a_run_with_one_learner_counts_in_the_singular(backend: Any, ines: Browser) -> None:
    small = "course-v1:Fjord+One+1"
    make_run(backend, small, title="One")
    backend.runs.replace_staff(small, ["ines"])
    enroll(backend, "3", "kq7", course_id=small, grade="0.9")
    job = ines.post(f"/teach/{encoded(small)}/generate", {"kind": "bulk", "really": "yes"}).headers["location"]
    assert "0 of 1 learner " in row_of(ines.get("/teach").text, small)
    assert "Cancel at 0 of 1 learner?" in ines.get(f"{job}?cancel=yes").text
    spanish = replace(ines, headers={"accept-language": "es"})
    assert "¿Cancelar con 0 de 1 alumno?" in spanish.get(f"{job}?cancel=yes").text
    ines.post(job)
    assert "Cancelled at 0 of 1 learner." in ines.get(job).text
