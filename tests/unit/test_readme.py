"""The README says what is so: its commands, parameters, alarms and map are compared with what they speak of."""

from __future__ import annotations

import re

from tests.template import ROOT, functions, template

README = (ROOT / "README.md").read_text()

RUN_BY = {
    "make run": "tests/stack/test_first_command.py",
    "make test": ".ci/run",
    "make build": ".ci/run",
    "sam deploy --guided": None,  # needs an account; that it asks for nothing without a default is tested below
    'aws s3 cp grade_report.csv "s3://$BUCKET/records/course-v1:Org+Number+Run/grade_report.csv"': (
        "tests/stack/test_lms_records.py"
    ),
    'aws s3 cp exceptions.csv "s3://$BUCKET/exceptions/course-v1:Org+Number+Run/exceptions.csv"': (
        "tests/stack/test_exceptions_and_invalidation.py"
    ),
}
"""Every command of the README, and what runs it."""


def section(heading: str) -> str:
    found = re.search(rf"^##+ {re.escape(heading)}\n(.*?)(?=^## |\Z)", README, re.M | re.S)
    assert found is not None, heading
    return found.group(1)


def first_cells(text: str) -> list[str]:
    """Every name in backticks in the first column of the tables in a text."""
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("|--")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_every_command_is_run_by_something_that_is_there() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S)
    commands = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]
    assert set(commands) == set(RUN_BY)
    for command, runner in RUN_BY.items():
        assert runner is None or (ROOT / runner).exists(), command


def test_what_continuous_integration_runs_is_what_the_readme_says() -> None:
    checks = (ROOT / ".ci" / "run").read_text().splitlines()
    assert checks[-1] == "make test"
    assert {"make lint", "make build ARCHITECTURE=arm64", "make build ARCHITECTURE=x86_64"} <= set(checks)


def test_every_parameter_is_explained_and_has_a_default() -> None:
    parameters = template()["Parameters"]
    assert set(first_cells(section("Deploy").split("### ")[0])) >= set(parameters)
    assert all("Default" in parameter for parameter in parameters.values())


def test_every_alarm_says_what_to_do() -> None:
    alarms = {name for name, it in template()["Resources"].items() if it["Type"] == "AWS::CloudWatch::Alarm"}
    assert set(first_cells(section("When an alarm comes"))) == alarms


def test_the_map_shows_every_function() -> None:
    drawn = section("Map of the house").split("layers/\n")[0]
    names = {words[0] for line in drawn.splitlines() if line.startswith("    ") and (words := line.split())}
    assert names >= {properties["CodeUri"].removeprefix("functions/") for properties in functions().values()}


def test_every_queue_that_gives_up_is_watched() -> None:
    resources = template()["Resources"]
    given_up = {
        name
        for name, it in resources.items()
        if it["Type"] == "AWS::SQS::Queue" and name.endswith(("DeadLetters", "Failures"))
    }
    watched = {
        metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Fn::GetAtt"].split(".")[0]
        for metric in resources["DeadLetters"]["Properties"]["Metrics"]
        if "MetricStat" in metric
    }
    assert watched == given_up


def test_every_function_is_watched() -> None:
    for alarm in ("FunctionErrors", "FunctionThrottles"):
        watched = {
            metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"]
            for metric in template()["Resources"][alarm]["Properties"]["Metrics"]
            if "MetricStat" in metric
        }
        assert watched == set(functions())
