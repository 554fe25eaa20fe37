"""A function that has no time left continues in another invocation of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping

from certificates.aws.clients import lambda_

ALIAS = "live"
"""As `AutoPublishAlias` in template.yaml."""


def go_on(function: str, event: Mapping[str, object]) -> None:
    """Invoke `function`, by the alias that its role may call, with this event, and do not wait for the answer."""
    payload = json.dumps(event).encode()
    lambda_().invoke(FunctionName=function, Qualifier=ALIAS, InvocationType="Event", Payload=payload)
