"""The settings and the clock of a running function, and the backend made of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from certificates.errors import MissingSetting

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from certificates.aws.credentials import Credentials
    from certificates.aws.job_results import JobResults
    from certificates.aws.job_store import JobStore
    from certificates.aws.queues import JobQueue, MailQueue
    from certificates.aws.report_writer import ReportWriter
    from certificates.aws.schedules import Schedules
    from certificates.aws.upload_store import UploadStore
    from certificates.backend import Backend
    from certificates.exception_list.file import ExceptionFiles
    from certificates.lms.records import Records
    from certificates.lms_api.connection import LmsConnection
    from certificates.notices.means import Mailing
    from certificates.notices.pacing import Pace
    from certificates.notices.showing import Showing
    from certificates.notices.telling import Receivers
    from certificates.notices.webhook_means import DeliveryMeans, WebhookMeans
    from certificates.reconciliation.means import Reconciling

_Part = TypeVar("_Part")


def now() -> datetime:
    return datetime.now(UTC)


def out_of_time(context: LambdaContext, reserve_ms: int) -> Callable[[], bool]:
    """Tells whether less than `reserve_ms` milliseconds are left to the invocation."""
    return lambda: context.get_remaining_time_in_millis() < reserve_ms


def setting(name: str) -> str:
    """A setting of the function's environment. Raises MissingSetting."""
    if name not in os.environ:
        raise MissingSetting(name)
    return os.environ[name]


def _time_zone(name: str) -> str:
    """Raises ValueError if IANA has no such zone: a function that would show wrong days must not start."""
    from certificates.rules.days import is_zone

    if name != "UTC" and not is_zone(name):
        raise ValueError(f"TIME_ZONE: there is no time zone {name}")
    return name


def _modes(listed: str) -> frozenset[str]:
    """Enrollment modes, separated by commas, as people write them: with blanks and capitals."""
    return frozenset(filter(None, (mode.strip().lower() for mode in listed.split(","))))


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
    from certificates.rules.model import Site

    documents = Documents(setting("BUCKET_NAME"))
    secret, public = setting("VERIFY_SECRET").encode(), setting("PUBLIC_BASE_URL") or base_url
    credentials = credentials_at(public)
    return Backend(
        site=Site(
            identity_required=setting("IDENTITY_REQUIRED") == "true",
            time_zone=_time_zone(setting("TIME_ZONE")),
            sends_mail=setting("MAIL_FROM") != "",
            modes_without_certificate=_modes(setting("MODES_WITHOUT_CERTIFICATE")),
        ),
        secret=secret,
        base_url=public,
        certificates=CertificateStore(partial(name_fits, documents)),
        learners=LearnerStore(setting("VERIFY_SECRET").encode()),
        runs=RunStore(),
        documents=documents,
        renderer=Renderer(setting("RENDERER_FUNCTION"), documents, credentials),
        credentials=credentials,
        gives_credentials=setting("CREDENTIALS") == "true",
        report_writer=_at_first_use(partial(_writer_of_parts, setting("REPORT_WRITER_FUNCTION"))),
        uploads=_at_first_use(_uploads),
        jobs=_at_first_use(_jobs),
        job_queue=_at_first_use(partial(_job_queue, setting("JOBS_QUEUE_URL"))),
        job_results=_at_first_use(partial(_job_results, setting("BUCKET_NAME"))),
        schedules=_at_first_use(
            partial(
                _schedules,
                group=setting("SCHEDULE_GROUP"),
                role=setting("SCHEDULE_ROLE"),
                target=setting("SCHEDULE_TARGET"),
                dead_letters=setting("SCHEDULE_DEAD_LETTERS"),
            )
        ),
        lms=_lms(),
        reconciling=_reconciling(),
    )


class _AtFirstUse:
    """Stands for a part of the backend that is imported and made at its first use: no learner's request uses it.

    The settings are read before: a function whose setting is missing must not start.
    """

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> object:
        return self._make()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)


def _at_first_use(make: Callable[[], _Part]) -> _Part:
    return cast("_Part", _AtFirstUse(make))


def _writer_of_parts(function: str) -> ReportWriter:
    from certificates.aws.report_writer import ReportWriter

    return ReportWriter(function)


def _uploads() -> UploadStore:
    from certificates.aws.upload_store import UploadStore

    return UploadStore()


def _jobs() -> JobStore:
    from certificates.aws.job_store import JobStore

    return JobStore()


def _job_queue(url: str) -> JobQueue:
    from certificates.aws.queues import JobQueue

    return JobQueue(url)


def _job_results(bucket: str) -> JobResults:
    from certificates.aws.job_results import JobResults

    return JobResults(bucket)


def _schedules(**names: str) -> Schedules:
    from certificates.aws.schedules import Schedules

    return Schedules(**names)


def _lms() -> LmsConnection | None:
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


def _reconciling() -> Reconciling | None:
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


@cache
def credentials_at(base_url: str) -> Credentials:
    """The maker of credentials with this address."""
    from certificates.aws.credentials import Credentials
    from certificates.aws.signing_keys import SigningKeyStore
    from certificates.aws.status_lists import StatusListStore

    keys = SigningKeyStore(setting("SEALING_KEY"))
    return Credentials(keys, StatusListStore(base_url, keys))


