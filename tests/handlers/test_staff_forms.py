"""The forms of a run's settings and design: every field, faults at their field, and no typed value is lost."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pypdfium2
import pytest

from certificates import runtime
from certificates.aws.records_store import RecordsStore
from certificates.designs.run_design import design_of
from certificates.designs.samples import SAMPLE_NAMES
from certificates.pages.staff.settings_form import SETTING_FIELDS
from certificates.rules.exception_checks import MAX_NOTE_LENGTH
from certificates.rules.lms_update import LmsUpdate
from certificates.rules.settings import RunSettings, settings_of
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.staff_forms import settings_form
from tests.handlers.test_instructor_requests import OWN, STYLE
from tests.handlers.test_staff_pages import SIGNED, TEACH, ines, png
from tests.people import COURSE, enroll, make_run

__all__ = ["ines"]

SETTINGS, DESIGN = f"{TEACH}/settings", f"{TEACH}/design"


def at_field(page: str, name: str) -> str:
    """The message at the field with this id."""
    return unescape(page.partition(f'id="{name}-fault"')[2].partition("</p>")[0])


def test_the_form_has_a_field_for_every_setting(backend: Any, ines: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    own = replace(backend, site=replace(backend.site, sends_mail=True))
    monkeypatch.setattr(runtime, "backend", lambda base_url="": own)
    assert {each.name for each in fields(RunSettings)} == set(SETTING_FIELDS)
    page = ines.get(SETTINGS).text
    assert [name for names in SETTING_FIELDS.values() for name in names if f'name="{name}"' not in page] == []


def test_lines_columns_and_validity_are_set_and_removed_on_the_page(backend: Any, ines: Browser) -> None:
    form = settings_form(backend.runs.run(COURSE)) | {
        "valid_months": "24",
        "field_name": ["hours", "", " instructor "],
        "field_text": ["40", "", "Prof. Ada <b>Lovelace</b>"],
        "column_name": ["final_project", ""],
        "column_heading": ["Final Project", ""],
    }
    assert ines.post(SETTINGS, form).status == 303
    run = backend.runs.run(COURSE)
    assert run.fields == {"hours": "40", "instructor": "Prof. Ada <b>Lovelace</b>"}
    assert (run.field_columns, run.valid_months) == ({"final_project": "Final Project"}, 24)
    page = ines.get(SETTINGS).text
    assert "Prof. Ada &lt;b&gt;Lovelace&lt;/b&gt;" in page
    assert ines.post(SETTINGS, settings_form(run)).status == 303
    assert settings_of(backend.runs.run(COURSE)) == settings_of(run), "a form that nobody has touched changes nothing"
    empty = {"valid_months": "", "field_name": "", "field_text": "", "column_name": "", "column_heading": ""}
    assert ines.post(SETTINGS, settings_form(backend.runs.run(COURSE)) | empty).status == 303
    run = backend.runs.run(COURSE)
    assert (run.fields, run.field_columns, run.valid_months) == ({}, {}, None)


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": " "}, "title", "This may not be empty."),
        ({"organization": "x" * 256}, "organization", "more than 255 characters"),
        ({"passing_grade": "sixty"}, "passing_grade", "This is no number."),
        ({"passing_grade": "101"}, "passing_grade", "greater than 0 and at most 100"),
        ({"start": "soon"}, "start", "This is no date and time."),
        ({"end": "1900-01-01T00:00"}, "end", "The year lies between 1990 and 2999."),
        ({"start": "2030-01-02T00:00", "end": "2030-01-01T00:00"}, "end", "has to end after it starts"),
        ({"bulk": "at", "bulk_at": ""}, "bulk_issue_at", "Say when"),
        ({"pacing": "nonsense"}, "pacing", "There is no such choice."),
        ({"mode": []}, "eligible_modes", "Choose one track at least."),
        ({"mode": ["Verified!"]}, "eligible_modes", "small letters"),
        ({"time_zone": "Mars/Base"}, "time_zone", "There is no such time zone."),
        ({"valid_months": "two years"}, "valid_months", "This is no number."),
        ({"valid_months": "1201"}, "valid_months", "from 1 to 1,200"),
        ({"field_name": ["", "x"], "field_text": ["40", "y"]}, "fields", "a text and no name"),
        ({"field_name": "hours", "field_text": " "}, "fields", "a name and no text"),
        ({"field_name": ["hours"] * 2, "field_text": ["1", "2"]}, "fields", "the same name"),
        ({"field_name": "Hours!", "field_text": "40"}, "fields", "“Hours!” is no name of a line"),
        ({"field_name": "grade", "field_text": "A"}, "fields", "grade is known without being written"),
        ({"column_name": "9th", "column_heading": "Ninth"}, "field_columns", "“9th” is no name of a line"),
    ],
)
def test_one_bad_value_has_its_message_at_the_field_and_all_typed_values_stay(
    backend: Any, ines: Browser, changed: dict[str, Any], field: str, said: str
) -> None:
    run = backend.runs.run(COURSE)
    typed = {"title": "Typed title", "credential": "off", "column_name": "mine", "column_heading": "Typed heading"}
    answer = ines.post(SETTINGS, settings_form(run) | typed | changed)
    assert answer.status == 400
    assert said in at_field(answer.text, field), unescape(answer.text)
    assert f'<a href="#{field}">' in answer.text
    kept = {"Typed title", "Typed heading"} - ({"Typed title"} if "title" in changed else set())
    kept -= {"Typed heading"} if "column_name" in changed else set()
    assert all(f'value="{text}"' in answer.text for text in kept)
    values = [value for texts in changed.values() for value in ([texts] if isinstance(texts, str) else texts)]
    written = unescape(answer.text)
    assert [value for value in values if value.strip() and f'value="{value}"' not in written] in ([], ["nonsense"])
    assert re.search('name="credential" value="off" checked', answer.text)
    assert backend.runs.run(COURSE) == run


def test_several_bad_values_have_their_messages_together(ines: Browser, backend: Any) -> None:
    form = settings_form(backend.runs.run(COURSE)) | {
        "passing_grade": "sixty",
        "end": "soon",
        "valid_months": "1201",
        "time_zone": "Mars/Base",
        "field_name": "Hours!",
        "field_text": "40",
    }
    page = ines.post(SETTINGS, form).text
    assert all(at_field(page, name) for name in ("passing_grade", "end", "valid_months", "time_zone", "fields"))
    assert page.count('aria-invalid="true"') == 4, "of lines it is the group that is described"
    page = ines.post(SETTINGS, form | {"passing_grade": "60", "end": ""}).text
    assert all(at_field(page, name) for name in ("valid_months", "time_zone", "fields"))


def test_an_unchanged_time_keeps_its_seconds(backend: Any, ines: Browser) -> None:
    end = datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)
    make_run(backend, end=end, automatic_generation=False)
    run = backend.runs.run(COURSE)
    assert ines.post(SETTINGS, settings_form(run) | {"title": "Other"}).status == 303
    assert backend.runs.run(COURSE).end == end
    later = settings_form(backend.runs.run(COURSE)) | {"end": "2031-05-04T03:03"}
    assert ines.post(SETTINGS, later).status == 303
    assert backend.runs.run(COURSE).end == end.replace(minute=3, second=0)


def test_unsaved_changes_are_marked_without_a_script(backend: Any, ines: Browser) -> None:
    page = ines.get(SETTINGS).text
    assert page.count('<p class="mark" hidden>') == page.count('<p class="mark"')
    form = settings_form(backend.runs.run(COURSE)) | {"title": "Other", "time_zone": "Mars/Base"}
    page = ines.post(SETTINGS, form).text
    assert "Changed, not saved: 2" in page
    assert page.count('<p class="mark" hidden>') == page.count('<p class="mark"') - 2


def test_a_setting_that_the_page_does_not_show_is_not_marked_as_changed(backend: Any, ines: Browser) -> None:
    form = settings_form(backend.runs.run(COURSE)) | {"time_zone": "Mars/Base"}
    page = ines.post(SETTINGS, {name: value for name, value in form.items() if name != "notices"}).text
    assert 'name="notices"' not in page
    assert "Changed, not saved: 1" in page


def test_the_form_has_the_saved_values_for_the_script(backend: Any, ines: Browser) -> None:
    page = ines.get(SETTINGS).text
    saved = json.loads(unescape(page.partition('data-saved="')[2].partition('"')[0]))
    assert saved["title"] == [backend.runs.run(COURSE).title]
    assert set(saved) == {name for names in SETTING_FIELDS.values() for name in names}


def test_the_form_counts_the_effects_of_a_change(backend: Any, ines: Browser) -> None:
    enroll(backend, "3", "kim", mode="honor")
    told = LmsUpdate(user_id="3", at=runtime.now(), course_id=COURSE, grade=Decimal("0.2"), passing=True)
    RecordsStore().apply([told])
    page = unescape(ines.get(f"{SETTINGS}?done=saved").text)
    assert "2 learners have earned a certificate and have none yet" in page
    assert "1 verdict of the LMS contradicts it." in page
    assert re.search(r"given no verdict: 2 at present", page)
    assert re.search(r'Honor <span class="quiet">1</span>', page)
    doubted = ines.get(f"{TEACH}/learners?status=verdict-contradicts").text
    assert ("kim@example.org" in doubted, "zoe@example.org" in doubted) == (True, False)


def opened(page: str) -> str:
    """The form's values of the settings at the time when it was opened."""
    return unescape(page.partition('name="opened" value="')[2].partition('"')[0])


