"""When an issued certificate is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from certificates.rules.model import Display, Pacing
from certificates.rules.visibility import is_shown, shown_on
from tests.unit.rules.made import FUTURE, NOW, PAST, RUN

NEVER_SHOWN_BY_DATE = replace(RUN, display=Display.END, end=None, available_on=None)
INSTANT = timedelta(microseconds=1)


def run(display: Display, **settings):
    return replace(NEVER_SHOWN_BY_DATE, display=display, **settings)


@pytest.mark.parametrize(
    ("settings", "shown", "moment"),
    [
        (run(Display.EARLY_NO_INFO), True, None),
        (run(Display.EARLY_NO_INFO, end=FUTURE, available_on=FUTURE), True, None),
        (run(Display.END, end=PAST), True, PAST),
        (run(Display.END, end=FUTURE), False, FUTURE),
        (run(Display.END, end=FUTURE, available_on=PAST), False, FUTURE),
        (run(Display.END_WITH_DATE, available_on=PAST, end=FUTURE), True, PAST),
        (run(Display.END_WITH_DATE, available_on=FUTURE, end=PAST), False, FUTURE),
    ],
)
def test_a_certificate_of_an_instructor_paced_run_is_shown_when_it_is_due(settings, shown, moment):
    assert is_shown(settings, NOW) is shown
    assert shown_on(settings) == moment


@pytest.mark.parametrize("display", list(Display))
def test_a_certificate_of_a_self_paced_run_is_shown_at_once_with_any_display_setting(display):
    settings = run(display, pacing=Pacing.SELF, end=FUTURE, available_on=FUTURE)
    assert is_shown(settings, NOW)
    assert shown_on(settings) is None


@pytest.mark.parametrize("display", [Display.END, Display.END_WITH_DATE])
def test_without_the_date_that_the_display_waits_for_it_is_never_shown(display):
    assert not is_shown(run(display), NOW)
    assert shown_on(run(display)) is None


def test_it_is_shown_from_the_very_moment_on():
    settings = run(Display.END, end=FUTURE)
    assert not is_shown(settings, FUTURE - INSTANT)
    assert is_shown(settings, FUTURE)
