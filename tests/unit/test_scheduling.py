"""Tests that share a local cloud run in one process, and the longest ones first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests import scheduling

TESTS = Path(scheduling.__file__).parent
SHARED_CLOUD = re.compile(r'@pytest\.fixture\(scope="(?:session|package)"\)\ndef \w+\([^)]*\)[^:]*LocalCloud')


def folders_that_share_a_cloud() -> set[str]:
    return {path.parent.name for path in TESTS.glob("*/conftest.py") if SHARED_CLOUD.search(path.read_text())}


def test_every_folder_that_shares_a_cloud_goes_to_one_process() -> None:
    assert folders_that_share_a_cloud() == set(scheduling.SHARE_A_CLOUD)


@pytest.mark.parametrize(
    ("test", "together"),
    [
        ("tests/stack/test_jobs.py::test_a[b::c/d]", "tests/stack"),
        ("tests/browser/test_people.py::test_a[b::c/d]", "tests/browser"),
        ("tests/browser/test_lms.py::test_a[b::c/d]", "tests/browser/test_lms.py"),
        ("tests/verbs/test_jobs.py::test_a[b::c/d]", "tests/verbs/test_jobs.py"),
        ("tests/unit/rules/test_jobs.py::Class::test_a", "tests/unit/rules/test_jobs.py"),
    ],
)
def test_a_file_goes_to_one_process_whole(test: str, together: str) -> None:
    assert scheduling.Scheduling._split_scope(object.__new__(scheduling.Scheduling), test) == together


class Collected:
    """A test as pytest collects it."""

    def __init__(self, nodeid: str) -> None:
        self.nodeid = nodeid


def test_tests_that_take_long_come_first_and_quick_ones_last() -> None:
    asked = ["unit/rules/test_a.py::a", "verbs/test_a.py::a", "browser/test_people.py::b", "browser/test_people.py::a"]
    asked += ["handlers/test_staff.py::a", "browser/test_a.py::a", "stack/test_a.py::a"]
    tests: list[Any] = [Collected(f"tests/{one}") for one in asked]
    scheduling.order(tests)
    assert [test.nodeid.removeprefix("tests/") for test in tests] == [
        "stack/test_a.py::a",
        "browser/test_people.py::b",
        "browser/test_people.py::a",
        "browser/test_a.py::a",
        "verbs/test_a.py::a",
        "handlers/test_staff.py::a",
        "unit/rules/test_a.py::a",
    ]


def test_the_files_with_a_cloud_of_their_own_have_one() -> None:
    for file in scheduling.ALONE:
        assert "\ndef cloud(" in (TESTS.parent / file).read_text(), file
