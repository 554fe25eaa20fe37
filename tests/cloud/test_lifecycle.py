"""The local cloud starts on loopback only, and leaves nothing when it stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.cloud import ROOT, LocalCloud, deployed
from tests.cloud.conftest import PROBE
from tests.cloud.errors import CloudError, PortInUse
from tests.cloud.server import LOOPBACK, free_port

LISTENING = "0A"
LOOPBACK_HEX = "0100007F"


def processes(group: int) -> set[int]:
    """The processes of a process group: ministack and the functions that it runs."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # the process has just ended
        if int(fields[2]) == group and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


def sockets_of(process: int) -> Iterator[str]:
    """The inodes of the sockets that a process has open."""
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            yield target.removeprefix("socket:[").removesuffix("]")


def listening() -> dict[str, str]:
    """The address, in hexadecimal, of every listening TCP socket of this machine, by inode."""
    found = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING:
                found[fields[9]] = fields[1].partition(":")[0]
    return found


def gone(group: int) -> bool:
    deadline = time.monotonic() + 60
    while processes(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes(group)


def test_everything_listens_only_on_loopback(probe: LocalCloud) -> None:
    probe.client("lambda").invoke(FunctionName=probe.name("Probe"), Payload=b'{"requestContext": {}}')
    everywhere = listening()
    running = [*processes(probe.server.pid), os.getpid()]

    ours = {everywhere[inode] for process in running for inode in sockets_of(process) if inode in everywhere}

    assert len(running) >= 3, "ministack, a function and this process"
    assert ours == {LOOPBACK_HEX}


def test_nothing_is_left_when_it_stops() -> None:
    with deployed(PROBE) as cloud:
        cloud.client("lambda").invoke(FunctionName=cloud.name("Probe"), Payload=b'{"requestContext": {}}')
        assert len(processes(cloud.server.pid)) >= 2, "ministack and a function"
        scratch = cloud.server.log.parent

    assert gone(cloud.server.pid), "all are killed, and end when they next run"
    assert not scratch.exists()
    socket.create_server((LOOPBACK, cloud.server.port)).close()


STARTER = """
import time
from tests.cloud.cloud import deployed
from tests.cloud.conftest import PROBE
with deployed(PROBE) as cloud:
    cloud.client("lambda").invoke(FunctionName=cloud.name("Probe"), Payload=b'{"requestContext": {}}')
    print(cloud.server.pid, flush=True)
    time.sleep(300)
"""


def test_even_a_killed_program_leaves_nothing_running() -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER], cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        group = int(program.stdout.readline())
        assert len(processes(group)) >= 2, "ministack and a function"
        program.send_signal(signal.SIGKILL)

    assert gone(group)


def test_a_port_in_use_is_named_before_anything_starts() -> None:
    port = free_port()
    with (
        socket.create_server((LOOPBACK, port)),
        pytest.raises(PortInUse, match=f"port {port} is taken"),
        deployed(PROBE, port=port),
    ):
        pass


def test_a_port_of_the_issuer_in_use_is_named_too() -> None:
    port = free_port()
    with (
        socket.create_server((LOOPBACK, port + 1)),
        pytest.raises(PortInUse, match=f"port {port + 1} is taken"),
        deployed(PROBE, port=port),
    ):
        pass


def test_two_clouds_run_side_by_side(probe: LocalCloud) -> None:
    with deployed(PROBE, port=free_port()) as other:
        other.client("sqs").send_message(QueueUrl=other.name("DeadLetters"), MessageBody="only there")
        there = other.client("sqs").receive_message(QueueUrl=other.name("DeadLetters"))["Messages"]
        here = probe.client("sqs").receive_message(QueueUrl=probe.name("DeadLetters")).get("Messages", [])
    assert "only there" in [message["Body"] for message in there]
    assert "only there" not in [message["Body"] for message in here]


def test_a_stack_that_fails_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "template.yaml"
    broken.write_text(
        "Resources:\n  Outbox:\n    Type: AWS::SQS::Queue\n    Properties: { QueueName: '{{resolve:ssm:/none}}' }\n"
    )
    with pytest.raises(CloudError, match=r"Outbox: .*/none"), deployed(broken):
        pass
