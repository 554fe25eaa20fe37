"""A function that has run out of time goes on in another invocation of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping

from certificates.aws.clients import lambda_


def go_on(function: str, event: Mapping[str, object]) -> None:
    """Invoke `function` with this event, without waiting for it."""
    lambda_().invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode())
