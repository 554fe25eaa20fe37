"""The queue of learners whom a file has put on the exception list, to be decided on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from certificates.aws.clients import sqs

LEARNERS_PER_MESSAGE = 20
"""Few enough to be issued within the function's time even where each certificate is laid out anew."""

_MESSAGES_PER_CALL = 10


@dataclass(frozen=True, slots=True)
class DecisionQueue:
    url: str

    def decide(self, course_id: str, user_ids: Sequence[str], by: str) -> None:
        """Have these learners decided on. Raises OSError when the queue did not take all of them."""
        bodies = [
            json.dumps({"decide": {"course_id": course_id, "user_ids": list(part), "by": by}})
            for part in _parts(user_ids, LEARNERS_PER_MESSAGE)
        ]
        for batch in _parts(bodies, _MESSAGES_PER_CALL):
            entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)]
            answer = sqs().send_message_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]
            if answer.get("Failed"):
                raise OSError(f"{len(answer['Failed'])} messages were not taken by the queue")


def _parts(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
