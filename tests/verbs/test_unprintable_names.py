"""A name that cannot be printed is found before: status, counts, dry run and job say the same. Over moto."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from certificates.aws.records_store import RecordsStore
from certificates.aws.renderer import _compiled, compiled_key
from certificates.errors import NotPrintable
from certificates.learner_status import read_status
from certificates.lists.counts import count_learners
from certificates.messages.rendering import Rendered, Rendering
from certificates.request import request_certificate
from certificates.rules.lms_update import LmsUpdate
from certificates.rules.progress import State
from tests.jobs import NOW, few_shards, results, run
from tests.people import COURSE, enroll, make_run
from tests.rendering_function import InProcess

CUNEIFORM = "Zoë \U00012000\U00012000"
BURMESE_FOR_ZAWGYI = "ေမာင္ေအး"


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    with few_shards():
        yield


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The actions that the rendering function was asked for."""
    asked: list[str] = []
    answer = InProcess._invoke

    def note(renderer: InProcess, request: Rendering) -> Rendered:
        asked.append(request.action)
        return answer(renderer, request)

    monkeypatch.setattr(InProcess, "_invoke", note)
    return asked


def status(backend: Any, username: str) -> Any:
    return read_status(COURSE, username, backend=backend, now=NOW).progress


def test_a_name_without_a_font_is_refused_in_the_same_way_everywhere_and_stops_nobody_else(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "1", "ada", grade="0.9")
    enroll(cheap, "2", "sumer", name=CUNEIFORM, grade="0.9")
    enroll(cheap, "3", "late", name=CUNEIFORM, grade="0.2")
    assert count_learners(COURSE, backend=cheap, now=NOW).warnings == {"name-not-printable": 1}
    said = status(cheap, "sumer")
    assert (said.state, said.reason, said.can_request) == (State.NOT_AVAILABLE, "name-not-printable", False)
    assert said.message.values["characters"] == "U+12000 CUNEIFORM SIGN A"
    for job in (run(cheap, dry_run=True), run(cheap)):
        assert job.outcomes == {"issued": 1, "name-not-printable": 1, "not-passing": 1}
        told = {row[0]: (*row[2:4], row[9]) for row in results(cheap, job)}
        assert told["2"] == ("refused", "name-not-printable", "no font prints U+12000 CUNEIFORM SIGN A")
    assert status(cheap, "ada").state == State.AVAILABLE
    assert status(cheap, "late").state == State.NOT_PASSING


def test_a_request_under_such_a_name_is_refused_without_laying_anything_out(backend: Any, laid_out: list[str]) -> None:
    make_run(backend)
    enroll(backend, "2", "sumer", name=CUNEIFORM, grade="0.9")
    laid_out.clear()
    made = request_certificate(COURSE, "sumer", backend=backend, now=NOW)
    assert (made.decision.reason, made.facts.unprintable, laid_out) == ("name-not-printable", "\U00012000", [])


def test_staff_find_a_request_that_such_a_name_refused(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "2", "sumer", name=CUNEIFORM, grade="0.9")
    request_certificate(COURSE, "sumer", backend=cheap, now=NOW)
    last = cheap.certificates.facts(COURSE, "2", site=cheap.site, now=NOW).last_attempt
    assert (last.outcome, last.reason, last.at) == ("refused", "name-not-printable", NOW)


def test_a_name_that_is_too_long_is_refused_in_the_same_way_everywhere_without_a_layout(
    backend: Any, laid_out: list[str]
) -> None:
    make_run(backend)
    enroll(backend, "1", "long", name="W" * 255, grade="0.9")
    enroll(backend, "2", "ada", grade="0.9")
    enroll(backend, "3", "many", name="Maria " * 42, grade="0.9")
    laid_out.clear()
    assert count_learners(COURSE, backend=backend, now=NOW).warnings == {"name-not-printable": 1}
    said = status(backend, "long")
    assert (said.state, said.reason, said.can_request) == (State.NOT_AVAILABLE, "name-not-printable", False)
    for job in (run(backend, dry_run=True), run(backend)):
        assert job.outcomes == {"issued": 2, "name-not-printable": 1}
        told = {row[0]: (*row[2:4], row[9]) for row in results(backend, job)}
        assert told["1"] == ("refused", "name-not-printable", "the name does not fit the design")
    again = request_certificate(COURSE, "long", backend=backend, now=NOW)
    assert (again.decision.reason, again.changed) == ("name-not-printable", False)
    assert laid_out == []

    RecordsStore().apply([LmsUpdate(user_id="1", at=NOW, name="Wanda")])
    assert request_certificate(COURSE, "long", backend=backend, now=NOW).changed


