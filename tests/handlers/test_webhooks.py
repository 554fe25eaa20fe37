"""Webhooks over HTTP and in a browser: made, changed, tested and removed, by staff of the run and by global staff."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from certificates import runtime
from certificates.notices.webhook_posting import TOTAL_SECONDS, Posted
from certificates.rules.webhook_tries import IN_HAND
from certificates.rules.webhooks import ALL_RUNS, EventType, TryResult
from certificates.runtime import webhooks
from certificates.telemetry import logger
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import Caller, encoded
from tests.moto_cloud import items
from tests.people import COURSE, make_run
from tests.template import functions, resource
from tests.webhooks import VISIBILITY, World, change

OTHER = "course-v1:Fjord+BIO2+2026"
RUN = f"/course-runs/{encoded(COURSE)}/webhooks"
ALL = "/webhooks"
TEACH = f"/teach/{encoded(COURSE)}/webhooks"
TYPED = "<script>alert(1)</script>"
ADDRESS = "https://hooks.example.org/certificates?token=1"


@pytest.fixture
def world(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A run with Ines as its staff, on a site with webhooks."""
    made = World()
    monkeypatch.setenv("WEBHOOK_QUEUE_URL", made.queue_url)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    webhooks.managing.cache_clear()
    for course_id, staff in ((COURSE, "ines"), (OTHER, "omar")):
        make_run(backend, course_id)
        backend.runs.replace_staff(course_id, [staff])
    yield made
    webhooks.managing.cache_clear()


@pytest.fixture
def ines(world: World, people: Callable[..., Caller]) -> Caller:
    return people("webhook_requests", "ines")


@pytest.fixture
def root(world: World, administrator: Callable[[str], Caller]) -> Caller:
    return administrator("webhook_requests")


def test_staff_make_a_webhook_and_its_secret_is_shown_once(ines: Caller) -> None:
    answer = ines("POST", RUN, {"url": ADDRESS, "description": " Our records ", "event_types": ["certificate.issued"]})
    assert answer.status == 201
    made = answer.json()
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", made["secret"])
    assert made["created_by"] == "ines" and made["state"] == "on" and made["description"] == "Our records"
    for read in (ines("GET", f"{RUN}/{made['webhook_id']}").json(), ines("GET", RUN).json()["items"][0]):
        assert read == {name: value for name, value in made.items() if name != "secret"}


def test_a_new_webhook_gets_every_event_type_by_default(ines: Caller) -> None:
    assert ines("POST", RUN, {"url": ADDRESS}).json()["event_types"] == sorted(EventType)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, "invalid-body"),
        ({"url": 1}, "invalid-body"),
        ({"url": ADDRESS, "event_types": []}, "invalid-body"),
        ({"url": ADDRESS, "event_types": ["certificate.made-up"]}, "invalid-body"),
        ({"url": ADDRESS, "enabled": "yes"}, "invalid-body"),
        ({"url": ADDRESS, "description": "x" * 201}, "invalid-body"),
        ({"url": ADDRESS, "secret": "mine"}, "unknown-field"),
        ({"url": "http://hooks.example.org/"}, "bad-webhook-url"),
        ({"url": "https://169.254.169.254/"}, "bad-webhook-url"),
        ({"url": "http://127.0.0.1:8000/"}, "bad-webhook-url"),
    ],
)
def test_a_webhook_with_a_fault_is_refused(ines: Caller, body: Any, expected: str) -> None:
    answer = ines("POST", RUN, body)
    assert answer.refusal == (400, expected)
    assert ines("GET", RUN).json()["items"] == []


def test_staff_change_switch_off_and_remove_a_webhook(ines: Caller) -> None:
    path = f"{RUN}/{ines('POST', RUN, {'url': ADDRESS}).json()['webhook_id']}"
    changed = ines("PUT", path, {"url": f"{ADDRESS}2", "event_types": ["certificate.shown"], "enabled": False})
    assert changed.status == 200
    read = ines("GET", path).json()
    assert (read["url"], read["event_types"], read["state"]) == (f"{ADDRESS}2", ["certificate.shown"], "off")
    assert ines("POST", f"{path}/tests").reason == "webhook-not-on"
    assert ines("DELETE", path).status == 204
    for again in (ines("DELETE", path), ines("GET", path), ines("PUT", path, {"url": ADDRESS})):
        assert again.refusal == (404, "unknown-webhook")


def test_a_new_secret_is_shown_once_and_the_old_one_signs_for_a_day(ines: Caller) -> None:
    made = ines("POST", RUN, {"url": ADDRESS}).json()
    rotated = ines("POST", f"{RUN}/{made['webhook_id']}/secret")
    assert rotated.status == 200 and rotated.json()["secret"] != made["secret"]
    assert "secret" not in ines("GET", f"{RUN}/{made['webhook_id']}").json()
    assert rotated.json()["both_secrets_until"] is not None


