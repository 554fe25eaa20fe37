"""What tests of verbs and handlers stand on: moto in process, the table and bucket as template.yaml makes them."""

from __future__ import annotations

import os
from pathlib import Path

_BUILD = Path(__file__).parent.parent / ".build"

# Settings that modules read at import; before anything of the product is imported.
os.environ.update(
    AWS_REGION="eu-west-1",
    AWS_DEFAULT_REGION="eu-west-1",
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    TABLE_NAME="certificates-test",
    BUCKET_NAME="certificates-test",
    RENDERER_FUNCTION="design-compilation",
    IDENTITY_REQUIRED="false",
    MODES_WITHOUT_CERTIFICATE="",
    USERNAME_CLAIM="username",
    PUBLIC_BASE_URL="https://certificates.example",
    VERIFY_SECRET="a secret of the tests",
    POWERTOOLS_METRICS_NAMESPACE="Certificates",
    POWERTOOLS_SERVICE_NAME="certificates",
    POWERTOOLS_DEV="false",
)
# The fonts and native libraries of the layers, built for this machine.
os.environ.setdefault("CERTIFICATES_FONTS", str(_BUILD / "fonts"))
os.environ.setdefault("CERTIFICATES_NATIVE_LIBS", str(_BUILD / "typesetting" / "lib"))

from collections.abc import Iterator  # noqa: E402
from dataclasses import replace  # noqa: E402
from typing import Any  # noqa: E402

import boto3  # noqa: E402
import pytest  # noqa: E402
from moto import mock_aws  # noqa: E402

from tests.template import resource  # noqa: E402


@pytest.fixture
def aws() -> Iterator[None]:
    """An empty cloud in this process: the table and the bucket of template.yaml, nothing in them."""
    from certificates import runtime
    from certificates.aws import clients
    from certificates.aws.table import Item

    with mock_aws():
        table = resource("Table")
        boto3.client("dynamodb").create_table(
            TableName=os.environ["TABLE_NAME"],
            **{
                key: table[key]
                for key in ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
            },
        )
        location: Any = {"LocationConstraint": os.environ["AWS_REGION"]}
        boto3.client("s3").create_bucket(Bucket=os.environ["BUCKET_NAME"], CreateBucketConfiguration=location)
        yield
    # Clients are remembered by warm functions; the next test's cloud is another one.
    clients._client.cache_clear()
    runtime.backend.cache_clear()
    Item._connection = None


@pytest.fixture
def backend(aws: None) -> Any:
    """The product's own backend over that cloud; the rendering function answers in this process."""
    from certificates import runtime
    from tests.rendering_function import InProcess

    built = runtime.backend()
    return replace(built, renderer=InProcess("design-compilation", built.documents))


@pytest.fixture
def objects(aws: None) -> Any:
    """The keys in the bucket under a prefix."""

    def keys(prefix: str = "") -> list[str]:
        listed = boto3.client("s3").list_objects_v2(Bucket=os.environ["BUCKET_NAME"], Prefix=prefix)
        return [entry["Key"] for entry in listed.get("Contents", [])]

    return keys