def test_two_people_who_change_different_settings_lose_neither_change(backend: Any, ines: Browser) -> None:
    mine = settings_form(backend.runs.run(COURSE)) | {"opened": opened(ines.get(SETTINGS).text), "valid_months": "12"}
    make_run(backend, title="Their title", automatic_generation=False)
    answer = ines.post(SETTINGS, mine)
    assert answer.status == 412
    assert "The form below holds your changes and theirs." in answer.text
    assert 'value="Their title"' in answer.text
    assert 'name="valid_months" inputmode="numeric" value="12"' in answer.text
    again = settings_form(backend.runs.run(COURSE)) | {"valid_months": "12", "opened": opened(answer.text)}
    assert ines.post(SETTINGS, again).status == 303
    run = backend.runs.run(COURSE)
    assert (run.title, run.valid_months) == ("Their title", 12)


def test_a_setting_that_two_people_changed_is_named_and_mine_stays_in_the_form(backend: Any, ines: Browser) -> None:
    was = opened(ines.get(SETTINGS).text)
    mine = settings_form(backend.runs.run(COURSE)) | {"opened": was, "title": "My title", "passing_grade": "70"}
    make_run(backend, title="Their title", automatic_generation=False)
    page = ines.post(SETTINGS, mine).text
    assert "Changed by both: Title." in page
    assert 'value="My title"' in page
    row = page.partition("<td><strong>Title</strong></td>")[2].partition("</tr>")[0]
    assert re.findall("<td[^>]*><bdi>([^<]*)</bdi></td>", row) == ["Marine Biology", "Their title", "My title"]
    assert ines.post(SETTINGS, mine | {"opened": "nonsense"}).status == 412