@pytest.mark.parametrize("username", ["\u3164\u3164", "\u115f", "🌸"])
def test_a_username_that_shows_nothing_stands_in_for_no_name(backend: Any, laid_out: list[str], username: str) -> None:
    make_run(backend)
    enroll(backend, "1", username, name="\u200b", grade="0.9")
    enroll(backend, "2", "...", name="", grade="0.9")
    laid_out.clear()
    assert count_learners(COURSE, backend=backend, now=NOW).warnings["name-not-printable"] == 1
    said = status(backend, username)
    assert (said.state, said.reason, said.can_request) == (State.NOT_AVAILABLE, "name-not-printable", False)
    assert said.message.values["characters"].startswith(f"U+{ord(username[0]):04X} ")
    for job in (run(backend, dry_run=True), run(backend)):
        assert job.outcomes == {"issued": 1, "name-not-printable": 1}
    assert laid_out == []


@pytest.fixture
def only_laid_out(backend: Any) -> Iterator[Any]:
    """The run's design was compiled by another release: every certificate is laid out in full."""
    settings = make_run(backend)
    backend.documents.delete(compiled_key(settings.design_digest))
    _compiled.cache_clear()
    yield backend
    _compiled.cache_clear()


def test_without_a_compiled_design_a_name_that_never_fits_is_laid_out_once_and_remembered_until_it_changes(
    only_laid_out: Any, laid_out: list[str]
) -> None:
    backend = only_laid_out
    enroll(backend, "1", "long", name="W" * 255, grade="0.9")
    laid_out.clear()
    with pytest.raises(NotPrintable):
        request_certificate(COURSE, "long", backend=backend, now=NOW)
    for _ in range(2):
        again = request_certificate(COURSE, "long", backend=backend, now=NOW)
        assert (again.decision.reason, again.changed) == ("name-not-printable", False)
        assert (status(backend, "long").state, status(backend, "long").reason) == (
            "not-available",
            "name-not-printable",
        )
    for job in (run(backend, dry_run=True), run(backend)):
        assert job.outcomes == {"name-not-printable": 1}
        assert results(backend, job)[0][9] == "the name does not fit the design"
    assert laid_out == ["render"]
    assert count_learners(COURSE, backend=backend, now=NOW).warnings == {"name-not-printable": 1}

    renamed = LmsUpdate(user_id="1", at=NOW, name="Wanda")
    RecordsStore().apply([renamed])
    assert request_certificate(COURSE, "long", backend=backend, now=NOW).changed


def test_a_job_that_first_meets_a_name_that_never_fits_refuses_and_remembers_it(
    only_laid_out: Any, laid_out: list[str]
) -> None:
    backend = only_laid_out
    enroll(backend, "1", "long", name="W" * 255, grade="0.9")
    enroll(backend, "2", "ada", grade="0.9")
    assert run(backend).outcomes == {"issued": 1, "name-not-printable": 1}
    laid_out.clear()
    assert run(backend).outcomes == {"kept": 1, "name-not-printable": 1}
    assert laid_out == []


def test_burmese_typed_for_zawgyi_is_printed_and_listed_for_staff(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "1", "zaw", name=BURMESE_FOR_ZAWGYI, grade="0.9")
    enroll(cheap, "2", "aye", name="မောင်အေး", grade="0.9")
    assert count_learners(COURSE, backend=cheap, now=NOW).warnings == {"name-misspelt": 1}
    for job in (run(cheap, dry_run=True), run(cheap)):
        assert (job.outcomes, job.warnings) == ({"issued": 2}, {"name-misspelt": 1})
        assert [row[0] for row in results(cheap, job) if row[8] == "name-misspelt"] == ["1"]
