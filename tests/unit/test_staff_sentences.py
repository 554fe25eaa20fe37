"""The sentences for staff about faults: one for every flaw, with its values. Rules make no sentences."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from certificates.errors import BadRequest, NotFound
from certificates.rules.flaws import Flaw, FlawId, flaw
from certificates.staff_sentences import sentence_of, words_of
from tests.unit.test_house import modules

VALUES = {
    "field": "title",
    "name": "2nd",
    "most": 1000,
    "first": 1990,
    "last": 2999,
    "choices": ("received", "failed"),
    "unknown": ["lucky"],
    "row": 7,
    "error": "line contains NUL",
    "heading": "Student ID",
    "character": "U+202A",
    "columns": 6,
    "escaped": "&#39;",
    "found": 2,
    "grade": "85",
    "ids": ("7", "8"),
    "learners": ("ana (id 7)", "bo (id 8)"),
    "meant": "'",
    "rows": 500,
    "second": 9,
    "user_id": "7",
    "username": "42",
    "written": "x",
    "identifier": "42",
    "address": "ana@example.org",
    "others": ("042", "0042"),
}
"""One of each value that flaws have."""


@pytest.mark.parametrize("id", FlawId)
def test_every_fault_has_a_sentence(id: FlawId) -> None:
    said = words_of(Flaw(id, VALUES))
    assert said.endswith((".", "Z."))
    assert "{" not in said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (flaw(FlawId.TEXT_TOO_LONG, field="title", most=255), "title may have 255 characters at most."),
        (flaw(FlawId.UNKNOWN_GROUP, unknown=["x"], choices=("a", "b")), "There is no group x. Choose from a, b."),
        (flaw(FlawId.INVISIBLE_CHARACTER, character="U+00AD"), "It has an invisible character, U+00AD."),
        (
            flaw(FlawId.ZEROS_LOST, identifier="42", others=("042", "0042")),
            "Did a spreadsheet remove zeros? There is also 042 and 0042, which it would write as 42.",
        ),
    ],
)
def test_a_sentence_has_the_values_of_the_fault(found: Flaw, said: str) -> None:
    assert words_of(found) == said


def test_a_refusal_says_its_sentence_or_that_of_its_fault() -> None:
    assert sentence_of(NotFound("unknown-job", "There is no such job.")) == "There is no such job."
    assert sentence_of(BadRequest("empty-file", flaw(FlawId.FILE_EMPTY))) == "The file is empty."


@pytest.mark.parametrize("path", modules("rules"), ids=lambda path: path.stem)
def test_rules_make_no_sentences(path: Path) -> None:
    """The pages have other languages, so rules return words and values. Docstrings are for readers of the code."""
    tree = ast.parse(path.read_text())
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    assert [text for text in texts if text.count(" ") >= 3 and text.rstrip().endswith((".", ":", "?"))] == []
