"""All versions of the bucket's objects, the newest and older ones."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from botocore.exceptions import ClientError

from certificates.aws.clients import s3
from certificates.errors import VersionGone

_CHUNK_BYTES = 1 << 20
_GONE = frozenset({"NoSuchKey", "NoSuchVersion"})


@dataclass(frozen=True, slots=True)
class Version:
    """`is_latest`: a reader of the key gets this version. `etag` identifies the content."""

    key: str
    version_id: str
    is_latest: bool
    stored_at: datetime
    etag: str


@dataclass(frozen=True, slots=True)
class ObjectVersions:
    bucket: str

    def by_key(self, prefix: str, after: str = "") -> Iterator[tuple[str, list[Version]]]:
        """All versions of each object under the prefix, in the order of keys, `after` this key."""
        for key, versions in groupby(self._versions(prefix, after), key=lambda version: version.key):
            # Some stores with S3's interface return the key of `after` too.
            if key > after:
                yield key, list(versions)

    def _versions(self, prefix: str, after: str) -> Iterator[Version]:
        for page in self._pages(prefix, after):
            for entry in page.get("Versions", ()):
                yield Version(
                    entry["Key"],
                    entry["VersionId"],
                    entry["IsLatest"],
                    entry["LastModified"],
                    entry["ETag"].strip('"'),
                )

    def _pages(self, prefix: str, after: str) -> Iterator[Any]:
        asked = {"Bucket": self.bucket, "Prefix": prefix} | ({"KeyMarker": after} if after else {})
        yield from s3().get_paginator("list_object_versions").paginate(**asked)  # type: ignore[arg-type]

    def delete(self, version: Version) -> None:
        """Remove this version for good."""
        s3().delete_object(Bucket=self.bucket, Key=version.key, VersionId=version.version_id)

    def delete_under(self, prefix: str) -> int:
        """Remove every version of every object under the prefix. Returns the number of versions."""
        removed = 0
        for page in self._pages(prefix, ""):
            for entry in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3().delete_object(Bucket=self.bucket, Key=entry["Key"], VersionId=entry["VersionId"])
                removed += 1
        return removed

    def text(self, version: Version) -> Iterator[str]:
        """The content of the version as text, in parts. Bytes that are not UTF-8 become lone surrogates.

        A UTF-8 byte order mark is the first character. Raises VersionGone.
        """
        body = self._get(version)["Body"]
        decoder: codecs.IncrementalDecoder | None = None
        for chunk in body.iter_chunks(_CHUNK_BYTES):
            if decoder is None:
                decoder = _decoder(chunk)
            yield decoder.decode(chunk)

    def metadata(self, version: Version) -> Mapping[str, str]:
        """Raises VersionGone."""
        answer = self._get(version)
        answer["Body"].close()
        metadata: Mapping[str, str] = answer["Metadata"]
        return metadata

    def _get(self, version: Version) -> Any:
        try:
            return s3().get_object(Bucket=self.bucket, Key=version.key, VersionId=version.version_id)
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                raise VersionGone(version.version_id) from error
            raise

    def replace(self, version: Version, body: bytes, metadata: Mapping[str, str]) -> None:
        """Put a CSV in place of this version, and remove the version for good."""
        answer = s3().put_object(
            Bucket=self.bucket,
            Key=version.key,
            Body=body,
            ContentType="text/csv; charset=utf-8",
            Metadata=metadata,
        )
        # A bucket without versions has replaced the content already.
        if answer.get("VersionId") not in (None, version.version_id):
            self.delete(version)


def _decoder(beginning: bytes) -> codecs.IncrementalDecoder:
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.getincrementaldecoder("utf-16")("replace")
    return codecs.getincrementaldecoder("utf-8")("surrogateescape")
