"""Moments as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from certificates.rules.moments import id_of_moment, utc_text

NOW = datetime(2026, 11, 20, 12, 5, 9, 70, tzinfo=UTC)


def test_the_text_of_a_moment_is_iso_8601_with_a_z() -> None:
    assert utc_text(NOW) == "2026-11-20T12:05:09.000070Z"
    assert utc_text(NOW.replace(microsecond=0)) == "2026-11-20T12:05:09Z"


def test_ids_of_moments_sort_by_time() -> None:
    assert id_of_moment(NOW) == "20261120T120509000070Z"
    moments = [NOW, NOW + timedelta(microseconds=1), NOW + timedelta(days=40)]
    assert sorted(map(id_of_moment, reversed(moments))) == list(map(id_of_moment, moments))
