"""Items of runs, uploads, webhooks and deliveries: every value comes back, under the names of every release."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.aws.run_items import CourseRunItem, run_from, run_item
from certificates.aws.upload_items import UploadItem, upload_from
from certificates.aws.webhook_items import (
    WebhookItem,
    delivery_expiry,
    delivery_from,
    delivery_item,
    webhook_attributes,
    webhook_from,
    webhook_item,
    webhook_key,
)
from certificates.rules.model import CourseRun, Display, Notices, Pacing
from certificates.rules.webhooks import (
    Delivery,
    DeliveryState,
    DeliveryTry,
    EndedBy,
    EventType,
    TryResult,
    Webhook,
    WebhookSettings,
)
from tests.unit.aws.samples import AT, COURSE, WEBHOOK
from tests.unit.aws.samples import FILE as BEGUN

LATER = AT + timedelta(days=1)

BARE = CourseRun(course_id=COURSE, title="Biology", organization="Fjord")
FULL = CourseRun(
    course_id=COURSE,
    title="Biology",
    organization="Fjord",
    pacing=Pacing.SELF,
    start=AT,
    end=LATER,
    passing_grade=Decimal("0.6"),
    automatic_generation=False,
    available_on=LATER,
    eligible_modes=frozenset({"verified", "honor"}),
    identity_required=True,
    fields={"hours": "40"},
    field_columns={"level": "Level"},
    valid_months=12,
    time_zone="Europe/Oslo",
    credential=False,
    notices=Notices.ALL,
    contact="team@example.org",
    self_generation=True,
    display=Display.END_WITH_DATE,
    bulk_issue_at=LATER,
    bulk_issue_by_hand=True,
    design_digest="d1",
    design_active=False,
    saved_by="omar",
    saved_at=AT,
    version=7,
)


@pytest.mark.parametrize("run", [BARE, FULL, replace(FULL, identity_required=False)])
def test_a_run_comes_back_as_it_was_stored(run: CourseRun) -> None:
    raw = run_item(run).raw()
    assert run_from(raw) == run
    assert (raw["pk"], raw["sk"], raw["kind"]) == (
        {"S": f"COURSE-RUN#{COURSE}"},
        {"S": "SETTINGS"},
        {"S": "course-run"},
    )


def test_a_run_is_stored_under_the_names_of_every_release() -> None:
    raw = run_item(FULL).raw()
    assert set(raw) == {
        *("pk", "sk", "kind", "course_id", "settings", "design_digest", "design_active", "version", "saved_by")
    }
    settings: Any = CourseRunItem.read(raw).settings
    assert settings["passing_grade"] == "0.6"
    assert settings["eligible_modes"] == ["honor", "verified"]
    assert settings["end"] == "2026-11-21T08:00:00.000125+00:00"
    assert (settings["pacing"], settings["display"], settings["notices"]) == ("self", "end_with_date", "all")
    assert "saved_by" not in run_item(BARE).raw()


def test_a_setting_that_an_earlier_release_did_not_write_has_its_default() -> None:
    raw = CourseRunItem(
        pk="a",
        sk="SETTINGS",
        course_id=COURSE,
        settings={"title": "Biology", "organization": "Fjord", "later": 1},
        design_digest="",
        design_active=True,
        version=0,
    ).raw()
    assert run_from(raw) == BARE


def upload(**values: Any) -> dict[str, Any]:
    usual = {
        "pk": "a",
        "sk": "b",
        "upload_id": "u1",
        "course_id": COURSE,
        "object_key": "exceptions/key.csv",
        "file_kind": "exceptions",
        "state": "processing",
        "uploaded_by": "omar",
        "created_at": AT,
    }
    return UploadItem(**usual | values).raw()


def test_an_upload_that_has_not_begun_has_no_progress() -> None:
    assert upload_from(upload()) == BEGUN
    zeros = dict.fromkeys(("cursor", "size", "next_row", "total", "rows"), 0)
    assert upload_from(upload(**zeros)) == replace(BEGUN, size=0, next_row=0, total=0)


def test_an_upload_has_its_progress_and_its_faults() -> None:
    progress: dict[str, Any] = {
        "cursor": 1,
        "size": 2,
        "next_row": 3,
        "total": 4,
        "rows": 5,
        "applied": 6,
        "unchanged": 7,
        "rejected": 8,
        "etag": "e",
        "report_parts": 9,
        "report_key": "reports/key.csv",
        "finished_at": LATER,
        "taken_back_at": LATER,
        "problem": {"reason": "broken"},
    }
    stored = upload(**progress, chosen_name="names.csv", reported_at=LATER)
    fault = {"M": {"row": {"N": "3"}, "reason": {"S": "unknown-learner"}}}
    stored |= {"errors": {"L": [fault]}, "row_warnings": {"L": [fault, fault]}}
    plain = {"row": 3, "reason": "unknown-learner"}
    assert upload_from(stored) == replace(
        BEGUN, **progress, name="names.csv", arrived_at=LATER, errors=(plain,), warnings=(plain, plain)
    )


ENDED = replace(
    WEBHOOK,
    owner="",
    settings=WebhookSettings(
        address="https://receiver.example",
        description="ours",
        events=frozenset({EventType.SHOWN, EventType.ISSUED}),
        on=False,
    ),
    sealed_before="before",
    both_until=LATER,
    ended_by=EndedBy.FAILING,
    ended_at=AT,
    failing_since=AT - timedelta(days=3),
    failed_at=AT - timedelta(days=1),
    unanswered=4,
    resting_until=LATER + timedelta(days=1),
)


@pytest.mark.parametrize("webhook", [WEBHOOK, ENDED])
def test_a_webhook_comes_back_as_it_was_stored(webhook: Webhook) -> None:
    raw = webhook_item(webhook).raw()
    assert webhook_from(raw) == webhook
    assert (raw["pk"], raw["sk"]) == ({"S": f"WEBHOOKS#{webhook.owner}"}, {"S": "WEBHOOK#w1"})
    assert webhook_key(webhook.owner, "w1") == (raw["pk"]["S"], raw["sk"]["S"])


def test_a_webhook_is_stored_under_the_names_of_every_release() -> None:
    assert webhook_attributes(ENDED) == {
        "address": "https://receiver.example",
        "description": "ours",
        "event_types": ["certificate.issued", "certificate.shown"],
        "is_on": False,
        "sealed": "sealed",
        "sealed_before": "before",
        "both_until": LATER,
        "ended_by": "failing",
        "ended_at": AT,
        "failing_since": AT - timedelta(days=3),
        "failed_at": AT - timedelta(days=1),
        "unanswered": 4,
        "resting_until": LATER + timedelta(days=1),
    }
    none = ("description", "sealed_before", "both_until", "ended_by", "ended_at", "failing_since", "failed_at")
    assert {name for name, value in webhook_attributes(WEBHOOK).items() if value is None} == {
        *none,
        *("unanswered", "resting_until"),
    }
    assert set(webhook_attributes(WEBHOOK)) | {"pk", "sk", "created_by", "created_at"} <= set(
        WebhookItem.get_attributes()
    )


EVENT = {"user_id": "7", "course_id": COURSE, "learner": {"name": "Zoë"}}
TRIES = (
    DeliveryTry(at=AT, result=TryResult.REFUSED, status=500, milliseconds=12, said="no"),
    DeliveryTry(at=LATER, result=TryResult.NO_CONNECTION),
)
DELIVERY = Delivery(webhook_id="w1", message_id="m1", event_type="certificate.issued", occurred_at=AT, event=EVENT)
TRIED = replace(
    DELIVERY,
    state=DeliveryState.FAILED,
    series=2,
    tried=3,
    in_hand_until=AT,
    next_try_at=LATER,
    tries=TRIES,
)


@pytest.mark.parametrize("delivery", [DELIVERY, TRIED])
def test_a_delivery_comes_back_as_it_was_stored(delivery: Delivery) -> None:
    raw = delivery_item(delivery, AT).raw()
    assert delivery_from(raw) == delivery
    assert (raw["pk"], raw["sk"]) == ({"S": "WEBHOOK#w1"}, {"S": "DELIVERY#20261120T080000.000125Z~m1"})
    assert ("tries" in raw) is bool(delivery.tries)


def test_the_learner_of_an_event_is_stored_apart_so_that_it_can_be_removed() -> None:
    raw = delivery_item(DELIVERY, AT).raw()
    assert raw["user_id"] == {"S": "7"}
    assert "Zo" not in raw["event"]["S"]
    del raw["learner"]
    assert delivery_from(raw).event == {**EVENT, "learner": None}
    assert "learner" in EVENT
    without = delivery_item(replace(DELIVERY, event={"test": True}), AT).raw()
    assert not {"user_id", "learner"} & set(without)


def test_a_delivery_is_kept_for_thirty_days() -> None:
    assert delivery_expiry(AT) == int((AT + timedelta(days=30)).timestamp())
    assert delivery_item(DELIVERY, AT).raw()["expires_at"] == {"N": str(delivery_expiry(AT))}
