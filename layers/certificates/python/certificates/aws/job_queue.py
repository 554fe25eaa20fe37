"""The queue of jobs: one message for each shard of a run, which its reader sends again while there is more to do."""

from __future__ import annotations

import json
from dataclasses import dataclass

from certificates.aws.clients import sqs

_MAX_ENTRIES = 10
"""Messages in one call (SQS's limit)."""


@dataclass(frozen=True, slots=True)
class JobQueue:
    url: str

    def send(self, course_id: str, job_id: str, shards: list[int]) -> None:
        """Have these shards worked on. Raises OSError when the queue turned some away."""
        for start in range(0, len(shards), _MAX_ENTRIES):
            answer = sqs().send_message_batch(
                QueueUrl=self.url,
                Entries=[
                    {
                        "Id": str(shard),
                        "MessageBody": json.dumps({"course_id": course_id, "job_id": job_id, "shard": shard}),
                    }
                    for shard in shards[start : start + _MAX_ENTRIES]
                ],
            )
            if failed := answer.get("Failed"):
                raise OSError(f"{len(failed)} messages of job {job_id} were turned away: {failed[0].get('Code')}")
