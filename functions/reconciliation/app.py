"""Reads the LMS, one question at a time: the learners of whole runs, by night and on demand, and single learners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates import runtime
from certificates.messages.function import lambda_function
from certificates.messages.queue import OutOfTime, each_message
from certificates.reconciliation.messages import act_on_lms_message
from certificates.reconciliation.starting import begin_night

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

RESERVE_MS = 100_000
"""The longest that a step takes, with a pause that the LMS asks for and the hand-over to the next message."""


def act(message: SQSRecord, out_of_time: OutOfTime) -> None:
    act_on_lms_message(message.json_body, backend=runtime.backend(), clock=runtime.now, out_of_time=out_of_time)


from_queue = each_message(act, reserve_ms=RESERVE_MS)


@lambda_function
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    if "Records" in event:
        return from_queue(event, context)
    hours = float(runtime.setting("LMS_NIGHTLY_HOURS"))
    return {"begun": begin_night(backend=runtime.backend(), now=runtime.now(), hours=hours)}
