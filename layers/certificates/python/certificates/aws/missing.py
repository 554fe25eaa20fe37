"""Tells a missing object from a forbidden one."""

from __future__ import annotations

from certificates.aws.clients import s3


def is_missing(code: str, bucket: str, key: str) -> bool:
    """Whether a failed GetObject means that the object is missing. Raises ClientError if this cannot be found out.

    S3 says "no such key" only to callers who may list the whole bucket. To all others a missing object is "access
    denied", like a forbidden one. No function may list the bucket, but each may list what begins with its own keys.
    """
    if code == "AccessDenied":
        found = s3().list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
        return [entry["Key"] for entry in found] != [key]
    return code == "NoSuchKey"
