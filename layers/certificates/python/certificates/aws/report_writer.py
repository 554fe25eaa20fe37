"""The parts of a run's report, written side by side by the function that can."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from certificates.aws.clients import lambda_
from certificates.messages.kinds import ReportPart

READ_SECONDS = 22
"""Longer than the function may take, shorter than the request that waits for it."""

_ATTEMPTS = 4
"""The pauses between them, when the function is throttled, come to seven seconds at most."""


class PartFailed(Exception):
    """The function broke on a part: no report can be given, worth another try."""


@dataclass(frozen=True, slots=True)
class ReportWriter:
    """`function` names the function that writes the parts."""

    function: str

    def write(self, course_id: str, parts: Sequence[str]) -> Iterator[str]:
        """Have every shard of a run written, each to its part: the parts in order, each when it is there.

        Raises PartFailed, once none of them is being written any more.
        """
        # All functions know the report's writer, and few have a use for threads.
        from concurrent.futures import ThreadPoolExecutor

        # Made here: every thread that finds no client makes one of its own.
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
