"""Calls of S3 about documents: they are stored, listed, linked and removed."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from certificates.aws import documents, objects
from certificates.aws.documents import Documents
from certificates.errors import NotRemoved, Throttled
from tests.unit.aws.services import body, refusal, s3_of

DOCUMENTS = Documents("bucket")
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
CSV = "text/csv; charset=utf-8"


def test_a_certificate_is_stored_as_a_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[Any] = []
    monkeypatch.setattr(objects, "put_object", lambda *call: stored.append(call))
    DOCUMENTS.put_certificate("certificates/a.pdf", b"%PDF")
    DOCUMENTS.put("designs/a.json", b"{}", "application/json")
    assert stored == [
        ("bucket", "certificates/a.pdf", b"%PDF", "application/pdf"),
        ("bucket", "designs/a.json", b"{}", "application/json"),
    ]


def test_a_document_that_is_missing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {("bucket", "a.pdf"): b"%PDF"}
    monkeypatch.setattr(objects, "get_object", lambda *asked: kept.get(asked))
    assert (DOCUMENTS.get("a.pdf"), DOCUMENTS.get("b.pdf")) == (b"%PDF", None)


def test_the_lines_of_a_report_become_one_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[Any] = []

    def put(bucket: str, key: str, file: Any, content_type: str) -> None:
        file.seek(0)
        stored.append((bucket, key, file.read(), content_type))

    monkeypatch.setattr(objects, "put_object_file", put)
    DOCUMENTS.put_lines("reports/a.csv", [b"a\n", b"b\n"])
    assert stored == [("bucket", "reports/a.csv", b"a\nb\n", CSV)]


def test_an_object_is_read_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytes(3 << 19)
    s3 = s3_of(monkeypatch, documents, get_object={"Body": body(content)})
    assert [len(chunk) for chunk in DOCUMENTS.chunks("a")] == [1 << 20, 1 << 19]
    assert s3.calls == [("get_object", {"Bucket": "bucket", "Key": "a"})]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (refusal("AccessDenied"), "AccessDenied"),
        (Throttled("s3: SlowDown"), "Throttled"),
        (EndpointConnectionError(endpoint_url="https://a.org"), "EndpointConnectionError"),
    ],
)
def test_documents_that_could_not_be_removed_are_known(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def refuse(bucket: str, key: str) -> None:
        raise error

    monkeypatch.setattr(objects, "delete_object", refuse)
    s3_of(monkeypatch, documents, delete_objects=error)
    with pytest.raises(NotRemoved) as one:
        DOCUMENTS.delete("a")
    with pytest.raises(NotRemoved) as several:
        DOCUMENTS.delete_all(["a", "b"])
    assert (one.value.args, several.value.args) == (NotRemoved(["a"], reason).args, NotRemoved(["a", "b"], reason).args)
    assert (one.value.__cause__, several.value.__cause__) == (error, error)


def test_of_many_documents_only_those_that_remain_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = [{"Key": "b", "Code": "InternalError"}, {"Key": "c", "Code": "SlowDown"}]
    s3 = s3_of(monkeypatch, documents, delete_objects=[{"Errors": errors}, {}])
    with pytest.raises(NotRemoved) as remaining:
        DOCUMENTS.delete_all(["a", "b", "c"])
    assert remaining.value.args == NotRemoved(["b", "c"], "InternalError").args
    DOCUMENTS.delete_all(["a"])
    assert s3.calls[1] == (
        "delete_objects",
        {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "a"}], "Quiet": True}},
    )


def test_all_certificates_after_a_key_are_listed_with_their_times(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def paginate(**call: Any) -> Any:
        asked.append(call)
        return [{}, {"Contents": [{"Key": "certificates/b", "LastModified": AT, "Size": 7}]}]

    def paginator(operation: str) -> Any:
        asked.append(operation)
        return SimpleNamespace(paginate=paginate)

    monkeypatch.setattr(documents, "s3", lambda: SimpleNamespace(get_paginator=paginator))
    assert list(DOCUMENTS.certificates_after("certificates/a")) == [("certificates/b", AT)]
    assert asked == [
        "list_objects_v2",
        {"Bucket": "bucket", "Prefix": "certificates/", "StartAfter": "certificates/a"},
    ]


def test_a_link_says_whether_to_show_or_to_keep_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(objects, "signed_address", lambda *what, **how: asked.append((what, how)) or "https://link")
    assert DOCUMENTS.link("a.pdf", "Ada.pdf") == "https://link"
    DOCUMENTS.link("a.pdf", "Ada.pdf", attachment=True)
    assert asked == [
        (("bucket", "a.pdf", 300), {"response_content_disposition": f'{shown}; filename="Ada.pdf"'})
        for shown in ("inline", "attachment")
    ]


def test_a_form_takes_one_csv_of_limited_size(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def form(*what: Any, **how: Any) -> dict[str, str]:
        asked.append((what, how))
        return {"url": "https://form"}

    monkeypatch.setattr(documents, "s3", lambda: SimpleNamespace(generate_presigned_post=form))
    assert DOCUMENTS.upload_form("a.csv", 10, 60) == {"url": "https://form"}
    DOCUMENTS.upload_form("a.csv", 10, 60, "https://back")
    plain, back = {"Content-Type": "text/csv"}, {"success_action_redirect": "https://back"}
    length = ["content-length-range", 1, 10]
    assert asked == [
        (("bucket", "a.csv"), {"Fields": plain, "Conditions": [length, plain], "ExpiresIn": 60}),
        (("bucket", "a.csv"), {"Fields": plain | back, "Conditions": [length, plain, back], "ExpiresIn": 60}),
    ]


@pytest.mark.parametrize("address", ["https://b.s3.eu-north-1.amazonaws.com", "http://localhost:1/bucket"])
def test_the_origin_has_no_path(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(objects, "bucket_address", lambda bucket: address if bucket == "bucket" else "")
    assert DOCUMENTS.origin() == "/".join(address.split("/")[:3])
