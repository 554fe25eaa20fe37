"""Every message has one writer and one reader. A message of a newer release waits for a release that can read it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from certificates import messages
from certificates.aws.certificate_store import CertificateStore
from certificates.aws.listing_store import ListingStore
from certificates.aws.reads import get_items
from certificates.aws.table import FORM, learner_key
from certificates.errors import UnknownVersion
from certificates.messages import credentials, lms, notices, rendering, versions, work
from certificates.messages.function import FunctionFailed
from certificates.rendering.flaws import design_flaw
from tests.contracts.cloud import cloud
from tests.handlers.lms_events import sqs_event
from tests.moto_cloud import client_of
from tests.people import COURSE, enroll, make_run

WRITTEN: list[Any] = [
    work.ShardWork(COURSE, "20261120T120000000000Z", 3),
    work.LearnersToDecide(COURSE, ("1", "2"), "ines"),
    work.FileToReadOn(COURSE, "0" * 32),
    work.IssuanceDue(COURSE, datetime(2026, 12, 1, tzinfo=UTC)),
    work.ReportPart(COURSE, 3, "reports/1/03.csv"),
    work.DocumentsToSweep("certificates/0"),
    work.LearnerToForget("5101", ("table", "RUN#1", "HISTORY#1")),
    rendering.Rendering("compile", "0" * 64),
    rendering.Rendering("preview", "0" * 64, "previews/1.pdf"),
    rendering.Rendering("render", "0" * 64, "certificates/1.pdf", "{}"),
    rendering.Rendering("render", "0" * 64, "certificates/1.pdf", "{}", (["a.json", "application/vc", "A", "e30="],)),
    notices.WebhookToTell(COURSE, "0" * 32, "gone", "ines", datetime(2026, 12, 1, tzinfo=UTC)),
    notices.DeliveryToTry(COURSE, "0" * 32, "20261124T080000.000000Z~1-1", 1, 3),
    credentials.ListsToSign(),
    notices.WaitingToShow(),
    notices.EarlyToFind(COURSE),
    credentials.ChangedLists(("0-1", "3-2")),
    notices.ChangeToTell({"id": "0" * 32 + "-1", "type": "issued"}),
    notices.JobToTell(COURSE, "20261129T020000000000Z"),
    notices.MailToSendAgain(COURSE, "5101", "issued", 1),
    credentials.KeysToRotate(),
    rendering.Rendered(warnings=("style.css:3: no such property",)),
    rendering.Rendered(refused="No font has a glyph for U+1F41F."),
    rendering.Rendered.refusing(design_flaw("unknown-slot", attribute="data-slot", value="nmae").at("template.html:3")),
    lms.ReconciliationStep(COURSE, "20261129T020000000000Z", 3),
    lms.ReconciliationToBegin(COURSE, "20261129T020000000000Z", "ines"),
    lms.LearnerToReadAgain(COURSE, "42", None),
    lms.LearnerToReadAgain(COURSE, None, "mira", tries=2, news_at=datetime(2026, 11, 29, 2, tzinfo=UTC)),
]


def test_every_kind_of_message_is_here() -> None:
    modules = [import_module(f"certificates.messages.{module.name}") for module in iter_modules(messages.__path__)]
    values = [value for module in modules for value in vars(module).values()]
    kinds = {value for value in values if isinstance(value, type) and hasattr(value, "from_json")}
    assert {type(message) for message in WRITTEN} == kinds


@pytest.mark.parametrize("message", WRITTEN, ids=lambda message: type(message).__name__)
def test_a_message_is_read_as_it_was_written_and_says_its_version(message: Any) -> None:
    written = message.to_json()
    assert written["version"] == versions.VERSION
    assert type(message).from_json(written) == message


@pytest.mark.parametrize("message", WRITTEN, ids=lambda message: type(message).__name__)
def test_a_message_without_version_is_of_the_first(message: Any) -> None:
    written = message.to_json()
    del written["version"]
    assert type(message).from_json(written) == message


@pytest.mark.parametrize("version", [versions.VERSION + 1, 0, "1", None])
@pytest.mark.parametrize("message", WRITTEN, ids=lambda message: type(message).__name__)
def test_a_message_of_an_unknown_version_is_refused(message: Any, version: Any) -> None:
    with pytest.raises(UnknownVersion, match=f"{type(message).__name__} of version {version}"):
        type(message).from_json({**message.to_json(), "version": version})


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("certificate_issuance", WRITTEN[0]),
        ("exception_processing", WRITTEN[1]),
        ("exception_processing", WRITTEN[2]),
        ("learner_records", WRITTEN[2]),
    ],
)
def test_the_queue_keeps_a_message_of_a_newer_release(function: str, message: Any) -> None:
    newer = {**message.to_json(), "version": versions.VERSION + 1}
    with cloud() as made:
        failures = made.send(function, sqs_event(newer, newer))["batchItemFailures"]
    assert [failure["itemIdentifier"] for failure in failures] == ["message-0", "message-1"]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("scheduled_issuance", WRITTEN[3]),
        ("report_writing", WRITTEN[4]),
        ("document_removal", WRITTEN[5]),
        ("learner_forgetting", WRITTEN[6]),
        ("design_compilation", WRITTEN[7]),
    ],
)
def test_a_call_of_a_newer_release_fails_loudly(function: str, message: Any) -> None:
    with cloud() as made, pytest.raises(FunctionFailed, match="UnknownVersion"):
        made.send(function, {**message.to_json(), "version": versions.VERSION + 1})


def newer_form(sk: str) -> None:
    import os

    client_of("dynamodb").update_item(
        TableName=os.environ["TABLE_NAME"],
        Key={"pk": {"S": learner_key(COURSE, "1")}, "sk": {"S": sk}},
        UpdateExpression="SET form = :form",
        ExpressionAttributeValues={":form": {"N": str(FORM + 1)}},
    )


def test_every_reader_refuses_an_item_in_a_newer_form(backend: Any) -> None:
    make_run(backend)
    enroll(backend, "1", "zoe", grade="0.9")
    newer_form("ENROLLMENT")
    key = (learner_key(COURSE, "1"), "ENROLLMENT")
    with pytest.raises(UnknownVersion, match=f"of form {FORM + 1}"):
        get_items([key])
    with pytest.raises(UnknownVersion):
        list(ListingStore().walk(COURSE, "ENROLLMENT"))
    newer_form("HISTORY#1")
    with pytest.raises(UnknownVersion):
        CertificateStore().history(COURSE, "1")
