"""Open edX's own tests as scenarios for the rules. Every scenario is run, or listed with a reason."""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.scenarios.actions import ACTIONS
from tests.unit.scenarios.listed import LISTED, Differs, Elsewhere

TESTS = Path(__file__).parents[2]
VOCABULARY, *CASES = json.loads(Path(__file__).with_name("open-edx.json").read_text("utf-8"))
BY_ID: Mapping[str, Any] = {case["id"]: case for case in CASES}
AS_THERE = [case for case in CASES if case["id"] not in LISTED]
DIFFERENT = [(id_, entry) for id_, entry in LISTED.items() if isinstance(entry, Differs)]
NAMED = [(id_, entry) for id_, entry in LISTED.items() if isinstance(entry, Elsewhere)]

UNSEEN = {"http", "record"}
"""Parts of an expectation that no rule answers: status codes belong to the interface, stored data to the store."""


def seen(case: Mapping[str, Any]) -> Mapping[str, Any]:
    return ACTIONS[case["action"]["op"]](case["given"], case["action"])


def agrees(expected: Any, actual: Any) -> bool:
    """An expectation has only the important parts: some keys of a mapping, or the length of a list."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return all(key in actual and agrees(value, actual[key]) for key, value in expected.items())
    if isinstance(actual, list) and isinstance(expected, int):
        return len(actual) == expected
    return bool(expected == actual)


def differences(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: (value, actual.get(key, "not seen"))
        for key, value in expected.items()
        if key not in UNSEEN and not (key in actual and agrees(value, actual[key]))
    }


@pytest.mark.parametrize("case", AS_THERE, ids=lambda case: case["id"])
def test_it_comes_out_as_in_open_edx(case):
    assert set(case["expect"]) - UNSEEN, "a case that expects nothing visible proves nothing"
    assert differences(case["expect"], seen(case)) == {}


@pytest.mark.parametrize(("id_", "entry"), DIFFERENT, ids=[id_ for id_, _ in DIFFERENT])
def test_it_deliberately_comes_out_otherwise(id_, entry):
    case = BY_ID[id_]
    assert differences(entry.here, seen(case)) == {}
    assert differences(case["expect"], seen(case)), "it comes out as in Open edX: it need not be listed"


@pytest.mark.parametrize(("id_", "entry"), NAMED, ids=[id_ for id_, _ in NAMED])
def test_a_scenario_that_another_test_covers_names_an_existing_test(id_, entry):
    file, function = entry.test.split("::")
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_case_is_run_or_listed_and_none_twice():
    assert [id_ for id_, count in Counter(case["id"] for case in CASES).items() if count > 1] == []
    assert set(LISTED) <= set(BY_ID), "listed, but no such case"
    assert {case["action"]["op"] for case in AS_THERE} <= set(ACTIONS), "neither run nor listed"


def test_nothing_is_listed_without_a_reason():
    assert all(getattr(entry, "why", None) or getattr(entry, "test", None) for entry in LISTED.values())


def test_every_fact_has_its_source():
    assert "_vocabulary" in VOCABULARY
    assert all("::" in case["source"] for case in CASES)
