"""The files for a forge and for editors: licence, changelog, pages for contributors, settings."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.template import ROOT


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).exists()]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def project() -> dict[str, Any]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"])


def test_the_licence_is_the_one_that_the_project_names() -> None:
    assert project()["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0, January 2004" in (ROOT / "LICENSE").read_text()


def test_the_latest_release_of_the_changelog_is_the_projects_version() -> None:
    found = re.findall(r"^## (\d\S+) – (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    dates = [date.fromisoformat(day) for _, day in found]
    assert found[0][0] == project()["version"]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("page", tracked("*.md"), ids=named)
def test_every_command_that_a_page_names_is_one_of_the_makefile(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    commands = re.findall(r"(?:`|^)make ([a-z][a-z -]*)", page.read_text(), re.M)
    for target in (target for command in commands for target in command.split()):
        assert re.search(rf"^{re.escape(target)}:", makefile, re.M), target


@pytest.mark.parametrize("page", tracked("*.md"), ids=named)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    for link in re.findall(r"\]\((?!https://)([^)]+)\)", page.read_text()):
        path, _, heading = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if heading:
            headings = re.findall(r"^#+ (.+)$", target.read_text(), re.M)
            assert heading in {found.lower().replace(" ", "-") for found in headings}, link


def test_help_lists_every_command_that_the_makefile_explains() -> None:
    # Under `make test`, the inner make would print its folder too.
    command = ["make", "help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = {line.split()[1] for line in said.splitlines()}
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert phony is not None
    assert listed == set(phony.group(1).split())


def test_commands_of_the_makefile_keep_bytecode_also_where_the_machine_says_that_python_writes_none() -> None:
    command = ["make", "--no-print-directory", "--eval", "shown: ; @printenv PYTHONDONTWRITEBYTECODE", "shown"]
    forbidden = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=forbidden, capture_output=True, text=True, check=True)
    assert done.stdout == "\n", "an empty value forbids nothing"


def test_hooks_before_a_commit_run_only_programs_of_this_repository() -> None:
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    made = (ROOT / "Makefile").read_text()
    for repository in settings["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            program, *arguments = hook["entry"].split()
            if program == "make":
                assert all(f"\n{target}:" in made for target in arguments)
            else:
                assert (ROOT / program).exists(), program


TEXT = tracked("*.py", "*.md", "*.yaml", "*.toml", "*.html", "*.css", "*.in", "*.lock", "Makefile", ".*", "LICENSE")


@pytest.mark.parametrize("file", [file for file in TEXT if file.suffix != ".png"], ids=named)
def test_every_text_file_keeps_the_rules_of_editorconfig(file: Path) -> None:
    content = file.read_bytes()
    text = content.decode()
    assert b"\r" not in content
    assert not content or content.endswith(b"\n")
    assert not [line for line in text.split("\n") if line != line.rstrip(" \t")]
