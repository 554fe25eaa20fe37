"""Bulk issuance now or at a date, on the tab Generate: the date is the one under Settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates import runtime
from certificates.pages.staff.settings_form import shown_time
from certificates.rules.settings import NEVER, settings_of
from tests.handlers.browsing import Browser
from tests.handlers.staff_forms import settings_form
from tests.handlers.test_staff_forms import at_field
from tests.handlers.test_staff_pages import TEACH, ines
from tests.people import COURSE, make_run
from tests.verbs.test_scheduled_issuance import schedules

__all__ = ["ines"]

GENERATE = f"{TEACH}/generate"
DATE = "2035-12-15T06:00"
AT = datetime(2035, 12, 15, 6, tzinfo=UTC)


def typed(backend: Any, **changed: Any) -> dict[str, Any]:
    version = backend.runs.run(COURSE).version
    return {"kind": "bulk", "version": version, "when": "at", "bulk_at": DATE} | changed


def test_a_question_with_the_effects_precedes_the_saving_of_a_date(backend: Any, ines: Browser) -> None:
    before = backend.runs.run(COURSE)
    page = ines.post(GENERATE, typed(backend)).text
    assert "Generate certificates on 15 December 2035, 06:00 UTC?" in page
    assert "1 learner has earned a certificate and has none" in page
    assert "data-sheet" in page
    assert "Go back" in page
    assert backend.runs.run(COURSE) == before
    assert backend.jobs.running(COURSE) is None


def test_the_date_is_saved_as_the_setting_of_the_run_and_scheduled(backend: Any, ines: Browser) -> None:
    before = settings_of(backend.runs.run(COURSE))
    saved = ines.post(GENERATE, typed(backend, really="yes"))
    assert (saved.status, saved.headers["location"]) == (303, f"{GENERATE}?done=planned")
    run = backend.runs.run(COURSE)
    assert run.bulk_issue_at == AT
    assert settings_of(run) == replace(before, bulk_issue_at=AT)
    assert schedules()[COURSE]["ScheduleExpression"] == "at(2035-12-15T06:00:00)"
    page = ines.get(f"{GENERATE}?done=planned").text
    assert "The date is saved." in page
    assert "15 December 2035, 06:00 UTC, by schedule" in page
    assert f'value="{DATE}"' in page
    assert f'name="bulk_at" data-chooses="at" value="{DATE}"' in ines.get(f"{TEACH}/settings").text


def test_now_is_chosen_unless_a_date_is_ahead(backend: Any, ines: Browser) -> None:
    def now_is_chosen() -> bool:
        return 'value="now" checked' in ines.get(GENERATE).text

    assert now_is_chosen()
    ines.post(GENERATE, typed(backend, really="yes"))
    assert not now_is_chosen()
    past = settings_form(backend.runs.run(COURSE)) | {"bulk": "at", "bulk_at": "2026-01-01T00:00"}
    assert ines.post(f"{TEACH}/settings", past).status == 303
    assert now_is_chosen()


def test_now_starts_a_dry_run_and_ignores_the_date(backend: Any, ines: Browser) -> None:
    answer = ines.post(GENERATE, typed(backend, when="now"))
    assert answer.headers["location"].startswith(f"{TEACH}/jobs/")
    assert backend.runs.run(COURSE).bulk_issue_at is None


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("", "Say when, or choose another line."),
        ("soon", "This is no date and time."),
        ("2026-01-01T00:00", "This time is past."),
    ],
)
@pytest.mark.parametrize("really", ["", "yes"])
def test_a_bad_date_has_its_fault_at_the_field_and_stays_typed(
    backend: Any, ines: Browser, date: str, said: str, really: str
) -> None:
    before = backend.runs.run(COURSE)
    answer = ines.post(GENERATE, typed(backend, bulk_at=date, really=really))
    assert answer.status == 400
    assert said in at_field(answer.text, "bulk_at")
    assert 'value="at" checked' in answer.text
    assert backend.runs.run(COURSE) == before


def test_a_year_out_of_range_has_its_fault_at_the_field(backend: Any, ines: Browser) -> None:
    answer = ines.post(GENERATE, typed(backend, bulk_at="4000-01-01T00:00", really="yes"))
    assert (answer.status, "1990 and 2999" in at_field(answer.text, "bulk_at")) == (400, True)


def test_saving_a_date_overwrites_no_newer_settings(backend: Any, ines: Browser) -> None:
    form = typed(backend, really="yes")
    make_run(backend, title="Theirs", automatic_generation=False, bulk_issue_at=NEVER)
    answer = ines.post(GENERATE, form)
    assert (answer.status, "Somebody else changed this meanwhile." in answer.text) == (412, True)
    assert backend.runs.run(COURSE).bulk_issue_by_hand
    assert ines.post(GENERATE, form | {"version": "x"}).status == 400


def test_a_date_can_be_set_while_a_job_is_running(backend: Any, ines: Browser) -> None:
    ines.post(GENERATE, {"kind": "bulk", "really": "yes"})
    assert "Possible again when the running job has ended." in ines.get(GENERATE).text
    assert ines.post(GENERATE, typed(backend, really="yes")).status == 303
    assert backend.runs.run(COURSE).bulk_issue_at == AT


def test_a_date_is_compared_with_the_time_of_the_visit(
    backend: Any, ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = (runtime.now() + timedelta(minutes=2)).replace(second=0, microsecond=0)
    assert ines.post(GENERATE, typed(backend, bulk_at=shown_time(soon))).status == 200
    monkeypatch.setattr(runtime, "now", lambda: soon)
    assert ines.post(GENERATE, typed(backend, bulk_at=shown_time(soon))).status == 400
