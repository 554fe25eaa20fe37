"""The house stays as its map says: imports point one way, and every trigger has folder, stanza and handler."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.template import ROOT, functions, resource

PACKAGE = ROOT / "layers" / "certificates" / "python" / "certificates"

AWS_LIBRARIES = {"boto3", "botocore", "pynamodb"}


def imports_of(path: Path) -> set[str]:
    """Modules a file imports at run time, by full name; those under TYPE_CHECKING are for the type checker alone."""
    found: set[str] = set()
    tree = ast.parse(path.read_text())
    skipped = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            base = node.module
            if node.level:
                parents = path.relative_to(PACKAGE.parent).with_suffix("").parts[: -node.level]
                base = ".".join((*parents, node.module))
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


def modules(folder: str = "") -> list[Path]:
    return sorted((PACKAGE / folder).rglob("*.py"))


@pytest.mark.parametrize("path", modules("rules"), ids=lambda path: path.stem)
def test_rules_know_the_standard_library_and_each_other_alone(path: Path) -> None:
    outside = {
        name
        for name in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith(("certificates.rules", "certificates.errors"))
    }
    assert outside == set()


@pytest.mark.parametrize("path", modules("rendering"), ids=lambda path: path.stem)
def test_rendering_knows_no_cloud_and_nothing_of_the_product_around_it(path: Path) -> None:
    names = imports_of(path)
    assert {name for name in names if name.startswith("certificates.")} <= {
        name for name in names if name.startswith("certificates.rendering")
    }
    assert not {name.split(".")[0] for name in names} & AWS_LIBRARIES


def test_only_the_edge_knows_aws() -> None:
    inside = {path for path in modules() if path.parent != PACKAGE / "aws"}
    found = {
        str(path.relative_to(PACKAGE)) for path in inside if {n.split(".")[0] for n in imports_of(path)} & AWS_LIBRARIES
    }
    assert found == set()


def test_verbs_know_nothing_of_http() -> None:
    verbs = list(PACKAGE.glob("*.py")) + modules("lms") + modules("aws")
    found = {
        str(path.relative_to(PACKAGE))
        for path in verbs
        if any(name.startswith("certificates.http") for name in imports_of(path))
    }
    assert found == set()


def test_every_function_has_its_folder_and_every_folder_its_function() -> None:
    stanzas = {properties["CodeUri"] for properties in functions().values()}
    folders = {f"functions/{path.parent.name}" for path in (ROOT / "functions").glob("*/app.py")}
    assert stanzas == folders


def test_a_function_folder_holds_one_short_translation() -> None:
    for folder in (ROOT / "functions").glob("*/"):
        files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert [path.name for path in files] == ["app.py"], folder
        assert len(files[0].read_text().splitlines()) <= 45, folder


def test_nothing_lies_beside_the_folders_of_functions_but_their_readme() -> None:
    assert [path.name for path in (ROOT / "functions").iterdir() if path.is_file()] == ["README.md"]


def test_the_words_of_a_trigger_are_the_same_in_folder_and_template() -> None:
    for logical_id, properties in functions().items():
        words = properties["CodeUri"].removeprefix("functions/").split("_")
        assert logical_id == "".join(word.capitalize() for word in words)


def test_nothing_but_the_named_folders_shows_at_the_top() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {name.split("/")[0] for name in listed.splitlines() if "/" in name}
    assert {folder for folder in folders if not folder.startswith(".")} <= {"functions", "layers", "tests"}


def test_a_part_of_a_report_ends_before_its_reader_gives_up_and_that_before_the_request_ends() -> None:
    from certificates.aws.report_writer import READ_SECONDS

    assert resource("ReportWriting")["Timeout"] < READ_SECONDS < resource("InstructorRequests")["Timeout"]


def test_the_worker_knows_which_delivery_of_its_queue_is_the_last() -> None:
    worker = (ROOT / "functions" / "certificate_issuance" / "app.py").read_text()
    assert f"DELIVERIES = {resource('JobsQueue')['RedrivePolicy']['maxReceiveCount']}\n" in worker
