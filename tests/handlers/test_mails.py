"""Mails over the interface and on the pages: samples, mails that did not arrive, and learners who turn mails off."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from certificates import runtime
from certificates.aws import mail_wishes
from certificates.notices.opt_out import opt_out_token
from certificates.notices.pacing import Pace
from certificates.notices.sending import tell_learner
from certificates.request import request_certificate
from certificates.rules.mailing import MailKind
from certificates.rules.model import Notices, Pacing
from certificates.runtime import mails
from tests import cheap_backend, jobs
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import Caller, encoded
from tests.handlers.staff_forms import settings_form
from tests.moto_cloud import client_of
from tests.people import COURSE, enroll, make_run
from tests.ses import Ses, ses
from tests.verbs.test_mails import change, logged

RUN = f"/course-runs/{encoded(COURSE)}"
TEACH = f"/teach/{encoded(COURSE)}"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def postbox() -> Iterator[Ses]:
    with patch.dict(os.environ, MAIL_FROM="certificates@fjord.example"), ses() as service:
        yield service


@pytest.fixture
def run(postbox: Ses, backend: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A run with Zoe, who passes, and Ines, its staff, who is known from the LMS."""
    cheap = cheap_backend.cheap(backend)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": cheap)
    with jobs.few_shards():
        make_run(cheap, automatic_generation=False)
        cheap.runs.replace_staff(COURSE, ["ines", "omar"])
        enroll(cheap, "7", "zoe", grade="0.9")
        enroll(cheap, "99", "ines", mode="audit", email="ines@fjord.example", active=False)
        queue = client_of("sqs").create_queue(QueueName="mail")["QueueUrl"]
        monkeypatch.setenv("MAIL_QUEUE_URL", queue)
        mails.mail_queue.cache_clear()
        yield cheap
        mails.mail_queue.cache_clear()


@pytest.fixture
def staff(run: Any, people: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Caller]:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": run)
    return lambda username="ines": people("instructor_requests", username)


@pytest.fixture
def ines(run: Any) -> Browser:
    return Browser(load("pages")).sign_in("ines")


def refused_mail(run: Any, postbox: Ses) -> None:
    """Zoe has her certificate, and SES has refused the mail."""
    request_certificate(COURSE, "zoe", backend=run, now=NOW)
    postbox.refuse("MessageRejected")
    mailing = mails.mailing()
    assert mailing is not None
    tell_learner(change(run), mailing, Pace(1_000_000), now=NOW + timedelta(minutes=15))


def messages() -> list[dict[str, Any]]:
    received = client_of("sqs").receive_message(QueueUrl=os.environ["MAIL_QUEUE_URL"], MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in received.get("Messages", [])]


@pytest.mark.parametrize("kind", MailKind)
def test_staff_see_a_sample_of_each_mail(staff: Any, postbox: Ses, kind: MailKind) -> None:
    shown = staff()("GET", f"{RUN}/mails/preview?kind={kind.value}").json()
    assert (shown["kind"], shown["sender"], shown["language"], shown["direction"]) == (
        kind.value,
        "certificates@fjord.example",
        "en",
        "ltr",
    )
    assert "Marine Biology" in shown["subject"]
    assert "Zoë Ångström" in shown["text"]
    assert shown["html"].startswith("<!doctype html>")
    assert postbox.mails == []


def test_an_unknown_kind_of_mail_is_refused(staff: Any) -> None:
    assert staff()("GET", f"{RUN}/mails/preview?kind=birthday").status == 400


def test_staff_send_themselves_a_sample(staff: Any, postbox: Ses) -> None:
    answer = staff()("POST", f"{RUN}/mails/tests", {"kind": "invalidated"})
    assert (answer.status, answer.json()) == (200, {"address": "ines@fjord.example"})
    [mail] = postbox.mails
    assert (mail.to, mail.tags) == ("ines@fjord.example", {"test": "invalidated"})
    assert "List-Unsubscribe" not in mail.headers


