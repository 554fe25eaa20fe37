"""Starts a run's bulk job when its schedule fires. A daily repair starts the jobs that no schedule started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates import runtime
from certificates.jobs.scheduled import issue_scheduled, repair
from certificates.messages.function import lambda_function
from certificates.messages.work import IssuanceDue

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@lambda_function
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    backend, now = runtime.backend(), runtime.now()
    if "course_id" in event:
        issue_scheduled(*IssuanceDue.from_json(event), backend=backend, now=now)
    else:
        repair(backend=backend, now=now)
