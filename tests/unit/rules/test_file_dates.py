"""The time of the facts in a file, from the name that the LMS gave to the file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from certificates.rules.file_dates import time_of_facts, written_at

ARRIVED = datetime(2026, 11, 24, 10, 30, 7, 250_000, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)
REPORT = "Lyceum_BOT101_2026_T3_grade_report_2026-11-02-1530.csv"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (REPORT, WRITTEN),
        ("Lyceum_BOT101_2026_T3_student_profile_info_2026-11-02-1530 (1).csv", WRITTEN),
        ("Lyceum_2025-01-01-0000_T3_grade_report_2026-11-02-1530.csv", WRITTEN),
        ("grade_report_2026-11-02-1530_2026-13-40-9999.csv", WRITTEN),
        ("grade_report_2026.csv", None),
        ("grades_2026-11-02.csv", None),
        ("grade_report_2026-13-02-1530.csv", None),
        ("grade_report_2026-11-02-15305.csv", None),
        ("", None),
    ],
)
def test_the_name_that_the_lms_gives_to_a_file_has_its_minute(name: str, written: datetime | None) -> None:
    assert written_at(name) == written


@pytest.mark.parametrize("name", ["report.csv", "grade_report_2026-11-24-1031.csv", "grade_report_2027-01-01-0000.csv"])
def test_a_file_without_a_time_or_with_a_time_to_come_has_the_facts_of_its_arrival(name: str) -> None:
    assert time_of_facts(name, ARRIVED) == ARRIVED


def test_the_facts_of_a_late_file_are_of_the_minute_in_its_name() -> None:
    for arrived in (WRITTEN + timedelta(seconds=30), ARRIVED, WRITTEN + timedelta(days=20_000)):
        assert WRITTEN < time_of_facts(REPORT, arrived) < WRITTEN + timedelta(minutes=1)


def test_of_two_files_with_the_same_name_the_later_one_is_newer() -> None:
    for waited in (timedelta(0), timedelta(days=600)):
        first, second = (time_of_facts(REPORT, ARRIVED + waited + timedelta(seconds=each)) for each in (0, 1))
        assert first < second