def test_staff_send_a_test_event_read_the_answer_and_send_it_again(ines: Caller, world: World) -> None:
    path = f"{RUN}/{ines('POST', RUN, {'url': ADDRESS}).json()['webhook_id']}"
    assert ines("POST", f"{path}/tests").status == 202
    world.now = runtime.now()
    world.receivers.answers[ADDRESS] = lambda: Posted(TryResult.REFUSED, 403, TYPED)
    world.run(timedelta(seconds=1))
    [delivery] = ines("GET", f"{path}/deliveries").json()["items"]
    assert (delivery["event_type"], delivery["state"]) == ("webhook.test", "waiting")
    assert [(each["result"], each["status"], each["answer"]) for each in delivery["tries"]] == [("refused", 403, TYPED)]
    again = ines("POST", f"{path}/deliveries/{encoded(delivery['delivery_id'])}/retries")
    assert again.status == 202 and again.json()["message_id"] == delivery["message_id"]
    world.receivers.answers.clear()
    world.run(timedelta(seconds=1))
    assert ines("GET", f"{path}/deliveries").json()["items"][0]["state"] == "delivered"
    assert len({each.message_id for each in world.receivers.heard}) == 1
    for unknown in (f"{path}/deliveries/none/retries", f"{RUN}/none/deliveries/none/retries"):
        assert ines("POST", unknown).status == 404


@pytest.mark.parametrize("id", ["x" * 256, "é" * 255, "😀" * 255, "#", "%"])
def test_an_impossible_id_is_unknown(ines: Caller, id: str) -> None:
    path = f"{RUN}/{encoded(id)}"
    for answer in (ines("GET", path), ines("DELETE", path), ines("GET", f"{path}/deliveries")):
        assert answer.refusal == (404, "unknown-webhook")
    made = ines("POST", RUN, {"url": ADDRESS}).json()["webhook_id"]
    answer = ines("POST", f"{RUN}/{made}/deliveries/{encoded(id)}/retries")
    assert answer.refusal == (404, "unknown-delivery")


@pytest.mark.parametrize("cursor", ["x", "AAAA", "A" * 2000, "Ilx1ZDgwMCI=", "ImEi"])
def test_an_invented_cursor_is_refused_or_finds_nothing(ines: Caller, cursor: str) -> None:
    made = ines("POST", RUN, {"url": ADDRESS}).json()["webhook_id"]
    for path in (RUN, f"{RUN}/{made}/deliveries"):
        answer = ines("GET", f"{path}?cursor={cursor}")
        assert answer.status == 400 or answer.json()["items"] == [], answer.text


def test_deliveries_are_paged(ines: Caller, world: World) -> None:
    path = f"{RUN}/{ines('POST', RUN, {'url': ADDRESS}).json()['webhook_id']}"
    world.tell(*(change(number) for number in range(1, 4)))
    world.run()
    first = ines("GET", f"{path}/deliveries?limit=2").json()
    rest = ines("GET", f"{path}/deliveries?limit=2&cursor={first['next_cursor']}").json()
    assert [each["message_id"] for each in first["items"] + rest["items"]] == [change(n).id for n in (3, 2, 1)]
    assert rest["next_cursor"] is None


def test_only_global_staff_manage_the_webhooks_for_all_runs(ines: Caller, root: Caller) -> None:
    made = root("POST", ALL, {"url": ADDRESS})
    assert made.status == 201
    assert [each["webhook_id"] for each in root("GET", ALL).json()["items"]] == [made.json()["webhook_id"]]
    assert ines("GET", ALL).status == 403
    assert ines("GET", f"{RUN}/{made.json()['webhook_id']}").status == 404
    assert root("GET", RUN).json()["items"] == []


def test_a_webhook_belongs_to_its_run(ines: Caller, root: Caller) -> None:
    webhook_id = ines("POST", RUN, {"url": ADDRESS}).json()["webhook_id"]
    other = f"/course-runs/{encoded(OTHER)}/webhooks/{webhook_id}"
    for answer in (root("GET", other), root("DELETE", other), root("POST", f"{other}/secret")):
        assert answer.refusal == (404, "unknown-webhook")
    unknown = f"/course-runs/{encoded('course-v1:Fjord+BIO9+2026')}/webhooks"
    assert root("POST", unknown, {"url": ADDRESS}).reason == "unknown-course-run"


