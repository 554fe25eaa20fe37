"""Objects of the bucket, put and fetched whole: certificates, designs, the results of a batch.

obstore needs a tenth of botocore's CPU to put a certificate, and a twentieth to start. Lists, streams and reads of one
version go through botocore's client (`clients.s3`), which is made at its first use. Keys have no empty segments, and no
segments of dots: obstore refuses them with ValueError.

A call that S3 still throttles after the client's own retries raises Throttled. Other failures raise an
obstore.exceptions.BaseError that names the key.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from certificates.aws import clients
from certificates.aws.missing import is_missing
from certificates.errors import Throttled

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from obstore.store import S3Store

_THROTTLED = ("<Code>SlowDown</Code>", "503 Service Unavailable", "429 Too Many Requests")
"""Parts of obstore's messages that mean throttling."""

_FIRST_PAUSE = timedelta(milliseconds=50)
_LONGEST_PAUSE = timedelta(seconds=5)
_CREDENTIALS_KEPT = timedelta(minutes=5)
_WHOLE_BYTES = 8 << 20
"""Longer files are sent from disk, by botocore."""


def put_object(bucket: str, key: str, body: bytes, content_type: str) -> None:
    with _throttling_raised():
        _store(bucket).put(key, body, attributes={"Content-Type": content_type}, use_multipart=False)


def put_object_file(bucket: str, key: str, file: BinaryIO, content_type: str) -> None:
    """Put the content of a file, from its beginning."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size <= _WHOLE_BYTES:
        put_object(bucket, key, file.read(), content_type)
    else:
        clients.s3().put_object(Bucket=bucket, Key=key, Body=file, ContentType=content_type)


def get_object(bucket: str, key: str) -> bytes | None:
    """The content of an object. None: there is no such object."""
    from obstore.exceptions import PermissionDeniedError

    try:
        with _throttling_raised():
            return _store(bucket).get(key).bytes().to_bytes()
    except FileNotFoundError:
        return None
    except PermissionDeniedError:
        if is_missing("AccessDenied", bucket, key):
            return None
        raise


def delete_object(bucket: str, key: str) -> None:
    """Delete an object. A missing object is no error."""
    with _throttling_raised():
        _store(bucket).delete(key)


def signed_address(bucket: str, key: str, seconds: int, **asked: str) -> str:
    """An address where anybody can fetch the object for `seconds`. `asked` are parameters of S3's GetObject."""
    # Imported with the first link: most functions and requests need none.
    from botocore.auth import S3SigV4QueryAuth
    from botocore.awsrequest import AWSRequest

    names = {name.replace("_", "-"): value for name, value in asked.items()}
    request = AWSRequest("GET", f"{bucket_address(bucket)}/{quote(key)}", params=names)
    S3SigV4QueryAuth(_found(), "s3", _region(), expires=seconds).add_auth(request)
    return str(request.url)


def bucket_address(bucket: str) -> str:
    """The bucket's address in its region: `https://<bucket>.s3.<region>.<domain>`, or a path of the configured
    endpoint.

    botocore's rules give the domain: it differs in China.
    """
    if endpoint := _endpoint():
        return f"{endpoint}/{bucket}"
    from botocore.endpoint_provider import RuleSetStandardLibrary

    loader = clients.session().get_component("data_loader")
    partition: Any = RuleSetStandardLibrary(loader.load_data("partitions")).aws_partition(_region())
    return f"https://{bucket}.s3.{_region()}.{partition['dnsSuffix']}"


@cache
def _store(bucket: str) -> S3Store:
    return _made(bucket, _endpoint())


def _made(bucket: str, endpoint: str) -> S3Store:
    """`endpoint` is empty for S3 itself."""
    from botocore.httpsession import get_cert_path
    from obstore.store import S3Store

    # obstore has neither certificates of authorities nor an option for them: it gets those of botocore.
    os.environ.setdefault("SSL_CERT_FILE", str(get_cert_path(True)))
    return S3Store(
        bucket,
        endpoint=endpoint or bucket_address(bucket),
        virtual_hosted_style_request=not endpoint,
        region=_region(),
        credential_provider=_credentials,
        # TLS protects the content. A digest in the signature would cost a third of a PUT's CPU.
        unsigned_payload=True,
        client_options={
            "connect_timeout": timedelta(seconds=2),
            "timeout": timedelta(seconds=10),
            "allow_http": endpoint.startswith("http://"),
        },
        retry_config={
            "max_retries": 5,
            "retry_timeout": timedelta(seconds=20),
            "backoff": {"init_backoff": _FIRST_PAUSE, "max_backoff": _LONGEST_PAUSE, "base": 2},
        },
    )


def forget_stores() -> None:
    """Forget all stores."""
    _store.cache_clear()


def _credentials() -> Any:
    """The function's credentials. botocore finds and renews them."""
    frozen = _found().get_frozen_credentials()
    return {
        "access_key_id": frozen.access_key,
        "secret_access_key": frozen.secret_key,
        "token": frozen.token,
        "expires_at": datetime.now(UTC) + _CREDENTIALS_KEPT,
    }


def _found() -> Credentials:
    found = clients.session().get_credentials()
    if found is None:
        raise LookupError("There are no credentials of AWS here.")
    return found


def _region() -> str:
    return str(clients.session().get_config_variable("region"))


def _endpoint() -> str:
    return (os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "").rstrip("/")


@contextmanager
def _throttling_raised() -> Iterator[None]:
    """Raises Throttled if S3 throttles."""
    from obstore.exceptions import GenericError

    try:
        yield
    except GenericError as error:
        if any(sign in str(error) for sign in _THROTTLED):
            raise Throttled("s3: SlowDown") from error
        raise
