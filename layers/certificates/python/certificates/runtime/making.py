"""Makes the backend of a warm function from its settings."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from certificates.runtime.first_use import (
    at_first_use,
    job_queue,
    job_results,
    job_store,
    listing_store,
    schedules,
    upload_store,
    writer_of_parts,
)
from certificates.runtime.lms import lms_connection, reconciling
from certificates.runtime.settings import setting, site_settings

if TYPE_CHECKING:
    from certificates.aws.credentials import Credentials
    from certificates.backend import Backend


@cache
def backend(base_url: str = "") -> Backend:
    """The real backend, made once for each warm function.

    `base_url` is the address of this function's API. The operator's PUBLIC_BASE_URL has priority.
    """
    from certificates.aws.certificate_store import CertificateStore
    from certificates.aws.documents import Documents
    from certificates.aws.learner_store import LearnerStore
    from certificates.aws.renderer import Renderer, name_fits
    from certificates.aws.run_store import RunStore
    from certificates.backend import Backend

    documents = Documents(setting("BUCKET_NAME"))
    secret, public = setting("VERIFY_SECRET").encode(), setting("PUBLIC_BASE_URL") or base_url
    credentials = credentials_at(public)
    return Backend(
        site=site_settings(),
        secret=secret,
        base_url=public,
        certificates=CertificateStore(partial(name_fits, documents)),
        learners=LearnerStore(setting("VERIFY_SECRET").encode()),
        runs=RunStore(),
        listing=at_first_use(listing_store),
        documents=documents,
        renderer=Renderer(setting("RENDERER_FUNCTION"), documents, credentials),
        credentials=credentials,
        gives_credentials=setting("CREDENTIALS") == "true",
        report_writer=at_first_use(partial(writer_of_parts, setting("REPORT_WRITER_FUNCTION"))),
        uploads=at_first_use(upload_store),
        jobs=at_first_use(job_store),
        job_queue=at_first_use(partial(job_queue, setting("JOBS_QUEUE_URL"))),
        job_results=at_first_use(partial(job_results, setting("BUCKET_NAME"))),
        schedules=at_first_use(
            partial(
                schedules,
                group=setting("SCHEDULE_GROUP"),
                role=setting("SCHEDULE_ROLE"),
                target=setting("SCHEDULE_TARGET"),
                dead_letters=setting("SCHEDULE_DEAD_LETTERS"),
            )
        ),
        lms=lms_connection(),
        reconciling=reconciling(),
    )


@cache
def credentials_at(base_url: str) -> Credentials:
    """The maker of credentials with this address."""
    from certificates.aws.credentials import Credentials
    from certificates.aws.signing_keys import SigningKeyStore
    from certificates.aws.status_lists import StatusListStore

    keys = SigningKeyStore(setting("SEALING_KEY"))
    return Credentials(keys, StatusListStore(base_url, keys))
