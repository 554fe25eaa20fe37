"""The connections in the template work in the local cloud as on AWS."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote_plus

import pytest
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from layers import assembly
from layers.certificates.build import INPUTS
from tests.cloud import expected, template
from tests.cloud.artefacts import Build
from tests.cloud.cloud import ROOT, LocalCloud
from tests.cloud.conftest import PROBE
from tests.cloud.errors import CloudError, NotInTime


def messages(probe: LocalCloud) -> Iterator[Any]:
    """The bodies of the messages in the probe's queue. The messages are removed."""
    for line in probe.logs("Probe"):
        if line.startswith('{"Records"'):
            yield from (record["body"] for record in json.loads(line)["Records"])


def test_all_that_the_template_wires_is_deployed() -> None:
    assert expected.written(template.read(PROBE)) == expected.Wiring(
        routes=2, authorizers=1, event_sources=1, notifications=1, rules=1, schedules=1
    )


def test_the_template_is_read_and_expanded_as_sam_does() -> None:
    path = ROOT / "template.yaml"
    source = template.read(path)
    assert source == yaml_parse(path.read_text())
    keys = {function.logical_id: "code" for function in template.functions(source)}
    given = {"OidcIssuer": "https://issuer.example", "Webhooks": "true"}
    quick = template.expanded_by_sam(path, keys, given)
    with patch.object(template, "_uncopied", copy.deepcopy):
        assert template.expanded_by_sam(path, keys, given) == quick


def test_functions_that_answer_requests_have_more_time_than_on_aws_and_the_others_have_theirs() -> None:
    path = ROOT / "template.yaml"
    source = template.read(path)
    keys = {function.logical_id: "code" for function in template.functions(source)}
    given = {"OidcIssuer": "https://issuer.example", "Webhooks": "true"}
    own, here = (
        {name: stanza["Timeout"] for name, stanza in template.of_type(expanded, "AWS::Lambda::Function")}
        for expanded in (template.expanded_by_sam(path, keys, given), template.localised(path, keys, given))
    )
    assert here == {name: 120 if seconds <= 30 else seconds for name, seconds in own.items()}


@pytest.mark.parametrize("sources", ["the present ones", "others"])
def test_a_built_layer_is_used_only_if_its_sources_have_not_changed(tmp_path: Path, sources: str) -> None:
    source = ROOT / "layers" / "certificates"
    built = tmp_path / ".build" / source.name
    built.mkdir(parents=True)
    (built / INPUTS).write_text(assembly.digest(source) if sources == "the present ones" else "another digest")
    (tmp_path / "layers").symlink_to(source.parent)
    layer = Build(tmp_path).layer(f"layers/{source.name}")
    assert layer == (built if sources == "the present ones" else tmp_path / "layers" / source.name)


def test_a_lost_route_is_noticed(probe: LocalCloud) -> None:
    longer = template.read(PROBE)
    longer["Resources"]["Probe"]["Properties"]["Events"]["More"] = {"Type": "HttpApi", "Properties": {}}
    with pytest.raises(CloudError, match="routes: 3 in the template, 2 deployed"):
        expected.require_whole(longer, probe.client)


def test_an_object_put_into_the_bucket_reaches_the_function(probe: LocalCloud) -> None:
    key = "records/course-v1:A+B+C/näme 1.csv"
    probe.client("s3").put_object(Bucket=probe.name("Bucket"), Key=key, Body=b"a")

    def keys() -> list[str]:
        told = [json.loads(body) for body in messages(probe) if "s3:ObjectCreated" in body or "ObjectCreated:" in body]
        return [unquote_plus(record["s3"]["object"]["key"]) for event in told for record in event["Records"]]

    probe.wait_until(lambda: key in keys())


def test_an_event_of_the_lms_reaches_the_function(probe: LocalCloud) -> None:
    entry = {"Source": "lms", "DetailType": "enrollment", "Detail": json.dumps({"learner": "amara"})}
    probe.client("events").put_events(Entries=[entry, {**entry, "Source": "elsewhere"}])

    def events() -> list[dict[str, Any]]:
        return [json.loads(body) for body in messages(probe) if '"detail-type"' in body]

    probe.wait_until(events)
    assert [event["detail"] for event in events()] == [{"learner": "amara"}]


def test_a_poisonous_message_ends_in_the_dead_letter_queue_and_the_others_do_not(probe: LocalCloud) -> None:
    sqs = probe.client("sqs")
    entries = [{"Id": body, "MessageBody": body} for body in ("good", "poison", "better")]
    sqs.send_message_batch(QueueUrl=probe.name("Queue"), Entries=entries)

    def given_up() -> list[Any]:
        """The messages, without the test event that S3 sends for a new notification."""
        letters = sqs.receive_message(QueueUrl=probe.name("DeadLetters"), MaxNumberOfMessages=10).get("Messages", [])
        return [letter for letter in letters if "s3:TestEvent" not in letter["Body"]]

    dead = probe.wait_until(given_up)

    assert [message["Body"] for message in dead] == ["poison"]


def test_a_secret_is_in_the_environment_and_not_in_the_template(probe: LocalCloud) -> None:
    event = json.dumps({"service": "sts", "call": "get_caller_identity", "arguments": {}})
    answer = probe.client("lambda").invoke(FunctionName=probe.name("Probe"), Payload=event)
    secret = probe.client("secretsmanager").get_secret_value(SecretId=probe.name("Secret"))["SecretString"]
    assert json.load(answer["Payload"])["secret"] == secret
    assert len(secret) == 32


def test_reserved_concurrency_is_set(probe: LocalCloud) -> None:
    function = probe.client("lambda").get_function(FunctionName=probe.name("Probe"))
    assert function["Concurrency"]["ReservedConcurrentExecutions"] == 7


def test_browsers_of_the_named_origin_may_ask(probe: LocalCloud) -> None:
    with probe.http() as http:
        answer = http.options(
            "/anyone", headers={"Origin": "https://lms.example", "Access-Control-Request-Method": "GET"}
        )
    assert answer.headers["access-control-allow-origin"] == "https://lms.example"


def test_waiting_without_success_reports_the_last_answer(probe: LocalCloud) -> None:
    with pytest.raises(NotInTime, match=r"not within 0\.1 seconds; last answer: \[\]"):
        probe.wait_until(list, seconds=0.1)
