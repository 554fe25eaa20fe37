"""Reads uploaded files as a stream, from any byte on, and writes their results."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from botocore.exceptions import ClientError

from certificates.aws.clients import s3
from certificates.aws.missing import is_missing
from certificates.errors import BadRequest
from certificates.rules.files import FileReason
from certificates.rules.flaws import FlawId, flaw
from certificates.uploads.arrivals import RESULT_SUFFIX, is_marked_result, result_mark

BUFFER_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class UploadFiles:
    """`prefix` of the files in the bucket: records or exceptions."""

    bucket: str
    prefix: str

    def open(self, key: str, etag: str, offset: int = 0) -> BinaryIO:
        """The content with this etag, from byte `offset` on.

        Raises BadRequest `file-replaced` when other content was put under the key meanwhile (which is an upload of
        its own), `file-gone` when nothing is there.
        """
        try:
            body = self._get(key, f'"{etag}"', offset)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "PreconditionFailed":
                raise BadRequest(FileReason.FILE_REPLACED.value, flaw(FlawId.FILE_REPLACED)) from error
            if is_missing(code, self.bucket, key):
                raise BadRequest(FileReason.FILE_GONE.value, flaw(FlawId.FILE_GONE)) from error
            raise
        return cast("BinaryIO", io.BufferedReader(body, BUFFER_BYTES))

    def _get(self, key: str, etag: str, offset: int) -> Any:
        if not offset:
            # S3 refuses a range for an empty object.
            return s3().get_object(Bucket=self.bucket, Key=key, IfMatch=etag)["Body"]
        return s3().get_object(Bucket=self.bucket, Key=key, IfMatch=etag, Range=f"bytes={offset}-")["Body"]

    def put_report_part(self, course_id: str, upload_id: str, number: int, rows: bytes) -> None:
        """Store the result rows of one batch. A repeated batch replaces its earlier rows."""
        s3().put_object(Bucket=self.bucket, Key=self._part(course_id, upload_id, number), Body=rows)

    def put_report(self, course_id: str, upload_id: str, heading: bytes, parts: int) -> str:
        """Join the parts 0 to `parts` - 1 into one result and return its key."""
        key = f"results/{self.prefix}/{course_id}/{upload_id}.csv"
        with tempfile.TemporaryFile() as report:
            report.write(heading)
            for number in range(parts):
                body = s3().get_object(Bucket=self.bucket, Key=self._part(course_id, upload_id, number))["Body"]
                report.writelines(body.iter_chunks(BUFFER_BYTES))
            report.seek(0)
            s3().put_object(Bucket=self.bucket, Key=key, Body=report, ContentType="text/csv; charset=utf-8")
        return key

    def is_result(self, key: str, etag: str) -> bool:
        """Whether the object that arrived is a result that `put_beside` or `copy_report` stored."""
        if not key.endswith(RESULT_SUFFIX):
            return False
        try:
            answer = s3().get_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if is_missing(error.response["Error"]["Code"], self.bucket, key):
                return False
            raise
        answer["Body"].close()
        # Another object may have taken the place of the one that arrived.
        return answer["ETag"].strip('"') == etag and is_marked_result(key, answer["Metadata"])

    def put_beside(self, key: str, content: bytes) -> None:
        """Store a short result beside the uploaded file `key`."""
        self._put_beside(key, content)

    def copy_report(self, report_key: str, key: str) -> None:
        """Store a copy of the result beside the uploaded file `key`."""
        with tempfile.TemporaryFile() as report:
            body = s3().get_object(Bucket=self.bucket, Key=report_key)["Body"]
            report.writelines(body.iter_chunks(BUFFER_BYTES))
            report.seek(0)
            self._put_beside(key, report)

    def _put_beside(self, key: str, content: Any) -> None:
        s3().put_object(
            Bucket=self.bucket,
            Key=key + RESULT_SUFFIX,
            Body=content,
            ContentType="text/csv; charset=utf-8",
            Metadata=result_mark(key),
        )

    def remove_report_parts(self, course_id: str, upload_id: str, parts: int) -> None:
        """Remove the parts of a result. A missing part is no error."""
        for number in range(parts):
            s3().delete_object(Bucket=self.bucket, Key=self._part(course_id, upload_id, number))

    def _part(self, course_id: str, upload_id: str, number: int) -> str:
        return f"results/{self.prefix}/{course_id}/{upload_id}/{number:05d}.csv"