@pytest.mark.parametrize("tab", ["exceptions", "invalidations"])
def test_an_unknown_learner_has_the_message_at_the_field(ines: Browser, tab: str) -> None:
    action = {"exceptions": "add", "invalidations": "ask"}[tab]
    answer = ines.post(f"{TEACH}/{tab}", {"action": action, "learner": "nobdy", "note": "Lab closed"})
    assert (answer.status, "No learner has this username" in at_field(answer.text, "learner")) == (404, True)
    assert all(f'value="{kept}"' in answer.text for kept in ("nobdy", "Lab closed"))


@pytest.mark.parametrize(
    ("tab", "action"), [("exceptions", "add"), ("invalidations", "ask"), ("invalidations", "invalidate")]
)
def test_a_note_has_the_same_limit_on_pages_as_over_the_interface(ines: Browser, tab: str, action: str) -> None:
    form = {"action": action, "learner": "zoe"}
    answer = ines.post(f"{TEACH}/{tab}", form | {"note": "x" * (MAX_NOTE_LENGTH + 1)})
    assert (answer.status, "This has more than 1000 characters." in at_field(answer.text, "note")) == (400, True)
    longest = ines.post(f"{TEACH}/{tab}", form | {"note": f" {'x' * MAX_NOTE_LENGTH} "})
    assert "more than 1000 characters" not in longest.text


