"""The bucket: certificates, designs, uploads, results and reports.

| prefix                                                  | object                                         |
|---------------------------------------------------------|------------------------------------------------|
| certificates/<verify_uuid>/<revision>-<content>.pdf     | a rendered certificate                         |
| templates/<name>.zip                                    | a template of the customer's own               |
| designs/<digest>.json, .compiled                        | a design, under the digest of its content      |
| previews/<digest>-<kind>.pdf                            | a sample of a design, kept for a day           |
| pictures/<verify_uuid>/<revision>-<content>-<shape>.png | a certificate as a picture, kept for a day     |
| records/<course_id>/<file>.csv                          | grade reports and learner profiles from the LMS |
| exceptions/<course_id>/<file>.csv                       | exception files                                |
| results/<prefix>/<course_id>/<upload_id>.csv            | the result of an upload, row by row            |
| reconciliations/<course_id>/<id>/<name>.json            | pages of the LMS, until a run has been read    |
| results/jobs/<course_id>/<job_id>.csv                   | the result of a job, learner by learner        |
| reports/<course_id>/<kind>-<time>.csv                   | a report that staff asked for, kept for a day  |
| reports/<course_id>/<kind>-<time>/<shard>.csv           | a part of a long report, without heading       |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certificates.aws import objects
from certificates.aws.clients import s3
from certificates.errors import NotRemoved, Throttled

LINK_SECONDS = 300
"""How long a link to a PDF works. Deleting the object ends it sooner."""

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents in S3: certificates, designs, and files for people."""

    bucket: str

    def put_certificate(self, key: str, pdf: bytes) -> None:
        objects.put_object(self.bucket, key, pdf, "application/pdf")

    def get(self, key: str) -> bytes | None:
        return objects.get_object(self.bucket, key)

    def put(self, key: str, body: bytes, content_type: str) -> None:
        objects.put_object(self.bucket, key, body, content_type)

    def put_lines(self, key: str, lines: Iterable[bytes]) -> None:
        """Store a CSV of these lines, collected in a file and not in memory. If one raises, nothing is stored."""
        # Imported here because only reports need it: learners' requests start without it.
        import tempfile

        with tempfile.TemporaryFile() as file:
            file.writelines(lines)
            objects.put_object_file(self.bucket, key, file, "text/csv; charset=utf-8")

    def chunks(self, key: str) -> Iterator[bytes]:
        """The content of an object, as a stream."""
        yield from s3().get_object(Bucket=self.bucket, Key=key)["Body"].iter_chunks(_CHUNK_BYTES)

    def delete(self, key: str) -> None:
        """Remove an object. A missing object is no error. Raises NotRemoved."""
        with _removing([key]):
            objects.delete_object(self.bucket, key)

    def certificates_after(self, after: str) -> Iterator[tuple[str, datetime]]:
        """Key and time of every certificate's document whose key comes after `after`, in the order of the keys."""
        pages = s3().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket, Prefix="certificates/", StartAfter=after):
            for entry in page.get("Contents", ()):
                yield entry["Key"], entry["LastModified"]

    def delete_all(self, keys: Sequence[str]) -> None:
        """Remove up to 1,000 objects in one call. Raises NotRemoved with those that could not be removed."""
        objects: list[Any] = [{"Key": key} for key in keys]
        with _removing(keys):
            answer = s3().delete_objects(Bucket=self.bucket, Delete={"Objects": objects, "Quiet": True})
        if errors := answer.get("Errors"):
            raise NotRemoved([error["Key"] for error in errors], errors[0]["Code"])

    def link(self, key: str, filename: str, *, attachment: bool = False) -> str:
        """A presigned address that serves the object under this file name for LINK_SECONDS: to look at, or to keep."""
        shown = "attachment" if attachment else "inline"
        disposition = f'{shown}; filename="{filename}"'
        return objects.signed_address(self.bucket, key, LINK_SECONDS, response_content_disposition=disposition)

    def upload_form(self, key: str, max_bytes: int, seconds: int, back_to: str | None = None) -> dict[str, Any]:
        """A presigned POST for one CSV of 1 to `max_bytes` bytes under exactly this key: `{url, fields}`.

        After the upload, S3 redirects the browser to `back_to`.
        """
        fields = {"Content-Type": "text/csv"} | ({"success_action_redirect": back_to} if back_to else {})
        return s3().generate_presigned_post(
            self.bucket,
            key,
            Fields=dict(fields),
            Conditions=[["content-length-range", 1, max_bytes], *({name: value} for name, value in fields.items())],
            ExpiresIn=seconds,
        )

    def origin(self) -> str:
        """Scheme and host of all signed addresses and forms."""
        scheme, _, rest = objects.bucket_address(self.bucket).partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"


@contextmanager
def _removing(keys: Sequence[str]) -> Iterator[None]:
    """Raises NotRemoved when S3 still refuses, fails or cannot be reached after all retries of its client."""
    # Imported with the first removal, as the clients are: functions start without them.
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError
    from obstore.exceptions import BaseError

    try:
        yield
    except ClientError as error:
        raise NotRemoved(keys, error.response["Error"]["Code"]) from error
    except Throttled as error:
        raise NotRemoved(keys, "Throttled") from error
    except (BaseError, ConnectionError, HTTPClientError) as error:
        raise NotRemoved(keys, type(error).__name__) from error
