"""Calls of S3 about all versions of an object."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws import object_versions
from certificates.aws.object_versions import ObjectVersions, Version
from tests.unit.aws.services import Service, body, s3_of

VERSIONS = ObjectVersions("bucket")
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
CSV = "text/csv; charset=utf-8"


def version(key: str, name: str, *, latest: bool = False) -> dict[str, Any]:
    return {"Key": key, "VersionId": name, "IsLatest": latest, "LastModified": AT, "ETag": f'"{name}"'}


def versions_of(monkeypatch: pytest.MonkeyPatch, *pages: dict[str, Any]) -> tuple[Service, list[Any]]:
    asked: list[Any] = []

    def paginator(operation: str) -> Any:
        asked.append(operation)
        return SimpleNamespace(paginate=lambda **call: asked.append(call) or iter(pages))

    s3 = s3_of(monkeypatch, object_versions)
    s3.get_paginator = paginator  # type: ignore[method-assign]
    return s3, asked


def test_all_versions_of_an_object_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [{}, {"Versions": [version("a", "1", latest=True), version("b", "2", latest=True)]}]
    _, asked = versions_of(monkeypatch, *pages, {"Versions": [version("b", "3"), version("c", "4")]})
    one, two = Version("a", "1", True, AT, "1"), Version("b", "2", True, AT, "2")
    three, four = Version("b", "3", False, AT, "3"), Version("c", "4", False, AT, "4")
    assert list(VERSIONS.by_key("p/")) == [("a", [one]), ("b", [two, three]), ("c", [four])]
    assert list(VERSIONS.by_key("p/", "a")) == [("b", [two, three]), ("c", [four])]
    under = {"Bucket": "bucket", "Prefix": "p/"}
    assert asked == ["list_object_versions", under, "list_object_versions", under | {"KeyMarker": "a"}]


def test_versions_and_marks_of_deletion_are_removed_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    s3, asked = versions_of(monkeypatch, {}, {"Versions": [version("a", "1")], "DeleteMarkers": [version("a", "2")]})
    assert VERSIONS.delete_under("p/") == 2
    VERSIONS.delete(Version("b", "3", True, AT, "3"))
    assert asked == ["list_object_versions", {"Bucket": "bucket", "Prefix": "p/"}]
    assert s3.calls == [
        ("delete_object", {"Bucket": "bucket", "Key": key, "VersionId": name})
        for key, name in (("a", "1"), ("a", "2"), ("b", "3"))
    ]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Zoë".encode(), "Zoë"),
        (codecs.BOM_UTF8 + b"a", "\ufeffa"),
        (b"Zo\xeb,", "Zo\udceb,"),
        (codecs.BOM_UTF16_LE + "Zoë".encode("utf-16-le"), "Zoë"),
        (codecs.BOM_UTF16_BE + "Zoë".encode("utf-16-be"), "Zoë"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", "\ufffda"),
        ((b"a" * ((1 << 20) - 1)) + "ë".encode(), "a" * ((1 << 20) - 1) + "ë"),
        (b"", ""),
    ],
)
def test_a_version_is_read_as_text_whatever_its_bytes(
    monkeypatch: pytest.MonkeyPatch, content: bytes, text: str
) -> None:
    s3 = s3_of(monkeypatch, object_versions, get_object={"Body": body(content)})
    assert "".join(VERSIONS.text(Version("a", "1", True, AT, "1"))) == text
    assert s3.calls == [("get_object", {"Bucket": "bucket", "Key": "a", "VersionId": "1"})]


def test_the_metadata_of_a_version_is_read_without_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    content = body(b"abc")
    s3 = s3_of(monkeypatch, object_versions, get_object={"Body": content, "Metadata": {"upload": "u1"}})
    assert VERSIONS.metadata(Version("a", "1", True, AT, "1")) == {"upload": "u1"}
    assert content._raw_stream.closed
    assert s3.calls == [("get_object", {"Bucket": "bucket", "Key": "a", "VersionId": "1"})]


@pytest.mark.parametrize(("made", "is_removed"), [({"VersionId": "2"}, True), ({"VersionId": "1"}, False), ({}, False)])
def test_a_replaced_version_is_removed_for_good(
    monkeypatch: pytest.MonkeyPatch, made: dict[str, str], is_removed: bool
) -> None:
    s3 = s3_of(monkeypatch, object_versions, put_object=made)
    VERSIONS.replace(Version("a", "1", True, AT, "1"), b"new", {"upload": "u1"})
    put = {"Bucket": "bucket", "Key": "a", "Body": b"new", "ContentType": CSV, "Metadata": {"upload": "u1"}}
    removed = [("delete_object", {"Bucket": "bucket", "Key": "a", "VersionId": "1"})]
    assert s3.calls == [("put_object", put), *(removed if is_removed else [])]
