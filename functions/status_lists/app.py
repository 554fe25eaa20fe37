"""Signs status lists: lists whose bits have changed, when `document_removal` asks, and all lists by schedule.

Operators also rotate the signing keys with this function: see functions/README.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates import runtime
from certificates.credentials.keys import rotate_keys
from certificates.credentials.status_lists import sign_all, sign_lists
from certificates.messages.credentials import ChangedLists, KeysToRotate, ListsToSign
from certificates.messages.function import lambda_function
from certificates.runtime import making

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@lambda_function
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    credentials, now = making.credentials_at(runtime.setting("PUBLIC_BASE_URL")), runtime.now()
    if "rotate" in event:
        KeysToRotate.from_json(event)
        return {"public_keys": rotate_keys(credentials, now=now)}
    if "sign" in event:
        ListsToSign.from_json(event)
        return sign_all(credentials.lists, now=now)
    return sign_lists(ChangedLists.from_json(event).list_ids, credentials.lists, now=now)
