"""Takes an exception file back: removes every entry that is still the file's own, as staff remove an entry.

After a crash, the next call removes the entries that are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from certificates.backend import Backend
from certificates.errors import Busy, Conflict, NotFound
from certificates.exception_list.entries import remove_exception
from certificates.rules.model import Learner
from certificates.telemetry import logger
from certificates.uploads.forms import UploadKind, read_upload

MOST_AT_ONCE = 1000
"""Entries that one call removes, each with its decision: as many as a request has time for."""

_THREADS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedEntries:
    """The learners whose entries were removed now, and whether entries remain for another call."""

    removed: list[Learner]
    more: bool


def take_back(course_id: str, upload_id: str, *, by: str, backend: Backend, now: datetime) -> RemovedEntries:
    """Remove the entries that an upload added. Raises NotFound `unknown-upload`, Conflict `upload-not-finished`."""
    upload = read_upload(course_id, upload_id, UploadKind.EXCEPTIONS, backend=backend)
    if not upload.has_ended:
        # A form works for an hour. Its file may be on the way, and its rows would be added after they were taken back.
        raise Conflict(
            "upload-not-finished", "The file has not arrived, or is still being read. Take it back when it is done."
        )
    user_ids = list(islice(_added(course_id, upload_id, backend), MOST_AT_ONCE + 1))
    learners = backend.learners.learners(user_ids[:MOST_AT_ONCE])
    with ThreadPoolExecutor(_THREADS) as pool:
        removed = list(pool.map(partial(_is_removed, course_id, by, backend, now), user_ids[:MOST_AT_ONCE]))
    more = len(user_ids) > MOST_AT_ONCE or not all(removed)
    if not more:
        backend.uploads.mark_taken_back(upload, now)
    logger.info("upload taken back", extra={"upload_id": upload_id, "removed": sum(removed), "more": more})
    removed_ids = [user_id for user_id, done in zip(user_ids[:MOST_AT_ONCE], removed, strict=True) if done]
    return RemovedEntries(removed=[learners[user_id] for user_id in removed_ids if user_id in learners], more=more)


def _added(course_id: str, upload_id: str, backend: Backend) -> Iterator[str]:
    for entry in backend.listing.walk(course_id, "EXCEPTION", attributes=("origin",)):
        if entry.text("origin").startswith(f"{upload_id}#"):
            yield entry.user_id


def _is_removed(course_id: str, by: str, backend: Backend, now: datetime, user_id: str) -> bool:
    try:
        remove_exception(course_id, user_id, by=by, backend=backend, now=now)
    except NotFound:
        # The index is behind the table: the entry was removed already.
        return True
    except Busy:
        return False
    return True
