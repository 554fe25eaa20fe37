"""A missing object, as S3 answers a function that may not list the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from obstore.exceptions import PermissionDeniedError
from werkzeug.wrappers import Response

from certificates.aws.documents import Documents
from certificates.aws.upload_files import UploadFiles
from certificates.errors import BadRequest
from tests.killing import calls
from tests.s3_server import Answer, Asked, refused, standing_between

KEY = "designs/1.json"


@pytest.fixture
def documents(backend: Any) -> Iterator[Documents]:
    """Reads get "access denied", whether the object exists or not. Listings are answered."""

    def denied_object(asked: Asked, answer: Answer) -> Response:
        return refused(HTTPStatus.FORBIDDEN, "AccessDenied") if asked.operation == "GetObject" else answer()

    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def denied(client: Any, operation: str, values: Any) -> Any:
        if operation == "GetObject":
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, operation)
        return real(client, operation, values)

    with patch.object(BaseClient, "_make_api_call", denied), standing_between(denied_object):
        yield backend.documents


def test_a_missing_object_is_found_by_listing_keys_with_its_prefix(documents: Documents) -> None:
    documents.put(f"{KEY}.compiled", b"another", "application/json")
    with calls() as made:
        assert documents.get(KEY) is None
    assert made == ["s3.GetObject", "s3.ListObjectsV2"]


def test_a_forbidden_object_does_not_count_as_a_missing_one(documents: Documents) -> None:
    documents.put(KEY, b"{}", "application/json")
    with pytest.raises(PermissionDeniedError, match=KEY):
        documents.get(KEY)


def test_a_removed_file_and_a_forbidden_file_have_different_reasons(documents: Documents) -> None:
    files = UploadFiles(documents.bucket, "records")
    with pytest.raises(BadRequest) as refused:
        files.open("records/1.csv", "etag")
    assert refused.value.reason == "file-gone"
    documents.put("records/1.csv", b"a", "text/csv")
    with pytest.raises(ClientError, match="Access Denied"):
        files.open("records/1.csv", "etag")
