"""The forge and the container run only programs, commands and files of the repository."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.template import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yaml"))
DOCKERFILE = ROOT / ".ci" / "Dockerfile"


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_the_container_has_every_program_that_make_looks_for() -> None:
    [table] = re.findall(r"^table='\n(.*?)^'", (ROOT / ".make" / "tools").read_text(), re.M | re.S)
    packages = {line.split()[1] for line in table.splitlines()} - {
        "python3-venv",
        "apt",
        "dpkg",
    }  # the image is Debian's and Python's own
    installed = set(re.findall(r"[a-z][\w.+-]+", DOCKERFILE.read_text()))
    assert packages <= installed, packages - installed


def test_the_container_has_lambdas_python() -> None:
    from layers.targets import LAMBDA_PYTHON

    assert f"FROM python:{LAMBDA_PYTHON}-" in DOCKERFILE.read_text()
    for workflow in WORKFLOWS:
        assert set(re.findall(r"container: python:([\d.]+)", workflow.read_text())) == {LAMBDA_PYTHON}, workflow.name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_existing_commands_with_few_rights(path: Any) -> None:
    workflow = yaml.safe_load(path.read_text())
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(), re.M))
    for command in (step["run"] for step in steps(workflow) if "run" in step):
        if command.startswith("make "):
            assert command.split()[1] in targets, command
        elif not command.startswith(("git ", "gh ")):
            assert (ROOT / command).exists(), command
    assert workflow["permissions"] == {"contents": "read"}
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_an_action_is_the_very_one_that_was_looked_at(path: Any) -> None:
    """A tag can be moved to other code, a digest cannot. The comment names the release."""
    for action in re.findall(r"uses: (.*)$", path.read_text(), re.M):
        assert re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_the_deployed_template_is_kept_for_a_roll_back() -> None:
    deploy = yaml.safe_load((ROOT / ".github" / "workflows" / "deploy.yaml").read_text())
    commands = [step.get("run") for step in steps(deploy)]
    assert commands.index("make deploy") < commands.index("make story")
    kept = [step["with"]["path"] for step in steps(deploy) if "upload-artifact" in step.get("uses", "")]
    assert kept == [".build/packaged"]
    assert "PACKAGED ?= .build/packaged/" in (ROOT / "Makefile").read_text()
