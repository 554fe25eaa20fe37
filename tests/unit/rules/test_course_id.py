"""Course ids as the LMS and addresses write them."""

from __future__ import annotations

import pytest

from certificates.rules.course_id import MAX_LENGTH, is_ours, number_of, parse_course_id

SHORTEST = "course-v1:A+B+"


@pytest.mark.parametrize("length", [len(SHORTEST) + 1, MAX_LENGTH])
def test_an_id_of_up_to_255_characters_is_one(length):
    course_id = SHORTEST.ljust(length, "C")
    assert parse_course_id(course_id) == course_id


@pytest.mark.parametrize("text", [SHORTEST.ljust(MAX_LENGTH + 1, "C"), SHORTEST, "library-v1:A+B", "", "course-v1:A+B"])
def test_a_text_that_is_no_id_gives_none(text):
    assert parse_course_id(text) is None


@pytest.mark.parametrize(
    "course_id", ["course-v1:Org:Law+N:1+R:2", "course-v1:Ünï~+ไทย.-_+2026", "ccx-v1:O:L+N+R+ccx@1"]
)
def test_every_id_that_open_edx_accepts_is_one(course_id):
    assert parse_course_id(course_id) == course_id


def test_an_id_may_be_encoded_and_have_blanks_around_it():
    assert parse_course_id(" course-v1%3AA%2BB%2BC ") == "course-v1:A+B+C"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("course-v1:A+B+C", True),
        ("ccx-v1:A+B+C+ccx@1", True),
        ("course-v1%3Anonsense", True),
        (" course-v1:A+B+C", True),
        ("library-v1:A+B", False),
        ("A/B/C", False),
        ("", False),
    ],
)
def test_runs_are_ours_and_libraries_and_old_runs_are_not(text, ours):
    assert is_ours(text) is ours


@pytest.mark.parametrize(
    ("course_id", "number"),
    [
        ("course-v1:Org+STAT101+2026", "STAT101"),
        ("ccx-v1:Org+ST 1+2026+ccx@7:1", "ST 1"),
        (":O+N+:R", "N"),
        ("course-v1:O:L+N:1+R", "N:1"),
    ],
)
def test_the_number_is_between_organization_and_run(course_id, number):
    assert number_of(course_id) == number
