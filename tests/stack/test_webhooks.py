"""Receivers check changes with the library of Standard Webhooks. Each change arrives once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from tests.cloud import sample
from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.people import COURSE_STAFF, GLOBAL_STAFF
from tests.cloud.sample import RUN, expect
from tests.receiver import receiver
from tests.stack import test_roles as roles
from tests.stack.conftest import RUNNING, denied


@pytest.fixture(scope="module")
def cloud(request: pytest.FixtureRequest) -> Iterator[LocalCloud]:
    """A stack whose operator has switched webhooks on."""
    with deployed(parameters={"Webhooks": "true"}) as running:
        request.config.stash[RUNNING] = running
        sample.load(running)
        yield running
        request.config.stash[RUNNING] = None
        assert not denied(running)


@pytest.fixture
def staff(cloud: LocalCloud) -> Iterator[httpx.Client]:
    with cloud.http(COURSE_STAFF) as http:
        yield http


@contextmanager
def listening(http: httpx.Client, url: str, path: str = f"{RUN}/webhooks", **more: Any) -> Iterator[dict[str, Any]]:
    made = expect(http.post(path, json={"url": url, **more}), 201)
    yield made
    assert http.delete(f"{path}/{made['webhook_id']}").status_code == 204


def ids(http: httpx.Client, username: str) -> list[str]:
    """The ids of a learner's changes, from the present certificate."""
    held = http.get(f"{RUN}/certificates?search={username}").json()["items"][0]
    return [f"{held['verify_uuid']}-{revision}" for revision in range(1, held["revision"] + 1)]


def test_a_receiver_has_each_change_once_in_an_order_of_its_own_while_others_hang_and_redirect(
    cloud: LocalCloud, staff: httpx.Client
) -> None:
    stop = threading.Event()
    with (
        receiver() as well,
        receiver() as elsewhere,
        receiver() as redirecting,
        receiver(lambda: stop.wait(60)) as hanging,
        listening(staff, well.url) as made,
        listening(staff, redirecting.url),
        listening(staff, hanging.url),
    ):
        # Two changes fail once each: a change that fails twice is tried again after five minutes.
        well.secret, well.first_answers = made["secret"], [500, 503]
        redirecting.answers, redirecting.location = [307] * 1000, elsewhere.url
        for username in ("amara", "mlopez"):
            with cloud.http(username) as http:
                assert http.post(f"{RUN}/certificate").status_code == 201
        assert staff.post(f"{RUN}/invalidations", json={"learner": "amara"}).status_code == 201
        expect(staff.delete(f"{RUN}/invalidations/{ids_of(staff, 'amara')}"), 200)
        amara, mlopez = ids(staff, "amara"), ids(staff, "mlopez")
        expected = {*amara, *mlopez}
        assert (len(amara), len(mlopez)) == (3, 1)
        cloud.wait_until(lambda: well.known >= expected)
        stop.set()
    assert well.known == expected and well.refused == []
    told = sorted((message["data"] for message in well.verified), key=lambda data: data["sequence"])
    assert [data["type"] for data in told if data["id"] in amara] == [
        "certificate.issued",
        "certificate.invalidated",
        "certificate.revalidated",
    ]
    assert all("learner" not in message["data"] for message in well.verified)
    assert elsewhere.asked == 0
    assert redirecting.asked > 0


def ids_of(http: httpx.Client, username: str) -> str:
    """A learner's id."""
    return str(http.get(f"{RUN}/certificates?search={username}").json()["items"][0]["user_id"])


def test_staff_try_a_webhook_read_the_answer_rotate_the_secret_and_send_again(
    cloud: LocalCloud, staff: httpx.Client
) -> None:
    with receiver() as well, listening(staff, well.url) as made:
        path = f"{RUN}/webhooks/{made['webhook_id']}"
        well.secret = made["secret"]

        def deliveries() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = expect(staff.get(f"{path}/deliveries"), 200)["items"]
            return found

        expect(staff.post(f"{path}/tests"), 202)
        cloud.wait_until(lambda: [each["state"] for each in deliveries()] == ["delivered"])
        assert [message["type"] for message in well.verified] == ["webhook.test"]
        [delivery] = deliveries()
        assert [(each["result"], each["status"]) for each in delivery["tries"]] == [("delivered", 204)]

        new = expect(staff.post(f"{path}/secret"), 200)["secret"]
        for secret in (made["secret"], new):
            well.secret, before = secret, well.asked
            expect(staff.post(f"{path}/deliveries/{delivery['delivery_id']}/retries"), 202)
            cloud.wait_until(lambda before=before: well.asked > before)
        assert well.refused == [] and len(well.known) == 1


def test_410_ends_a_webhook_and_global_staff_get_changes_of_all_runs(cloud: LocalCloud, staff: httpx.Client) -> None:
    with (
        cloud.http(GLOBAL_STAFF, administrator=True) as root,
        receiver() as gone,
        receiver() as everywhere,
        listening(staff, gone.url) as one,
        listening(root, everywhere.url, "/webhooks") as all_runs,
    ):
        gone.answers, everywhere.secret = [410] * 10, all_runs["secret"]
        expect(staff.post(f"{RUN}/exceptions", json={"learner": "zoe.k"}), 201)
        expect(staff.post(f"{RUN}/jobs", json={"kind": "exceptions", "scope": "all"}), 202)
        path = f"{RUN}/webhooks/{one['webhook_id']}"
        cloud.wait_until(lambda: expect(staff.get(path), 200)["state"] == "ended")
        assert expect(staff.get(path), 200)["ended_because"] == "gone"
        cloud.wait_until(lambda: everywhere.verified)
        assert everywhere.refused == []


@pytest.mark.parametrize("function", ["WebhookDelivery", "WebhookRequests"])
@pytest.mark.parametrize(
    "attempt", [roles.scan_table, roles.delete_bucket, roles.read_secret, roles.read_certificate, roles.read_report]
)
def test_the_functions_of_webhooks_do_not_reach_beyond(
    cloud: LocalCloud, function: str, attempt: roles.Attempt
) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        attempt(cloud, function)
