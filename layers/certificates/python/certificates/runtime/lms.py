"""The parts that read the operator's LMS."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from certificates.runtime.settings import setting

if TYPE_CHECKING:
    from certificates.lms_api.connection import LmsConnection
    from certificates.reconciliation.means import Reconciling


def lms_connection() -> LmsConnection | None:
    """The connection to the operator's LMS, None without one."""
    base_url = setting("LMS_BASE_URL")
    if not base_url:
        return None
    from certificates.aws.secrets import secret_text
    from certificates.lms_api.connection import LmsConnection
    from certificates.lms_api.secret import KeptSecret

    return LmsConnection(
        base_url=base_url,
        studio_url=setting("STUDIO_BASE_URL"),
        secrets=KeptSecret(partial(secret_text, setting("LMS_SECRET_ARN"))),
        shrink_percent=int(setting("LMS_SHRINK_PERCENT")),
    )


def reconciling() -> Reconciling | None:
    """The parts that read whole runs from the LMS, None without an LMS."""
    if not setting("LMS_BASE_URL"):
        return None
    from certificates.aws.queues import ReconciliationQueue
    from certificates.aws.reconciliation_store import ReconciliationStore
    from certificates.aws.records_store import RecordsStore
    from certificates.aws.stage import Stage
    from certificates.reconciliation.means import Reconciling

    queue = ReconciliationQueue(setting("RECONCILIATION_QUEUE_URL"))
    return Reconciling(ReconciliationStore(), RecordsStore(), Stage(setting("BUCKET_NAME")), queue)