def test_hours_and_grade_are_printed_if_the_design_shows_them(backend: Any, ines: Browser) -> None:
    refused = ines.post(DESIGN, SIGNED | {"show": ["hours", "grade"], "active": "on"})
    assert refused.status == 400
    assert "write a line “hours”" in at_field(refused.text, "show")
    assert refused.text.count('name="show" value="hours" checked') == 1
    lines = {"field_name": "hours", "field_text": "40"}
    assert ines.post(SETTINGS, settings_form(backend.runs.run(COURSE)) | lines).status == 303
    assert ines.post(DESIGN, SIGNED | {"show": ["hours", "grade"], "active": "on"}).status == 303
    assert design_of(backend.runs.run(COURSE), backend).show == ("hours", "grade")
    page = ines.get(DESIGN).text
    assert page.count('name="show" value="hours" checked') == page.count('name="show" value="grade" checked') == 1


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": "x" * 121}, "title", "This is too long."),
        ({"language": "tlh"}, "design-language", "There is no such choice."),
        ({"paper": "napkin"}, "paper", "There is no such choice."),
        ({"own_template": "Not a name!"}, "own-template", "small letters, digits and hyphens"),
        ({"own_template": "absent"}, "own-template", "The bucket has no template of this name."),
        ({"signatory": ["Dr. Ada", "y" * 121]}, "signatory-2", "This is too long."),
        ({"title": "🌸"}, "title", "This may not be empty."),
        ({"signatory": ["Dr. Ada", "🌸"]}, "signatory-2", "This may not be empty."),
        ({"signatory": ["", "🌸"], "signatory_title": ["", "Dean"]}, "signatory-2", "This may not be empty."),
        ({"signatory": ["", "Prof. Lin"]}, "signatory-1", "A signatory has a name."),
    ],
)
def test_one_bad_value_of_a_design_has_its_message_at_the_field_and_the_others_stay(
    ines: Browser, changed: dict[str, Any], field: str, said: str
) -> None:
    answer = ines.post(DESIGN, SIGNED | {"language": "es", "title": "Diploma"} | changed)
    assert (answer.status, said in at_field(answer.text, field)) == (400, True)
    for kept in ("Dr. Ada", "Dean", "Prof. Lin"):
        assert f'value="{kept}"' in answer.text or "signatory" in changed
    assert 'value="Dean"' in answer.text
    assert 'value="Diploma"' in answer.text or "title" in changed


def store_template(backend: Any, html: str, css: str) -> None:
    """A template of the customer's own, named `ours`."""
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("template.html", html)
            archive.writestr("style.css", css)
        backend.documents.put("templates/ours.zip", file.getvalue(), "application/zip")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "\u2066template.html:4: <script>\u2069: <script> does nothing on paper"),
        ("es", "\u2066template.html:4: <script>\u2069: <script> no hace nada en papel"),
        ("ar", "\u2066template.html:4: <script>\u2069: لا أثر لـ <script> على الورق"),
    ],
)
@pytest.mark.parametrize("action", ["save", "preview"])
def test_the_page_names_a_fault_of_a_template_by_file_and_line_in_its_language(
    backend: Any, ines: Browser, language: str, said: str, action: str
) -> None:
    store_template(backend, OWN.replace("<img", "<script>1</script><img"), STYLE)
    ines.headers["accept-language"] = language
    answer = ines.post(DESIGN, SIGNED | {"own_template": "ours", "active": "on", "action": action})
    assert answer.status == 400
    assert said in unescape(answer.text)
    assert "<script>" not in answer.text


def test_the_page_lists_every_fault_of_a_template_and_quotes_other_software(backend: Any, ines: Browser) -> None:
    store_template(backend, OWN.replace('data-slot="qr"', 'data-slot="code"'), STYLE + "\n}")
    ines.headers["accept-language"] = "es"
    answer = ines.post(DESIGN, SIGNED | {"own_template": "ours", "active": "on"})
    page = unescape(answer.text)
    assert 'ningún elemento tiene data-slot="qr"' in page
    assert 'data-slot="code": puede decir' in page
    assert "\u2066style.css:2\u2069: " in page
    backend.documents.put("templates/ours.zip", b"nonsense", "application/zip")
    answer = ines.post(DESIGN, SIGNED | {"own_template": "ours", "active": "on"})
    assert "El archivo de la plantilla no sirve: no se puede leer:" in answer.text


def test_the_page_shows_warnings_of_a_template_in_its_language(backend: Any, ines: Browser) -> None:
    store_template(backend, OWN.replace('<span data-slot="date">', '<span data-slot="date">x'), STYLE)
    ines.headers["accept-language"] = "es"
    answer = ines.post(DESIGN, SIGNED | {"own_template": "ours", "active": "on"})
    assert (answer.status, "lo que hay en un hueco se reemplaza" in answer.text) == (200, True)


def test_a_template_of_ones_own_is_used_with_warnings(backend: Any, ines: Browser) -> None:
    store_template(backend, OWN, f"{STYLE}\n.date {{ colour: red }}")
    answer = ines.post(DESIGN, SIGNED | {"own_template": "ours", "active": "on"})
    assert (answer.status, "This will probably not look as meant:" in answer.text) == (200, True), answer.text
    assert backend.runs.run(COURSE).design_active
    assert 'name="own_template" value="ours"' in ines.get(DESIGN).text
    assert ines.post(DESIGN, SIGNED | {"own_template": "", "active": "on"}).status == 303
    assert 'name="own_template" value=""' in ines.get(DESIGN).text


