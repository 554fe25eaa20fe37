"""Files to start from: each kind of file that staff send, with its heading and made-up learners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from certificates.lms.header import COLUMNS, Kind
from certificates.pages.answers import Page
from certificates.spreadsheet import BYTE_ORDER_MARK, line

LMS_SAMPLES: Mapping[Kind, Sequence[Mapping[str, object]]] = {
    Kind.GRADE_REPORT: (
        {"user_id": 990000001, "email": "ada.sample@example.org", "username": "ada.sample", "grade": "0.92"}
        | {"mode": "verified", "identity": "ID Verified", "active": "enrolled"},
        {"user_id": 990000002, "email": "bela.sample@example.org", "username": "bela.sample", "grade": "0.48"}
        | {"mode": "audit", "identity": "N/A", "active": "enrolled"},
        {"user_id": 990000003, "email": "chen.sample@example.org", "username": "chen.sample", "grade": "Not Attempted"}
        | {"mode": "verified", "identity": "Not ID Verified", "active": "unenrolled"},
    ),
    Kind.LEARNER_PROFILE: (
        {"user_id": 990000001, "username": "ada.sample", "name": "Ada Sample", "email": "ada.sample@example.org"}
        | {"language": "en"},
        {"user_id": 990000002, "username": "bela.sample", "name": "Béla Sample", "email": "bela.sample@example.org"}
        | {"language": "hu"},
        {"user_id": 990000003, "username": "chen.sample", "name": "陈样本", "email": "chen.sample@example.org"}
        | {"language": "zh"},
    ),
}
"""Values by the key of the column. No LMS has these ids and names."""

EXCEPTIONS_SAMPLE: Sequence[Sequence[str]] = (
    ("Username or e-mail", "Note"),
    ("ada.sample", "The lab was closed in the last week"),
    ("bela.sample@example.org", "Appeal granted"),
    ("chen.sample", ""),
)


def of_the_lms(kind: Kind) -> bytes:
    """A file of the LMS with today's headings."""
    columns = COLUMNS[kind]
    rows = ([sample[column.key] for column in columns] for sample in LMS_SAMPLES[kind])
    return _csv([[column.names[0] for column in columns], *rows])


def exceptions() -> bytes:
    return _csv(EXCEPTIONS_SAMPLE)


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    return BYTE_ORDER_MARK + b"".join(map(line, rows))


SAMPLE_FILES: Mapping[str, Callable[[], bytes]] = {
    "sample-exceptions.csv": exceptions,
    "sample-grade-report.csv": partial(of_the_lms, Kind.GRADE_REPORT),
    "sample-learner-profiles.csv": partial(of_the_lms, Kind.LEARNER_PROFILE),
}
"""By the last part of the address, which is the name of the downloaded file."""


def download_sample(name: str) -> Page:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Page(200, SAMPLE_FILES[name](), "text/csv; charset=utf-8", headers)
