"""The deployed stack puts changes on its own bus: as its own events and as Open edX's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud import sample
from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.people import GLOBAL_STAFF
from tests.cloud.sample import RUN
from tests.stack import test_roles as roles
from tests.stack.people import passing_learner

TOLD = {"MailFrom": "certificates@example.org", "CertificateEvents": "own-and-open-edx", "Webhooks": "true"}


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with deployed(parameters=TOLD) as made:
        sample.load(made)
        yield made


@pytest.fixture(scope="module")
def listener(cloud: LocalCloud) -> str:
    """A queue with everything that is on the bus, by a rule."""
    sqs, events = cloud.client("sqs"), cloud.client("events")
    url: str = sqs.create_queue(QueueName="listener")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = cloud.stack.outputs["ChangeBus"]
    events.put_rule(Name="listener", EventBusName=bus, EventPattern=json.dumps({"source": ["course-certificates"]}))
    events.put_targets(Rule="listener", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def heard(cloud: LocalCloud, queue: str, user_id: str, number: int) -> list[dict[str, Any]]:
    """`number` events about a learner, in the order of arrival. Each event is returned once."""
    sqs, found = cloud.client("sqs"), []

    def all_came() -> bool:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", ()):
            event = json.loads(message["Body"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            whose = event["detail"].get("user_id") or str(event["detail"]["certificate"]["user"]["id"])
            if whose == user_id:
                found.append(event)
        return len(found) >= number

    assert cloud.wait_until(all_came, every=0.5)
    return found


def test_every_change_of_a_certificate_is_on_the_bus(cloud: LocalCloud, listener: str) -> None:
    user_id = passing_learner(cloud, "told_learner", "Ana Petrova")
    with cloud.http("told_learner") as http:
        issued = http.post(f"{RUN}/certificate").json()
    first = heard(cloud, listener, user_id, 3)
    assert {event["detail-type"] for event in first} == {
        "certificate.issued",
        "org.openedx.learning.certificate.changed.v1",
        "org.openedx.learning.certificate.created.v1",
    }
    [own] = [event["detail"] for event in first if event["detail-type"] == "certificate.issued"]
    assert own["url"] == issued["links"]["page"]
    assert (own["revision"], own["shown"], own["status"]) == (1, True, "downloadable")
    assert "Ana" not in json.dumps(first)

    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        assert http.post(f"{RUN}/invalidations", json={"learner": "told_learner", "note": ""}).status_code == 201
    then = heard(cloud, listener, user_id, 3)
    [taken] = [event["detail"] for event in then if event["detail-type"] == "certificate.invalidated"]
    assert taken["verify_uuid"] == own["verify_uuid"]
    assert taken["sequence"] > own["sequence"]
    assert "org.openedx.learning.certificate.revoked.v1" in {event["detail-type"] for event in then}


def test_an_early_certificate_has_a_second_event_when_it_is_shown(cloud: LocalCloud, listener: str) -> None:
    user_id = passing_learner(cloud, "early_learner", "Mia Sow")
    hidden = {**sample.SETTINGS, "pacing": "instructor", "display": "end", "end": "2099-12-01T00:00:00Z"}
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        etag = http.get(RUN).headers["etag"]
        settings = {**hidden, "hide_shown": True, "bulk_issue_at": None}
        assert http.put(RUN, json=settings, headers={"if-match": etag}).status_code == 200
        job = http.post(f"{RUN}/jobs", json={"kind": "bulk"}).json()["job_id"]
        cloud.wait_until(lambda: http.get(f"{RUN}/jobs/{job}").json()["state"] == "finished", every=1)
        first = heard(cloud, listener, user_id, 3)
        [issued] = [event["detail"] for event in first if event["detail-type"] == "certificate.issued"]
        assert not issued["shown"]

        etag = http.get(RUN).headers["etag"]
        assert http.put(RUN, json=sample.SETTINGS, headers={"if-match": etag}).status_code == 200
    # The schedule does so every minute.
    cloud.client("lambda").invoke(FunctionName=cloud.name("ChangeEvents"), Payload=b'{"show": "due"}')
    [shown] = heard(cloud, listener, user_id, 1)
    assert (shown["detail-type"], shown["detail"]["shown"]) == ("certificate.shown", True)
    assert shown["detail"]["sequence"] > issued["sequence"]


@pytest.mark.parametrize(
    "attempt", [roles.scan_table, roles.delete_bucket, roles.read_secret, roles.read_certificate, roles.read_report]
)
def test_the_function_that_tells_of_changes_does_not_reach_beyond(cloud: LocalCloud, attempt: roles.Attempt) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        attempt(cloud, "ChangeEvents")
