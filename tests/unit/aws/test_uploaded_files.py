"""Calls of S3 about uploaded files and their results."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from certificates.aws import upload_files
from certificates.aws.upload_files import UploadFiles
from certificates.errors import BadRequest
from certificates.staff_sentences import sentence_of
from tests.unit.aws.services import body, refusal, s3_of

FILES = UploadFiles("bucket", "records")
CSV = "text/csv; charset=utf-8"


def test_an_upload_is_read_from_any_byte_on_as_long_as_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = s3_of(monkeypatch, upload_files, get_object=[{"Body": body(b"a,b")}, {"Body": body(b",b")}])
    assert FILES.open("a.csv", "e1").read() == b"a,b"
    assert FILES.open("a.csv", "e1", 1).read() == b",b"
    same = {"Bucket": "bucket", "Key": "a.csv", "IfMatch": '"e1"'}
    assert s3.calls == [("get_object", same), ("get_object", same | {"Range": "bytes=1-"})]


@pytest.mark.parametrize(
    ("code", "is_missing", "reason", "message"),
    [
        ("PreconditionFailed", False, "file-replaced", "Another file was put in its place meanwhile."),
        ("NoSuchKey", True, "file-gone", "The file was removed before it was read to its end."),
    ],
)
def test_a_file_that_changed_or_went_is_a_fault_of_the_upload(
    monkeypatch: pytest.MonkeyPatch, code: str, is_missing: bool, reason: str, message: str
) -> None:
    s3_of(monkeypatch, upload_files, get_object=refusal(code))
    monkeypatch.setattr(upload_files, "is_missing", lambda *asked: is_missing and asked == (code, "bucket", "a.csv"))
    with pytest.raises(BadRequest) as refused:
        FILES.open("a.csv", "e1")
    assert (refused.value.reason, sentence_of(refused.value)) == (reason, message)


def test_any_other_failure_of_s3_is_no_fault_of_the_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    s3_of(monkeypatch, upload_files, get_object=refusal("InternalError"))
    with pytest.raises(ClientError):
        FILES.open("a.csv", "e1")
    with pytest.raises(ClientError):
        FILES.is_result("a.csv" + upload_files.RESULT_SUFFIX, "e1")


def test_the_parts_of_a_result_are_joined_and_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    s3 = s3_of(monkeypatch, upload_files, get_object=[{"Body": body(b"1\n")}, {"Body": body(b"2\n")}])
    put = s3.put_object

    def put_object(**asked: Any) -> Any:
        written.append(asked["Body"] if isinstance(asked["Body"], bytes) else asked["Body"].read())
        return put(**asked | {"Body": None})

    s3.put_object = put_object  # type: ignore[method-assign]
    FILES.put_report_part("course", "u1", 1, b"2\n")
    assert FILES.put_report("course", "u1", b"row\n", 2) == "results/records/course/u1.csv"
    FILES.remove_report_parts("course", "u1", 2)
    parts = [f"results/records/course/u1/{number:05d}.csv" for number in (0, 1)]
    whole = {"Bucket": "bucket", "Key": "results/records/course/u1.csv", "Body": None, "ContentType": CSV}
    assert s3.calls == [
        ("put_object", {"Bucket": "bucket", "Key": parts[1], "Body": None}),
        *(("get_object", {"Bucket": "bucket", "Key": part}) for part in parts),
        ("put_object", whole),
        *(("delete_object", {"Bucket": "bucket", "Key": part}) for part in parts),
    ]
    assert written == [b"2\n", b"row\n1\n2\n"]


def test_a_result_beside_the_upload_is_recognized(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Any] = []
    s3 = s3_of(monkeypatch, upload_files, get_object={"Body": body(b"row\n1\n")})

    def put_object(**asked: Any) -> None:
        content = asked.pop("Body")
        written.append((content if isinstance(content, bytes) else content.read(), asked))

    s3.put_object = put_object  # type: ignore[method-assign,assignment]
    FILES.put_beside("a.csv", b"short")
    FILES.copy_report("results/records/course/u1.csv", "a.csv")
    key = "a.csv" + upload_files.RESULT_SUFFIX
    mark = upload_files.result_mark("a.csv")
    beside = {"Bucket": "bucket", "Key": key, "ContentType": CSV, "Metadata": mark}
    assert written == [(b"short", beside), (b"row\n1\n", beside)]
    assert s3.calls == [("get_object", {"Bucket": "bucket", "Key": "results/records/course/u1.csv"})]
    for etag, metadata, is_result in (("e1", mark, True), ("e2", mark, False), ("e1", {}, False)):
        content = body(b"short")
        s3.answers["get_object"] = {"Body": content, "ETag": f'"{etag}"', "Metadata": metadata}
        assert FILES.is_result(key, "e1") is is_result
        assert content._raw_stream.closed
        assert s3.calls[-1] == ("get_object", {"Bucket": "bucket", "Key": key})
    assert FILES.is_result("a.csv", "e1") is False
    monkeypatch.setattr(upload_files, "is_missing", lambda *asked: asked == ("NoSuchKey", "bucket", key))
    s3.answers["get_object"] = refusal("NoSuchKey")
    assert FILES.is_result(key, "e1") is False
