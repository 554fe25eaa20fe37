"""A faster client of AWS where moto answers, which reads no signature: only what S3 gets is signed, and addresses that
people open. The local cloud of tests/cloud checks the signatures of all calls, so calls of its address are signed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore import useragent
from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.compat import get_current_datetime


def make_quick() -> None:
    """Make the client quick for the rest of the process."""
    # The client writes its own name anew for every call.
    useragent.sanitize_user_agent_string_component = cache(useragent.sanitize_user_agent_string_component)
    SigV4Auth.add_auth = _without_signature(SigV4Auth.add_auth)  # type: ignore[method-assign]


def _without_signature(real: Callable[..., None]) -> Callable[..., None]:
    """S3 and addresses have kinds of signatures of their own. A client without credentials still raises an error."""

    def add_auth(auth: Any, request: Any) -> None:
        if type(auth) is not SigV4Auth or auth.credentials is None or not _is_of_aws(request.url):
            real(auth, request)
            return
        request.context["timestamp"] = get_current_datetime().strftime(SIGV4_TIMESTAMP)
        auth._modify_request_before_signing(request)
        request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={auth.scope(request)}, Signature=unread"

    return add_auth


def _is_of_aws(address: str) -> bool:
    """Only moto answers at addresses of AWS: no test has the network."""
    return (urlsplit(address).hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn"))
