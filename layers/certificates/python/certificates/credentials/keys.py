"""Replaces the signing keys: new keys sign credentials and status lists from now on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from certificates.credentials.status_lists import sign_all
from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.credentials import Credentials


def rotate_keys(credentials: Credentials, *, now: datetime) -> list[str]:
    """Make new keys, and sign every status list with them. Returns the public keys: the two new ones, then the retired
    ones.

    Retired keys stay in the issuer's document, so their signatures stay valid. After a crash, some lists still have
    signatures of the old keys, which verifiers accept. Raises Raced when somebody else rotates at the same time.
    """
    keys = credentials.keys.rotate(now)
    logger.info("signing keys rotated", extra={"public_keys": [key.multikey for key in keys]})
    sign_all(credentials.lists, now=now)
    return [key.multikey for key in keys]