@cache
def records() -> Records:
    """The parts beside the backend that functions for the LMS's files and events use."""
    from certificates.aws.queues import UploadQueue
    from certificates.aws.records_store import RecordsStore
    from certificates.aws.upload_files import UploadFiles
    from certificates.lms.records import Records

    files = UploadFiles(setting("BUCKET_NAME"), "records")
    return Records(RecordsStore(), files, UploadQueue(setting("RECORDS_QUEUE_URL")))


@cache
def exception_files() -> ExceptionFiles:
    """The parts beside the backend that the function for exception files uses."""
    from certificates.aws.queues import DecisionQueue, UploadQueue
    from certificates.aws.upload_files import UploadFiles
    from certificates.exception_list.file import ExceptionFiles

    files = UploadFiles(setting("BUCKET_NAME"), "exceptions")
    return ExceptionFiles(files, UploadQueue(setting("FILES_QUEUE_URL")), DecisionQueue(setting("DECISIONS_QUEUE_URL")))


@cache
def showing() -> Showing:
    """The parts for showing certificates that were issued early."""
    from certificates.aws.certificate_store import CertificateStore
    from certificates.aws.run_store import RunStore
    from certificates.aws.waiting_store import WaitingStore
    from certificates.notices.showing import Showing

    return Showing(RunStore(), CertificateStore(), WaitingStore())


@cache
def receivers() -> Receivers:
    """The receivers of changes of certificates."""
    from certificates.aws.change_bus import ChangeBus
    from certificates.aws.learner_store import LearnerStore
    from certificates.aws.queues import NoticeQueue
    from certificates.notices.own_events import SOURCE
    from certificates.notices.telling import Receivers

    bus, mail, webhooks = setting("CHANGE_BUS"), setting("MAIL_QUEUE_URL"), setting("WEBHOOK_QUEUE_URL")
    return Receivers(
        showing=showing(),
        learners=LearnerStore(),
        base_url=setting("PUBLIC_BASE_URL"),
        bus=ChangeBus(bus, SOURCE) if bus else None,
        as_open_edx=setting("OPEN_EDX_EVENTS") == "true",
        mail=NoticeQueue(mail) if mail else None,
        webhooks=NoticeQueue(webhooks) if webhooks else None,
        personal_data=setting("EVENT_PERSONAL_DATA") == "true",
    )


@cache
def webhooks() -> WebhookMeans | None:
    """The parts for managing webhooks, None if the operator has not switched webhooks on."""
    if not setting("WEBHOOK_QUEUE_URL"):
        return None
    from certificates.aws.webhook_queue import WebhookQueue
    from certificates.aws.webhook_secrets import WebhookSecrets
    from certificates.aws.webhook_store import WebhookStore
    from certificates.notices.webhook_means import WebhookMeans

    return WebhookMeans(
        store=WebhookStore(),
        secrets=WebhookSecrets(setting("SEALING_KEY")),
        queue=WebhookQueue(setting("WEBHOOK_QUEUE_URL")),
        loopback=setting("WEBHOOK_LOOPBACK") == "true",
    )


@cache
def webhook_deliveries() -> DeliveryMeans:
    """The parts for delivering to webhooks. Raises LookupError if webhooks are off."""
    from certificates.aws.queues import NoticeQueue
    from certificates.aws.webhook_queue import TrySchedules
    from certificates.notices.webhook_means import DeliveryMeans
    from certificates.notices.webhook_posting import Poster

    managed = webhooks()
    if managed is None:
        raise LookupError("webhooks are off, and there is one to deliver to")
    return DeliveryMeans(
        webhooks=managed,
        schedules=TrySchedules(
            group=setting("TRY_SCHEDULE_GROUP"),
            role=setting("TRY_SCHEDULE_ROLE"),
            target=setting("WEBHOOK_QUEUE_ARN"),
            dead_letters=setting("TRY_DEAD_LETTERS"),
        ),
        poster=Poster(loopback=managed.loopback),
        base_url=setting("PUBLIC_BASE_URL"),
        mail=NoticeQueue(setting("MAIL_QUEUE_URL")) if setting("MAIL_QUEUE_URL") else None,
    )


def mailing(base_url: str = "") -> Mailing | None:
    """The parts for sending mail, None if the operator has set no sender. `base_url` as for `backend`."""
    return mailing_in_use(base_url) if setting("MAIL_FROM") else None


@cache
def mailing_in_use(base_url: str = "") -> Mailing:
    """The parts for sending mail, for a function that exists only with a sender."""
    from datetime import timedelta

    from certificates.aws.mail import Postman
    from certificates.aws.mail_store import MailStore
    from certificates.notices.means import Mailing

    made = backend(base_url)
    return Mailing(
        mails=MailStore(),
        postman=Postman(setting("MAIL_FROM"), setting("SITE_NAME"), setting("MAIL_CONFIGURATION_SET")),
        documents=made.documents,
        runs=made.runs,
        learners=made.learners,
        jobs=made.jobs,
        site=made.site,
        site_name=setting("SITE_NAME"),
        linkedin_id=setting("LINKEDIN_ORGANIZATION_ID"),
        base_url=made.base_url,
        secret=made.secret,
        delay=timedelta(seconds=int(setting("MAIL_DELAY_SECONDS"))),
    )


@cache
def mail_queue() -> MailQueue:
    from certificates.aws.queues import MailQueue

    return MailQueue(setting("MAIL_QUEUE_URL"))


@cache
def pace() -> Pace:
    """The pace of a warm function. It is kept from one message to the next."""
    from certificates.notices.pacing import Pace

    return Pace(float(setting("MAIL_RATE")))
