"""A function sends work on: the rest to another invocation of itself, or a part to another function."""

from __future__ import annotations

import json
from collections.abc import Mapping

from certificates.aws.clients import lambda_

ALIAS = "live"
"""The value of `AutoPublishAlias` in template.yaml."""


def go_on(function: str, event: Mapping[str, object]) -> None:
    """Invoke `function` with this event and do not wait for the answer. The role may only call the alias."""
    payload = json.dumps(event).encode()
    lambda_().invoke(FunctionName=f"{function}:{ALIAS}", InvocationType="Event", Payload=payload)
