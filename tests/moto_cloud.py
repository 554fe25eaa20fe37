"""An empty cloud in this process: the table and the bucket of template.yaml."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from threading import RLock
from typing import Any, TypeVar
from unittest.mock import patch

import boto3
import botocore.session
import moto.kms.models
from botocore.retries.quota import RetryQuota
from moto import mock_aws
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber
from moto.s3.models import FakeKey

from tests import quick_botocore, quick_moto, quick_transactions, s3_server
from tests.moto_memory import Memory
from tests.strict_keys import make_strict
from tests.template import resource, table_keys

Made = TypeVar("Made")

SERVICES = ("dynamodb", "events", "kms", "awslambda", "s3", "scheduler", "secretsmanager", "ses", "sesv2", "sqs", "sts")
"""The services of a cloud, as moto names them."""

_new_loader = botocore.session.create_loader


_read: dict[Any, Any] = {}


def _loader(*paths: str) -> Any:
    """Reads the descriptions of AWS's services once for all clouds: reading takes longer than most tests.

    Tests and product read the same descriptions.
    """
    from certificates.aws.clients import SERVICE_MODELS

    loader = _new_loader(*paths)
    loader.search_paths.append(SERVICE_MODELS)
    loader._cache = _read
    return loader


botocore.session.create_loader = _loader
# moto makes an RSA key for every key of KMS, and this takes longer than most tests. The product uses none of them.
moto.kms.models.generate_private_key = cache(moto.kms.models.generate_private_key)


def _one_at_a_time(answer: Any) -> Any:
    """moto copies a table for a transaction, and restores the copy if the transaction fails. If another thread writes
    meanwhile, the copying ends with an error, or the restoring loses the write.
    """
    lock = RLock()

    def locked(*arguments: Any) -> Any:
        with lock:
            return answer(*arguments)

    return locked


quick_botocore.make_quick()
quick_transactions.make_quick()
quick_moto.make_quick(SERVICES)
make_strict()
BotocoreStubber.process_request = _one_at_a_time(BotocoreStubber.process_request)  # type: ignore[method-assign]


_tried_again: list[int] = []


def _noted(acquire: Any) -> Any:
    """Notes each retry of a client. The more calls of a client have failed lately, the fewer retries it makes."""

    def noted(quota: Any, capacity: int) -> Any:
        _tried_again.append(capacity)
        return acquire(quota, capacity)

    return noted


RetryQuota.acquire = _noted(RetryQuota.acquire)  # type: ignore[method-assign]


@cache
def client_of(service: str) -> Any:
    """The tests' own clients, made once for all clouds: moto answers every client while a cloud exists."""
    return boto3.client(service)


@contextmanager
def empty_cloud() -> Iterator[Any]:
    """The product's own backend over an empty cloud. Functions that others invoke answer in this process.

    The product's clients are kept for the next cloud, as a warm function keeps them for the next call.
    """
    with _cloud(_make_resources) as built:
        yield built


def prepared(prepare: Callable[[Any], Made]) -> Callable[[], AbstractContextManager[tuple[Any, Made]]]:
    """Makes clouds that are alike. `prepare` fills the first one, and all of them are copies of it.

    Yields the backend, which has seen nothing of the preparation, and the result of `prepare`.
    """
    first: list[tuple[Memory, Made]] = []

    @contextmanager
    def copied() -> Iterator[tuple[Any, Made]]:
        if not first:
            with empty_cloud() as built:
                made = prepare(built)
                first.append((Memory(SERVICES), made))
        [(memory, made)] = first
        with _cloud(memory.recall) as built:
            yield built, made

    return copied


@contextmanager
def _cloud(fill: Callable[[], None]) -> Iterator[Any]:
    from certificates import runtime
    from certificates.aws import clients, objects
    from certificates.runtime import changes, mails, making, webhooks

    # A test may have replaced them when the cloud ends.
    caches = (
        *(runtime.backend, mails.mailing_in_use, making.credentials_at, changes.showing, changes.receivers),
        *(webhooks.managing, webhooks.delivering),
    )
    try:
        with mock_aws(), _over_http(objects):
            fill()
            built = runtime.backend()
            from tests import rendering_function, report_function

            yield replace(
                built,
                renderer=rendering_function.InProcess("design-compilation", built.documents, built.credentials),
                report_writer=report_function.InProcess("report-writing", built.documents),
            )
    finally:
        if _tried_again:
            clients.forget()
            client_of.cache_clear()
            _tried_again.clear()
        # The next test has other settings.
        objects.forget_stores()
        for remembered in caches:
            remembered.cache_clear()


