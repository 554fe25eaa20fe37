"""Clients of AWS services, made on first use and kept while the function is warm.

All clients come from one botocore session, which reads AWS's service models once for all its clients. A session of
boto3 would also import the transfer manager. Both together save a tenth of a learner's first request.

A call that a service still throttles after the client's own retries raises Throttled.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from certificates.errors import Throttled

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from botocore.session import Session
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_kms import KMSClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_sqs import SQSClient

_THROTTLED = frozenset(
    {
        *("ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"),
        *("TransactionInProgressException", "SlowDown", "TooManyRequestsException", "RequestThrottled"),
    }
)
"""The error codes of services that throttle."""

SERVICE_MODELS = str(Path(__file__).parent / "service_models")
"""Additions to botocore's service models: items pass as they are, because their JSON is what DynamoDB reads.

Otherwise botocore converts each attribute and back: a fifth of a job's CPU. It also looks for the table's name in every
entry of a transaction to find the address, although all entries belong to one table.
"""

SERVICES = (
    *("dynamodb", "dynamodbstreams", "email", "events", "kms", "lambda", "s3", "scheduler", "secretsmanager", "sesv2"),
    *("sqs", "streams.dynamodb"),
)

OPERATIONS = {
    "dynamodb": frozenset(
        {
            *("BatchGetItem", "Query", "Scan", "TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"),
            "GetItem",  # by Powertools, for idempotency
        }
    ),
    "kms": frozenset({"Encrypt", "Decrypt"}),
}
"""All operations that the product calls, of the services that every learner's request needs. The layer's models of
these services have no others: reading a whole model takes milliseconds.
"""

_making = Lock()  # a session makes one client at a time


@cache
def _client(service: str, read_timeout: int = 10, attempts: int = 6) -> Any:
    from botocore import __version__
    from botocore.config import Config

    # A signed address names the bucket's host in its region. By default it would name S3's global host, which never
    # serves regions younger than 2019, and serves no other region for up to a day after a bucket was made.
    virtual = service == "s3" and not (os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"))
    config = Config(
        # Otherwise botocore makes the user agent from its parts for each request.
        user_agent=f"Botocore/{__version__} certificates",
        signature_version="s3v4" if service == "s3" else None,
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"} if virtual else None,
        # Validation reads every certificate. The tests validate the parameters.
        parameter_validation=service != "dynamodb",
        connect_timeout=2,
        read_timeout=read_timeout,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        max_pool_connections=32,
    )
    with _making:
        client = session().create_client(service, config=config)
    client.meta.events.register("after-call", _raise_throttled)
    return client


@cache
def session() -> Session:
    """The session of all clients, with the function's region and credentials."""
    from botocore.session import Session

    made = Session(include_builtin_handlers=False)
    _register_handlers(made)
    _find_credentials_in_environment(made)
    loader = made.get_component("data_loader")
    if SERVICE_MODELS not in loader.search_paths:
        loader.search_paths.insert(0, SERVICE_MODELS)
    # Otherwise botocore looks through the folders of all four hundred services, twice, before the first client.
    loader.list_available_services = lambda type_name: list(SERVICES)
    return made


def _register_handlers(session: Session) -> None:
    """Register botocore's own handlers, except those of documentation and of other services: every client copies all
    handlers.
    """
    from botocore.handlers import BUILTIN_HANDLERS, REGISTER_FIRST, REGISTER_LAST

    events = session.get_component("event_emitter")
    registering = {REGISTER_FIRST: events.register_first, REGISTER_LAST: events.register_last}
    for name, handler, *place in BUILTIN_HANDLERS:
        event, _, service = name.partition(".")
        if event != "docs" and (not service or service.partition(".")[0] in ("*", *SERVICES)):
            register = registering[place[0]] if place else events.register
            register(name, handler)


def _find_credentials_in_environment(session: Session) -> None:
    """Look for credentials in the environment alone if it has some, as on Lambda. For all other places, botocore makes
    clients and reads files.
    """
    from botocore.credentials import CredentialResolver, EnvProvider

    if os.environ.get(EnvProvider.ACCESS_KEY):
        session.register_component("credential_provider", CredentialResolver([EnvProvider()]))


def _raise_throttled(parsed: dict[str, Any], model: OperationModel, **_: Any) -> None:
    """Raises Throttled for a call that is still throttled after the client's own retries."""
    code = parsed.get("Error", {}).get("Code")
    if code in _THROTTLED:
        raise Throttled(f"{model.service_model.service_name}.{model.name}: {code}")


def forget() -> None:
    """Forget all clients: for a process that changes to another account or region."""
    _client.cache_clear()
    session.cache_clear()


def dynamodb() -> DynamoDBClient:
    return cast("DynamoDBClient", _client("dynamodb", 5))


def streams() -> Any:
    return _client("dynamodbstreams", 5)


def s3() -> S3Client:
    return cast("S3Client", _client("s3"))


def lambda_(read_timeout: int = 60, attempts: int = 6) -> LambdaClient:
    """`read_timeout` in seconds: a full layout of a certificate is the longest answer most callers wait for."""
    return cast("LambdaClient", _client("lambda", read_timeout, attempts))


def sqs() -> SQSClient:
    return cast("SQSClient", _client("sqs"))


def secrets() -> Any:
    return _client("secretsmanager", 5)


def events() -> Any:
    return _client("events")


def ses() -> Any:
    """Makes each call once: SES would send a second mail for a repeated call."""
    return _client("sesv2", attempts=1)


def kms() -> KMSClient:
    return cast("KMSClient", _client("kms", 5))


def scheduler() -> EventBridgeSchedulerClient:
    return cast("EventBridgeSchedulerClient", _client("scheduler"))
