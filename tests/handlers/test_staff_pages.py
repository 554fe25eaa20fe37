"""Course staff in a browser: everything in the operator guide, with forms alone."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates import runtime
from certificates.aws.certificate_items import exception_item
from certificates.aws.writes import put, write_one
from certificates.designs.run_design import design_of
from certificates.exception_list.entries import add_exception, remove_exception
from certificates.pages.staff.design import LANGUAGE_NAMES
from certificates.rendering.texts import TEXTS
from certificates.request import request_certificate
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.groups import Group
from certificates.rules.model import ExceptionEntry, Pacing
from certificates.rules.standing import Standing
from certificates.telemetry import logger
from certificates.uploads.upload import Batch, shown_row
from tests import jobs
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import encoded
from tests.handlers.staff_forms import settings_form
from tests.people import COURSE, REPORTED, enroll, make_run

TEACH = f"/teach/{encoded(COURSE)}"
TABS = ("learners", "exceptions", "generate", "invalidations", "records", "design", "settings")
TYPED = "<script>alert(1)</script>"


@pytest.fixture
def ines(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    with jobs.few_shards():
        yield staff_of_a_run(backend)


def staff_of_a_run(backend: Any) -> Browser:
    """Ines, and two learners of her run: Zoe passes, Abe does not."""
    make_run(backend, automatic_generation=False)
    backend.runs.replace_staff(COURSE, ["ines"])
    enroll(backend, "1", "zoe", name="Zoë Ångström", grade="0.9")
    enroll(backend, "2", "abe", name=TYPED, grade="0.2")
    return Browser(load("pages")).sign_in("ines")


@pytest.mark.parametrize("tab", TABS)
def test_only_staff_of_the_run_open_its_tabs(backend: Any, ines: Browser, tab: str) -> None:
    assert ines.get(f"{TEACH}/{tab}").status == 200
    other = Browser(load("pages")).sign_in("omar")
    for answer in (other.get(f"{TEACH}/{tab}"), other.post(f"{TEACH}/{tab}", {"action": "add"})):
        assert answer.status == 403
        assert "Marine Biology" not in answer.text
    assert Browser(load("pages")).sign_in("root", global_staff=True).get(f"{TEACH}/{tab}").status == 200


def test_an_unknown_tab_is_not_found(ines: Browser) -> None:
    assert ines.get(f"{TEACH}/nonsense").status == 404
    assert ines.get("/teach/nonsense/learners").status == 404


def test_learners_are_found_and_their_names_are_escaped(ines: Browser) -> None:
    page = ines.get(f"{TEACH}/learners").text
    assert "Zoë Ångström" in page
    assert TYPED not in page
    found = ines.get(f"{TEACH}/learners?search=zoe&status=").text
    assert ("Zoë Ångström" in found, "abe@" in found) == (True, False)
    assert "No learner matches “nobody”." in ines.get(f"{TEACH}/learners?search=nobody&status=").text
    assert ines.get(f"{TEACH}/learners?status=nonsense").status == 400
    assert ines.get(f"{TEACH}/learners?cursor=nonsense").status == 400


def test_learners_are_filtered_by_every_standing_and_counted(ines: Browser) -> None:
    page = ines.get(f"{TEACH}/learners").text
    for shown in ("All <span>2</span>", "No certificate yet <span>1</span>", "Not passing <span>1</span>"):
        assert shown in page
    for standing in (*Standing, "excepted"):
        assert ines.get(f"{TEACH}/learners?status={standing}").status == 200
    found = ines.get(f"{TEACH}/learners?status=not-passing").text
    assert ("abe@example.org" in found, "zoe@example.org" in found) == (True, False)


def test_counts_are_kept_for_a_minute_and_counted_again_after_a_form(
    backend: Any, ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{TEACH}/exceptions"
    assert "Exceptions <span>0</span>" in ines.get(path).text
    add_exception(COURSE, "abe", "", by="ines", backend=backend, now=runtime.now())
    assert "Exceptions <span>0</span>" in ines.get(f"{TEACH}/learners").text
    ines.post(path, {"action": "add", "learner": "zoe"})
    assert "Exceptions <span>2</span>" in ines.get(f"{path}?done=added").text
    remove_exception(COURSE, "2", by="ines", backend=backend, now=runtime.now())
    later = runtime.now() + timedelta(seconds=61)
    monkeypatch.setattr(runtime, "now", lambda: later)
    assert "Exceptions <span>1</span>" in ines.get(f"{TEACH}/learners").text


def test_an_exception_is_added_and_removed_by_hand(ines: Browser) -> None:
    path = f"{TEACH}/exceptions"
    added = ines.post(path, {"action": "add", "learner": "abe", "note": TYPED})
    assert (added.status, added.headers["location"]) == (303, f"{path}?done=added")
    page = ines.get(f"{path}?done=added").text
    assert "The learner is on the exception list." in page
    assert TYPED not in page
    again = ines.post(path, {"action": "add", "learner": "abe", "note": "kept"})
    assert (again.status, 'value="kept"' in again.text) == (409, True)
    assert "already" in again.text
    asked = ines.get(f"{path}?remove=2").text
    assert "The learner does not pass: a certificate that was issued is withdrawn." in asked
    assert "Keep on List" in asked
    assert ines.post(path, {"action": "remove", "user_id": "2"}).status == 303
    assert "Nobody is on the list." in ines.get(path).text


def test_a_form_for_a_file_leads_back_to_the_outcome_of_the_file(ines: Browser) -> None:
    page = ines.post(f"{TEACH}/exceptions", {"action": "upload"}).text
    assert 'name="success_action_redirect"' in page
    assert f"{TEACH}/exceptions?upload=" in page
    assert "form-action 'self' https://" in ines.get(f"{TEACH}/exceptions").headers["content-security-policy"]


def loaded_file(backend: Any, kind: str, upload_id: str) -> None:
    """A file that was sent by form and read to its end."""
    key = f"{kind}/{COURSE}/{upload_id}.csv"
    backend.uploads.expect(COURSE, upload_id, kind, key, "ines", runtime.now())
    begun = backend.uploads.begin(COURSE, upload_id, object_key=key, etag="1", size=1, arrived_at=runtime.now())
    read = backend.uploads.advance(
        begun, Batch(cursor=1, next_row=2, applied=1, unchanged=0, errors=[], has_report_part=False)
    )
    backend.uploads.finish(read, report_key=None, now=runtime.now())


def test_files_are_listed_and_a_file_can_be_taken_back(backend: Any, ines: Browser) -> None:
    path, upload_id = f"{TEACH}/exceptions", "a" * 32
    ines.post(path, {"action": "upload"})
    assert "What was loaded" not in ines.get(path).text, "a form that nobody used is no file"
    loaded_file(backend, "exceptions", upload_id)
    entry = ExceptionEntry(user_id="2", note="", added_by="ines", added_at=runtime.now(), origin=f"{upload_id}#1")
    write_one(put(exception_item(COURSE, entry)))
    add_exception(COURSE, "zoe", "", by="ines", backend=backend, now=runtime.now())
    assert f"{path}?take-back={upload_id}" in ines.get(path).text
    asked = ines.get(f"{path}?take-back={upload_id}").text
    assert "Remove the 1 learner whom this file added?" in asked
    assert ("A file without a name" in asked, ">None<" in asked) == (True, False)
    assert ines.post(path, {"action": "take-back", "upload_id": upload_id}).status == 303
    page = ines.get(f"{path}?done=taken-back").text
    assert ("abe@example.org" in page, "zoe@example.org" in page) == (False, True)
    assert "Taken back" in page
    assert f"?take-back={upload_id}" not in page
    assert ines.get(f"{path}?take-back={'b' * 32}").status == 404


def test_files_of_the_lms_are_listed(backend: Any, ines: Browser) -> None:
    assert "No file has come yet." in ines.get(f"{TEACH}/records").text
    loaded_file(backend, "records", "c" * 32)
    page = ines.get(f"{TEACH}/records").text
    assert f"?upload={'c' * 32}" in page
    assert "Take back" not in page


def test_a_dry_run_shows_which_names_change(backend: Any, ines: Browser) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=runtime.now())
    enroll(backend, "1", "zoe", name="=Zoë Berg", grade="0.9")
    dry = ines.post(f"{TEACH}/generate", {"kind": "regenerate", "group": "received"}).headers["location"]
    assert "1 name changes" not in ines.get(dry).text
    jobs.work(backend)
    page = ines.get(dry).text
    assert "1 name changes" in page
    assert "<s><bdi>Zoë Ångström</bdi></s>" in page
    assert "<strong><bdi>=Zoë Berg</bdi></strong>" in page


def test_the_page_begins_with_learners_without_a_name_and_how_to_correct_them(backend: Any, ines: Browser) -> None:
    enroll(backend, "3", "kq7", name="", grade="0.9")
    page = ines.get(f"{TEACH}/learners").text
    assert "1 learner has no name." in page
    assert "Load the learner profiles" in page
    assert f"{TEACH}/learners?status=name-missing" in page
    assert f"{TEACH}/learners?status=name-not-printable" not in page


@pytest.mark.parametrize(
    ("time_zone", "end", "said"),
    [
        (None, "30 November 2026", "times are UTC<"),
        ("America/Lima", "29 November 2026", "times are UTC, days are those of America/Lima<"),
    ],
)
def test_the_title_of_a_run_tells_the_zones_of_its_times_and_days(
    backend: Any, ines: Browser, time_zone: str | None, end: str, said: str
) -> None:
    make_run(backend, time_zone=time_zone, end=datetime(2026, 11, 30, 3, tzinfo=UTC))
    page = ines.get(f"{TEACH}/learners").text
    assert (end in page, said in page) == (True, True)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "29 November 2026, 22:00 in America/Lima"),
        ("es", "29 de noviembre de 2026, 22:00 en America/Lima"),
        ("ar", "29 نوفمبر 2026، 22:00 بتوقيت \u2068America/Lima\u2069"),
    ],
)
def test_a_time_that_is_typed_in_utc_has_the_time_of_the_run_beside_it(
    backend: Any, ines: Browser, language: str, said: str
) -> None:
    make_run(backend, time_zone="America/Lima", end=datetime(2026, 11, 30, 3, tzinfo=UTC))
    page = ines.get(f"{TEACH}/settings", accept_language=language).text
    assert re.search(
        rf'<input [^>]*id="end"[^>]*aria-describedby="end-zoned"[^>]*><p [^>]*>{re.escape(said)}</p>', page
    )
    assert re.search(r'<p [^>]*id="bulk_at-zoned"[^>]* hidden>', page)
    typed = settings_form(backend.runs.run(COURSE)) | {"end": "9999-12-31T23:59", "start": "soon"}
    refused = ines.post(f"{TEACH}/settings", typed, accept_language="en").text
    assert "31 December 9999, 18:59 in America/Lima" in refused
    assert re.search(r'<p [^>]*id="start-zoned"[^>]* hidden>', refused)


def test_a_run_in_utc_tells_each_time_once(backend: Any, ines: Browser) -> None:
    make_run(backend, end=datetime(2026, 11, 30, 3, tzinfo=UTC))
    assert "zoned" not in ines.get(f"{TEACH}/settings").text
    assert "zoned" not in ines.get(f"{TEACH}/generate").text


def test_staff_see_whose_name_is_missing_or_cannot_be_printed(backend: Any, ines: Browser) -> None:
    """A name that shows nothing is none: the username stands in its place in the list too."""
    enroll(backend, "3", "kq7", name="\u3164", grade="0.9")
    enroll(backend, "4", "una", name="\U00012000", grade="0.9")
    assert "1 name cannot be printed." in ines.get(f"{TEACH}/learners").text
    nameless = ines.get(f"{TEACH}/learners?status=name-missing").text
    assert ('<bdi class="who">kq7</bdi>' in nameless, "una@example.org" in nameless) == (True, False)
    assert nameless.count("The username stands in its place") == 1
    assert re.search(r'aria-current="true"><svg[^>]*>.*?</svg>No name <span>1</span>', nameless)
    unprintable = ines.get(f"{TEACH}/learners?status=name-not-printable").text
    assert ("kq7@example.org" in unprintable, "una@example.org" in unprintable) == (False, True)
    assert unprintable.count("No certificate until it is changed in the profile") == 1


def test_a_certificate_with_the_username_is_marked_though_the_profile_has_a_name_by_now(
    backend: Any, ines: Browser
) -> None:
    enroll(backend, "3", "kq7", name="", grade="0.9")
    request_certificate(COURSE, "kq7", backend=backend, now=runtime.now())
    enroll(backend, "3", "kq7", name="Kim Quill", grade="0.9")
    nameless = ines.get(f"{TEACH}/learners?status=name-missing").text
    assert "Kim Quill" in nameless
    assert nameless.count("The username stands in its place") == 1


@pytest.mark.parametrize(
    ("enrolled", "why"),
    [
        ({"name": "\U00012000"}, "The name cannot be printed"),
        ({"name": "Una", "active": False}, "Not enrolled"),
        ({"name": "Una", "identity_verified": False}, "Identity not verified"),
        ({"name": "Una"}, "Passing; not generated yet"),
    ],
)
def test_staff_see_why_somebody_who_passes_has_no_certificate(
    backend: Any, ines: Browser, enrolled: dict[str, Any], why: str
) -> None:
    make_run(backend, automatic_generation=False, identity_required=True)
    enroll(backend, "3", "una", grade="0.9", **enrolled)
    for address in ("learners?search=una", "learners/3"):
        assert f"<small>{why}</small>" in ines.get(f"{TEACH}/{address}").text


def test_without_a_public_address_staff_get_a_warning_before_they_issue(
    ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No public address is set." not in ines.get(f"{TEACH}/design").text
    monkeypatch.setenv("PUBLIC_BASE_URL", "")
    for tab in ("design", "generate", "exceptions"):
        assert "No public address is set." in ines.get(f"{TEACH}/{tab}").text


def test_a_job_is_cancelled_once_that_was_asked_for(ines: Browser) -> None:
    job = ines.post(f"{TEACH}/generate", {"kind": "bulk"}).headers["location"]
    asked = ines.get(f"{job}?cancel=yes").text
    assert "Cancel at 0 of 2 learners?" in asked
    assert "Let it go on" in asked
    assert ines.post(job).status == 303
    assert "Cancelled at 0 of 2" in ines.get(f"{job}?cancel=yes").text


def test_a_dry_run_comes_first_and_the_job_selects_the_same(backend: Any, ines: Browser) -> None:
    ines.post(f"{TEACH}/exceptions", {"action": "add", "learner": "abe"})
    dry = ines.post(f"{TEACH}/generate", {"kind": "exceptions", "scope": "without-certificate"})
    jobs.work(backend)
    page = ines.get(dry.headers["location"]).text
    assert "1 learner gets a certificate" in page
    assert "Generate 1 certificate" in page
    assert backend.certificates.facts(COURSE, "2", site=backend.site, now=runtime.now()).certificate is None
    real = ines.post(f"{TEACH}/generate", {"kind": "exceptions", "scope": "without-certificate", "really": "yes"})
    jobs.work(backend)
    assert "1 certificate issued" in ines.get(real.headers["location"]).text


def test_a_job_in_which_a_learner_fails_says_so_and_the_learner_is_found(
    backend: Any, ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise OSError("the renderer broke")

    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(type(backend.renderer), "prepare", breaks)
    job = ines.post(f"{TEACH}/generate", {"kind": "bulk", "really": "yes"}).headers["location"]
    jobs.work(backend)
    page = ines.get(job).text
    assert '<b class="danger">1</b>failed' in page
    assert '<span class="state danger">' in job_row(ines.get(f"{TEACH}/generate").text)
    assert "Finished with failures" in job_row(ines.get(f"{TEACH}/generate").text)
    found = ines.get(f"{TEACH}/learners?status=failed").text
    assert ("zoe@example.org" in found, "abe@example.org" in found) == (True, False)
    assert "The last attempt broke." in found


def job_row(page: str) -> str:
    """The first job of the list."""
    return page.partition("<h2>Jobs</h2>")[2].partition("<tbody><tr>")[2].partition("</tr>")[0]


def test_a_running_job_with_failures_is_not_red(backend: Any, ines: Browser) -> None:
    job = ines.post(f"{TEACH}/generate", {"kind": "regenerate", "group": ["received", "failed"], "really": "yes"})
    job_id = job.headers["location"].rpartition("/")[2]
    running = backend.jobs.job(COURSE, job_id)
    backend.jobs.move(running, 0, running.parts[0].advanced({"issued": 1, "failed": 2}, "1"), runtime.now())
    row = job_row(ines.get(f"{TEACH}/generate").text)
    assert ("#clock" in row, "danger" in row) == (True, False)
    assert "Regenerating certificates · 3 of 3 learners" in row
    assert "1 issued, 0 refused, 2 failed" in row
    page = ines.get(job.headers["location"]).text
    assert "<h2>Regenerating certificates: Failed, Already received" in page
    assert "99%" in page


def test_the_list_of_jobs_refreshes_while_a_job_is_running(backend: Any, ines: Browser) -> None:
    def live() -> str:
        return ines.get(f"{TEACH}/generate").text.partition('data-live="')[2].partition('"')[0]

    assert live() == "ended"
    ines.post(f"{TEACH}/generate", {"kind": "bulk"})
    assert live() == "running"
    jobs.work(backend)
    assert live() == "ended"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "bulk"}, "Dry run: who gets a certificate"),
        ({"kind": "bulk", "really": "yes"}, "Generating certificates"),
        ({"kind": "regenerate", "group": "failed"}, "Dry run: who gets a new revision: Failed"),
        ({"kind": "exceptions", "scope": "all"}, "Dry run: who gets an exception certificate"),
        ({"kind": "exceptions", "scope": "all", "really": "yes"}, "Generating exception certificates"),
    ],
)
def test_the_heading_of_a_running_job_names_its_work(ines: Browser, form: dict[str, str], said: str) -> None:
    page = ines.get(ines.post(f"{TEACH}/generate", form).headers["location"]).text
    assert f"<h2>{said}" in page


def test_a_second_job_is_refused_and_leads_to_the_first(ines: Browser) -> None:
    first = ines.post(f"{TEACH}/generate", {"kind": "bulk"}).headers["location"]
    second = ines.post(f"{TEACH}/generate", {"kind": "bulk"})
    assert (second.status, first in second.text) == (409, True)
    assert ines.post(first).status == 303
    assert "Cancelled" in ines.get(first).text


def test_every_group_can_be_chosen(ines: Browser) -> None:
    page = ines.get(f"{TEACH}/generate").text
    assert all(f'name="group" value="{group.value}"' in page for group in Group)


def test_no_group_is_refused_and_the_page_says_so(ines: Browser) -> None:
    answer = ines.post(f"{TEACH}/generate", {"kind": "regenerate"})
    assert (answer.status, "Choose one group at least." in answer.text) == (400, True)


def test_a_certificate_is_invalidated_once_it_was_asked_for_and_re_validated(backend: Any, ines: Browser) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=runtime.now())
    path = f"{TEACH}/invalidations"
    asked = ines.post(path, {"action": "ask", "learner": "zoe", "note": "handed in twice"}).text
    assert "Invalidate the certificate of Zoë Ångström?" in asked
    assert "Keep it valid" in asked
    assert ines.post(path, {"action": "invalidate", "learner": "zoe", "note": "handed in twice"}).status == 303
    assert "handed in twice" in ines.get(path).text
    history = ines.get(f"{TEACH}/learners/1").text
    assert "Invalidated" in history
    assert ines.post(path, {"action": "revalidate", "user_id": "1"}).status == 303
    assert "re-validated on" in ines.get(path).text


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Remove M.L. King, Jr. from"), ("ar", "\u2068M.L. King, Jr.\u2069")]
)
def test_a_name_in_a_question_has_its_own_direction(backend: Any, ines: Browser, language: str, said: str) -> None:
    enroll(backend, "1", "king", name="M.L. King, Jr.", grade="0.9")
    add_exception(COURSE, "king", "", by="ines", backend=backend, now=runtime.now())
    asked = ines.get(f"{TEACH}/exceptions?remove=1", accept_language=language).text
    assert said in asked.partition("data-sheet")[2].partition("</h2>")[0]


@pytest.mark.parametrize(("user_id", "loses"), [("1", False), ("2", True)])
def test_a_removal_is_red_only_if_a_certificate_can_be_lost(
    backend: Any, ines: Browser, user_id: str, loses: bool
) -> None:
    for learner in ("zoe", "abe"):
        add_exception(COURSE, learner, "", by="ines", backend=backend, now=runtime.now())
    sheet = ines.get(f"{TEACH}/exceptions?remove={user_id}").text.partition("data-sheet")[2]
    assert ("needs no exception" in sheet, "is withdrawn" in sheet) == (not loses, loses)
    assert ("taking" in sheet, "#invalidated" in sheet) == (loses, loses)


def test_a_removal_says_that_a_learner_who_passes_keeps_the_certificate(backend: Any, ines: Browser) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=runtime.now())
    add_exception(COURSE, "zoe", "", by="ines", backend=backend, now=runtime.now())
    sheet = ines.get(f"{TEACH}/exceptions?remove=1").text.partition("data-sheet")[2]
    assert ("keeps the certificate" in sheet, "needs no exception" in sheet) == (True, False)


@pytest.mark.parametrize(
    ("learner", "status", "said"),
    [
        ("zoe", 409, "The learner has no certificate in this run."),
        ("nobody", 404, "No learner has this username or e-mail."),
        ("", 400, "Name a learner by username or e-mail."),
    ],
)
def test_what_cannot_be_invalidated_is_said_before_anybody_is_asked(
    ines: Browser, learner: str, status: int, said: str
) -> None:
    answer = ines.post(f"{TEACH}/invalidations", {"action": "ask", "learner": learner, "note": "twice"})
    assert (answer.status, said in answer.text, "Keep it valid" in answer.text) == (status, True, False)
    assert 'id="learner-fault"' in answer.text and 'value="twice"' in answer.text


def test_settings_are_saved_as_they_were_read(backend: Any, ines: Browser) -> None:
    before = backend.runs.run(COURSE)
    answer = ines.post(f"{TEACH}/settings", settings_form(before) | {"passing_grade": "62,5"})
    assert answer.status == 303
    after = backend.runs.run(COURSE)
    assert str(after.passing_grade) == "0.625"
    assert (after.title, after.eligible_modes, after.version) == (before.title, before.eligible_modes, 2)


def test_a_new_pacing_sets_the_switch_unless_the_form_sets_it_too(backend: Any, ines: Browser) -> None:
    form = settings_form(backend.runs.run(COURSE)) | {"pacing": "instructor", "end": "2030-01-01T00:00"}
    assert ines.post(f"{TEACH}/settings", form).status == 303
    run = backend.runs.run(COURSE)
    assert (run.pacing, run.self_generation) == (Pacing.INSTRUCTOR, False)


def test_a_conflict_shows_both_versions_and_keeps_the_typed_values(backend: Any, ines: Browser) -> None:
    form = settings_form(backend.runs.run(COURSE)) | {"title": "My title"}
    make_run(backend, title="Their title", automatic_generation=False)
    answer = ines.post(f"{TEACH}/settings", form)
    assert answer.status == 412
    for said in ("Saved by <bdi>omar</bdi>", "Their title", 'value="My title"', 'name="version" value="2"'):
        assert said in answer.text


def lines_of_conflict(page: str) -> list[str]:
    """The rows of the differences, without marks."""
    body = page.partition("Yours, not saved")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]
    return [" | ".join(re.sub("<[^>]*>", "", cell) for cell in row) for row in rows]


def test_a_conflict_names_who_saved_and_when_with_values_as_in_the_form(backend: Any, ines: Browser) -> None:
    page = ines.get(f"{TEACH}/settings").text
    form = settings_form(backend.runs.run(COURSE)) | {
        "opened": html.unescape(page.partition('name="opened" value="')[2].partition('"')[0]),
        "passing_grade": "55.5",
        "bulk": "never",
    }
    ends = datetime(2030, 1, 31, 18, 30, tzinfo=UTC)
    make_run(backend, automatic_generation=False, passing_grade=Decimal("0.7"), end=ends, identity_required=True)
    page = ines.post(f"{TEACH}/settings", form).text
    at = f"{REPORTED:%-d} November 2026, 00:00 UTC"
    assert f"<bdi>omar</bdi> saved these settings on {at}, after you opened them." in page
    assert lines_of_conflict(page) == [
        "End | not set | 31 January 2030, 18:30 UTC | not set",
        "Bulk issuance | At the end of the run | At the end of the run | By hand only",
        "Passing grade | 50% | 70% | 55.5%",
        "Identity check | As the site says | on | As the site says",
    ]


def test_a_conflict_with_my_own_window_names_me(backend: Any, ines: Browser) -> None:
    form = settings_form(backend.runs.run(COURSE))
    assert ines.post(f"{TEACH}/settings", form | {"title": "First"}).status == 303
    page = ines.post(f"{TEACH}/settings", form | {"title": "Second"}).text
    assert "You saved these settings yourself, in another window" in page


def test_a_conflict_on_a_run_of_an_earlier_release_names_nobody(backend: Any, ines: Browser) -> None:
    run = backend.runs.run(COURSE)
    form = settings_form(run) | {"title": "Mine"}
    backend.runs.replace(replace(run, saved_by="", saved_at=None, version=2), version_read=run.version)
    assert "Somebody else saved these settings while you changed them." in ines.post(f"{TEACH}/settings", form).text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": " "}, "This may not be empty."),
        ({"passing_grade": "sixty"}, "This is no number."),
        ({"passing_grade": "0"}, "The passing grade is greater than 0 "),
        ({"end": "soon"}, "This is no date and time."),
        ({"pacing": "instructor", "display": "end"}, "could never be shown"),
        ({"mode": []}, "Choose one track at least."),
        ({"display": "nonsense"}, "There is no such choice."),
        ({"version": "x"}, "This is no number."),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_changed(
    backend: Any, ines: Browser, changed: dict[str, Any], said: str
) -> None:
    run = backend.runs.run(COURSE)
    answer = ines.post(f"{TEACH}/settings", settings_form(run) | changed)
    assert (answer.status, said in answer.text) == (400, True)
    assert backend.runs.run(COURSE) == run


def test_the_time_zone_is_set_and_an_unknown_one_is_refused(backend: Any, ines: Browser) -> None:
    form = settings_form(backend.runs.run(COURSE))
    assert ines.post(f"{TEACH}/settings", form | {"time_zone": "Asia/Tokyo"}).status == 303
    assert backend.runs.run(COURSE).time_zone == "Asia/Tokyo"
    assert 'value="Asia/Tokyo"' in ines.get(f"{TEACH}/settings").text
    form = settings_form(backend.runs.run(COURSE))
    refused = ines.post(f"{TEACH}/settings", form | {"time_zone": "Mars/Base"})
    assert (refused.status, "There is no such time zone." in refused.text) == (400, True)
    assert ines.post(f"{TEACH}/settings", form | {"time_zone": ""}).status == 303
    assert backend.runs.run(COURSE).time_zone is None


def test_a_change_that_would_hide_shown_certificates_needs_a_confirmation(backend: Any, ines: Browser) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=runtime.now())
    form = settings_form(backend.runs.run(COURSE))
    form |= {"pacing": "instructor", "display": "end", "end": "2040-01-01T00:00"}
    refused = ines.post(f"{TEACH}/settings", form)
    assert refused.status == 409
    assert "These settings would hide certificates that are shown now." in refused.text
    assert 'name="hide_shown"' in refused.text
    assert ines.post(f"{TEACH}/settings", form | {"hide_shown": "on"}).status == 303


def test_a_design_is_saved_with_its_signatories(backend: Any, ines: Browser) -> None:
    form = {
        "template": "formal",
        "language": "es",
        "title": "",
        "active": "on",
        "action": "save",
        "signatory": ["Dr. Ada", ""],
        "signatory_title": ["Dean", ""],
        "signatory_organization": ["Fjord", ""],
    }
    assert ines.post(f"{TEACH}/design", form).status == 303
    page = ines.get(f"{TEACH}/design").text
    assert 'value="Dr. Ada"' in page
    assert '<option value="es" lang="es" selected>' in page
    assert ines.post(f"{TEACH}/design", form | {"paper": "napkin"}).status == 400


SIGNED: dict[str, Any] = {
    "template": "formal",
    "language": "en",
    "title": "",
    "paper": "",
    "action": "save",
    "signatory": ["Dr. Ada", "Prof. Lin"],
    "signatory_title": ["Dean", ""],
    "signatory_organization": ["Fjord", ""],
}


def png(width: int) -> bytes:
    """The beginning of a PNG, and bytes of every kind after it."""
    return b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IHDR" + width.to_bytes(4) + bytes(range(256)) + b"\r\n--\r\n"


def test_a_signature_is_sent_kept_with_its_name_and_removed(backend: Any, ines: Browser) -> None:
    def images() -> list[bytes | None]:
        design = design_of(backend.runs.run(COURSE), backend)
        return [signatory.signature_image for signatory in design.signatories]

    path, image = f"{TEACH}/design", png(600)
    assert ines.post_with_files(path, SIGNED, {"signature-2": image, "signature-1": b""}).status == 303
    assert images() == [None, image]
    assert base64.b64encode(image).decode() in html.unescape(ines.get(path).text)
    assert ines.post_with_files(path, SIGNED, {"signature-1": b""}).status == 303
    assert images() == [None, image], "no file was chosen: the signature stays"
    other = SIGNED | {"signatory": ["Dr. Ada", "Prof. Other"]}
    assert ines.post_with_files(path, other, {"signature-1": b""}).status == 303
    assert images() == [None, None], "a signature is nobody else's"
    assert ines.post_with_files(path, SIGNED, {"signature-1": image}).status == 303
    assert ines.post_with_files(path, SIGNED | {"remove_signature": "1"}, {"signature-1": b""}).status == 303
    assert images() == [None, None]


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (b"GIF89a", "A signature is a PNG or JPEG file."),
        (png(599), "This signature would print coarse"),
        (png(600) + bytes(512 * 1024), "A signature has at most 512 KB."),
    ],
)
def test_a_faulty_signature_is_reported_at_its_signatory(ines: Browser, image: bytes, said: str) -> None:
    answer = ines.post_with_files(f"{TEACH}/design", SIGNED, {"signature-2": image})
    assert answer.status == 400
    assert said in answer.text.partition('id="signature-2-fault"')[2].partition("</p>")[0]
    assert 'value="Prof. Lin"' in answer.text


def test_every_language_of_certificates_has_a_name(ines: Browser) -> None:
    page = ines.get(f"{TEACH}/design").text
    assert all(f'lang="{tag}"' in page for tag in TEXTS)
    assert set(LANGUAGE_NAMES) == set(TEXTS)


def test_a_sample_is_shown_before_a_design_is_saved(ines: Browser) -> None:
    form = {"template": "formal", "language": "es", "paper": "letter", "action": "preview"}
    sample = ines.post(f"{TEACH}/design", form)
    assert (sample.status, ".pdf" in sample.headers["location"]) == (303, True)


def test_the_design_tab_warns_of_an_address_that_ends_with_the_stack(
    backend: Any, ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "ends with this installation" not in ines.get(f"{TEACH}/design").text
    own = replace(backend, base_url="https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com")
    monkeypatch.setattr(runtime, "backend", lambda base_url="": own)
    assert "print the address https://a1b2c3d4e5.execute-api" in ines.get(f"{TEACH}/design").text


def test_logs_of_pages_have_no_username(ines: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    logged = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", logged)
    ines.get("/teach/nonsense/learners")
    assert "refused" in logged.getvalue()
    assert "ines" not in logged.getvalue()


def test_rows_to_look_at_are_shown_below_the_refused_rows(backend: Any, ines: Browser) -> None:
    upload_id = "e" * 32
    key = f"records/{COURSE}/{upload_id}.csv"
    backend.uploads.expect(COURSE, upload_id, "records", key, "ines", runtime.now())
    begun = backend.uploads.begin(COURSE, upload_id, object_key=key, etag="1", size=1, arrived_at=runtime.now())
    doubt = {"row": 3, "identifier": "conor", "reason": "name-escaped", "message": "The name has &#39; in it."}
    advanced = backend.uploads.advance(
        begun, Batch(cursor=1, next_row=2, applied=1, unchanged=0, errors=[], warnings=[doubt], has_report_part=False)
    )
    backend.uploads.finish(advanced, report_key=None, now=runtime.now())
    page = ines.get(f"{TEACH}/records?upload={upload_id}").text
    assert "Taken, but please look" in page and ">conor<" in page and "The name has &amp;#39; in it." in page
    assert "Why it was rejected" not in page


def test_a_page_that_is_refused_says_what_is_missing_and_a_form_that_nothing_was_changed(ines: Browser) -> None:
    run_of_others = f"/teach/{encoded('course-v1:Fjord+GEO1+2026')}/learners"
    missing, form = ines.get("/teach/nonsense/learners"), ines.post("/teach/nonsense/settings", {"action": "save"})
    assert (missing.status, "There is no such page." in missing.text) == (404, True)
    assert "Nothing was changed." not in missing.text and "Nothing was changed." in form.text
    refused = ines.get(run_of_others)
    assert (refused.status, "You may not see this page." in refused.text) == (403, True)
    assert "You are signed in as <bdi>ines</bdi>." in refused.text


IN_FULL = {
    ("en", "bad-grade"): "“<b>” is not a grade: a number such as 0.59.",
    ("es", "bad-grade"): "«<b>» no es una nota: un número como 0.59.",
    ("ar", "bad-grade"): "ليس درجة (عددًا مثل 0.59): «\u2066<b>\u2069».",
    ("ar", "name-escaped"): "في الاسم «عمر» ورد \u2066&amp;#39;\u2069 مكان \u2066&#39;\u2069.",
    ("es", "bad-user-id"): "Una celda vacía no es un id de usuario: solo cifras.",
    (
        "es",
        "ambiguous-learner",
    ): "Coinciden dos alumnos: dé el usuario de uno<small>Varios alumnos tienen este "
    "usuario o correo: los ids 7 y 8.</small>",
    ("es", "bad-name"): "El nombre tiene más de 1.255 caracteres.",
    ("es", "added"): "La segunda columna es la observación. Contiene la dirección ana@x.org: una fila solo "
    "añade al alumno de su primera columna. Si esta fila es la cabecera de las columnas, no falta nada.",
    ("es", "duplicate-in-file"): "Dos veces en este archivo",
}
FLAWS = {
    "bad-grade": [flaw(FlawId.NOT_A_GRADE, written="<b>")],
    "name-escaped": [flaw(FlawId.NAME_ESCAPED, written="عمر", escaped="&#39;", meant="'")],
    "bad-user-id": [flaw(FlawId.NOT_A_USER_ID, written="")],
    "ambiguous-learner": [flaw(FlawId.ROW_FITS_SEVERAL_LEARNERS, ids=("7", "8"))],
    "bad-name": [flaw(FlawId.NAME_TOO_LONG, most=1255)],
    "added": [flaw(FlawId.NOTE_IS_ADDRESS, address="ana@x.org"), flaw(FlawId.MAY_BE_HEADING)],
    "duplicate-in-file": [flaw(FlawId.LISTED_IN_EARLIER_ROW)],
}


def why(language: str, found: dict[str, Any]) -> str:
    from certificates.pages.languages import LANGUAGES
    from certificates.pages.templating import environment

    macros = environment(language).get_template("staff/macros.html").make_module({"language": LANGUAGES[language]})
    return str(macros.why(found)).strip()


@pytest.mark.parametrize(("language", "reason"), IN_FULL)
def test_what_is_wrong_with_a_row_is_in_the_language_of_the_page_with_its_values(language: str, reason: str) -> None:
    found = shown_row(2, "zoe", reason, "In English.", FLAWS[reason])
    assert why(language, found) == IN_FULL[language, reason].replace("<b>", "&lt;b&gt;")


@pytest.mark.parametrize("flaws", [{}, {"flaws": []}, {"flaws": [{"id": "of-a-newer-release", "values": {}}]}])
def test_a_row_whose_flaws_are_not_known_has_its_reason_and_the_stored_message(flaws: dict[str, Any]) -> None:
    found = {"reason": "bad-grade", "message": "“x” is not a grade: a number such as 0.59.", **flaws}
    small = f'<small lang="en" dir="ltr">{found["message"]}</small>'
    assert why("es", found) == f"No es una nota: un número como 0.59, o 59 %{small}"
    assert why("en", found) == f'<span lang="en" dir="ltr">{found["message"]}</span>'


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_hint_without_words_in_the_language_of_the_page_keeps_its_own_direction(language: str) -> None:
    assert why(language, {"reason": "added", "message": "Look."}) == '<span lang="en" dir="ltr">Look.</span>'
