"""Structured logs and metrics of a running function. They have ids and reasons, never names or grades."""

from __future__ import annotations

import re
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.package_logger import set_package_logger_handler

from certificates.errors import MailNotSetUp, MailRefused, MissingSetting, Refusal, TurnedAway

if TYPE_CHECKING:
    from certificates.rules.eligibility import Decision
    from certificates.rules.history import Trigger
    from certificates.rules.jobs import Job
    from certificates.rules.webhooks import Delivery, DeliveryTry, Webhook

# Most requests decide nothing, and need no warning about missing metrics.
warnings.filterwarnings("ignore", "No application metrics to publish")

# Powertools' own log may have names from events. Importing the whole of Powertools would keep it out in the same way.
set_package_logger_handler()  # type: ignore[no-untyped-call]

# The service is the stack (POWERTOOLS_SERVICE_NAME): it separates two stacks of one account.
logger = Logger(use_rfc3339=True)
metrics = Metrics(namespace="Certificates")


def decided(decision: Decision, trigger: Trigger, course_id: str, user_id: str) -> None:
    """One decision about one learner: a line of log, and a count by trigger, outcome and reason."""
    logger.info(
        "decided",
        extra={
            "course_id": course_id,
            "user_id": user_id,
            "trigger": trigger.value,
            "outcome": decision.outcome.value,
            "reason": decision.reason.value,
        },
    )
    name = f"Decisions.{decision.outcome.value}.{decision.reason.value}"
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)


def invalidated(course_id: str, user_id: str) -> None:
    """Staff invalidated one certificate."""
    logger.info("invalidated", extra={"course_id": course_id, "user_id": user_id})
    metrics.add_metric(name="Invalidations", unit=MetricUnit.Count, value=1)


def mailed(course_id: str, user_id: str, ended: str) -> None:
    """The outcome of one mail to a learner, or the reason for no mail."""
    logger.info("mailed", extra={"course_id": course_id, "user_id": user_id, "ended": ended})
    metrics.add_metric(name=f"Mails.{ended}", unit=MetricUnit.Count, value=1)


def mail_waits(why: str) -> None:
    """SES accepts no mail at present. The mail is sent later."""
    logger.warning("mail waits", extra={"call": why})
    metrics.add_metric(name="MailsWaiting", unit=MetricUnit.Count, value=1)


def message_failed(error: BaseException) -> None:
    """One message of a queue or a stream failed. The function ends without an error then: Lambda counts none."""
    logger.error("message failed", extra={"errors": _ways_to(error)})
    metrics.add_metric(name="MessagesFailed", unit=MetricUnit.Count, value=1)


def request_failed(error: BaseException) -> None:
    """An error of a request over HTTP. The caller gets a page or a problem about it, so the function ends without an
    error: Lambda counts none.
    """
    logger.error("request failed", extra={"errors": _ways_to(error)})
    metrics.add_metric(name="RequestsFailed", unit=MetricUnit.Count, value=1)


def function_failed(error: BaseException) -> None:
    """The function ends with an error, which Lambda counts."""
    logger.error("function failed", extra={"errors": _ways_to(error)})


def learner_failed(course_id: str, user_id: str, error: BaseException) -> None:
    """One learner of a job or of an exception file failed. The others go on, and staff see the learner in a list."""
    logger.error("learner failed", extra={"course_id": course_id, "user_id": user_id, "errors": _ways_to(error)})


def _ways_to(error: BaseException) -> list[dict[str, object]]:
    """Type and place of an error and of the errors behind it. Their messages are left out: they may have what a person
    typed, or a name from a file.
    """
    return [_way_to(each) for each in _chain(error)]


_CODE_OF_S3 = re.compile(r"<Code>(\w{1,64})</Code>")
"""S3's answer is the message of obstore's errors."""


def _way_to(error: BaseException) -> dict[str, object]:
    about: dict[str, object] = {"type": type(error).__qualname__}
    if isinstance(error, Refusal):
        # Both are words of the code: the reason, and the field of a malformed event.
        about |= {"reason": error.reason, **({"field": error.values["field"]} if "field" in error.values else {})}
    if isinstance(error, TurnedAway | MissingSetting | MailRefused | MailNotSetUp):
        about["code"] = error.code
    if found := _CODE_OF_S3.search(str(error)):
        about["code"] = found[1]
    answer = getattr(error, "response", None)
    if isinstance(answer, dict) and "Error" in answer:
        # botocore's: the code of the service, such as AccessDeniedException.
        about |= {"code": answer["Error"].get("Code"), "call": getattr(error, "operation_name", None)}
    frames = traceback.extract_tb(error.__traceback__)
    return about | {"frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]}


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and the errors behind it."""
    each: BaseException | None = error
    while each is not None:
        yield each
        each = each.__cause__ or each.__context__


def lms_not_read(course_id: str, why: str) -> None:
    """The learners of a run could not be read from the LMS: it did not answer for an hour, or it refused."""
    logger.warning("the LMS could not be read", extra={"course_id": course_id, "why": why})
    metrics.add_metric(name="LmsNotRead", unit=MetricUnit.Count, value=1)


def left_behind(documents: Sequence[str], why: str) -> None:
    """Documents that no certificate names still exist. They are removed later. Their keys have only ids."""
    logger.warning("documents left behind", extra={"documents": list(documents), "why": why})
    metrics.add_metric(name="DocumentsLeftBehind", unit=MetricUnit.Count, value=len(documents))


def worked(job: Job, shard: int, outcomes: Mapping[str, int]) -> None:
    """One batch of a job: a line of log, and a count by kind of job and outcome."""
    kind = job.selection.kind.value
    keys = {"course_id": job.course_id, "job_id": job.job_id, "shard": shard, "batch": job.parts[shard].batches}
    logger.info("batch done", extra={**keys, "outcomes": dict(outcomes)})
    for outcome, count in outcomes.items():
        metrics.add_metric(name=f"Jobs.{kind}.{outcome}", unit=MetricUnit.Count, value=count)


def webhook_tried(webhook: Webhook, delivery: Delivery, made: DeliveryTry) -> None:
    """One try to deliver. A webhook's address may have a password, and an answer may have anything: neither is
    logged."""
    keys = {"course_id": webhook.owner, "webhook_id": webhook.webhook_id, "change_id": delivery.message_id}
    told = {"result": made.result.value, "status": made.status, "tried": delivery.tried, "ms": made.milliseconds}
    logger.info("webhook tried", extra={**keys, **told})
    metrics.add_metric(name=f"Webhooks.{made.result.value}", unit=MetricUnit.Count, value=1)


def webhook_ended(webhook: Webhook) -> None:
    """A webhook was ended by the product, see `EndedBy`. An alarm tells the operator, the page tells staff."""
    keys = {"course_id": webhook.owner, "webhook_id": webhook.webhook_id}
    logger.warning("webhook ended", extra={**keys, "ended_by": webhook.ended_by and webhook.ended_by.value})
    metrics.add_metric(name="WebhooksEnded", unit=MetricUnit.Count, value=1)
