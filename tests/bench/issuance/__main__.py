"""What a bulk job costs: python -m tests.bench.issuance [1000 10000 100000]

The real worker code, with its handler, issues certificates to so many learners against a local cloud in another
process. Then it does so again with documents put through botocore, the earlier way. Each measurement has its own
process, so CPU time and memory belong to the worker alone.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.bench.steps import cloud, print_calls, step

SIZES = (1_000, 10_000)
MOST_COMPARED = 10_000
"""Learners of the largest job that is measured in the earlier way too. The local cloud keeps every document in memory:
100,000 need some ten gigabytes.
"""


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    measured = []
    for size in sizes:
        costs = {}
        for through in ("botocore", "obstore") if size <= MOST_COMPARED else ("obstore",):
            with cloud() as environment:
                step("tests.bench.issuance.prepare", size, environment)
                result = json.loads(step("tests.bench.issuance.measure", size, environment, through))
                report(result)
                costs[through] = result["cpu_ms"]
        measured.append(result)
        if "botocore" in costs:
            ratio = costs["botocore"] / costs["obstore"]
            print(f"\nCPU per certificate, through botocore to through obstore: {ratio:.2f}")
    if len(measured) > 1:
        first, last = measured[0], measured[-1]
        ratio = last["cpu_ms"] / first["cpu_ms"]
        print(f"\nCPU per certificate at {last['issued']:,} to {first['issued']:,} learners: {ratio:.2f}")


def report(result: dict[str, Any]) -> None:
    issued = result["issued"]
    print(f"\n{issued:,} certificates, documents put through {result['through']}")
    print(f"  worker CPU      {result['cpu_ms']:10.2f} ms each, {1000 / result['cpu_ms']:,.0f} a CPU second")
    print(f"  start-up CPU    {result['start_ms']:10.0f} ms once: imports, clients, the design, first certificates")
    print(f"  peak memory     {result['memory_mb']:10.0f} MB")
    print(f"  elapsed         {result['elapsed']:10.1f} s, the cloud's own work included")
    print_calls(result["calls"], issued)
    start = result["start"]
    print(
        f"  starting the job, in another function: {start['cpu']:.1f} s of CPU, {start['elapsed']:.1f} s, "
        f"{start['memory_mb']:.0f} MB"
    )


if __name__ == "__main__":
    main()
