"""The signing keys are replaced: from now on credentials and status lists are signed with new ones."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from certificates.credentials.status_lists import sign_all
from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.credentials import Credentials


def rotate_keys(credentials: Credentials, *, now: datetime) -> list[str]:
    """Make new keys, and sign every status list with them: the public keys, the new two first, then retired ones.

    Retired keys stay in the issuer's document: what they signed stays good. A crash before the lists are signed leaves
    lists that the old keys signed, which verifiers take too. Raises Raced when somebody else rotates just now.
    """
    keys = credentials.keys.rotate(now)
    logger.info("signing keys rotated", extra={"public_keys": [key.multikey for key in keys]})
    sign_all(credentials.lists, now=now)
    return [key.multikey for key in keys]
