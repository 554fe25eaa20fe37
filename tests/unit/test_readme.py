"""The READMEs are true: their commands, parameters, alarms, maps and dates are compared with the repository."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tests.template import ROOT, functions, template

FIRST = ROOT / "README.md"
OPERATING = ROOT / "functions" / "README.md"
INSIDE = ROOT / "layers" / "certificates" / "README.md"
PACKAGE = INSIDE.parent / "python" / "certificates"

RUN_BY = {
    "make run": "tests/stack/test_first_command.py",
    "make test": ".ci/run",
    "make deploy": None,  # this command needs an account; tests/deployed runs it with a stand-in
    "make story": "tests/deployed/test_story.py",
    'aws s3 cp grade_report.csv "s3://$BUCKET/records/course-v1:Org+Number+Run/grade_report.csv"': (
        "tests/stack/test_lms_records.py"
    ),
    'aws s3 cp exceptions.csv "s3://$BUCKET/exceptions/course-v1:Org+Number+Run/exceptions.csv"': (
        "tests/stack/test_exceptions_and_invalidation.py"
    ),
}
"""Every command of the first README, and the file that runs it."""


def section(readme: Path, heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", readme.read_text(), re.M | re.S)
    assert found is not None, heading
    return found.group(1)


def rows(text: str) -> list[list[str]]:
    """The cells of every row below the headings of the tables in a text."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    kept = [line for line, below in zip(lines, [*lines[1:], ""], strict=True) if "|---" not in line + below]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in kept]


def first_cells(text: str) -> set[str]:
    """Every name in backticks in the first column of the tables in a text."""
    return {name for row in rows(text) for name in re.findall(r"`([^`]+)`", row[0])}


def drawn(text: str) -> str:
    """The first drawing or list of commands in a text."""
    found = re.search(r"^```\n(.*?)^```", text, re.M | re.S)
    assert found is not None
    return found.group(1)


def test_the_first_readme_is_short() -> None:
    assert len(FIRST.read_text().splitlines()) <= 130


def test_every_command_is_run_by_something_that_is_there() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", FIRST.read_text(), re.M | re.S)
    commands = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]
    assert set(commands) == set(RUN_BY)
    for command, runner in RUN_BY.items():
        assert runner is None or (ROOT / runner).exists(), command


def test_continuous_integration_runs_the_command_of_the_readme() -> None:
    checks = (ROOT / ".ci" / "run").read_text().splitlines()
    assert checks[-1] == "make test"
    assert {"make lint", "make build ARCHITECTURE=arm64", "make build ARCHITECTURE=x86_64"} <= set(checks)


def test_every_parameter_is_explained_and_has_a_default() -> None:
    parameters = template()["Parameters"]
    assert first_cells(section(OPERATING, "Parameters")) == set(parameters)
    assert all("Default" in parameter for parameter in parameters.values())


def test_every_alarm_has_instructions() -> None:
    alarms = {name for name, it in template()["Resources"].items() if it["Type"] == "AWS::CloudWatch::Alarm"}
    assert first_cells(section(OPERATING, "When an alarm comes")) == alarms


def test_the_map_shows_every_function() -> None:
    shown = drawn(section(INSIDE, "Map")).split("layers/\n")[0]
    names = {words[0] for line in shown.splitlines() if line.startswith("    ") and (words := line.split())}
    assert names == {properties["CodeUri"].removeprefix("functions/") for properties in functions().values()}


def test_the_map_shows_every_folder_and_nothing_that_is_not_there() -> None:
    _, _, below = drawn(section(INSIDE, "Map")).partition("layers/\n")
    layers, _, tests = below.partition("tests/\n")
    package = {name for line in layers.splitlines() if line.startswith(" " * 8) for name in names_in(line[:33])}
    assert {name for name in package if name.endswith("/")} == {f"{name}/" for name in code_folders(PACKAGE)}
    assert all((PACKAGE / name).exists() for name in package), package
    top = {line.split()[0] for line in layers.splitlines() if re.match(r" {4}\w", line)}
    assert {name.split("/")[0] for name in top} == {path.parent.name for path in ROOT.glob("layers/*/Makefile")}
    shown = {name for line in tests.splitlines() for name in names_in(line[:33])}
    assert shown == {f"{name}/" for name in code_folders(ROOT / "tests")}


def names_in(text: str) -> list[str]:
    return re.findall(r"[\w-]+(?:/|\.py)", text)


def code_folders(path: Path) -> set[str]:
    return {found.name for found in path.iterdir() if found.is_dir() and any(found.rglob("*.py"))}


def test_every_decision_has_a_date_and_the_latest_is_last() -> None:
    dates = [date.fromisoformat(row[0]) for row in rows(section(INSIDE, "Decisions"))]
    assert dates == sorted(dates)


def test_every_queue_that_gives_up_is_watched() -> None:
    resources = template()["Resources"]
    given_up = {
        name
        for name, it in resources.items()
        if it["Type"] == "AWS::SQS::Queue" and name.endswith(("DeadLetters", "Failures"))
    }
    # A queue that exists only on a condition has another alarm.
    given_up.remove("ReconciliationDeadLetters")
    assert "ReconciliationDeadLetters.QueueName" in str(resources["LmsNotRead"]["Properties"]["Metrics"])
    metrics = [
        metric["Fn::If"][1] if "Fn::If" in metric else metric
        for alarm in ("DeadLetters", "NoticesGivenUp")
        for metric in resources[alarm]["Properties"]["Metrics"]
    ]
    watched = {
        metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Fn::GetAtt"].split(".")[0]
        for metric in metrics
        if "MetricStat" in metric
    }
    assert watched == given_up


def test_every_module_that_a_readme_names_is_there() -> None:
    for readme in (OPERATING, INSIDE):
        named = re.findall(r"`((?:[\w-]+/)*\w+)\.py(?:::\w+)?`", readme.read_text())
        missing = {name for name in named if not any((root / f"{name}.py").exists() for root in (PACKAGE, ROOT))}
        assert missing == set(), readme


def test_every_function_of_a_module_that_a_walk_names_is_there() -> None:
    named = re.findall(r"`(\w+)\.(\w+)`", section(INSIDE, "From a trigger to what it writes"))
    for module, name in named:
        if name != "py":
            assert f"\ndef {name}(" in (PACKAGE / f"{module}.py").read_text(), f"{module}.{name}"
