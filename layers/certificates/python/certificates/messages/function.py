"""What every Lambda function does around its work: logs have the ids of the call, metrics are written, and no error
takes personal data into the logs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from certificates.telemetry import function_failed, logger, metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

LambdaHandler = Callable[[dict[str, Any], "LambdaContext"], Any]


class FunctionFailed(Exception):
    """The function ended with an error, so Lambda calls it again or puts the event aside.

    Lambda logs the message of an error, and sends it to the caller. The message of the first error may have a name or
    an e-mail, so this error takes its place. The line `function failed` has the place of the first error.
    """


def lambda_function(handle: LambdaHandler) -> LambdaHandler:
    """The handler that Lambda calls. Raises FunctionFailed in place of every error."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    @wraps(handle)
    def handler(event: dict[str, Any], context: LambdaContext) -> Any:
        try:
            return handle(event, context)
        except FunctionFailed:
            raise
        except Exception as error:
            function_failed(error)
            failed = type(error).__qualname__
        # Not in the block above: this error has no first error behind it.
        raise FunctionFailed(f"{failed} in the request {context.aws_request_id}")

    return handler
