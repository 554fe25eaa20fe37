"""What the report of a large run costs: python -m tests.bench.reporting [10000 100000]

The real code, handler included, against a local cloud in a process of its own.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.bench.steps import cloud, print_calls, step

SIZES = (10_000,)


def main() -> None:
    for size in [int(size) for size in sys.argv[1:]] or SIZES:
        with cloud() as environment:
            step("tests.bench.reporting.prepare", size, environment)
            report(json.loads(step("tests.bench.reporting.measure", size, environment)))


def report(result: dict[str, Any]) -> None:
    learners = result["learners"]
    print(f"\na report of {learners:,} learners")
    print(f"  CPU             {result['cpu_ms']:10.2f} ms for each learner")
    print(f"  CPU             {result['shard_s']:10.2f} s for the largest of 16 parts")
    print(f"  joining         {result['join_s']:10.2f} s")
    print(f"  peak memory     {result['memory_mb']:10.0f} MB of the function that writes a part")
    print_calls(result["calls"], learners)


if __name__ == "__main__":
    main()
