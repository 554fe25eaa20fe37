"""Course staff over HTTP: the learners of a run: list, search, counts, report."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from certificates import runtime
from certificates.aws.records_store import RecordsStore
from certificates.exception_list.entries import add_exception
from certificates.invalidate import invalidate
from certificates.issue import issue
from certificates.lists import learners
from certificates.planning import Cause
from certificates.rules.history import Trigger
from certificates.rules.lms_update import LmsUpdate
from tests import moto_cloud
from tests.cheap_backend import cheap
from tests.handlers.http_events import encoded
from tests.moto_cloud import objects
from tests.people import COURSE, enroll, make_run

CERTIFICATES = f"/course-runs/{encoded(COURSE)}/certificates"


@moto_cloud.prepared
def one_of_each(built: Any) -> None:
    """A run with one learner of each kind, and Ines who manages it."""
    backend = cheap(built)
    make_run(backend, identity_required=True)
    enroll(backend, "1", "zoe", name="Zoë Ångström", grade="0.9")
    enroll(backend, "2", "abe", name="Abe Fox", grade="0.2")
    enroll(backend, "3", "eve", name="Eve Zorn", grade="0.9", identity_verified=False)
    enroll(backend, "4", "leo", name="=1+1", grade="0.9")
    enroll(backend, "5", "mia", name="Mia Fox", grade="0.1")
    enroll(backend, "6", "ned", name="Ned", mode="audit", grade="0.9")
    enroll(backend, "7", "ova", name="Ova", active=False, grade="0.9")
    for user_id in "123456":
        issue(COURSE, user_id, cause=Cause(trigger=Trigger.BULK, actor="ines"), backend=backend, now=runtime.now())
    invalidate(COURSE, "leo", "copied", by="ines", backend=backend, now=runtime.now())
    add_exception(COURSE, "mia", "was ill", by="ines", backend=backend, now=runtime.now())
    add_exception(COURSE, "ned", "", by="ines", backend=backend, now=runtime.now())
    backend.runs.replace_staff(COURSE, ["ines"])


@pytest.fixture
def backend() -> Iterator[Any]:
    with one_of_each() as (built, _):
        yield cheap(built)


@pytest.fixture
def staff(people: Any) -> Any:
    return people("instructor_requests", "ines")


def names(answer: Any) -> list[str]:
    assert answer.status == 200, answer.text
    return sorted(names_of(answer.json()))


def names_of(page: Any) -> list[str]:
    return [item["username"] for item in page["items"]]


def test_every_learner_is_listed_with_the_known_facts(staff: Any) -> None:
    assert names(staff("GET", CERTIFICATES)) == ["abe", "eve", "leo", "mia", "ned", "ova", "zoe"]
    of = {item["username"]: item for item in staff("GET", CERTIFICATES).json()["items"]}
    assert (of["zoe"]["status"], of["zoe"]["grade"], of["zoe"]["mode"], of["zoe"]["revision"]) == (
        "downloadable",
        0.9,
        "verified",
        1,
    )
    assert of["abe"]["status"] is None
    assert of["eve"]["status"] == "unverified"
    assert (of["leo"]["status"], of["leo"]["invalidation"]["note"]) == ("unavailable", "copied")
    assert of["mia"]["exception"]["note"] == "was ill"
    assert of["ova"]["enrolled"] is False


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=downloadable", ["mia", "zoe"]),
        ("status=unverified", ["eve"]),
        ("status=unavailable", ["leo"]),
        ("status=notpassing", []),
        ("status=issued", ["mia", "zoe"]),
        ("status=identity-missing", ["eve"]),
        ("status=invalidated", ["leo"]),
        ("status=not-passing", ["abe"]),
        ("status=no-certificate", ["ova"]),
        ("status=mode-without-certificate", ["ned"]),
        ("status=failed", []),
        ("status=withdrawn", []),
        ("status=excepted", ["mia", "ned"]),
        ("status=excepted&search=fox", ["mia"]),
        ("search=zoe", ["zoe"]),
        ("search=ABE@EXAMPLE.ORG", ["abe"]),
        ("search=fox", ["abe", "mia"]),
        ("search=Z", ["eve", "zoe"]),
        ("search=nobody", []),
        ("search=angst", ["zoe"]),
        ("search=ZOE%20Ang", ["zoe"]),
        ("search=%CC%81", []),
        ("search=fox&status=downloadable", ["mia"]),
        ("search=abe&status=downloadable", []),
    ],
)
def test_learners_are_found_by_status_and_by_how_a_name_begins(staff: Any, query: str, found: list[str]) -> None:
    assert names(staff("GET", f"{CERTIFICATES}?{query}")) == found


@pytest.mark.parametrize(
    "typed",
    [
        *("pierre", "jean-p", "jean p", "brien", "o'brien", "O’Br", "Jean‑Pierre O", "obrien", "jeanpierre ob"),
        *("jean-pierre obrien", "jean pierre obrien", "jeanpierre o'b", "jean pierre o'brien, p", "phd"),
    ],
)
def test_a_search_may_begin_at_any_part_of_a_name_with_hyphens_and_apostrophes(
    backend: Any, staff: Any, typed: str
) -> None:
    enroll(backend, "8", "jpo", name="Jean-Pierre O’Brien, Ph.D.")
    assert names(staff("GET", f"{CERTIFICATES}?search={quote(typed)}")) == ["jpo"]


@pytest.mark.parametrize("typed", ["-'", "ierre", "jeanpierreobrien", "jean-o", "br-ien x", "j.*n"])
def test_a_search_finds_no_name_in_the_middle_of_a_word_and_no_two_words_without_a_blank(
    backend: Any, staff: Any, typed: str
) -> None:
    enroll(backend, "8", "jpo", name="Jean-Pierre O’Brien, Ph.D.")
    assert names(staff("GET", f"{CERTIFICATES}?search={quote(typed)}")) == []


def test_a_name_without_the_apostrophe_is_found_with_it(backend: Any, staff: Any) -> None:
    enroll(backend, "8", "dan", name="Ann-Marie  Dangelo")
    assert names(staff("GET", f"{CERTIFICATES}?search={quote(chr(39).join(['ann marie d', 'angelo']))}")) == ["dan"]


def test_a_long_search_for_a_long_name_takes_no_time(backend: Any, staff: Any) -> None:
    enroll(backend, "8", "long", name="-".join("a" * 127))
    began = time.process_time()
    assert names(staff("GET", f"{CERTIFICATES}?search={'a-' * 120}b")) == []
    assert time.process_time() - began < 2


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_the_learner_with_the_whole_username_comes_first_and_others_follow(
    staff: Any, backend: Any, limit: int
) -> None:
    enroll(backend, "0", "fox", name="Zed", grade="0.2")
    seen, cursor = [], ""
    while cursor is not None:
        page = staff("GET", f"{CERTIFICATES}?limit={limit}&search=fox{cursor and f'&cursor={cursor}'}").json()
        seen += names_of(page)
        cursor = page["next_cursor"]
    assert seen[0] == "fox"
    assert sorted(seen) == ["abe", "fox", "mia"]


def test_a_status_that_there_is_not_is_named(staff: Any) -> None:
    refused = staff("GET", f"{CERTIFICATES}?status=available")
    assert refused.refusal == (400, "unknown-status")


@pytest.mark.parametrize("query", ["", "&search=fox", "&status=downloadable", "&status=not-passing"])
def test_the_pages_of_a_list_have_every_learner_once(staff: Any, query: str) -> None:
    whole = names(staff("GET", f"{CERTIFICATES}?limit=200{query}"))
    seen, cursor = [], ""
    while cursor is not None:
        page = staff("GET", f"{CERTIFICATES}?limit=1{query}{cursor and f'&cursor={cursor}'}").json()
        seen += [item["username"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == whole


def test_a_filter_that_reaches_its_limit_returns_a_cursor(staff: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learners, "MAX_FILTERED", 1)
    pages, cursor = [], ""
    while cursor is not None:
        page = staff("GET", f"{CERTIFICATES}?status=issued{cursor and f'&cursor={cursor}'}").json()
        pages.append(names_of(page))
        cursor = page["next_cursor"]
    assert len(pages) > 2
    assert sorted(name for page in pages for name in page) == ["mia", "zoe"]


def test_a_search_that_reaches_its_limit_returns_a_cursor(staff: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learners, "_BATCH", 1)
    monkeypatch.setattr(learners, "MAX_EXAMINED", 2)
    pages, cursor = [], ""
    while cursor is not None:
        page = staff("GET", f"{CERTIFICATES}?search=fox{cursor and f'&cursor={cursor}'}").json()
        pages.append(names_of(page))
        cursor = page["next_cursor"]
    assert len(pages) == 4
    assert sorted(name for page in pages for name in page) == ["abe", "mia"]


def test_learners_are_counted_by_status_exception_and_group(staff: Any) -> None:
    assert staff("GET", f"{CERTIFICATES}/counts").json() == {
        "enrolled": 6,
        "imported": 0,
        "statuses": {"downloadable": 2, "notpassing": 0, "unavailable": 1, "unverified": 1},
        "exceptions": {"with_certificate": 1, "without_certificate": 1},
        "groups": {
            "received": 2,
            "not-received": 2,
            "identity-missing": 1,
            "invalidated": 1,
            "failed": 0,
            "name-missing": 0,
        },
        "warnings": {
            "verdict-contradicts-passing-grade": 0,
            "name-missing": 0,
            "name-not-printable": 0,
            "name-misspelt": 0,
        },
    }


def test_contradicting_verdicts_are_counted_and_shown_for_each_learner(backend: Any, staff: Any) -> None:
    """The run passes at 0.5."""
    at = datetime(2026, 11, 20, tzinfo=UTC)
    RecordsStore().apply(
        [
            LmsUpdate(user_id="1", at=at, course_id=COURSE, grade=Decimal("0.45"), passing=True),
            LmsUpdate(user_id="2", at=at, course_id=COURSE, grade=Decimal("0.55"), passing=False),
            LmsUpdate(user_id="3", at=at, course_id=COURSE, grade=Decimal("0.95"), passing=True),
        ]
    )
    assert staff("GET", f"{CERTIFICATES}/counts").json()["warnings"] == {
        "verdict-contradicts-passing-grade": 2,
        "name-missing": 0,
        "name-not-printable": 0,
        "name-misspelt": 0,
    }
    warned = {item["username"]: item["warnings"] for item in staff("GET", CERTIFICATES).json()["items"]}
    assert [name for name in sorted(warned) if warned[name]] == ["abe", "zoe"]


def test_learners_with_a_warning_about_the_name_are_counted_listed_and_found(backend: Any, staff: Any) -> None:
    """Before and after certificates are made. Nobody is warned about a name that no certificate would have."""
    enroll(backend, "8", "kai", name="", grade="0.9")
    enroll(backend, "9", "una", name="\U00012000", grade="0.9")
    enroll(backend, "10", "rui", name="\U0001f338", grade="0.9")
    enroll(backend, "11", "su", name="ေမာင္", grade="0.9")
    enroll(backend, "12", "yan", name="", grade="0.1")
    issue(COURSE, "10", cause=Cause(trigger=Trigger.BULK, actor="ines"), backend=backend, now=runtime.now())
    warned = {item["username"]: item["warnings"] for item in staff("GET", CERTIFICATES).json()["items"]}
    counted = staff("GET", f"{CERTIFICATES}/counts").json()["warnings"]
    expected = {"name-missing": ["kai", "rui"], "name-not-printable": ["una"], "name-misspelt": ["su"]}
    for warning, people in expected.items():
        assert names(staff("GET", f"{CERTIFICATES}?status={warning}")) == people
        assert sorted(name for name in warned if warning in warned[name]) == people
        assert counted[warning] == len(people)
    assert names(staff("GET", f"{CERTIFICATES}?status=name-missing&search=kai")) == ["kai"]
    assert names(staff("GET", f"{CERTIFICATES}?status=name-missing&search=una")) == []


def test_the_history_has_time_actor_change_and_reason(staff: Any) -> None:
    history = staff("GET", f"{CERTIFICATES}/4/history").json()["items"]
    assert [(entry["change"], entry["actor"], entry["trigger"], entry["note"]) for entry in history] == [
        ("issued", "ines", "bulk-issuance", None),
        ("invalidated", "ines", "invalidation", "copied"),
    ]
    unknown = staff("GET", f"{CERTIFICATES}/99/history")
    assert unknown.refusal == (404, "unknown-learner")


def test_the_report_has_every_learner_and_no_formula(staff: Any, backend: Any) -> None:
    answer = staff("GET", f"{CERTIFICATES}/report")
    assert answer.status == 302
    [key] = objects("reports/")
    rows = list(csv.DictReader(backend.documents.get(key).decode("utf-8-sig").splitlines()))
    assert sorted(row["username"] for row in rows) == ["abe", "eve", "leo", "mia", "ned", "ova", "zoe"]
    of = {row["username"]: row for row in rows}
    assert (of["zoe"]["certificate_name"], of["zoe"]["status"]) == ("Zoë Ångström", "downloadable")
    assert of["leo"]["name"] == "'=1+1"
    assert of["leo"]["invalidation_note"] == "copied"
    assert of["mia"]["exception_note"] == "was ill"


def test_only_course_staff_may_look(staff: Any, people: Any) -> None:
    zoe = people("instructor_requests", "zoe")
    for path in ("", "/counts", "/report", "/1/history"):
        assert zoe("GET", CERTIFICATES + path).status == 403
