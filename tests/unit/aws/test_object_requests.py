"""Objects over HTTP: the requests that obstore makes for the product, its retries, and what its failures mean."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from obstore.exceptions import GenericError, PermissionDeniedError

from certificates.aws import clients, objects
from certificates.errors import Throttled
from tests.unit.aws.loopback import Answer, Loopback, answering

BUSY = Answer("<Error><Code>SlowDown</Code></Error>", 503)
BROKEN = Answer("<Error><Code>InternalError</Code></Error>", 500)
FORBIDDEN = Answer("<Error><Code>AccessDenied</Code></Error>", 403)
MISSING = Answer("<Error><Code>NoSuchKey</Code></Error>", 404)
STORED = Answer(headers={"ETag": '"1"'})
FOUND = Answer("content", headers={"ETag": '"1"', "Last-Modified": "Sun, 29 Nov 2026 12:00:00 GMT"})


@pytest.fixture(autouse=True)
def function(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A function in a region, with credentials. Its retries have hardly any pauses."""
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    clients.forget()
    objects.forget_stores()
    yield
    clients.forget()
    objects.forget_stores()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Loopback]]:
    """The product's endpoint of S3, which gives these answers."""
    with answering() as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"{service.address}/")
        for name in ("_FIRST_PAUSE", "_LONGEST_PAUSE"):
            monkeypatch.setattr(objects, name, timedelta(milliseconds=1))

        def gives(*answers: Answer) -> Loopback:
            service.answers = list(answers)
            return service

        yield gives


def test_an_object_is_sent_once_with_its_type_and_a_signature_of_the_region(s3: Callable[..., Loopback]) -> None:
    service = s3(STORED)
    objects.put_object("bucket", "a/ø ~.csv", b"1,2", "text/csv")
    [asked] = service.asked
    assert (asked.method, asked.path, asked.body) == ("PUT", "/bucket/a/%C3%B8%20~.csv", b"1,2")
    assert asked.headers["content-type"] == "text/csv"
    assert asked.headers["x-amz-security-token"] == "token"
    assert asked.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=id/")
    assert "/eu-north-1/s3/aws4_request" in asked.headers["authorization"]


def test_a_request_has_the_credentials_that_botocore_finds_also_in_a_file(
    s3: Callable[..., Loopback], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    service = s3(STORED)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = file\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    objects.put_object("bucket", "a", b"1", "text/csv")
    assert service.asked[0].headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=file/")
    assert "x-amz-security-token" not in service.asked[0].headers


def test_no_digest_of_the_content_costs_time(s3: Callable[..., Loopback]) -> None:
    service = s3(STORED)
    objects.put_object("bucket", "a", b"1", "text/csv")
    assert service.asked[0].headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"


def test_an_object_is_fetched_whole(s3: Callable[..., Loopback]) -> None:
    service = s3(FOUND)
    assert objects.get_object("bucket", "a") == b"content"
    assert [(asked.method, asked.path) for asked in service.asked] == [("GET", "/bucket/a")]


def test_a_missing_object_is_none(s3: Callable[..., Loopback]) -> None:
    s3(MISSING)
    assert objects.get_object("bucket", "a") is None


@pytest.mark.parametrize("listed", [True, False])
def test_a_forbidden_object_is_missing_if_the_list_does_not_have_it(s3: Callable[..., Loopback], listed: bool) -> None:
    contents = "<Contents><Key>a</Key></Contents>" if listed else ""
    service = s3(FORBIDDEN, Answer(f"<ListBucketResult>{contents}</ListBucketResult>"))
    if listed:
        with pytest.raises(PermissionDeniedError):
            objects.get_object("bucket", "a")
    else:
        assert objects.get_object("bucket", "a") is None
    assert service.asked[1].path.startswith("/bucket?list-type=2&prefix=a&max-keys=1")


def test_five_retries_come_before_a_failure(s3: Callable[..., Loopback]) -> None:
    service = s3(BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, STORED)
    objects.put_object("bucket", "a", b"1", "text/csv")
    assert [asked.body for asked in service.asked] == [b"1"] * 6
    service = s3(BROKEN)
    service.asked.clear()
    with pytest.raises(GenericError, match="bucket/a"):
        objects.put_object("bucket", "a", b"1", "text/csv")
    assert len(service.asked) == 6


@pytest.mark.parametrize("answer", [BUSY, Answer("", 503), Answer("", 429)])
def test_an_s3_that_stays_busy_is_throttling(s3: Callable[..., Loopback], answer: Answer) -> None:
    service = s3(answer)
    for call in (
        lambda: objects.put_object("bucket", "a", b"1", "text/csv"),
        lambda: objects.get_object("bucket", "a"),
    ):
        service.asked.clear()
        with pytest.raises(Throttled, match=r"^s3: SlowDown$"):
            call()
        assert len(service.asked) == 6


def test_without_an_endpoint_the_store_speaks_tls_with_the_host_of_its_bucket() -> None:
    store = objects._made("bucket", "")
    assert store.config == {
        "bucket": "bucket",
        "endpoint": "https://bucket.s3.eu-north-1.amazonaws.com",
        "virtual_hosted_style_request": "true",
        "region": "eu-north-1",
        "unsigned_payload": "true",
    }
    assert store.client_options is not None
    assert store.client_options["allow_http"] == "false"


def test_a_store_waits_two_seconds_for_a_connection_ten_for_an_answer_and_longer_before_each_retry() -> None:
    store = objects._made("bucket", "")
    assert store.client_options == {"connect_timeout": "2s", "timeout": "10s", "allow_http": "false"}
    assert store.retry_config == {
        "max_retries": 5,
        "retry_timeout": timedelta(seconds=20),
        "backoff": {"init_backoff": timedelta(seconds=0.05), "max_backoff": timedelta(seconds=5), "base": 2},
    }


def test_a_store_trusts_botocore_s_authorities_unless_the_environment_names_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Restores the variable at the end, whatever the product sets.
    monkeypatch.setenv("SSL_CERT_FILE", "")
    monkeypatch.delenv("SSL_CERT_FILE")
    objects._made("bucket", "")
    assert "BEGIN CERTIFICATE" in Path(os.environ["SSL_CERT_FILE"]).read_text()
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    objects._made("bucket", "")
    assert os.environ["SSL_CERT_FILE"] == os.devnull


@pytest.mark.parametrize("key", ["a.pdf", "a/ø ~'.pdf"])
def test_s3_computes_the_same_signature_for_a_signed_address(key: str) -> None:
    address = urlsplit(objects.signed_address("bucket", key, 300, response_content_type="text/plain; a=b"))
    asked = dict(parse_qsl(address.query))
    signature = asked.pop("X-Amz-Signature")
    day, scope = asked["X-Amz-Date"][:8], asked["X-Amz-Credential"].removeprefix("id/")
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(asked.items()))
    canonical = f"GET\n/{quote(key, safe='/')}\n{query}\nhost:{address.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    text = "\n".join(("AWS4-HMAC-SHA256", asked["X-Amz-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest()))
    assert scope == f"{day}/eu-north-1/s3/aws4_request"
    signing = b"AWS4secret"
    for part in scope.split("/"):
        signing = hmac.digest(signing, part.encode(), "sha256")
    assert signature == hmac.digest(signing, text.encode(), "sha256").hex()