_stores: dict[tuple[str, str], Any] = {}


@contextmanager
def _over_http(objects: Any) -> Iterator[None]:
    """Objects go to moto's server, because its mock only sees botocore's requests. Retries have no pauses.

    The stores are kept for the next cloud: each of them reads the certificates of all authorities.
    """
    real, once = objects._made, timedelta(milliseconds=1)

    def made(bucket: str, _: str) -> Any:
        place = bucket, os.environ["AWS_REGION"]
        if place not in _stores:
            _stores[place] = real(bucket, s3_server.address())
        return _stores[place]

    with (
        patch.object(objects, "_made", made),
        patch.multiple(objects, _FIRST_PAUSE=once, _LONGEST_PAUSE=once),
    ):
        yield


def objects(prefix: str = "") -> list[str]:
    """The keys in the bucket under a prefix."""
    return sorted(key for key in _bucket().keys if key.startswith(prefix))


def contents() -> dict[str, bytes]:
    """The content of each object of the bucket by its key. Reads moto's memory, as `items` does."""
    return {key: found.value for key, found in _bucket().keys.items()}


def versions() -> dict[tuple[str, str], bytes]:
    """The content of every version of every object of the bucket by `(key, id of the version)`."""
    kept = ((key, version) for key, of_key in sorted(_bucket().keys.lists()) for version in of_key)
    return {(key, it.version_id): it.value for key, it in kept if isinstance(it, FakeKey)}


def items() -> dict[tuple[str, str], dict[str, Any]]:
    """Every item of the table by `(pk, sk)`, as DynamoDB stores it. Reads moto's memory: a scan in moto is slow."""
    return {
        (item.attrs["pk"].value, item.attrs["sk"].value): {name: value.to_json() for name, value in item.attrs.items()}
        for item in _table().all_items()
    }


def messages(queue: str) -> list[Any]:
    """moto's own messages of a queue, by its name."""
    return list(_backend("sqs").queues[queue]._messages)


def changes() -> list[dict[str, Any]]:
    """Every change of the table so far, in the form of its stream (moto has no DescribeStream)."""
    return [record.to_json() for record in _table().stream_shard.items]


def _bucket() -> Any:
    [buckets] = (account["aws"].buckets for account in get_backend("s3").values())
    return buckets[os.environ["BUCKET_NAME"]]


def _table() -> Any:
    return _backend("dynamodb").tables[os.environ["TABLE_NAME"]]


def _backend(service: str) -> Any:
    """moto's own memory of a service. Setting a cloud up with calls would take longer than most tests."""
    return get_backend(service)[DEFAULT_ACCOUNT_ID][os.environ["AWS_REGION"]]  # type: ignore[call-overload]


def _make_resources() -> None:
    keys = table_keys()
    _backend("dynamodb").create_table(
        os.environ["TABLE_NAME"],
        schema=keys["KeySchema"],
        attr=keys["AttributeDefinitions"],
        global_indexes=keys["GlobalSecondaryIndexes"],
        indexes=[],
        streams={"StreamEnabled": True, **resource("Table")["StreamSpecification"]},
        billing_mode=keys["BillingMode"],
        throughput=None,
        sse_specification=None,
        tags=[],
        deletion_protection_enabled=False,
        warm_throughput=None,
    )
    get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(os.environ["BUCKET_NAME"], os.environ["AWS_REGION"])
    _backend("sqs").create_queue("jobs", VisibilityTimeout="0")
    _backend("scheduler").create_schedule_group(os.environ["SCHEDULE_GROUP"], [])
    kms = _backend("kms")
    sealing = kms.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", None)
    kms.create_alias(sealing.id, os.environ["SEALING_KEY"])
