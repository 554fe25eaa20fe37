"""Typed text is shown as typed, on every page, and never becomes markup of the page. Each kind of typed text has an
example with an element, both kinds of quotes and an attribute.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from certificates import runtime
from certificates.aws.queues import DecisionQueue, UploadQueue
from certificates.aws.upload_files import UploadFiles
from certificates.exception_list.entries import add_exception
from certificates.exception_list.file import ExceptionFiles
from certificates.invalidate import invalidate
from certificates.request import request_certificate
from tests import jobs, moto_cloud
from tests.cheap_backend import cheap
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import Caller, encoded
from tests.handlers.lms_events import Context, download, sqs_event, upload
from tests.handlers.staff_forms import settings_form
from tests.moto_cloud import client_of, objects
from tests.people import COURSE, enroll, make_run

TEACH, LEARN = f"/teach/{encoded(COURSE)}", f"/learn/{encoded(COURSE)}"
OTHER = "course-v1:Fjord+BIO2+2026"


def hostile(kind: str) -> str:
    return f"<hostile-{kind}>\"hostile=1 'hostile=2 &lt;"


TITLE, ORGANIZATION, MODE = hostile("title"), hostile("organization"), hostile("mode")
NAME, USERNAME, EMAIL, STAFF = hostile("name"), "zoë" + hostile("user"), hostile("mail") + "@example.org", hostile("by")
NOTE, SIGNATORY, TYPED, FILE = hostile("note"), hostile("signatory"), hostile("typed"), hostile("file")


@dataclass
class Shown(HTMLParser):
    """A page as a browser reads it: texts, values of attributes, and foreign elements or attributes."""

    texts: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "hostile" in tag:
            self.foreign.append(tag)
        for name, value in attrs:
            if "hostile" in name or name.startswith("on") or (value or "").startswith("javascript:"):
                self.foreign.append(f"{tag} {name}")
            self.texts.append(value or "")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def require_shown(page: Any, *typed: str) -> None:
    """The page shows each of these texts as typed, and no typed text is markup."""
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    shown = Shown()
    shown.feed(page.text)
    shown.close()
    assert shown.foreign == []
    for text in typed:
        assert any(text in each for each in shown.texts), f"{text!r} is not shown"


@moto_cloud.prepared
def hostile_run(built: Any) -> None:
    """A run in which every text is hostile: Zoë has a certificate, Abe an exception, Mia an invalidation."""
    made, now = cheap(built), runtime.now()
    for course_id in (COURSE, OTHER):
        make_run(made, course_id, title=TITLE, organization=ORGANIZATION, automatic_generation=False)
        made.runs.replace_staff(course_id, [STAFF])
    enroll(made, "1", USERNAME, name=NAME, email=EMAIL, grade="0.9")
    enroll(made, "2", "abe", name=NAME, grade="0.1")
    enroll(made, "3", "mia", name=NAME, grade="0.9")
    enroll(made, "4", "ned", name=NAME, grade="0.9", mode=MODE)
    add_exception(COURSE, "abe", NOTE, by=STAFF, backend=made, now=now)
    for username in (USERNAME, "mia"):
        request_certificate(COURSE, username, backend=made, now=now)
    invalidate(COURSE, "mia", NOTE, by=STAFF, backend=made, now=now)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with jobs.few_shards(), hostile_run() as (built, _):
        made = cheap(built)
        monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
        yield made


@pytest.fixture
def staff(world: Any) -> Browser:
    return Browser(load("pages")).sign_in(STAFF)


ON_PAGES_OF_STAFF: dict[str, tuple[str, ...]] = {
    "/teach": (TITLE, STAFF.title()),
    f"{TEACH}/learners": (TITLE, NAME, USERNAME, EMAIL),
    f"{TEACH}/learners?search={quote(TYPED)}&status=": (TYPED,),
    f"{TEACH}/learners/1": (NAME, USERNAME),
    f"{TEACH}/learners/3": (NOTE, STAFF),
    f"{TEACH}/exceptions": (NAME, NOTE, STAFF),
    f"{TEACH}/exceptions?remove=2": (NAME,),
    f"{TEACH}/generate": (TITLE,),
    f"{TEACH}/invalidations": (NAME, NOTE, STAFF),
    f"{TEACH}/records": (TITLE,),
    f"{TEACH}/design": (TITLE,),
    f"{TEACH}/settings": (TITLE, ORGANIZATION),
    f"{TEACH}/{quote(TYPED, safe='')}": (),
    f"/teach/{quote(TYPED, safe='')}/learners": (),
    f"{TEACH}/learners?cursor={quote(TYPED)}": (),
    f"{TEACH}/learners?status={quote(TYPED)}": (),
    f"{TEACH}/exceptions?upload={quote(TYPED)}": (),
    f"{TEACH}/jobs/{quote(TYPED, safe='')}": (),
}


@pytest.mark.parametrize("path", ON_PAGES_OF_STAFF)
def test_on_pages_of_staff(staff: Browser, path: str) -> None:
    require_shown(staff.get(path), *ON_PAGES_OF_STAFF[path])


ON_PAGES_OF_LEARNERS: dict[tuple[str, str], tuple[str, ...]] = {
    (USERNAME, "/learn"): (TITLE, ORGANIZATION),
    (USERNAME, LEARN): (TITLE, ORGANIZATION, NAME),
    (USERNAME, f"/learn/{encoded(OTHER)}"): (TITLE,),
    ("abe", LEARN): (TITLE, NAME),
    ("mia", LEARN): (TITLE,),
    ("ned", LEARN): (TITLE, MODE),
    (hostile("stranger"), LEARN): (TITLE,),
    ("abe", f"/learn/{quote(TYPED, safe='')}"): (),
}


@pytest.mark.parametrize(("username", "path"), ON_PAGES_OF_LEARNERS)
def test_on_pages_of_learners(world: Any, username: str, path: str) -> None:
    page = Browser(load("pages")).sign_in(username).get(path)
    require_shown(page, *ON_PAGES_OF_LEARNERS[username, path])


def test_on_the_page_that_checks_a_certificate(world: Any) -> None:
    held = world.certificates.facts(COURSE, "1", site=world.site, now=runtime.now()).certificate
    checking = Browser(load("certificate_verification"))
    require_shown(checking.get(f"/certificates/{held.verify_uuid}"), NAME, TITLE, ORGANIZATION)
    require_shown(checking.get(f"/certificates/{quote(TYPED, safe='')}"))
    require_shown(Browser(load("pages")).get(f"/verify?id={quote(TYPED)}"))


@pytest.mark.parametrize(
    ("tab", "form", "shown"),
    [
        ("exceptions", {"action": "add", "learner": TYPED, "note": NOTE}, (TYPED, NOTE)),
        ("invalidations", {"action": "ask", "learner": TYPED, "note": NOTE}, (TYPED, NOTE)),
        ("invalidations", {"action": "ask", "learner": USERNAME, "note": TYPED}, (NAME, TYPED)),
        ("design", {"action": "save", "language": TYPED, "title": TYPED}, ()),
        ("design", {"action": "save", "language": "es", "template": TYPED, "title": TYPED}, (TYPED,)),
        ("generate", {"kind": TYPED}, ()),
        ("generate", {"kind": "regenerate", "group": TYPED}, ()),
    ],
)
def test_in_a_form_that_is_shown_again(staff: Browser, tab: str, form: dict[str, str], shown: tuple[str, ...]) -> None:
    require_shown(staff.post(f"{TEACH}/{tab}", form), *shown)


def test_in_settings_that_are_refused(world: Any, staff: Browser) -> None:
    form = settings_form(world.runs.run(COURSE))
    backwards = {"start": "2026-02-01T00:00", "end": "2026-01-01T00:00"}
    require_shown(
        staff.post(f"{TEACH}/settings", form | backwards | {"title": TYPED, "organization": NOTE}), TYPED, NOTE
    )
    for name in ("end", "passing_grade", "display", "mode", "version"):
        require_shown(staff.post(f"{TEACH}/settings", form | {name: TYPED}))
    make_run(world, title=hostile("theirs"), organization=ORGANIZATION, automatic_generation=False)
    require_shown(staff.post(f"{TEACH}/settings", form | {"title": TYPED}), TYPED, hostile("theirs"))


def test_in_a_design(world: Any, staff: Browser) -> None:
    form: dict[str, Any] = {
        "action": "save",
        "active": "on",
        "template": "formal",
        "language": "es",
        "title": TYPED,
        "signatory": [SIGNATORY],
        "signatory_title": [NOTE],
        "signatory_organization": [FILE],
    }
    assert staff.post(f"{TEACH}/design", form).status == 303
    require_shown(staff.get(f"{TEACH}/design"), TYPED, SIGNATORY, NOTE, FILE)


def test_on_the_page_of_a_job(world: Any, staff: Browser) -> None:
    job = staff.post(f"{TEACH}/generate", {"kind": "bulk"}).headers["location"]
    jobs.work(world)
    require_shown(staff.get(job), TITLE, STAFF)


@pytest.fixture
def deliver(world: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Deliver an exception file of this name, and return the upload."""
    client = client_of("sqs")
    urls = [client.create_queue(QueueName=name)["QueueUrl"] for name in ("exception-files", "exception-decisions")]
    files = UploadFiles(world.documents.bucket, "exceptions")
    monkeypatch.setattr(
        "certificates.runtime.uploads.exception_files",
        lambda: ExceptionFiles(files, UploadQueue(urls[0]), DecisionQueue(urls[1])),
    )
    handler = load("exception_processing")

    def send(content: str, file_name: str = "list.csv") -> Any:
        event = sqs_event(upload(f"exceptions/{COURSE}/{file_name}", content.encode()))
        assert handler(event, Context()) == {"batchItemFailures": []}
        [found] = world.uploads.uploads(COURSE, "exceptions")
        return found

    return send


