"""The result of a job, learner by learner: a part for each batch, joined into one CSV.

| key                                                   | object                                         |
|-------------------------------------------------------|------------------------------------------------|
| results/jobs/<course_id>/<job_id>/<shard>-<file>.csv  | one batch's learners, without heading           |
| results/jobs/<course_id>/<job_id>.csv                 | all of them, as far as the job has come        |
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from certificates.aws import objects
from certificates.rules.jobs import Job

_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class JobResults:
    """The result files of jobs in S3."""

    bucket: str

    def put_part(self, job: Job, shard: int, rows: bytes) -> None:
        """Store the rows of the current batch. A repeated batch replaces its earlier rows."""
        objects.put_object(self.bucket, _part(job, shard, job.parts[shard].files), rows, "text/csv; charset=utf-8")

    def put_together(self, job: Job, heading: bytes) -> str:
        """Join the parts of all counted batches into one CSV and return its key."""
        key = self.key(job)
        with tempfile.TemporaryFile() as file, ThreadPoolExecutor(_AT_ONCE) as pool:
            file.write(heading)
            file.writelines(pool.map(self._get, _parts(job)))
            objects.put_object_file(self.bucket, key, file, "text/csv; charset=utf-8")
        return key

    @staticmethod
    def key(job: Job) -> str:
        return f"results/jobs/{job.course_id}/{job.job_id}.csv"

    def _get(self, key: str) -> bytes:
        rows = objects.get_object(self.bucket, key)
        if rows is None:
            raise LookupError(f"{key} is not there: a batch counts when its rows are stored.")
        return rows


def _part(job: Job, shard: int, number: int) -> str:
    return f"results/jobs/{job.course_id}/{job.job_id}/{shard:02d}-{number:05d}.csv"


def _parts(job: Job) -> Iterator[str]:
    for shard, part in enumerate(job.parts):
        for number in range(part.files):
            yield _part(job, shard, number)
