"""The day of a moment, in the course run's time zone: the same on paper, on pages and in answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from functools import cache

from certificates.rules.model import CourseRun, Site


@cache
def zone(name: str) -> tzinfo:
    """The time zone of an IANA name. Raises ZoneInfoNotFoundError."""
    if name == "UTC":
        return UTC
    # Imported with the first other zone, as the resources below: a start is shorter by 6 ms of CPU without them.
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether IANA has a time zone of this name. The package `tzdata` has all of them on every machine."""
    return name in zone_names()


@cache
def zone_names() -> frozenset[str]:
    from importlib.resources import files

    return frozenset((files("tzdata") / "zones").read_text().split())


def zone_of(run: CourseRun, site: Site) -> tzinfo:
    return zone(run.time_zone or site.time_zone)


def local(moment: datetime, run: CourseRun, site: Site) -> datetime:
    """The same moment with the offset of the run's time zone. Its date is the day in that zone."""
    return moment.astimezone(zone_of(run, site))


def day_of(moment: datetime, run: CourseRun, site: Site) -> date:
    return local(moment, run, site).date()


def last_second_of(day: date, run: CourseRun, site: Site) -> datetime:
    """The last second, in UTC, of a day in the run's time zone."""
    # Where clocks are put back at midnight, as in Santiago and Cairo, the day has this second twice: the later one.
    return datetime.combine(day, time(23, 59, 59, fold=1), zone_of(run, site)).astimezone(UTC)
