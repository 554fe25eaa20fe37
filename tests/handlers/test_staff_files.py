"""The files of staff: samples to start from, the name of an uploaded file, and the message about a refused file."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from certificates import runtime
from certificates.lms.header import Kind
from certificates.lms.inspection import inspect
from certificates.lms.records_file import RowError, read_updates
from certificates.pages.languages import LANGUAGES
from certificates.pages.staff.sample_files import SAMPLE_FILES
from certificates.pages.templating import environment
from certificates.rules.exception_checks import CheckReason
from certificates.rules.exception_file import Entry, examine, read_entries
from certificates.staff_sentences import CHECKS
from certificates.uploads.file_names import MAX_NAME_LENGTH, chosen_name
from certificates.uploads.upload import Batch
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.test_staff_pages import TEACH, ines, loaded_file
from tests.people import COURSE

__all__ = ["ines"]


def test_the_reader_of_exception_files_accepts_every_row_of_the_sample(ines: Browser) -> None:
    answer = ines.get(f"{TEACH}/sample-exceptions.csv")
    assert 'filename="sample-exceptions.csv"' in answer.headers["content-disposition"]
    file = io.BytesIO(answer.content)
    layout = examine(file)
    assert layout.has_header
    rows = list(read_entries(file, layout))
    assert all(isinstance(row, Entry) for row in rows)
    assert [row.identifier for row in rows] == ["ada.sample", "bela.sample@example.org", "chen.sample"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("sample-grade-report.csv", Kind.GRADE_REPORT), ("sample-learner-profiles.csv", Kind.LEARNER_PROFILE)],
)
def test_the_reader_of_the_lms_files_accepts_every_row_of_the_sample(ines: Browser, name: str, kind: Kind) -> None:
    content = ines.get(f"{TEACH}/{name}").content
    inspection = inspect(io.BytesIO(content), len(content))
    header = inspection.header
    assert (header.kind, inspection.rows) == (kind, 3)
    stream = io.BytesIO(content)
    stream.seek(header.end)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    rows = list(read_updates(stream, header, course_id=COURSE, at=at, offset=header.end, number=header.number + 1))
    assert [row.outcome for row in rows if isinstance(row.outcome, RowError)] == []
    assert len(rows) == 3


def test_each_tab_with_a_file_offers_its_samples(ines: Browser) -> None:
    pages = ines.get(f"{TEACH}/exceptions").text + ines.get(f"{TEACH}/records").text
    assert [name for name in SAMPLE_FILES if f'href="{TEACH}/{name}"' not in pages] == []


@pytest.mark.usefixtures("ines")
def test_only_staff_download_a_sample_of_the_run() -> None:
    assert Browser(load("pages")).sign_in("omar").get(f"{TEACH}/sample-exceptions.csv").status == 403


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("names.csv", "names.csv"),
        (r"C:\fakepath\names of Ångström.csv", "names of Ångström.csv"),
        ("/home/ines/names.csv", "names.csv"),
        ("\u202enames\x00.csv\n", "names.csv"),
        ("n" * 5000, "n" * MAX_NAME_LENGTH),
        ("", ""),
    ],
)
def test_the_name_of_a_file_has_no_folders_and_no_invisible_characters_and_is_bounded(typed: str, kept: str) -> None:
    assert chosen_name(typed) == kept


def test_an_upload_keeps_the_name_of_the_file(backend: Any, ines: Browser) -> None:
    path, name = f"{TEACH}/exceptions", "autumn <img src=x onerror=alert(1)>.csv"
    form = ines.post(path, {"action": "upload", "file_name": rf"C:\fakepath\{name}"}).text
    upload_id = form.partition("exceptions?upload=")[2][:32]
    key = f"exceptions/{COURSE}/{upload_id}.csv"
    backend.uploads.begin(COURSE, upload_id, object_key=key, etag="1", size=1, arrived_at=runtime.now())
    page = ines.get(f"{path}?upload={upload_id}").text
    assert "autumn &lt;img src=x onerror=alert(1)&gt;.csv" in page
    assert "<img src=x" not in page
    assert f"{upload_id}.csv" not in page
    assert backend.uploads.upload(COURSE, upload_id).file_name == name


def test_an_upload_without_a_name_does_not_show_its_key(backend: Any, ines: Browser) -> None:
    loaded_file(backend, "records", "c" * 32)
    page = ines.get(f"{TEACH}/records").text
    assert "A file without a name" in page
    assert f"{'c' * 32}.csv" not in page


def test_a_copied_file_has_its_name_in_the_bucket(backend: Any, ines: Browser) -> None:
    key = f"records/{COURSE}/grade_report_2026.csv"
    backend.uploads.begin(COURSE, "d" * 32, object_key=key, etag="1", size=1, arrived_at=runtime.now())
    assert "grade_report_2026.csv" in ines.get(f"{TEACH}/records").text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("x_grade_report_2026-11-02-1530.csv", "its facts count as those of 2 November 2026, 15:30 UTC."),
        ("report.csv", "The file’s name has no date of the LMS: its facts count as those of its arrival"),
    ],
)
def test_the_result_of_a_file_tells_of_when_its_facts_are(backend: Any, ines: Browser, name: str, told: str) -> None:
    key, upload_id = f"records/{COURSE}/{name}", "f" * 32
    at = datetime(2026, 11, 20, tzinfo=UTC)
    begun = backend.uploads.begin(COURSE, upload_id, object_key=key, etag="1", size=1, arrived_at=at)
    read = backend.uploads.looked_through(begun, kind="grade-report", total=2, cursor=10, next_row=2)
    hint = {"row": 2, "identifier": "<i>zoe", "reason": "newer-stored", "message": "Newer facts stay."}
    batch = Batch(cursor=20, next_row=3, applied=1, unchanged=1, errors=[], warnings=[hint], has_report_part=False)
    backend.uploads.finish(backend.uploads.advance(read, batch), report_key=None, now=at)
    page = ines.get(f"{TEACH}/records?upload={upload_id}").text
    assert told in page
    assert "Taken, but please look" in page and "Newer facts stay." in page
    assert "&lt;i&gt;zoe" in page


def test_a_row_that_was_added_and_is_doubtful_is_on_the_page(backend: Any, ines: Browser) -> None:
    key, upload_id, at = f"exceptions/{COURSE}/list.csv", "f" * 32, runtime.now()
    begun = backend.uploads.begin(COURSE, upload_id, object_key=key, etag="1", size=1, arrived_at=at)
    hints = [{"row": row, "identifier": "42", "reason": "added", "message": f"Hint {row}."} for row in (1, 2)]
    batch = Batch(cursor=2, next_row=3, applied=2, unchanged=0, errors=[], warnings=hints, has_report_part=False)
    backend.uploads.finish(backend.uploads.advance(begun, batch), report_key=None, now=at)
    page = ines.get(f"{TEACH}/exceptions?upload={upload_id}").text
    assert "Taken, but please look" in page
    assert "Hint 1." in page and "Hint 2." in page


def test_a_refused_file_without_rows_shows_no_numbers_of_rows(backend: Any, ines: Browser) -> None:
    path, upload_id = f"{TEACH}/records", "e" * 32
    key = f"records/{COURSE}/{upload_id}.csv"
    backend.uploads.expect(COURSE, upload_id, "records", key, "ines", runtime.now(), "cities.csv")
    begun = backend.uploads.begin(COURSE, upload_id, object_key=key, etag="1", size=1, arrived_at=runtime.now())
    backend.uploads.refuse(begun, {"reason": "wrong-kind", "message": "No."}, now=runtime.now())
    page = ines.get(f"{path}?upload={upload_id}").text
    assert ("The file was refused." in page, "cities.csv" in page, "0 rows" in page) == (True, True, False)


@pytest.mark.parametrize(
    ("reason", "message", "hint"),
    [
        (CheckReason.UNKNOWN_LEARNER, f"{CHECKS[CheckReason.UNKNOWN_LEARNER]} It has U+200B.", "It has U+200B."),
        (CheckReason.UNKNOWN_LEARNER, CHECKS[CheckReason.UNKNOWN_LEARNER], ""),
        ("duplicate-in-file", "An earlier row lists this learner.", ""),
        ("ambiguous-learner", "Two learners: a and b.", "Two learners: a and b."),
    ],
)
def test_a_rejected_row_has_the_hint_that_says_more_than_its_reason(reason: str, message: str, hint: str) -> None:
    shown = environment("es").from_string(
        '{% from "staff/macros.html" import why with context %}{{ why(found) }}',
        globals={"language": LANGUAGES["es"]},
    )
    page = shown.render(found={"reason": str(reason), "message": message})
    assert page.count("<small") == bool(hint)
    assert f"{hint}</small>" in page or not hint
