"""Makes LMS files of any length, the same bytes every time: `rows` learners whose ids begin at FIRST_ID."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

FIRST_ID = 100_000

NAMES = ("Ana Lima", "Иван Щукин", "ليلى الحداد", "王芳", "สมชาย ใจดี", "आरव शर्मा", "de la Cruz, Inés", "Νίκος Ράλλης")
TRACKS = ("verified", "verified", "honor", "audit", "professional")

GRADE_REPORT = [
    *("Student ID", "Email", "Username", "Grade", "Quiz 1", "Quiz 2", "Quiz (Avg)", "Final Exam"),
    *("Enrollment Track", "Verification Status", "Certificate Eligible", "Certificate Delivered", "Certificate Type"),
    "Enrollment Status",
]
LEARNER_PROFILE = ["id", "username", "name", "email", "language", "enrollment_mode", "country"]


def grade_report_rows(rows: int, *, bad_every: int = 0) -> Iterator[list[str]]:
    """The header, then `rows` rows; every `bad_every`-th has a letter where the grade belongs (0: none)."""
    yield GRADE_REPORT
    for number in range(rows):
        learner, track = FIRST_ID + number, TRACKS[number % len(TRACKS)]
        grade = f"{number % 101 / 100:.2f}"
        shown = "A+" if bad_every and number % bad_every == bad_every - 1 else grade
        verified = "ID Verified" if track in {"verified", "professional"} else "N/A"
        status = "unenrolled" if number % 37 == 36 else "enrolled"
        account = [str(learner), f"learner{learner}@example.com", f"learner{learner}"]
        yield [*account, shown, grade, "Not Attempted", grade, grade, track, verified, "Y", "N", "N/A", status]


def learner_profile_rows(rows: int) -> Iterator[list[str]]:
    yield LEARNER_PROFILE
    for number in range(rows):
        learner = FIRST_ID + number
        name = f"{NAMES[number % len(NAMES)]} {number}"
        yield [str(learner), f"learner{learner}", name, f"learner{learner}@example.com", "en", "verified", ""]


def as_csv(rows: Iterator[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def write_csv(path: Path, rows: Iterator[list[str]]) -> int:
    """Write the file row by row and return its size in bytes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path.stat().st_size
