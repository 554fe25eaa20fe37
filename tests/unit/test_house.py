"""The code agrees with its map: imports point one way, and every trigger has folder, stanza and handler."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.template import ROOT, functions, resource

PACKAGE = ROOT / "layers" / "certificates" / "python" / "certificates"

AWS_LIBRARIES = {"boto3", "botocore", "obstore", "pynamodb"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def statements(inside: ast.AST) -> Iterator[ast.stmt]:
    """All statements, those within others too, but not those for type checkers alone."""
    for node in ast.iter_child_nodes(inside):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from statements(node)


@cache
def imports_of(path: Path) -> frozenset[str]:
    """The modules that a file imports at run time, by full name. Imports under TYPE_CHECKING do not count."""
    found: set[str] = set()
    for node in statements(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            base = node.module
            if node.level:
                parents = path.relative_to(PACKAGE.parent).with_suffix("").parts[: -node.level]
                base = ".".join((*parents, node.module))
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def modules(folder: str = "") -> list[Path]:
    return sorted((PACKAGE / folder).rglob("*.py"))


@pytest.mark.parametrize("path", sorted(ROOT.glob("functions/*/app.py")), ids=lambda path: path.parent.name)
def test_a_function_imports_the_product_before_other_libraries(path: Path) -> None:
    """The product makes the start of the others shorter, see `certificates.start`. Sorted imports begin with others."""
    outside = {name.split(".")[0] for name in imports_of(path)} - sys.stdlib_module_names
    assert outside == {"certificates"}


@pytest.mark.parametrize("path", modules("rules"), ids=lambda path: path.stem)
def test_rules_import_only_the_standard_library_and_each_other(path: Path) -> None:
    outside = {
        name
        for name in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith(("certificates.rules", "certificates.errors", "certificates.shown_text"))
    }
    assert outside == set()


@pytest.mark.parametrize("path", modules("rendering"), ids=lambda path: path.stem)
def test_rendering_imports_no_aws_library_and_nothing_else_of_the_product(path: Path) -> None:
    names = imports_of(path)
    assert {name for name in names if name.startswith("certificates.")} <= {
        name for name in names if name.startswith(("certificates.rendering", "certificates.shown_text"))
    }
    assert not {name.split(".")[0] for name in names} & AWS_LIBRARIES


@pytest.mark.parametrize("path", modules("trust"), ids=lambda path: path.stem)
def test_trust_imports_only_the_standard_library_itself_and_cryptography(path: Path) -> None:
    outside = {name for name in imports_of(path) if name.split(".")[0] not in sys.stdlib_module_names}
    assert {name for name in outside if not name.startswith(("certificates.trust", "cryptography"))} == set()


def test_only_the_edge_knows_aws() -> None:
    inside = {path for path in modules() if path.parent != PACKAGE / "aws"}
    found = {
        str(path.relative_to(PACKAGE)) for path in inside if {n.split(".")[0] for n in imports_of(path)} & AWS_LIBRARIES
    }
    assert found == set()


FLOOR = "the flat floor"


def room_of(path: Path) -> str:
    inside = path.relative_to(PACKAGE).parts
    return f"{inside[0]}/" if len(inside) > 1 else FLOOR


def room_named(module: str) -> str | None:
    """The room of an imported module, None for one of another package."""
    first, *inside = module.split(".")
    if first != "certificates" or not inside:
        return None
    return f"{inside[0]}/" if (PACKAGE / inside[0]).is_dir() else FLOOR


def rooms() -> dict[str, set[str]]:
    """The other rooms that each room imports."""
    found: dict[str, set[str]] = {}
    for path in modules():
        room = room_of(path)
        others = {other for name in imports_of(path) if (other := room_named(name))}
        found[room] = found.get(room, set()) | others - {room}
    return found


def rooms_in_the_readme() -> dict[str, set[str]]:
    text = (PACKAGE.parents[1] / "README.md").read_text()
    table = text.split("| room | imports |")[1].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    return {
        room.strip("`"): {name for name in (FLOOR, *re.findall(r"\w+/", others)) if name in others}
        for room, others in cells
    }


def test_every_room_imports_the_rooms_that_its_readme_names_and_no_others() -> None:
    assert rooms() == rooms_in_the_readme()


def test_no_two_rooms_need_each_other() -> None:
    needed = {room: others - {FLOOR} for room, others in rooms().items() if room != FLOOR}
    while free := [room for room, others in needed.items() if not others & set(needed)]:
        for room in free:
            del needed[room]
    assert needed == {}, "these rooms import one another in a circle"


def test_the_flat_floor_has_few_enough_files_to_read_at_a_glance() -> None:
    assert len([path for path in PACKAGE.glob("*.py") if path.name != "__init__.py"]) <= 22


def test_only_reads_and_writes_call_dynamodb() -> None:
    callers = {path.stem for path in modules("aws") if "certificates.aws.clients.dynamodb" in imports_of(path)}
    # Powertools makes the calls of its idempotency itself.
    assert callers == {"reads", "writes", "idempotency"}


VERBS = [path for path in modules() if path.relative_to(PACKAGE).parts[0] not in {"aws", "rendering"}]


def is_type_of_dynamodb(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value in ("S", "N")


def is_get(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "get"


@pytest.mark.parametrize("path", VERBS, ids=lambda path: path.stem)
def test_items_as_dynamodb_writes_them_stay_at_the_edge(path: Path) -> None:
    found = [
        node.lineno
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Subscript) and is_type_of_dynamodb(node.slice))
        or (isinstance(node, ast.Dict) and len(node.keys) == 1 and is_type_of_dynamodb(node.keys[0]))
        or (isinstance(node, ast.Call) and is_get(node.func) and node.args and is_type_of_dynamodb(node.args[0]))
    ]
    assert found == []


def test_every_function_has_its_folder_and_every_folder_its_function() -> None:
    stanzas = {properties["CodeUri"] for properties in functions().values()}
    folders = {f"functions/{path.parent.name}" for path in (ROOT / "functions").glob("*/app.py")}
    assert stanzas == folders


def test_a_function_folder_has_one_short_file() -> None:
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


def test_every_room_is_a_part_of_make_mutants_with_tests_that_are_there() -> None:
    from tests.mutants.parts import PARTS, ROOMS

    assert set(ROOMS) == {room.rstrip("/") for room in rooms() if room != FLOOR}
    assert [name for part in PARTS.values() for name in part.tests if not (ROOT / "tests" / name).exists()] == []


SAME_IDEA = {
    "api": "the table of operations of each topic of the interface",
    "pages": "the table of pages of each topic",
    "lambda_handler": "the handler that serves a table of operations or pages",
    "act_on": "what a queue's message asks for",
    "TABLE": "the one table of a rule",
    "Row": "one row of such a table, or of a file",
    "T": "a type variable",
    "BATCH_ROWS": "rows of a file between two looks at the clock",
    "RowError": "why a row of a file was refused, as a value and as the interface shows it",
}
"""Public names that several modules define. Each name means the same idea in every room."""


WORDS = {
    r"report(s|ed|ing|er)?": {
        "a CSV file that the product writes for staff": (
            *("LearnerInReport", "REPORTS", "ReportPart", "ReportWriter", "certificates_report", "copy_report"),
            *("download_report", "exceptions_report", "has_report_part", "invalidations_report", "learners_in_report"),
            *("put_report", "put_report_part", "remove_report_parts", "report", "report_key", "report_listing"),
            *("report_name", "report_parts", "report_run_certificates", "report_writer"),
        ),
        "Open edX's name of one of its files": ("GRADE_REPORT", "_grade_report"),
        "the attribute of an item, since release 0.1": ("reported_at",),
    },
    r"record(s|ed|ing|er)?": {
        "what the LMS has about learners: its files and its updates": (
            *("MAX_RECORDS_FILE_BYTES", "RECORDS", "RecordPart", "Records", "RecordsStore", "RecordsUpload"),
            *("list_records_uploads", "read_records_upload", "record_parts", "records", "records_file"),
            *("records_store", "send_records", "show_records", "start_records_upload"),
        ),
        "an entry of an event or a log, as AWS and Python call it": ("record",),
    },
    r"tak(e|es|en|ing)|took": {
        "to take back: to remove everything that an upload added": (
            *("TakenBack", "mark_taken_back", "take_back", "take_back_exceptions_upload", "taken_back"),
            *("taken_back_at", "taking_back"),
        ),
        "the attribute of an item: claimed entries of a status list": ("taken",),
    },
    r"sweep(s|ing)?|swept": {
        "the monthly search for documents that no certificate names": ("DocumentsToSweep", "sweep"),
    },
    r"batch(es|ed)?": {
        "a chunk of work": (
            *("aws/", "exception_list/", "jobs/", "lists/", "lms/", "reconciliation/", "rules/jobs.py", "uploads/"),
            "paging.py",
        ),
    },
    r"page[sd]?|paging": {
        "what a browser shows": ("backend.py", "pages/", "picture.py", "trust/credential.py"),
        "a part of a list, up to its cursor": (
            *("aws/", "http/", "jobs/scheduled.py", "lists/", "lms_api/", "notices/", "paging.py"),
            *("reconciliation/", "rules/reconciliation.py"),
        ),
        "a page of a PDF": ("rendering/",),
    },
}
"""Words that had several ideas. Each idea has its places: names, modules and rooms. Other names need other words."""


def words_of(name: str) -> list[str]:
    return [part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


@cache
def every_name_in(path: Path) -> frozenset[str]:
    """The module's own name, and each name that it gives."""
    found = {path.stem}
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
    return frozenset(found)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_in_names_has_one_idea(word: str) -> None:
    places = {place for known in WORDS[word].values() for place in known}
    unknown, seen = set(), set()
    for path in modules():
        module = str(path.relative_to(PACKAGE))
        for name in every_name_in(path):
            if not any(re.fullmatch(word, part) for part in words_of(name)):
                continue
            held = {place for place in places if name == place or module.startswith(place)}
            seen |= held
            if not held:
                unknown.add(f"{module}: {name}")
    assert unknown == set(), "give these another name, or tell in WORDS which idea they mean"
    assert places - seen == set(), "no name needs these places any more"


def names_defined_in(path: Path) -> set[str]:
    """The public names of a module's top level."""
    found: set[str] = set()
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in found if not name.startswith("_")}


def test_a_public_name_means_one_idea() -> None:
    defined: dict[str, set[Path]] = {}
    for path in modules():
        for name in names_defined_in(path):
            defined.setdefault(name, set()).add(path)
    twice = {name for name, paths in defined.items() if len(paths) > 1}
    assert twice == set(SAME_IDEA)
