"""Certificates that were issued early: they wait until they are shown, and then one change is sent for each. Every
minute, the function looks for runs that show their certificates now, because their date has come or staff changed their
settings. It stores for each waiting certificate that it is shown, and the table's stream makes the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from certificates.notices.change import CertificateChange, ChangeType
from certificates.paging import batched
from certificates.rules.model import Certificate, Status
from certificates.rules.visibility import is_shown
from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.certificate_store import CertificateStore
    from certificates.aws.listing_store import ListingStore
    from certificates.aws.run_store import RunStore
    from certificates.aws.waiting_store import WaitingRun, WaitingStore

PAGE = 100
_THREADS = 16


@dataclass(frozen=True, slots=True)
class Showing:
    runs: RunStore
    certificates: CertificateStore
    waiting: WaitingStore
    listing: ListingStore


def wait_to_be_shown(changes: Iterable[CertificateChange], waiting: WaitingStore, now: datetime) -> None:
    """Store the certificates that are valid from now on and not shown yet: they wait."""
    begun = {ChangeType.ISSUED, ChangeType.REVALIDATED}
    hidden = [each for each in changes if each.type in begun and not each.shown]
    if hidden:
        waiting.wait([(each.course_id, each.user_id, each.revision) for each in hidden], now)


def show_due(showing: Showing, *, now: datetime, out_of_time: Callable[[], bool]) -> int:
    """Show the waiting certificates of runs that show their certificates now. Returns their number. The next call
    continues with the rest."""
    waiting = showing.waiting.runs()
    runs = showing.runs.runs_by_id(each.course_id for each in waiting)
    shown = 0
    for each in waiting:
        run = runs.get(each.course_id)
        if run is None or not is_shown(run, now):
            continue
        count, complete = _show_run(each, showing, now, out_of_time)
        shown += count
        if not complete:
            break
    return shown


def _show_run(run: WaitingRun, showing: Showing, now: datetime, out_of_time: Callable[[], bool]) -> tuple[int, bool]:
    """The number of certificates that are shown now, and whether none is left."""
    count = 0
    for user_ids in batched(showing.waiting.learners(run.course_id), PAGE):
        if out_of_time():
            return count, False
        count += _show_page(run.course_id, user_ids, showing, now)
    showing.waiting.done(run, now)
    if count:
        logger.info("shown", extra={"course_id": run.course_id, "certificates": count})
    return count, True


def _show_page(course_id: str, user_ids: Sequence[str], showing: Showing, now: datetime) -> int:
    held = showing.certificates.held((course_id, user_id) for user_id in user_ids)

    def show(user_id: str) -> bool:
        certificate: Certificate | None = held.get((course_id, user_id))
        if certificate is None or certificate.status is not Status.DOWNLOADABLE:
            showing.waiting.stop(course_id, user_id)
            return False
        return showing.waiting.show(course_id, user_id, certificate.revision, now)

    with ThreadPoolExecutor(_THREADS) as pool:
        return sum(pool.map(show, user_ids))
