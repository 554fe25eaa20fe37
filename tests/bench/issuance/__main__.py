"""What a bulk job costs: python -m tests.bench.issuance [1000 10000 100000]

The real worker code, handler included, issues certificates to this many learners against a local cloud in a process of
its own. Each size has a process of its own too: CPU time and memory are the worker's alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cloud.server import ADMIN_KEY, REGION, free_port, running

ROOT = Path(__file__).parents[3]
SIZES = (1_000, 10_000)


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    measured = []
    for size in sizes:
        with cloud() as environment:
            step("tests.bench.issuance.prepare", size, environment)
            measured.append(json.loads(step("tests.bench.issuance.measure", size, environment)))
            report(measured[-1])
    if len(measured) > 1:
        first, last = measured[0], measured[-1]
        ratio = last["cpu_ms"] / first["cpu_ms"]
        print(f"\nCPU per certificate at {last['issued']:,} to {first['issued']:,} learners: {ratio:.2f}")


@contextmanager
def cloud() -> Iterator[dict[str, str]]:
    """A local cloud with nothing in it, and the environment by which a process finds it."""
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


def step(module: str, size: int, environment: dict[str, str]) -> str:
    """What the module prints last."""
    command = [sys.executable, "-m", module, str(size)]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode:
        raise SystemExit("\n".join([*lines[-10:], f"{module} failed"]))
    return lines[-1] if lines else ""


def report(result: dict[str, Any]) -> None:
    issued = result["issued"]
    print(f"\n{issued:,} certificates")
    print(f"  worker CPU      {result['cpu_ms']:10.2f} ms each, {1000 / result['cpu_ms']:,.0f} a CPU second")
    print(f"  start-up CPU    {result['start_ms']:10.0f} ms once: imports, clients, the design, first certificates")
    print(f"  peak memory     {result['memory_mb']:10.0f} MB")
    print(f"  elapsed         {result['elapsed']:10.1f} s, the cloud's own work included")
    for kind, count in sorted(result["calls"].items(), key=lambda entry: -entry[1]):
        print(f"  {kind:32} {count:8,}   {count / issued:.4f} each")


if __name__ == "__main__":
    main()