def quoted(*cells: str) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


def test_in_the_outcome_of_a_file(world: Any, staff: Browser, deliver: Callable[..., Any]) -> None:
    rows = deliver(f"{quoted(TYPED, NOTE)}\n{quoted(USERNAME, NOTE)}\n", f"{FILE}.csv")
    require_shown(staff.get(f"{TEACH}/exceptions?upload={rows.upload_id}"), TYPED)
    listed = Caller(load("instructor_requests"), STAFF)("GET", f"/course-runs/{encoded(COURSE)}/exceptions/uploads")
    assert listed.headers["content-type"] == "application/json"
    assert listed.headers["x-content-type-options"] == "nosniff"
    assert [item["file_name"] for item in listed.json()["items"]] == [f"{FILE}.csv"]


def test_a_typed_text_in_the_refusal_of_a_file_is_escaped(staff: Browser, deliver: Callable[..., Any]) -> None:
    refused = deliver(f"{quoted('Student ID', 'username', TYPED)}\n7,zoe,x\n")
    assert refused.state == "refused"
    require_shown(staff.get(f"{TEACH}/exceptions?upload={refused.upload_id}"), refused.problem["message"])


BEGINNINGS = ("=", "+", "-", "@", "\t=", "\r=", "＝")


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=ascii)
def test_no_cell_of_any_csv_is_a_formula(backend: Any, monkeypatch: pytest.MonkeyPatch, beginning: str) -> None:
    formula = f'{beginning}HYPERLINK("http://evil.example")'
    identifier = formula.strip()
    made = cheap(backend)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
    now = runtime.now()
    with jobs.few_shards():
        make_run(made, automatic_generation=False)
        made.runs.replace_staff(COURSE, [identifier])
        for user_id in ("1", "2"):
            email = f"{identifier}{user_id}@x.org"
            enroll(made, user_id, f"{identifier}{user_id}", name=formula, email=email, grade="0.9")
        request_certificate(COURSE, f"{identifier}1", backend=made, now=now)
        invalidate(COURSE, f"{identifier}1", formula, by=identifier, backend=made, now=now)
        add_exception(COURSE, f"{identifier}2", formula, by=identifier, backend=made, now=now)
        job = jobs.start(made)
        jobs.work(made)
        for function, path in LISTS_AS_CSV:
            asked = Caller(load(function), identifier)
            path = f"/course-runs/{encoded(COURSE)}/{path.format(job_id=job.job_id)}"
            assert asked("GET", path, accept="text/csv").status == 302, path
    written = {key: download(key).decode("utf-8-sig") for key in (*objects("reports/"), made.job_results.key(job))}
    assert len(written) == len(LISTS_AS_CSV)
    for key, text in written.items():
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert any(cell.startswith(f"'{identifier}") for cell in cells), key
        assert [cell for cell in cells if cell.lstrip(" ")[:1] in set("=+-@\t\r＝")] == [], key


LISTS_AS_CSV = (
    ("certificate_invalidation", "invalidations"),
    ("instructor_requests", "exceptions"),
    ("instructor_requests", "certificates/report"),
    ("instructor_requests", "jobs/{job_id}/results"),
)
"""Function and path."""
