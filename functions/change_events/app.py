"""Follows the table's stream, and sends changes of certificates to the bus and to the queues of mail and webhooks.

Every minute, it looks for certificates that were issued early and are shown now. Every day, it looks for certificates
that were issued early and have no waiting item. An operator may invoke it with a letter of the queue of failures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates import runtime
from certificates.aws.continuation import go_on
from certificates.aws.given_up import LETTER, batch_of
from certificates.aws.stream import told_by
from certificates.messages.function import lambda_function
from certificates.messages.notices import EarlyToFind, WaitingToShow
from certificates.notices.finding import find_early
from certificates.notices.showing import show_due
from certificates.notices.telling import tell
from certificates.runtime import changes

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS = 10_000


@lambda_function
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    now, late = runtime.now(), runtime.out_of_time(context, SPARE_MILLISECONDS)
    if "show" in event:
        WaitingToShow.from_json(event)
        show_due(changes.showing(), now=now, out_of_time=late)
    elif "find" in event:
        rest = find_early(EarlyToFind.from_json(event).after, changes.showing(), now=now, out_of_time=late)
        if rest is not None:
            go_on(context.function_name, EarlyToFind(rest).to_json())
    else:
        parts = batch_of(event, late) if LETTER in event else [event["Records"]]
        for records in parts:
            tell([told for record in records if (told := told_by(record)) is not None], changes.receivers(), now=now)
