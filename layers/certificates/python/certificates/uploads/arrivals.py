"""Files that arrived in the bucket, read from S3's notifications."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from certificates.backend import Backend
from certificates.errors import BadRequest
from certificates.rules.course_id import parse_course_id
from certificates.uploads.upload import UploadState

if TYPE_CHECKING:
    from certificates.aws.upload_files import UploadFiles

RESULT_SUFFIX = ".result.csv"
"""Ends the key of the result that is stored beside a copied file. People may give their files this ending too."""

_RESULT_OF = "result-of"

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file that arrived under `<prefix>/<course_id>/<file>`. `at` is S3's time of arrival, and the version of its
    updates."""

    key: str
    etag: str
    size: int
    at: datetime


def result_mark(key: str) -> dict[str, str]:
    """The metadata of the object with the result of the file `key`. No file that a person sends has this metadata."""
    return {_RESULT_OF: hashlib.sha256(key.encode()).hexdigest()}


def is_marked_result(key: str, metadata: Mapping[str, str]) -> bool:
    """Whether the object is a result that this product stored under this key. The copy of a result is a person's."""
    return key.endswith(RESULT_SUFFIX) and metadata.items() >= result_mark(key.removesuffix(RESULT_SUFFIX)).items()


def arrivals(notification: Mapping[str, Any], files: UploadFiles) -> Iterator[Arrival]:
    """The files of an S3 notification, without folders and this product's own results. Keys are encoded as in a
    form."""
    for entry in notification["Records"]:
        described = entry["s3"]["object"]
        key = unquote_plus(described["key"])
        if key.endswith("/") or files.is_result(key, described["eTag"]):
            continue
        yield Arrival(
            key=key,
            etag=described["eTag"],
            size=described["size"],
            at=datetime.fromisoformat(entry["eventTime"]),
        )


def course_of(key: str) -> str:
    """The run of the file. Raises BadRequest `bad-object-key`."""
    prefix, _, rest = key.partition("/")
    course_id = parse_course_id(rest.partition("/")[0])
    if course_id is None:
        raise BadRequest("bad-object-key", f"The file is not under {prefix}/<course_id>/.", key=key)
    return course_id


def upload_id_of(course_id: str, arrival: Arrival, backend: Backend) -> str:
    """The id of the form's upload, or an id made from the arrival, so that a repeated notification finds the upload."""
    stem = arrival.key.rpartition("/")[2].removesuffix(".csv")
    # Only a form gives such a name. A file with any other name was copied.
    expected = backend.uploads.upload(course_id, stem) if _UPLOAD_ID.fullmatch(stem) else None
    if expected is not None and (
        expected.state is UploadState.WAITING or (expected.arrived_at, expected.etag) == (arrival.at, arrival.etag)
    ):
        return stem
    arrived = f"{arrival.key}\n{arrival.etag}\n{arrival.at.isoformat()}"
    return hashlib.sha256(arrived.encode()).hexdigest()[:32]
