"""The time of the facts in a file of the LMS. A file may be sent long after the LMS wrote it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_DATE = re.compile(r"_(\d{4}-\d{2}-\d{2}-\d{4})(?!\d)", re.ASCII)
"""Open edX ends the names of its files with the minute, in UTC, in which it began to write the file:
`Org_Number_Run_grade_report_2026-11-02-1530.csv`.
"""

_LONGEST = timedelta(seconds=59, microseconds=999_999)


def written_at(file_name: str) -> datetime | None:
    """The minute in the name of the file, None without one."""
    for found in reversed(_DATE.findall(file_name)):
        try:
            return datetime.strptime(found, "%Y-%m-%d-%H%M").replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def time_of_facts(file_name: str, arrived_at: datetime) -> datetime:
    """The time that the facts of a file have: the time in its name, else the time of its arrival.

    A file that was corrected by hand may have the name of the first file. So of two files with one name, the later
    arrival is newer: each second of waiting counts a microsecond, and together less than a minute.
    """
    written = written_at(file_name)
    if written is None or written >= arrived_at:
        return arrived_at
    waited = int((arrived_at - written).total_seconds())
    return written + min(timedelta(microseconds=waited), _LONGEST)
