"""Has the function `report_writing` write all parts of a run's report in parallel."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from certificates.aws.clients import lambda_
from certificates.messages.work import ReportPart

READ_SECONDS = 22
"""Longer than the function's timeout, shorter than that of the request that waits."""

_ATTEMPTS = 4
"""With this number, the pauses between tries add up to seven seconds at most."""


class PartFailed(Exception):
    """The function failed for one part, so there is no report. Another try may succeed."""


@dataclass(frozen=True, slots=True)
class ReportWriter:
    """`function` names the function that writes the parts."""

    function: str

    def write(self, course_id: str, parts: Sequence[str]) -> Iterator[str]:
        """Have every shard of a run written to its part. Yields the parts in order, each when it is complete.

        Raises PartFailed after all invocations have ended.
        """
        # Imported here because all functions import this module, and few need threads.
        from concurrent.futures import ThreadPoolExecutor

        # Made before the threads start: otherwise each thread makes its own client.
        lambda_(READ_SECONDS, _ATTEMPTS)

        def write(shard: int) -> str:
            self._invoke(ReportPart(course_id, shard, parts[shard]))
            return parts[shard]

        with ThreadPoolExecutor(len(parts)) as pool:
            yield from pool.map(write, range(len(parts)))

    def _invoke(self, request: ReportPart) -> None:
        client = lambda_(READ_SECONDS, _ATTEMPTS)
        answer = client.invoke(FunctionName=self.function, Payload=json.dumps(request.to_json()).encode())
        if "FunctionError" in answer:
            failure = json.loads(answer["Payload"].read())
            raise PartFailed(f"{request.part}: {failure.get('errorType')}")
