"""Start a bulk job, as a staff request or a schedule does, and print what this costs.

Another function than the worker starts jobs, so this has its own process: the worker's memory is measured without it.
"""

from __future__ import annotations

import json
import resource
import sys
import time

from tests.bench.issuance import settings as settings

# After the settings, which the module reads at import.
from certificates import runtime  # isort: skip
from certificates.jobs.starting import start_job
from certificates.rules.jobs import JobKind, Selection


def main(course_id: str) -> None:
    backend = runtime.backend()
    wall, cpu = time.monotonic(), time.process_time()
    bulk = Selection(kind=JobKind.BULK)
    job = start_job(course_id, bulk, dry_run=False, by="bench", backend=backend, now=runtime.now())
    started = {
        "job_id": job.job_id,
        "elapsed": time.monotonic() - wall,
        "cpu": time.process_time() - cpu,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(started))


if __name__ == "__main__":
    main(sys.argv[1])
