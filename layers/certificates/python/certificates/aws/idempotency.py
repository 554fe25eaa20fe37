"""A call that is repeated with the same key runs once (idempotency of Powertools, stored in the table)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)

from certificates.aws.clients import dynamodb
from certificates.aws.table import TABLE_NAME
from certificates.errors import BadRequest, Conflict, Throttled

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

KEEP_SECONDS = 24 * 3600
"""How long an answer is kept."""


def once(
    caller: str, key: str, target: str, body: str, run: Callable[[], dict[str, Any]], context: LambdaContext
) -> dict[str, Any]:
    """The result of `run` for the first call with this caller, key and target. Repeated calls do not run it again.

    `target` is method and path; `context` says how long a call may run; after that time it counts as failed.

    Raises BadRequest `idempotency-key-reused` when the body differs from the first call's, Conflict `in-progress`
    while the first call still runs, Throttled.
    """
    store = DynamoDBPersistenceLayer(
        table_name=TABLE_NAME,
        key_attr="pk",
        sort_key_attr="sk",
        # One partition for each caller: no partition is hot when many learners press the button in one night.
        static_pk_value=f"IDEMPOTENCY#{caller}",
        expiry_attr="expires_at",
        boto3_client=dynamodb(),
    )
    config = IdempotencyConfig(
        event_key_jmespath="[key, target]",
        payload_validation_jmespath="body",
        expires_after_seconds=KEEP_SECONDS,
        lambda_context=context,
    )

    @idempotent_function(data_keyword_argument="call", config=config, persistence_store=store)  # type: ignore[untyped-decorator]
    def answer(*, call: dict[str, str]) -> dict[str, Any]:
        return run()

    try:
        return dict(answer(call={"key": key, "target": target, "body": body}))
    except IdempotencyValidationError as error:
        raise BadRequest("idempotency-key-reused", "This Idempotency-Key came with another body before.") from error
    except IdempotencyAlreadyInProgressError as error:
        raise Conflict("in-progress", "The first call with this Idempotency-Key is still running.") from error
    except IdempotencyPersistenceLayerError as error:
        if isinstance(error.__cause__, Throttled):
            raise error.__cause__ from error
        raise