def test_the_sample_goes_to_the_contact_if_the_lms_has_no_address_of_the_caller(
    staff: Any, run: Any, postbox: Ses
) -> None:
    refused = staff("omar")("POST", f"{RUN}/mails/tests", {})
    assert (refused.status, refused.json()["type"].rpartition(":")[2]) == (409, "no-address")
    make_run(run, contact="team@fjord.example")
    assert staff("omar")("POST", f"{RUN}/mails/tests", {}).json() == {"address": "team@fjord.example"}
    assert postbox.to == ["team@fjord.example"]


def test_staff_see_the_message_of_ses_and_logs_do_not_have_it(
    staff: Any, postbox: Ses, caplog: pytest.LogCaptureFixture
) -> None:
    postbox.refuse("MessageRejected")
    answer = staff()("POST", f"{RUN}/mails/tests", {})
    assert (answer.status, answer.json()["code"]) == (409, "MessageRejected")
    assert "Email address is not verified." in answer.json()["detail"]
    assert "@example.org" not in logged(caplog)


def test_a_repeated_call_with_one_idempotency_key_sends_one_sample(staff: Any, postbox: Ses) -> None:
    for _ in range(2):
        assert staff()("POST", f"{RUN}/mails/tests", {}, idempotency_key="one").status == 200
    assert len(postbox.mails) == 1


def test_mails_that_did_not_arrive_are_listed_and_can_be_sent_again(staff: Any, run: Any, postbox: Ses) -> None:
    refused_mail(run, postbox)
    [listed] = staff()("GET", f"{RUN}/mails").json()["items"]
    assert (listed["username"], listed["kind"], listed["state"], listed["reason"]) == (
        "zoe",
        "issued",
        "refused",
        "MessageRejected",
    )
    answer = staff()("POST", f"{RUN}/mails/retries")
    assert (answer.status, answer.json()) == (202, {"asked": 1})
    [message] = messages()
    assert message["again"] == {"course_id": COURSE, "user_id": "7", "kind": "issued", "revision": 1}
    deliver(message)
    assert postbox.to == ["zoe@example.org"]
    assert staff()("GET", f"{RUN}/mails").json()["items"] == []


def deliver(message: dict[str, Any]) -> Any:
    """A message of the mail queue in an event of Lambda."""
    body = json.dumps(message)
    record = {
        "messageId": "m",
        "body": body,
        "eventSource": "aws:sqs",
        "receiptHandle": "r",
        "attributes": {"ApproximateReceiveCount": "1"},
    }
    from tests.handlers.http_events import Context

    mails.pace.cache_clear()
    return load("certificate_mail")({"Records": [record]}, Context())


