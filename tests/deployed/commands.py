"""The commands of the operator's page (functions/README.md), run against the local cloud as they are printed.

Three commands have stand-ins that note their arguments. `make` needs an account: the local cloud deploys in its place.
`./manage.py` belongs to the LMS. The local cloud does not have `start-message-move-task`: a test checks its arguments,
and nothing moves. `aws` is version 1, which is a Python package, and lacks an option that version 2 needs for payloads.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.cloud.cloud import LocalCloud
from tests.cloud.server import ADMIN_KEY, REGION
from tests.template import ROOT

PAGE = ROOT / "functions" / "README.md"
PRELUDE = "Commands"

MAKE = """#!/bin/sh
for word in "$@"; do echo "$word"; done >> "$MADE"
"""
AWS = f"""#!/bin/bash
words=("$@")
for number in "${{!words[@]}}"; do
    case ${{words[number]}} in --cli-binary-format | raw-in-base64-out) unset "words[number]" ;; esac
done
case " $* " in *" start-message-move-task "*) printf '%s\\n' "$@" >> "$MADE"; exit ;; esac
exec {ROOT}/.venv-cli/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" "${{words[@]}}"
"""


def blocks() -> dict[str, str]:
    """The block of commands under each heading that has one."""
    parts = re.split(r"^##+ (.+)\n", PAGE.read_text(), flags=re.M)[1:]
    found = {
        heading: re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }
    return {heading: "".join(texts) for heading, texts in found.items() if texts}


@dataclass(frozen=True)
class Run:
    """The output of the commands, and the arguments of every command with a stand-in."""

    printed: str
    made: list[str]

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that `make deploy` was given."""
        given = [word.removeprefix("PARAMETERS=") for word in self.made if word.startswith("PARAMETERS=")]
        return dict(pair.split("=", 1) for text in given for pair in text.split())


def run(cloud: LocalCloud, heading: str, scratch: Path, **settings: str) -> Run:
    """Run the commands under a heading, after the page's definitions for all commands. Raises AssertionError."""
    programs = scratch / "programs"
    programs.mkdir(exist_ok=True)
    for name, text in (("make", MAKE), ("aws", AWS)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    (scratch / "manage.py").write_text(MAKE)
    (scratch / "manage.py").chmod(0o755)
    made = scratch / "made"
    made.write_text("")
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(scratch),
        "MADE": str(made),
        "AWS_ENDPOINT_URL": cloud.server.url,
        "AWS_ACCESS_KEY_ID": ADMIN_KEY,
        "AWS_SECRET_ACCESS_KEY": ADMIN_KEY,
        "AWS_DEFAULT_REGION": REGION,
        **settings,
    }
    script = blocks()[PRELUDE] + blocks()[heading]
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{heading}: {done.stdout}{done.stderr}"
    return Run(done.stdout, made.read_text().splitlines())