def test_without_webhooks_every_call_is_refused_and_no_answer_is_kept(
    world: World, ines: Caller, root: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_QUEUE_URL", "")
    webhooks.managing.cache_clear()
    before = items()
    for answer in (ines("GET", RUN), ines("POST", RUN, {"url": ADDRESS}), root("POST", ALL, {"url": ADDRESS})):
        assert answer.refusal == (409, "webhooks-off")
    assert items() == before
    page = Browser(load("pages")).sign_in("ines")
    assert page.get(TEACH).status == 409
    assert f'href="{TEACH}"' not in page.get(f"/teach/{encoded(COURSE)}/settings").text


def test_no_parameter_of_the_template_allows_receivers_on_the_loopback() -> None:
    said = [
        properties["Environment"]["Variables"]["WEBHOOK_LOOPBACK"]
        for properties in functions().values()
        if "WEBHOOK_LOOPBACK" in properties.get("Environment", {}).get("Variables", {})
    ]
    assert said == ["false"] * 3


def test_logs_have_no_secret_and_no_url(ines: Caller, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    logged = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", logged)
    made = ines("POST", RUN, {"url": ADDRESS}).json()
    world.tell(change(1))
    world.run()
    assert "webhook tried" in logged.getvalue()
    assert made["secret"] not in logged.getvalue() and "hooks.example.org" not in logged.getvalue()


# ---------------------------------------------------------------- in a browser


@pytest.fixture
def page(world: World) -> Browser:
    return Browser(load("pages")).sign_in("ines")


def form(text: str, **more: Any) -> dict[str, Any]:
    """The page's form for a new webhook."""
    found = re.search(r'name="new" value="([0-9a-f]{32})"', text)
    assert found is not None
    chosen = re.findall(r'name="event" value="([a-z.]+)" checked', text)
    return {"action": "create", "new": found.group(1), "url": ADDRESS, "event": chosen, **more}


def created(page: Browser, **more: Any) -> str:
    """The id of a webhook that was added on the page."""
    answer = page.post(TEACH, form(page.get(TEACH).text, **more))
    assert answer.status == 200, answer.text
    found = re.search(r'name="webhook" value="([0-9a-f]{32})"', answer.text)
    assert found is not None
    return found.group(1)


def test_the_page_shows_a_new_webhooks_secret_once(page: Browser) -> None:
    sent = form(page.get(TEACH).text, description=TYPED)
    assert set(sent["event"]) == set(EventType)
    answer = page.post(TEACH, sent)
    secret = re.search(r'value="(whsec_[^"]+)"', answer.text)
    assert answer.status == 200 and secret is not None
    assert answer.headers["cache-control"] == "no-store"
    assert TYPED not in answer.text and html.escape(TYPED) in answer.text
    for later in (page.get(TEACH), page.get(f"{TEACH}?webhook={sent['new']}")):
        assert later.status == 200 and html.escape(ADDRESS) in later.text
        assert "whsec_" not in later.text
    again = page.post(TEACH, sent)
    assert again.status == 409 and "whsec_" not in again.text and "was added already" in again.text
    assert page.get(TEACH).text.count(html.escape(ADDRESS)) <= 2


def test_a_refused_form_has_the_reason_and_the_typed_values(page: Browser) -> None:
    empty = page.get(TEACH).text
    for changed, said in (
        ({"url": "http://hooks.example.org/"}, "begins with https://"),
        ({"event": []}, "Choose one event at least."),
    ):
        answer = page.post(TEACH, form(empty, description="Our records", **changed))
        assert answer.status == 400 and said in answer.text and 'value="Our records"' in answer.text
    assert page.post(TEACH, {**form(empty), "new": "x"}).status == 400
    assert page.post(TEACH, {**form(empty), "event": ["nonsense"]}).status == 400
    assert page.post(TEACH, {**form(empty), "description": "x" * 201}).status == 400
    assert page.post(TEACH, {"action": "nonsense"}).status == 400


@pytest.mark.parametrize(
    ("changed", "field"), [({"url": "http://hooks.example.org/"}, "url"), ({"event": []}, "event")]
)
def test_a_fault_of_a_webhook_is_shown_at_its_field(page: Browser, changed: dict[str, Any], field: str) -> None:
    answer = page.post(TEACH, form(page.get(TEACH).text, **changed)).text
    assert f'<a href="#{field}">' in answer and f'id="{field}-fault"' in answer


def test_the_page_follows_a_delivery_until_the_receiver_has_answered(page: Browser, world: World) -> None:
    webhook_id = created(page)
    address = f"{TEACH}?webhook={webhook_id}"
    assert 'data-live="done"' in page.get(address).text
    page.post(TEACH, {"action": "test", "webhook": webhook_id, "of": ""})
    assert 'data-live="running"' in page.get(address).text
    world.now = runtime.now()
    world.run(timedelta(seconds=1))
    assert 'data-live="done"' in page.get(address).text


def test_a_webhook_that_is_off_says_why_nothing_can_be_sent(page: Browser) -> None:
    webhook_id = created(page)
    off = {"action": "save", "webhook": webhook_id, "url": ADDRESS, "event": list(EventType)}
    shown = page.get(page.post(TEACH, off).headers["location"]).text
    assert "disabled aria-describedby" in shown and 'id="not-on"' in shown


def test_the_page_changes_tries_rotates_and_removes_a_webhook(page: Browser, world: World) -> None:
    webhook_id = created(page)
    named = {"webhook": webhook_id, "of": ""}
    saved = page.post(
        TEACH, {"action": "save", **named, "url": f"{ADDRESS}2", "event": ["certificate.shown"], "on": "on"}
    )
    assert saved.status == 303
    shown = page.get(saved.headers["location"]).text
    assert "The webhook is saved." in shown and f"{html.escape(ADDRESS)}2" in shown
    tried = page.post(TEACH, {"action": "test", **named})
    assert "A test event is on its way." in page.get(tried.headers["location"]).text
    world.now = runtime.now()
    world.receivers.answers[f"{ADDRESS}2"] = lambda: Posted(TryResult.REFUSED, 400, TYPED)
    world.run(timedelta(seconds=1))
    shown = page.get(f"{TEACH}?webhook={webhook_id}").text
    assert "Refused by the receiver" in shown and html.escape(TYPED) in shown and TYPED not in shown
    [delivery] = world.deliveries(webhook_id)
    again = page.post(TEACH, {"action": "again", **named, "delivery": delivery.delivery_id})
    assert "on its way again" in page.get(again.headers["location"]).text
    rotated = page.post(TEACH, {"action": "rotate", **named})
    assert rotated.status == 200 and "whsec_" in rotated.text and "signs as well until" in rotated.text
    asked = page.post(TEACH, {"action": "ask", **named})
    assert asked.status == 200 and "Remove this webhook?" in asked.text
    removed = page.post(TEACH, {"action": "remove", **named})
    assert "The webhook is removed." in page.get(removed.headers["location"]).text
    assert page.get(f"{TEACH}?webhook={webhook_id}").status == 404
    assert page.post(TEACH, {"action": "test", **named}).status == 404


def test_on_the_page_only_global_staff_manage_the_webhooks_for_all_runs(page: Browser, world: World) -> None:
    root = Browser(load("pages")).sign_in("root", global_staff=True)
    webhook_id = created(root, of="all")
    assert [each.webhook_id for each in world.owned(ALL_RUNS).all()] == [webhook_id]
    assert "Webhooks of all runs" in root.get(TEACH).text
    assert root.get(f"{TEACH}?webhook={webhook_id}&of=all").status == 200
    assert "Webhooks of all runs" not in page.get(TEACH).text
    assert page.get(f"{TEACH}?webhook={webhook_id}&of=all").status == 403
    assert page.get(f"{TEACH}?webhook={webhook_id}").status == 404
    for action in ("save", "rotate", "test", "remove", "ask"):
        sent = {"action": action, "webhook": webhook_id, "of": "all", "url": ADDRESS, "event": list(EventType)}
        assert page.post(TEACH, sent).status == 403
    assert page.post(TEACH, form(page.get(TEACH).text, of="all")).status == 403
    assert root.post(TEACH, {"action": "test", "webhook": webhook_id, "of": "all"}).status == 303


def test_the_pages_show_that_a_webhook_has_ended(page: Browser, world: World) -> None:
    webhook_id = created(page)
    learners = f"/teach/{encoded(COURSE)}/learners"
    assert "has ended" not in page.get(learners).text
    world.receivers.answers[ADDRESS] = lambda: Posted(TryResult.GONE, 410)
    world.tell(change(1))
    world.run()
    for address in (learners, TEACH):
        assert "A webhook of this run has ended" in page.get(address).text
    assert "The receiver said that it is gone (410)" in page.get(f"{TEACH}?webhook={webhook_id}").text
    page.post(TEACH, {"action": "save", "webhook": webhook_id, "url": ADDRESS, "event": list(EventType), "on": "on"})
    assert "has ended" not in page.get(learners).text


def test_the_time_limits_of_post_function_and_claim_fit_together() -> None:
    seconds = resource("WebhookDelivery")["Timeout"]
    assert seconds >= TOTAL_SECONDS + 10
    assert timedelta(seconds=seconds) < IN_HAND
    assert VISIBILITY == timedelta(seconds=resource("WebhookQueue")["VisibilityTimeout"]) > IN_HAND