def test_a_long_list_of_mails_has_pages(staff: Any, run: Any, postbox: Ses) -> None:
    for number in range(5):
        user_id = f"10{number}"
        enroll(run, user_id, f"learner{number}", grade="0.9")
        request_certificate(COURSE, f"learner{number}", backend=run, now=NOW)
        postbox.refuse("MessageRejected")
        mailing = mails.mailing()
        assert mailing is not None
        tell_learner(replace(change_of_learner(run, user_id)), mailing, Pace(1_000_000), now=NOW)
    seen, cursor = [], ""
    while True:
        page = staff()("GET", f"{RUN}/mails?limit=2{cursor}").json()
        seen += [item["user_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == [f"10{number}" for number in range(5)]


def change_of_learner(run: Any, user_id: str) -> Any:
    held = run.certificates.facts(COURSE, user_id, site=run.site, now=NOW).certificate
    return replace(change_like(run), user_id=user_id, verify_uuid=held.verify_uuid)


def change_like(run: Any) -> Any:
    request_certificate(COURSE, "zoe", backend=run, now=NOW)
    return change(run)


def test_a_site_without_mail_refuses_every_call_and_has_no_tab(
    staff: Any, run: Any, ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_FROM", "")
    monkeypatch.setattr(runtime, "backend", lambda base_url="": replace(run, site=replace(run.site, sends_mail=False)))
    calls = (("GET", "preview", None), ("POST", "tests", {}), ("POST", "retries", None))
    for answer in [staff()(method, f"{RUN}/mails/{path}", body) for method, path, body in calls]:
        assert (answer.status, answer.json()["type"].rpartition(":")[2]) == (409, "mail-off")


def test_staff_see_samples_on_the_page_and_send_themselves_one(ines: Browser, postbox: Ses) -> None:
    page = ines.get(f"{TEACH}/mails?kind=invalidated")
    assert page.status == 200
    assert "Your certificate for Marine Biology was invalidated" in page.text
    alone = ines.get(f"{TEACH}/mails/preview?kind=invalidated")
    assert "style-src 'unsafe-inline'" in alone.headers["content-security-policy"]
    assert "script" not in alone.headers["content-security-policy"]
    assert '<html lang="en" dir="ltr">' in alone.text
    sent = ines.post(f"{TEACH}/mails", {"action": "try", "kind": "issued"})
    assert (sent.status, sent.headers["location"]) == (303, f"{TEACH}/mails?kind=issued&done=mail-tried")
    assert postbox.to == ["ines@fjord.example"]
    assert "The mail is on its way to you." in ines.get(f"{TEACH}/mails?kind=issued&done=mail-tried").text


def test_the_page_says_where_a_test_mail_goes_and_how_to_get_one_without_an_address(run: Any, ines: Browser) -> None:
    assert 'To <bdi dir="ltr" class="mono">ines@fjord.example</bdi>.' in ines.get(f"{TEACH}/mails").text
    omar = Browser(load("pages")).sign_in("omar")
    unknown = omar.get(f"{TEACH}/mails").text
    assert "No e-mail is known of you." in unknown and "disabled>Send me a test mail" in unknown
    make_run(run, contact="team@fjord.example")
    assert 'To <bdi dir="ltr" class="mono">team@fjord.example</bdi>.' in omar.get(f"{TEACH}/mails").text


def test_a_mail_on_the_page_has_the_links_of_the_letter_and_none_that_leads_anywhere(ines: Browser) -> None:
    page = ines.get(f"{TEACH}/mails").text
    shown = page[page.index('class="mail"') : page.index("</article>")]
    assert "See your certificate" in shown and "Add it to LinkedIn" in shown
    assert "/certificates/" not in shown and "/mail/" not in shown


def test_the_page_shows_the_message_of_ses(ines: Browser, postbox: Ses) -> None:
    postbox.refuse("MessageRejected")
    refused = ines.post(f"{TEACH}/mails", {"action": "try", "kind": "issued"})
    assert refused.status == 409
    assert "Email address is not verified." in refused.text


def test_the_page_lists_mails_that_did_not_arrive(ines: Browser, run: Any, postbox: Ses) -> None:
    refused_mail(run, postbox)
    page = ines.get(f"{TEACH}/mails").text
    assert "Refused by the mail service" in page
    assert "MessageRejected" in page
    assert ines.post(f"{TEACH}/mails", {"action": "again"}).status == 303
    assert [message["again"]["user_id"] for message in messages()] == ["7"]


def test_the_form_of_settings_has_notices_and_contact(run: Any, ines: Browser) -> None:
    form = settings_form(run.runs.run(COURSE)) | {"notices": "all", "contact": "team@fjord.example"}
    assert ines.post(f"{TEACH}/settings", form).status == 303
    found = run.runs.run(COURSE)
    assert (found.notices, found.contact) == (Notices.ALL, "team@fjord.example")
    assert 'value="team@fjord.example"' in ines.get(f"{TEACH}/settings").text
    wrong = ines.post(f"{TEACH}/settings", settings_form(found) | {"contact": "nobody"})
    assert (wrong.status, "This is no e-mail address." in wrong.text) == (400, True)


def test_a_form_without_notices_and_contact_keeps_both(run: Any, ines: Browser) -> None:
    make_run(run, notices=Notices.ALL, contact="team@fjord.example", automatic_generation=False)
    form = settings_form(run.runs.run(COURSE))
    del form["notices"], form["contact"]
    assert ines.post(f"{TEACH}/settings", form).status == 303
    found = run.runs.run(COURSE)
    assert (found.notices, found.contact) == (Notices.ALL, "team@fjord.example")


@pytest.mark.parametrize(
    ("changed", "mails"),
    [
        ({}, 3),
        ({"notices": Notices.NONE}, 0),
        ({"pacing": Pacing.INSTRUCTOR, "end": NOW + timedelta(days=900)}, 0),
    ],
)
def test_a_dry_run_has_the_number_of_mails(staff: Any, run: Any, changed: dict[str, Any], mails: int) -> None:
    for number in range(4):
        enroll(run, f"20{number}", f"more{number}", grade="0.9", email="" if number == 0 else None)
    mail_wishes.opt_out("201", "link", NOW)
    make_run(run, automatic_generation=False, **changed)
    started = staff()("POST", f"{RUN}/jobs", {"kind": "bulk", "dry_run": True}).json()
    jobs.work(run)
    ended = staff()("GET", f"{RUN}/jobs/{started['job_id']}").json()
    assert (ended["issued"], ended["mails"]) == (5, mails)


def test_a_dry_run_counts_mails_only_for_regenerations_with_a_visible_change(staff: Any, run: Any) -> None:
    enroll(run, "8", "ada", grade="0.9", name="Ada")
    for username in ("zoe", "ada"):
        request_certificate(COURSE, username, backend=run, now=NOW)
    enroll(run, "8", "ada", grade="0.9", name="Ada Lovelace")
    body = {"kind": "regenerate", "groups": ["received"], "dry_run": True}
    started = staff()("POST", f"{RUN}/jobs", body).json()
    jobs.work(run)
    ended = staff()("GET", f"{RUN}/jobs/{started['job_id']}").json()
    assert (ended["issued"], ended["mails"]) == (2, 1)


def test_the_page_of_a_dry_run_shows_the_number_of_mails(run: Any, ines: Browser) -> None:
    ines.post(f"{TEACH}/generate", {"kind": "bulk"})
    jobs.work(run)
    [job] = run.jobs.jobs(COURSE, limit=5).items
    assert "would get a mail" in ines.get(f"{TEACH}/jobs/{job.job_id}").text


# ---------------------------------------------------------------- turning mails off


def stop_address(run: Any, user_id: str = "7") -> str:
    return f"/mail/{opt_out_token(user_id, run.secret)}"


def opted_out(run: Any) -> bool:
    found: bool = run.learners.learner("7").opted_out
    return found


def test_looking_at_the_page_turns_nothing_off(run: Any) -> None:
    page = Browser(load("pages")).get(stop_address(run))
    assert page.status == 200
    assert "Send me no more of these mails" in page.text
    assert not opted_out(run)


def test_one_post_without_cookie_and_origin_turns_mails_off(run: Any) -> None:
    """RFC 8058: no cookie, no origin, no redirect."""
    answer = Browser(load("pages")).post(
        stop_address(run),
        {"List-Unsubscribe": "One-Click"},
        sec_fetch_site="",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status == 200
    assert opted_out(run)


def test_a_multipart_post_turns_mails_off_too(run: Any) -> None:
    answer = Browser(load("pages")).post_with_files(stop_address(run), {"List-Unsubscribe": "One-Click"}, {"none": b""})
    assert answer.status == 200
    assert opted_out(run)


def test_a_learner_turns_mails_off_and_on_again_on_the_page(run: Any) -> None:
    browser, address = Browser(load("pages")), stop_address(run)
    assert "You get no more mails about certificates." in browser.post(address, {"List-Unsubscribe": "One-Click"}).text
    assert "Send me these mails again" in browser.get(address).text
    assert "Send me no more of these mails" in browser.post(address, {"again": "yes"}).text
    assert not opted_out(run)


@pytest.mark.parametrize("token", ["7", "Nw.0123456789abcdef0123456789abcdef", "x" * 400])
def test_a_token_without_a_valid_signature_turns_nothing_off(run: Any, token: str) -> None:
    browser = Browser(load("pages"))
    for answer in (browser.get(f"/mail/{token}"), browser.post(f"/mail/{token}", {"List-Unsubscribe": "One-Click"})):
        assert answer.status == 404
    assert not opted_out(run)


def test_an_unknown_learner_gets_the_same_page(run: Any) -> None:
    answer = Browser(load("pages")).post(stop_address(run, "31337"), {"List-Unsubscribe": "One-Click"})
    assert answer.status == 200
    assert run.learners.learner("31337") is None