def test_two_people_who_change_the_design_do_not_overwrite_each_other_unknowingly(backend: Any, ines: Browser) -> None:
    was = opened(ines.get(DESIGN).text)
    make_run(backend, title="Another title", automatic_generation=False)
    assert opened(ines.get(DESIGN).text) == was, "the settings are another form"
    assert ines.post(DESIGN, SIGNED | {"opened": was, "title": "Theirs", "active": "on"}).status == 303
    answer = ines.post(DESIGN, SIGNED | {"opened": was, "title": "Mine", "active": "on"})
    assert answer.status == 412
    assert "Somebody else changed this meanwhile." in answer.text
    assert 'value="Mine"' in answer.text
    assert "Changed, not saved: 1" in answer.text
    assert ines.post(DESIGN, SIGNED | {"opened": opened(answer.text), "title": "Mine", "active": "on"}).status == 303
    assert design_of(backend.runs.run(COURSE), backend).title == "Mine"


def sample_of(ines: Browser, backend: Any, form: dict[str, Any]) -> str:
    """The text of the sample that a form leads to."""
    address = ines.post(DESIGN, form | {"action": "preview"}).headers["location"]
    key = "previews/" + address.partition("/previews/")[2].partition("?")[0]
    return str(pypdfium2.PdfDocument(backend.documents.get(key))[0].get_textpage().get_text_range())


def test_a_sample_carries_the_chosen_name_and_says_that_it_is_a_sample(backend: Any, ines: Browser) -> None:
    lines = {"field_name": "hours", "field_text": "40"}
    ines.post(SETTINGS, settings_form(backend.runs.run(COURSE)) | lines)
    shown = SIGNED | {"show": ["hours", "grade"], "language": "es"}
    # Letters with a distance are read with a blank between them.
    text = sample_of(ines, backend, shown | {"sample": "short"}).replace(" ", "")
    assert [said for said in ("LiWu", "MUESTRA", "40", "92") if said not in text] == [], text
    assert "Vandenbroucke" in sample_of(ines, backend, shown | {"sample": "long"})
    assert "ليلى" in sample_of(ines, backend, shown | {"sample": "arabic"})


def test_the_sample_of_the_form_is_a_picture_for_the_page(ines: Browser) -> None:
    for answer in (
        ines.get(f"{TEACH}/sample.png?sample=devanagari"),
        ines.post(DESIGN, SIGNED | {"action": "picture", "sample": "long"}),
    ):
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
        assert answer.content.startswith(b"\x89PNG")
    refused = ines.post(DESIGN, SIGNED | {"action": "picture", "paper": "napkin"})
    assert (refused.status, refused.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert refused.text == "There is no such choice. Choose again."
    assert Browser(load("pages")).sign_in("omar").get(f"{TEACH}/sample.png").status == 403


def test_every_name_of_a_sample_can_be_chosen(ines: Browser) -> None:
    page = ines.get(DESIGN).text
    assert all(f'<option value="{kind}"' in page for kind in SAMPLE_NAMES)


def resent(page: str) -> dict[str, str]:
    """The fields of the form that sends again what was typed."""
    return {unescape(name): unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', page)}


def test_after_the_end_of_a_session_typed_values_and_files_are_kept(backend: Any, ines: Browser) -> None:
    image, cookies = png(600), dict(ines.cookies)
    ines.cookies.clear()
    answer = ines.post_with_files(DESIGN, {"template": "formal", "signatory": "Dr. Ada"}, {"signature-1": image})
    assert answer.status == 401
    assert 'enctype="multipart/form-data"' in answer.text
    kept = resent(answer.text)
    assert kept["signatory"] == "Dr. Ada"
    ines.cookies.update(cookies)
    form = SIGNED | {"signatory": ["Dr. Ada", ""]} | {"kept-file-signature-1": kept["kept-file-signature-1"]}
    assert ines.post(DESIGN, form).status == 303
    assert design_of(backend.runs.run(COURSE), backend).signatories[0].signature_image == image
    assert ines.post(DESIGN, form | {"kept-file-signature-1": "no base64!"}).status == 400


def test_a_script_that_fetches_a_page_gets_an_answer_that_the_session_has_ended(
    ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = runtime.now() + timedelta(hours=9)
    monkeypatch.setattr(runtime, "now", lambda: later)
    assert ines.get(f"{TEACH}/exceptions").status == 303
    looked = ines.get(f"{TEACH}/exceptions", sec_fetch_dest="empty")
    assert (
        looked.status,
        "You have been signed out." in looked.text,
        "<form" in looked.text.partition("<main")[2],
    ) == (
        401,
        True,
        False,
    )
