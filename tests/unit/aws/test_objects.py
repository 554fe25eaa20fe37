"""Objects that are put and fetched whole: throttling, missing objects, long files, and addresses."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from obstore.exceptions import GenericError, PermissionDeniedError

from certificates.aws import clients, objects
from certificates.errors import Throttled
from tests.unit.aws.services import Service


class Store:
    """obstore's store: keeps objects, or fails as the test says."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.puts: list[Any] = []
        self.kept: dict[str, bytes] = {}

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure

    def put(self, key: str, content: bytes, **how: Any) -> None:
        self._fail()
        self.puts.append((key, content, how))
        self.kept[key] = content

    def get(self, key: str) -> Any:
        self._fail()
        content = self.kept[key]
        return SimpleNamespace(bytes=lambda: SimpleNamespace(to_bytes=lambda: content))

    def delete(self, key: str) -> None:
        self._fail()
        del self.kept[key]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    made = Store()
    monkeypatch.setattr(objects, "_store", {"bucket": made}.__getitem__)
    return made


def test_an_object_is_put_fetched_and_deleted_whole(store: Store) -> None:
    objects.put_object("bucket", "a", b"1", "text/csv")
    assert store.puts == [("a", b"1", {"attributes": {"Content-Type": "text/csv"}, "use_multipart": False})]
    assert objects.get_object("bucket", "a") == b"1"
    objects.delete_object("bucket", "a")
    assert store.kept == {}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("<Code>SlowDown</Code>", Throttled),
        ("503 Service Unavailable", Throttled),
        ("after 5 retries: 429 Too Many Requests", Throttled),
        ("500 Internal Server Error", GenericError),
    ],
)
def test_throttling_is_told_apart_from_other_failures(store: Store, said: str, kind: type[Exception]) -> None:
    store.failure = GenericError(said)
    for call in (
        lambda: objects.put_object("bucket", "a", b"", ""),
        lambda: objects.get_object("bucket", "a"),
        lambda: objects.delete_object("bucket", "a"),
    ):
        with pytest.raises(kind) as failed:
            call()
        assert str(failed.value) == ("s3: SlowDown" if kind is Throttled else said)


@pytest.mark.parametrize("is_missing", [True, False])
def test_a_forbidden_object_may_be_a_missing_one(
    store: Store, monkeypatch: pytest.MonkeyPatch, is_missing: bool
) -> None:
    store.failure = FileNotFoundError("a")
    assert objects.get_object("bucket", "a") is None
    store.failure = PermissionDeniedError("a")
    asked = ("AccessDenied", "bucket", "a")
    monkeypatch.setattr(objects, "is_missing", lambda *found: is_missing and found == asked)
    if is_missing:
        assert objects.get_object("bucket", "a") is None
    else:
        with pytest.raises(PermissionDeniedError):
            objects.get_object("bucket", "a")


def test_long_files_are_sent_from_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = Service()
    monkeypatch.setattr(clients, "s3", lambda: s3)
    short, long = io.BytesIO(bytes(8 << 20)), io.BytesIO(bytes((8 << 20) + 1))
    short.seek(7)
    objects.put_object_file("bucket", "short", short, "text/csv")
    assert [(key, len(content)) for key, content, _ in store.puts] == [("short", 8 << 20)]
    assert store.puts[0][2]["attributes"] == {"Content-Type": "text/csv"}
    long.seek(7)
    objects.put_object_file("bucket", "long", long, "text/csv")
    asked = {"Bucket": "bucket", "Key": "long", "Body": long, "ContentType": "text/csv"}
    assert (s3.calls, long.tell()) == ([("put_object", asked)], 0)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    """A region in China, and credentials, without an endpoint of the tests."""
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (
        ("AWS_DEFAULT_REGION", "cn-north-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
    ):
        monkeypatch.setenv(name, value)
    clients.forget()


def test_the_address_of_the_bucket_is_in_its_region(session: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert objects.bucket_address("b") == "https://b.s3.cn-north-1.amazonaws.com.cn"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1/")
    assert objects.bucket_address("b") == "http://localhost:1/b"
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://localhost:2//")
    assert objects.bucket_address("b") == "http://localhost:2/b"
    clients.forget()


def test_a_signed_address_opens_one_object_for_a_while(session: None) -> None:
    address = urlsplit(objects.signed_address("b", "a/ø ~.pdf", 300, response_content_disposition="inline"))
    assert f"{address.scheme}://{address.netloc}{address.path}" == (
        "https://b.s3.cn-north-1.amazonaws.com.cn/a/%C3%B8%20~.pdf"
    )
    asked = parse_qs(address.query)
    assert asked["response-content-disposition"] == ["inline"]
    assert asked["X-Amz-Expires"] == ["300"]
    assert asked["X-Amz-Security-Token"] == ["token"]
    assert asked["X-Amz-Credential"][0].startswith("id/")
    assert asked["X-Amz-Credential"][0].endswith("/cn-north-1/s3/aws4_request")
    clients.forget()


def test_credentials_are_looked_for_again_after_five_minutes(session: None, monkeypatch: pytest.MonkeyPatch) -> None:
    found = objects._credentials()
    ends = found.pop("expires_at")
    assert found == {"access_key_id": "id", "secret_access_key": "secret", "token": "token"}
    assert timedelta(0) < ends - datetime.now(UTC) <= timedelta(minutes=5)
    monkeypatch.setattr(clients, "session", lambda: SimpleNamespace(get_credentials=lambda: None))
    with pytest.raises(LookupError, match=r"^There are no credentials of AWS here\.$"):
        objects._credentials()
    monkeypatch.undo()
    clients.forget()
