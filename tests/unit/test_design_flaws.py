"""The faults of designs: each id in the code has a sentence, and each sentence gets its values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from certificates.pages.languages import LANGUAGES
from certificates.pages.wording import flaw_of_design
from certificates.rendering.flaws import OF_OTHERS, SENTENCES, DesignFlaw, design_flaw, sentences
from layers.certificates.catalogues import PACKAGE

_PLACES = {"design_flaw": 0, "fault": 1}
"""The functions that make a flaw, and the position of its id."""


def made() -> Iterator[tuple[str, frozenset[str], str]]:
    """Each flaw that the code makes: its id, the names of its values, and where."""
    folders = (PACKAGE / "rendering", PACKAGE / "designs", PACKAGE / "aws")
    for path in sorted(file for folder in folders for file in folder.rglob("*.py")):
        if path.name in {"flaws.py", "fault.py"}:
            continue
        yield from made_in(path)


def made_in(path: Path) -> Iterator[tuple[str, frozenset[str], str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in _PLACES:
            continue
        texts = [ast.literal_eval(argument) for argument in node.args]
        # A rule of the standards has the id of its only flaw.
        id = texts[min(_PLACES[node.func.id], len(texts) - 1)]
        values = frozenset(str(keyword.arg) for keyword in node.keywords)
        yield id, values, f"{path.name}:{node.lineno}"


def test_each_flaw_in_the_code_has_a_sentence_with_its_values() -> None:
    for id, values, where in made():
        assert id in SENTENCES, where
        assert set(re.findall(r"%\((\w+)\)s", SENTENCES[id])) == values, where


def test_each_sentence_is_used() -> None:
    assert {id for id, _, _ in made()} == set(SENTENCES)


def test_a_flaw_names_its_place_before_its_sentence_and_several_stand_together() -> None:
    found = design_flaw("useless-element", tag="form").at("<form>").at("template.html:3")
    assert str(found) == "template.html:3: <form>: <form> does nothing on paper"
    assert sentences([found, design_flaw("attachment")]) == f"{found}; a template attaches no files"
    assert DesignFlaw.from_wire(found.to_wire()) == found


def test_a_sentence_is_translated_and_other_software_is_quoted() -> None:
    spanish = LANGUAGES["es"]
    assert flaw_of_design(design_flaw("attachment"), spanish) == "una plantilla no adjunta archivos"
    for id in OF_OTHERS:
        assert flaw_of_design(design_flaw(id, said="100% wrong"), spanish) == "100% wrong"


def test_a_flaw_of_a_newer_release_is_shown_by_its_id() -> None:
    assert str(design_flaw("never-heard-of", of="this")) == "never-heard-of"
    assert flaw_of_design(design_flaw("never-heard-of", of="this"), LANGUAGES["es"]) == "never-heard-of"
