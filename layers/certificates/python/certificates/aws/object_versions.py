"""The bucket with everything that it ever held and still keeps: versions of objects, the newest and older ones."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from certificates.aws.clients import s3

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Version:
    """`is_latest`: what a reader of the key is given now. `etag` names the content."""

    key: str
    version_id: str
    is_latest: bool
    stored_at: datetime
    etag: str


@dataclass(frozen=True, slots=True)
class ObjectVersions:
    bucket: str

    def by_key(self, prefix: str, after: str = "") -> Iterator[tuple[str, list[Version]]]:
        """All versions of each object under the prefix whose key comes `after` this one, in the order of keys."""
        for key, versions in groupby(self._versions(prefix, after), key=lambda version: version.key):
            # Not every store of S3's interface leaves out the key that it is to begin after.
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
        """Remove what this version holds for good."""
        s3().delete_object(Bucket=self.bucket, Key=version.key, VersionId=version.version_id)

    def delete_under(self, prefix: str) -> int:
        """Remove everything there ever was under the prefix: how many versions."""
        removed = 0
        for page in self._pages(prefix, ""):
            for entry in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3().delete_object(Bucket=self.bucket, Key=entry["Key"], VersionId=entry["VersionId"])
                removed += 1
        return removed

    def text(self, version: Version) -> Iterator[str]:
        """What the version holds as text, in parts, whatever it is: bytes that are no UTF-8 are lone surrogates.

        A byte order mark of UTF-8 is the first character.
        """
        body = s3().get_object(Bucket=self.bucket, Key=version.key, VersionId=version.version_id)["Body"]
        decoder: codecs.IncrementalDecoder | None = None
        for chunk in body.iter_chunks(_CHUNK_BYTES):
            if decoder is None:
                decoder = _decoder(chunk)
            yield decoder.decode(chunk)

    def replace(self, version: Version, body: bytes) -> None:
        """Put a CSV in place of this version, and remove the version for good."""
        answer = s3().put_object(Bucket=self.bucket, Key=version.key, Body=body, ContentType="text/csv; charset=utf-8")
        # A bucket that keeps no versions has replaced what was there.
        if answer.get("VersionId") not in (None, version.version_id):
            self.delete(version)


def _decoder(beginning: bytes) -> codecs.IncrementalDecoder:
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.getincrementaldecoder("utf-16")("replace")
    return codecs.getincrementaldecoder("utf-8")("surrogateescape")
