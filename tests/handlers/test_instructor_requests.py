"""Course staff over HTTP: settings, design, staff and uploads."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from certificates import runtime
from tests.handlers.http_events import encoded
from tests.people import COURSE
from tests.rendering.making import scribble

RUN = f"/course-runs/{encoded(COURSE)}"
SETTINGS = {"title": "Marine Biology", "organization": "Fjord University", "pacing": "self"}


@pytest.fixture
def root(administrator: Any) -> Any:
    return administrator("instructor_requests")


@pytest.fixture
def ines(people: Any) -> Any:
    return people("instructor_requests", "ines")


def test_settings_are_made_read_and_replaced_at_the_version_that_was_read(root: Any) -> None:
    made = root("PUT", RUN, SETTINGS)
    assert (made.status, made.headers["etag"]) == (201, '"1"')
    assert made.json()["self_generation"] is True

    read = root("GET", RUN)
    assert read.json() == made.json()

    replaced = root("PUT", RUN, {**SETTINGS, "title": "Marine Biology II"}, if_match=read.headers["etag"])
    assert (replaced.status, replaced.headers["etag"]) == (200, '"2"')
    assert root("GET", RUN).json()["title"] == "Marine Biology II"


def test_a_read_answer_can_be_sent_back_unchanged(root: Any) -> None:
    made = root("PUT", RUN, {**SETTINGS, "bulk_issue_at": "never", "end": "2027-01-01T00:00:00Z"}).json()
    made.pop("course_id")
    again = root("PUT", RUN, made, if_match='"1"')
    assert again.status == 200
    assert again.json() == {**made, "course_id": COURSE}


def test_settings_read_before_somebody_changed_them_are_refused(root: Any) -> None:
    root("PUT", RUN, SETTINGS)
    answer = root("PUT", RUN, {**SETTINGS, "title": "Other"}, if_match='"7"')
    assert answer.refusal == (412, "changed-meanwhile")
    assert root("GET", RUN).json()["title"] == "Marine Biology"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("not json", 400, "not-json"),
        ("", 400, "not-json"),
        ('"text"', 400, "invalid-body"),
        ({**SETTINGS, "titel": "x"}, 400, "unknown-field"),
        ({**SETTINGS, "pacing": "fast"}, 400, "invalid-body"),
        ({**SETTINGS, "start": "2026-01-01T00:00:00"}, 400, "time-without-offset"),
        ({**SETTINGS, "passing_grade": 0}, 400, "passing-grade-out-of-range"),
        ({**SETTINGS, "pacing": "instructor"}, 400, "never-shown"),
        ({**SETTINGS, "eligible_modes": ["audit"]}, 400, "audit-never-eligible"),
        ({**SETTINGS, "title": "x" * 70_000}, 413, "body-too-large"),
    ],
)
def test_a_bad_body_is_refused_with_its_reason_and_changes_nothing(
    root: Any, body: Any, status: int, reason: str
) -> None:
    answer = root("PUT", RUN, body)
    assert answer.refusal == (status, reason)
    assert root("GET", RUN).status == 404


@pytest.mark.parametrize("field", ["start", "end", "available_on", "bulk_issue_at"])
@pytest.mark.parametrize("written", ["1893456000", "20301231235900", "-1", "2030", 1893456000, "31.12.2030", ""])
def test_a_number_is_no_time(root: Any, field: str, written: Any) -> None:
    answer = root("PUT", RUN, {**SETTINGS, "start": None, "end": None, field: written})
    assert answer.refusal == (400, "invalid-body")
    assert answer.json()["errors"][0] == {"field": field, "message": "write a time such as 2026-12-31T23:59:00Z"}


def test_a_title_that_no_font_can_print_is_refused(root: Any) -> None:
    answer = root("PUT", RUN, {**SETTINGS, "title": "Biology \U00012000"})
    assert answer.refusal == (400, "design-failed")
    assert root("GET", RUN).status == 404


def test_other_people_get_the_same_refusal_for_an_existing_and_an_unknown_run(root: Any, ines: Any) -> None:
    before = ines("GET", RUN)
    root("PUT", RUN, SETTINGS)
    after = ines("GET", RUN)
    assert (before.status, before.text) == (after.status, after.text)
    assert before.status == 403


def test_course_staff_manage_their_run_and_no_other(root: Any, ines: Any) -> None:
    root("PUT", RUN, SETTINGS)
    other = f"/course-runs/{encoded('course-v1:Fjord+BIO2+2026')}"
    root("PUT", other, SETTINGS)
    assert ines("PUT", f"{RUN}/staff", {"usernames": ["ines"]}).status == 403

    assert root("PUT", f"{RUN}/staff", {"usernames": ["ines", "omar"]}).json() == {"usernames": ["ines", "omar"]}

    assert ines("GET", RUN).status == 200
    assert ines("GET", other).status == 403
    assert [run["course_id"] for run in ines("GET", "/course-runs").json()["items"]] == [COURSE]
    assert len(root("GET", "/course-runs").json()["items"]) == 2

    root("PUT", f"{RUN}/staff", {"usernames": ["omar"]})
    assert ines("GET", RUN).status == 403
    assert ines("GET", "/course-runs").json() == {"items": [], "next_cursor": None}


def test_runs_come_in_pages(root: Any) -> None:
    for number in range(5):
        root("PUT", f"/course-runs/{encoded(f'course-v1:Fjord+BIO{number}+2026')}", SETTINGS)
    seen, cursor = [], ""
    while cursor is not None:
        page = root("GET", f"/course-runs?limit=2{'&cursor=' + cursor if cursor else ''}").json()
        seen += [run["course_id"] for run in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"course-v1:Fjord+BIO{number}+2026" for number in range(5)]


def test_a_design_is_read_and_replaced(root: Any) -> None:
    root("PUT", RUN, SETTINGS)
    default = root("GET", f"{RUN}/design").json()
    assert (default["template"], default["active"], default["state"]) == ("formal", True, "ready")

    design = {"language": "es", "signatories": [{"name": "Prof. Amara Okafor", "title": "Dean"}], "active": True}
    replaced = root("PUT", f"{RUN}/design", design).json()
    assert replaced["state"] == "ready"
    assert replaced["digest"] != default["digest"]
    assert root("GET", f"{RUN}/design").json() == replaced


def image(form: str, width: int = 300, height: int = 100) -> bytes:
    target = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).save(target, form)
    return target.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that declares this size."""
    small = image("PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + small[24:29]
    return small[:12] + header + struct.pack(">I", zlib.crc32(header)) + small[33:]


def signed(signature_image: bytes) -> dict[str, Any]:
    return {"signatories": [{"name": "A", "signature_image": base64.b64encode(signature_image).decode()}]}


REFUSED = {
    "title": ({"title": "Diploma \U00012000"}, "design-failed", "U+12000 CUNEIFORM SIGN A"),
    "signatory": ({"signatories": [{"name": "Prof. \U00012000"}]}, "design-failed", "U+12000 CUNEIFORM SIGN A"),
    "organization": ({"signatories": [{"name": "A", "organization": "\ue000"}]}, "design-failed", "U+E000"),
    "name-too-long": (
        {"signatories": [{"name": "W" * 120}], "template": "modern"},
        "design-failed",
        "signatory-name: the text does not fit its place",
    ),
    "nobody-gives-the-hours": ({"show": ["hours"]}, "design-failed", "under fields"),
    "nothing-to-show": ({"show": ["colour"]}, "invalid-body", "show"),
    "not-an-image": (signed(b"not an image"), "design-failed", "a whole PNG or JPEG file"),
    "half-an-image": (signed(image("PNG")[:2000]), "design-failed", "a whole PNG or JPEG file"),
    "another-type": (signed(image("GIF")), "design-failed", "a whole PNG or JPEG file"),
    "too-many-pixels": (signed(image("PNG", 5000, 4000)), "design-failed", "may have 16000000 pixels"),
    "claims-too-many": (signed(claiming(60000, 60000)), "design-failed", "may have 16000000 pixels"),
    "too-many-bytes": (signed(bytes(600_000)), "invalid-body", "signature_image"),
    "template": ({"template": "baroque"}, "unknown-template", "templates/baroque.zip"),
    "language": ({"language": "tlh"}, "invalid-body", "language"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_design_that_cannot_be_printed_is_refused_with_the_reason_and_the_old_one_stays(root: Any, what: str) -> None:
    body, reason, said = REFUSED[what]
    root("PUT", RUN, SETTINGS)
    before = root("GET", f"{RUN}/design").json()
    answer = root("PUT", f"{RUN}/design", body)
    assert answer.refusal == (400, reason)
    assert said in answer.text
    assert root("GET", f"{RUN}/design").json() == before


def test_a_design_is_answered_with_a_warning_while_its_address_ends_with_the_stack(
    root: Any, backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root("PUT", RUN, SETTINGS)
    assert root("GET", f"{RUN}/design").json()["warnings"] == []
    own = replace(backend, base_url="https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com")
    monkeypatch.setattr(runtime, "backend", lambda base_url="": own)
    [warning] = root("GET", f"{RUN}/design").json()["warnings"]
    assert warning.startswith("Certificates print the address https://a1b2c3d4e5.execute-api")


@pytest.mark.parametrize("what", ["title", "not-an-image", "template"])
def test_a_preview_fails_for_the_reason_that_activation_would(root: Any, objects: Any, what: str) -> None:
    body, _, said = REFUSED[what]
    root("PUT", RUN, SETTINGS)
    answer = root("POST", f"{RUN}/design/preview", body)
    assert answer.status in (400, 409) and said in answer.text
    assert objects("previews/") == []


def test_a_preview_is_the_page_itself_marked_as_a_sample(root: Any, backend: Any, objects: Any) -> None:
    root("PUT", RUN, SETTINGS)
    answer = root("POST", f"{RUN}/design/preview", {"language": "fr"})
    assert answer.status == 302
    [key] = objects("previews/")
    lines = pypdfium2.PdfDocument(backend.documents.get(key))[0].get_textpage().get_text_range().splitlines()
    assert {"SPÉCIMEN", "Certificat de réussite", "Marine Biology"} <= set(lines)


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ("?file_name=x_grade_report_2026-11-02-1530.csv", ("2026-11-02T15:30", "file-name")),
        ("?file_name=report.csv", ("2026-11-20T12:00", "arrival")),
        # The clock of a computer was wrong: no facts can be from the future.
        ("?file_name=x_grade_report_2031-01-01-0000.csv", ("2026-11-20T12:00", "arrival")),
        ("", ("2026-11-20T12:00", "arrival")),
    ],
)
def test_the_name_of_a_file_that_the_form_was_asked_for_has_the_time_of_its_facts(
    root: Any, backend: Any, query: str, facts: tuple[str, str]
) -> None:
    root("PUT", RUN, SETTINGS)
    form = root("POST", f"{RUN}/records/uploads{query}", {}).json()
    key, arrived_at = form["fields"]["key"], datetime(2026, 11, 20, 12, tzinfo=UTC)
    backend.uploads.begin(COURSE, form["upload_id"], object_key=key, etag="1", size=1, arrived_at=arrived_at)
    state = root("GET", f"{RUN}/records/uploads/{form['upload_id']}").json()
    assert (state["facts_at"][:16], state["facts_from"]) == facts


def test_a_records_upload_gets_a_form_for_one_file_and_a_state(root: Any) -> None:
    root("PUT", RUN, SETTINGS)
    form = root("POST", f"{RUN}/records/uploads", {})
    assert form.status == 201
    document = form.json()
    assert document["fields"]["key"] == f"records/{COURSE}/{document['upload_id']}.csv"
    state = root("GET", f"{RUN}/records/uploads/{document['upload_id']}").json()
    assert (state["state"], state["progress"]) == ("waiting", 0.0)
    assert (state["facts_at"], state["facts_from"], state["warnings"]) == (None, None, [])
    unknown = root("GET", f"{RUN}/records/uploads/nonsense")
    assert unknown.refusal == (404, "unknown-upload")


def archive(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writer:
        for name, content in files.items():
            writer.writestr(name.replace("__", "."), content)
    return packed.getvalue()


OWN = """<!doctype html><html><head><link rel="stylesheet" href="style.css"></head><body>
<h1 data-design="title"></h1><p class="name" data-fit="0.3"><span data-slot="name"></span></p>
<p data-design="course_title"></p><p class="date"><span data-slot="date"></span></p>
<img data-slot="qr" class="qr" alt=""><p class="url"><a data-slot="verify_url"></a></p></body></html>"""
STYLE = "@page { size: A5 landscape; margin: 12mm } body { font-family: var(--sans) } .qr { width: 25mm }"


def test_a_template_of_the_customers_own_is_used_like_those_that_ship(root: Any, backend: Any, objects: Any) -> None:
    root("PUT", RUN, SETTINGS)
    backend.documents.put("templates/own.zip", archive(template__html=OWN, style__css=STYLE), "application/zip")
    answer = root("PUT", f"{RUN}/design", {"template": "own"})
    assert answer.status == 200, answer.text
    digest = answer.json()["digest"]
    assert f"designs/{digest}.compiled" in objects("designs/")
    assert answer.json()["warnings"] == []


def test_a_template_in_folders_is_used_with_warnings_by_file_and_line(root: Any, backend: Any, objects: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zip_file:
        zip_file.writestr(
            "diploma/template.html", OWN.replace("<body", '<link rel="stylesheet" href="css/more.css"><body')
        )
        zip_file.writestr("diploma/style.css", f"{STYLE}\n.date {{ colour: red }}")
        zip_file.writestr("diploma/css/more.css", ".qr { background: url(../images/ground.png) }")
        zip_file.writestr("diploma/images/ground.png", scribble(1))
        zip_file.writestr("__MACOSX/diploma/._template.html", "x")
        zip_file.writestr("diploma/.DS_Store", "x")
    root("PUT", RUN, SETTINGS)
    backend.documents.put("templates/own.zip", packed.getvalue(), "application/zip")
    answer = root("PUT", f"{RUN}/design", {"template": "own"})
    assert answer.status == 200, answer.text
    assert answer.json()["warnings"] == ["style.css:2: Ignored `colour: red`, unknown property."]


@pytest.mark.parametrize(
    ("name", "content", "reason", "said"),
    [
        ("gone", None, "unknown-template", "templates/gone.zip"),
        ("own", b"no archive", "bad-template", "cannot be read"),
        ("own", archive(readme__txt="x"), "bad-template", "no template.html"),
        ("own", archive(template__html="<p>no slots</p>"), "design-failed", 'data-slot="name"'),
        (
            "own",
            archive(template__html=OWN, style__css=STYLE + "\nbody { color: device-cmyk(0 0 0 1) }"),
            "design-failed",
            "style.css:2: device-cmyk()",
        ),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_and_says_why(
    root: Any, backend: Any, name: str, content: bytes | None, reason: str, said: str
) -> None:
    root("PUT", RUN, SETTINGS)
    before = root("GET", f"{RUN}/design").json()
    if content is not None:
        backend.documents.put(f"templates/{name}.zip", content, "application/zip")
    answer = root("PUT", f"{RUN}/design", {"template": name})
    assert answer.refusal == (400, reason)
    assert said in answer.json()["detail"]
    assert root("GET", f"{RUN}/design").json() == before
