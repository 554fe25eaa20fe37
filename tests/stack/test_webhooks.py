"""Changes come to receivers that check them with the library of Standard Webhooks: each once, whatever others do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.cloud import sample
from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.people import COURSE_STAFF, GLOBAL_STAFF
from tests.cloud.sample import RUN, expect
from tests.stack.conftest import RUNNING, denied


@dataclass
class Receiver:
    """A receiver as the README describes one. `answers` are the statuses of the next answers, 204 after that."""

    port: int
    secret: str = ""
    answers: list[int] = field(default_factory=list)
    location: str = ""
    asked: int = 0
    verified: list[dict[str, Any]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    refused: list[Exception] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/certificates"

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        self.asked += 1
        if self.answers:
            return self.answers.pop(0)
        try:
            message = Webhook(self.secret).verify(body, headers)
        except Exception as error:
            self.refused.append(error)
            return 401
        if headers["webhook-id"] not in self.known:
            self.known.add(headers["webhook-id"])
            self.verified.append(message)
        return 204


@contextmanager
def receiver(before: Callable[[], object] = lambda: None) -> Iterator[Receiver]:
    """Listens on the loopback; `before` is called before each answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            before()
            status = made.receive(body, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


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
    expect_removed = http.delete(f"{path}/{made['webhook_id']}")
    assert expect_removed.status_code == 204


def ids(http: httpx.Client, username: str) -> list[str]:
    """The ids of a learner's changes, by the certificate as it is now."""
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
        well.secret, well.answers = made["secret"], [500, 503]
        redirecting.answers, redirecting.location = [307] * 1000, elsewhere.url
        for username in ("amara", "mlopez"):
            with cloud.http(username) as http:
                assert http.post(f"{RUN}/certificate").status_code == 201
        assert staff.post(f"{RUN}/invalidations", json={"learner": "amara"}).status_code == 201
        staff.request("DELETE", f"{RUN}/invalidations/{ids_of(staff, 'amara')}")
        expected = {*ids(staff, "amara"), *ids(staff, "mlopez")}
        assert len(expected) == 4
        cloud.wait_until(lambda: well.known >= expected, seconds=120)
        stop.set()
    assert well.known == expected and well.refused == []
    of_amara = sorted(
        (message["data"] for message in well.verified if message["data"]["id"].startswith(ids_prefix(expected, well))),
        key=lambda data: data["sequence"],
    )
    assert [data["type"] for data in of_amara] == [
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


def ids_prefix(expected: set[str], known: Receiver) -> str:
    """The certificate of which there are several changes."""
    uuids = [each.rsplit("-", 1)[0] for each in expected]
    return max(uuids, key=uuids.count)


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


def test_410_ends_a_webhook_and_global_staff_hear_of_all_runs(cloud: LocalCloud, staff: httpx.Client) -> None:
    with (
        cloud.http(GLOBAL_STAFF, administrator=True) as root,
        receiver() as gone,
        receiver() as everywhere,
        listening(staff, gone.url) as one,
        listening(root, everywhere.url, "/webhooks") as all_runs,
    ):
        gone.answers, everywhere.secret = [410] * 10, all_runs["secret"]
        with cloud.http("hetal") as http:
            http.post(f"{RUN}/certificate")
        staff.post(f"{RUN}/exceptions", json={"learner": "zoe.k"})
        expect(staff.post(f"{RUN}/jobs", json={"kind": "exceptions", "scope": "all"}), 202)
        path = f"{RUN}/webhooks/{one['webhook_id']}"
        cloud.wait_until(lambda: expect(staff.get(path), 200)["state"] == "ended", seconds=120)
        assert expect(staff.get(path), 200)["ended_because"] == "gone"
        cloud.wait_until(lambda: everywhere.verified, seconds=120)
        assert everywhere.refused == []
