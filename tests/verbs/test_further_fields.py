"""Further fields on certificates: from a run's settings, and from a column of the LMS's files. Over moto."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certificates.aws.records_store import RecordsStore
from certificates.designs.run_design import complete, replace_design
from certificates.errors import BadRequest
from certificates.lookup import read_run
from certificates.rendering.model import Design
from certificates.request import request_certificate
from certificates.rules.groups import Group
from certificates.rules.jobs import JobKind, Selection
from certificates.rules.lms_update import LmsUpdate
from tests.jobs import NOW, few_shards
from tests.jobs import run as run_job
from tests.people import COURSE, enroll, make_run
from tests.rendering.making import text
from tests.rendering.test_further_fields import TEMPLATE

SETTINGS: dict[str, Any] = {
    "fields": {"hours": "40", "cohort": "Spring"},
    "field_columns": {"cohort": "Cohort"},
    "valid_months": 24,
}


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    with few_shards():
        yield


@pytest.fixture
def own_template(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Design:
    """A design whose template asks for hours, cohort, grade, start and expiry."""
    monkeypatch.setattr("certificates.designs.run_design.read_template", lambda name, documents: TEMPLATE)
    return Design(template="own", language="en")


def printed(backend: Any, user_id: str) -> list[str]:
    held = backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW).certificate
    return text(backend.documents.get(held.document)).splitlines()


def test_hours_of_the_run_a_column_of_the_learner_grade_and_expiry_are_printed(
    backend: Any, own_template: Design
) -> None:
    course = make_run(backend, start=NOW - timedelta(days=90), **SETTINGS)
    replace_design(course, own_template, active=True, by="ines", backend=backend, now=NOW)
    enroll(backend, "1", "ada", grade="0.8955")
    enroll(backend, "2", "bo", name="Bo Lin", grade="0.7")
    RecordsStore().apply([LmsUpdate(user_id="1", at=NOW, course_id=COURSE, fields={"cohort": "Autumn 王"})])
    for username in ("ada", "bo"):
        request_certificate(COURSE, username, backend=backend, now=NOW)
    lines = printed(backend, "1")
    for value in ("40", "Autumn 王", "89.55%", "20.11.2028", "August 22, 2026"):
        assert value in lines
    assert "Spring" in printed(backend, "2") and "Spring" not in lines


def test_the_printed_values_stay_until_a_regeneration(backend: Any, own_template: Design) -> None:
    course = make_run(backend, start=NOW - timedelta(days=90), **SETTINGS)
    replace_design(course, own_template, active=True, by="ines", backend=backend, now=NOW)
    enroll(backend, "1", "ada", grade="0.9")
    request_certificate(COURSE, "ada", backend=backend, now=NOW)
    held = backend.certificates.facts(COURSE, "1", site=backend.site, now=NOW).certificate
    assert held.fields == {"expires": "2028-11-20"}
    RecordsStore().apply([LmsUpdate(user_id="1", at=NOW, course_id=COURSE, fields={"cohort": "Winter"})])
    assert "Spring" in printed(backend, "1")
    run_job(backend, Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED})))
    assert "Winter" in printed(backend, "1")


def test_a_template_that_asks_for_a_missing_field_is_refused_with_the_field(backend: Any, own_template: Design) -> None:
    course = make_run(backend)
    with pytest.raises(BadRequest) as refusal:
        replace_design(course, own_template, active=True, by="ines", backend=backend, now=NOW)
    assert refusal.value.reason == "design-failed" and "'hours'" in refusal.value.message


def test_settings_that_remove_a_field_of_the_design_are_refused(backend: Any, own_template: Design) -> None:
    course = make_run(backend, start=NOW - timedelta(days=90), **SETTINGS)
    replace_design(course, own_template, active=True, by="ines", backend=backend, now=NOW)
    with pytest.raises(BadRequest) as refusal:
        make_run(backend, start=NOW - timedelta(days=90), valid_months=24)
    assert refusal.value.reason == "design-failed"
    assert read_run(COURSE, backend=backend).fields == SETTINGS["fields"]


def test_the_course_number_and_the_days_of_the_run_are_known_without_being_set(
    backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("course_number", "start", "end")
    lines = "".join(f"<p><span data-field='{name}'></span></p>" for name in names)
    template = replace(TEMPLATE, html=TEMPLATE.html.replace("<main>", f"<main>{lines}"))
    monkeypatch.setattr("certificates.designs.run_design.read_template", lambda name, documents: template)
    course = make_run(backend, start=NOW - timedelta(days=90), end=NOW)
    assert dict(complete(Design(template="own"), course, backend=backend).fields) == {
        "course_number": "BIO1",
        "start": "2026-08-22",
        "end": "2026-11-20",
    }


def test_a_change_of_settings_that_no_certificate_prints_makes_no_other_design(backend: Any) -> None:
    course = make_run(backend, start=NOW - timedelta(days=90), **SETTINGS)
    moved = make_run(backend, start=NOW - timedelta(days=60), **SETTINGS | {"valid_months": 12})
    assert moved.design_digest == course.design_digest
    replace_design(moved, Design(show=("hours",)), active=True, by="ines", backend=backend, now=NOW)
    before = read_run(COURSE, backend=backend).design_digest
    longer = {**SETTINGS, "fields": {"hours": "60"}}
    assert make_run(backend, start=NOW - timedelta(days=60), **longer).design_digest != before


def test_the_learners_language_chooses_the_letters_of_the_name(backend: Any) -> None:
    make_run(backend)
    enroll(backend, "1", "naoko", name="直子", grade="0.9")
    enroll(backend, "2", "naoko2", name="直子", grade="0.9")
    RecordsStore().apply([LmsUpdate(user_id="1", at=NOW, language="ja")])
    for username in ("naoko", "naoko2"):
        request_certificate(COURSE, username, backend=backend, now=NOW)
    facts = [backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW) for user_id in "12"]
    assert [each.certificate.language for each in facts] == ["ja", ""]
    assert b"/Lang(ja)" in backend.documents.get(facts[0].certificate.document)
    assert b"/Lang(ja)" not in backend.documents.get(facts[1].certificate.document)
