"""Measurements in steps: each step has its own process, and all use one local cloud."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.cloud.server import ADMIN_KEY, REGION, free_port, running

ROOT = Path(__file__).parents[2]


@contextmanager
def cloud() -> Iterator[dict[str, str]]:
    """An empty local cloud, and the environment for processes that use it."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        running(ROOT / ".venv-cloud" / "bin" / "ministack", free_port(), Path(scratch)) as server,
    ):
        yield {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "layers/certificates/python"), str(ROOT)]),
            "AWS_ENDPOINT_URL": server.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ADMIN_KEY,
            "AWS_SECRET_ACCESS_KEY": ADMIN_KEY,
        }


def step(module: str, size: int, environment: dict[str, str], *more: str) -> str:
    """Run the module in a new process. Returns its last output."""
    command = [sys.executable, "-m", module, str(size), *more]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode:
        raise SystemExit("\n".join([*lines[-10:], f"{module} failed"]))
    return lines[-1] if lines else ""


def print_calls(calls: Mapping[str, int], learners: int) -> None:
    """AWS calls by name, the most frequent first."""
    for kind, count in sorted(calls.items(), key=lambda entry: -entry[1]):
        print(f"  {kind:32} {count:8,}   {count / learners:.4f} each")
