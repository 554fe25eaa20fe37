"""The first command of the README: its printed commands work, Ctrl-C stops it, and it says why it cannot start."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cloud.cloud import ROOT
from tests.cloud.guide import commands_in
from tests.cloud.server import LOOPBACK, PORTS, free_port

LAST_LINE = "Ctrl-C stops everything."
SECONDS = 300
BARE = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
SEEN_BY_AWS_TOOLS = """
import boto3, json, sys
objects = boto3.client("s3").list_objects_v2(Bucket=sys.argv[1])["Contents"]
rules = boto3.client("events").list_rules()["Rules"]
print(json.dumps([sorted({found["Key"].split("/")[0] for found in objects}), len(rules), boto3.Session().region_name]))
"""


def start(port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.cloud", "--port", str(port)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def stop(process: subprocess.Popen[str], how: signal.Signals, port: int) -> None:
    """Stop the program. It must say so and leave its ports free."""
    process.send_signal(how)
    said, errors = process.communicate(timeout=SECONDS)
    assert (process.returncode, errors) == (0, "")
    assert said.endswith("Stopped.\n")
    for one in range(port, port + PORTS):
        socket.create_server((LOOPBACK, one)).close()


@contextmanager
def running(port: int) -> Iterator[str]:
    """Run the program until Ctrl-C. Yields its output."""
    with start(port) as process:
        assert process.stdout
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.strip() == LAST_LINE:
                break
        else:
            pytest.fail("".join(printed) + process.communicate()[1])
        try:
            yield "".join(printed)
            stop(process, signal.SIGINT, port)
        finally:
            process.kill()


def test_the_printed_commands_work_at_every_start(tmp_path: Path) -> None:
    port = free_port()
    for time in ("first", "second"):
        folder = tmp_path / time
        folder.mkdir()
        with running(port) as printed:
            commands = commands_in(printed)
            assert len(commands) == 10, "three tokens, an address, a status, a request, a download, AWS's settings"
            script = "\n".join(["set -eu", *commands, 'exec "$0" -c "$1" "$BUCKET"'])
            command = ["sh", "-c", script, sys.executable, SEEN_BY_AWS_TOOLS]
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, env=BARE)

        assert ran.returncode == 0, ran.stderr
        assert '"state": "requestable"' in ran.stdout
        assert '"revision": 1' in ran.stdout
        assert (folder / "certificate.pdf").read_bytes().startswith(b"%PDF-")
        bucket, rules, region = json.loads(ran.stdout.splitlines()[-1])
        assert "records" in bucket, "what the sample was loaded from"
        assert rules, "an event on the bus reaches the product"
        assert f"region {region} only" in printed


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_may_be_stopped_while_it_starts(how: signal.Signals) -> None:
    port = free_port()
    with start(port) as process:
        assert process.stdout
        process.stdout.readline()
        stop(process, how, port)


def test_it_says_that_its_port_is_in_use() -> None:
    port = free_port()
    with socket.create_server((LOOPBACK, port)), start(port) as process:
        _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert said == f"port {port} is taken; stop what listens there, or choose another: make run PORT=...\n"
