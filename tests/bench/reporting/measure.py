"""Measures one report: the function that writes its parts, and the request that joins them."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from dataclasses import replace
from typing import Any

from tests.bench.counting import calls_of_botocore
from tests.bench.issuance import settings
from tests.handlers.http_events import Context
from tests.loading import load


def main(learners: int) -> None:
    from certificates import runtime
    from certificates.aws.table import SHARDS

    now = runtime.now()
    for shard in range(SHARDS):
        write_part(settings.WARMING, shard, now)
    with calls_of_botocore() as made:
        cpu = [write_part(settings.COURSE, shard, now) for shard in range(SHARDS)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result = {
        "learners": learners,
        "cpu_ms": 1000 * sum(cpu) / learners,
        "shard_s": max(cpu),
        "memory_mb": memory,
        "join_s": join(settings.COURSE, now),
        "calls": dict(Counter(made)),
    }
    print(json.dumps(result))


def write_part(course_id: str, shard: int, now: Any) -> float:
    """CPU seconds of one invocation."""
    from certificates.lists.csv_of_lists import report_name

    handler, part = load("report_writing"), f"{report_name(course_id, 'certificates', now)}/{shard:02d}.csv"
    before = time.process_time()
    handler({"course_id": course_id, "shard": shard, "part": part}, Context())
    return time.process_time() - before


def join(course_id: str, now: Any) -> float:
    """The seconds from the written parts to the link. The work of the cloud counts too."""
    from certificates import runtime
    from certificates.aws.report_writer import ReportWriter
    from certificates.lists import csv_of_run

    class Written(ReportWriter):
        def _invoke(self, request: object) -> None:
            pass

    backend = replace(runtime.backend(), report_writer=Written("written already"))
    csv_of_run.MOST_INLINE = 1
    began = time.monotonic()
    csv_of_run.certificates_report(course_id, backend=backend, now=now)
    return time.monotonic() - began


if __name__ == "__main__":
    main(int(sys.argv[1]))
