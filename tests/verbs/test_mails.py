"""Mails to learners: one for each certificate, kind and revision that matters, whatever is delivered twice."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from certificates import runtime
from certificates.aws.mail_store import MailStore
from certificates.aws.records_store import RecordsStore
from certificates.designs.run_design import default_design, replace_design
from certificates.errors import InDoubt, Throttled
from certificates.forgetting.forget import start_forgetting
from certificates.invalidate import invalidate, revalidate
from certificates.messages.kinds import ChangeToTell, WebhookToTell
from certificates.notices.change import CertificateChange, ChangeType, change_between
from certificates.notices.digest import run_of_tags, run_tags, tell_staff
from certificates.notices.mail_messages import act_on
from certificates.notices.outcomes import hear
from certificates.notices.pacing import Pace
from certificates.notices.sending import Delivered, tell_again, tell_learner
from certificates.request import request_certificate
from certificates.rules.lms_update import Account, LmsUpdate
from certificates.rules.mailing import MailKind, MailState, NoMail
from certificates.rules.model import Notices, Status
from certificates.telemetry import logger
from tests import jobs, moto_cloud
from tests.cloud.mailbox import event_of, events_of
from tests.handlers.http_events import encoded
from tests.people import COURSE, enroll, make_run
from tests.ses import Ses, ses

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DELAY = timedelta(minutes=15)
LATER = NOW + DELAY
PACE = Pace(1_000_000)


@pytest.fixture
def postbox() -> Iterator[Ses]:
    with patch.dict(os.environ, MAIL_FROM="certificates@fjord.example"), ses() as service:
        yield service


@pytest.fixture
def zoe(postbox: Ses, cheap: Any) -> Any:
    """A run in which Zoe passes and has her certificate."""
    make_run(cheap)
    enroll(cheap, "7", "zoe", grade="0.9")
    request_certificate(COURSE, "zoe", backend=cheap, now=NOW)
    return cheap


def mailing() -> Any:
    found = runtime.mailing()
    assert found is not None
    return found


def change(backend: Any, type_: ChangeType = ChangeType.ISSUED, *, revision: int | None = None) -> CertificateChange:
    """The latest change of Zoe's certificate, as its stream tells it."""
    held = backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW).certificate
    made = change_between(None, replace(held, status=Status.DOWNLOADABLE), "learner-request", shown=True)
    assert made is not None
    return replace(made, type=type_, revision=revision or held.revision)


def tell(told: CertificateChange, now: datetime = LATER) -> Any:
    return tell_learner(told, mailing(), PACE, now=now)


def mails() -> dict[str, str]:
    """The state of each mail that is recorded."""
    return {sk: item["state"]["S"] for (_, sk), item in moto_cloud.items().items() if sk.startswith("MAIL#")}


def test_a_learner_is_told_with_name_course_links_and_a_way_to_linkedin(zoe: Any, postbox: Ses) -> None:
    assert tell(change(zoe)) is Delivered.SENT
    [mail] = postbox.mails
    held = zoe.certificates.facts(COURSE, "7", site=zoe.site, now=NOW).certificate
    page = f"https://certificates.example/certificates/{held.verify_uuid}"
    assert (mail.to, mail.subject) == ("zoe@example.org", "Your certificate for Marine Biology")
    for said in (
        "Zoë Ångström",
        "Marine Biology",
        "Fjord University",
        page,
        f"{page}/pdf",
        "https://www.linkedin.com/",
    ):
        assert said in mail.text
        assert said in mail.html
    assert mail.asked["FromEmailAddress"] == "Fjord Certificates <certificates@fjord.example>"
    assert "Attachments" not in mail.simple
    assert mail.headers["Content-Language"] == "en"
    assert mail.headers["Auto-Submitted"] == "auto-generated"
    assert mail.tags == {"certificate": held.verify_uuid, "kind": "issued", "revision": "1"}


def test_a_mail_program_can_end_the_mails_with_one_post(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    [mail] = postbox.mails
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail.headers["List-Unsubscribe"]
    assert address.startswith("<https://certificates.example/mail/")
    assert address.strip("<>") in mail.text


def test_answers_go_to_the_contact_of_the_run(zoe: Any, postbox: Ses) -> None:
    make_run(zoe, contact="team@fjord.example")
    tell(change(zoe))
    assert postbox.mails[0].asked["ReplyToAddresses"] == ["team@fjord.example"]


def test_the_design_s_language_is_the_mail_s(zoe: Any, postbox: Ses) -> None:
    enroll(zoe, "8", "ada", grade="0.9", name="Ada")
    replace_design(zoe.runs.run(COURSE), replace(default_design(), language="ar"), active=True, backend=zoe)
    request_certificate(COURSE, "ada", backend=zoe, now=NOW)
    tell(replace(change(zoe), user_id="8"))
    [mail] = postbox.mails
    assert mail.headers["Content-Language"] == "ar"
    assert '<html lang="ar" dir="rtl">' in mail.html
    assert "شهادتك" in mail.subject


@pytest.mark.parametrize("deliveries", [2, 5])
def test_a_change_that_is_delivered_again_sends_no_other_mail(zoe: Any, postbox: Ses, deliveries: int) -> None:
    ended = [tell(change(zoe)) for _ in range(deliveries)]
    assert ended == [Delivered.SENT, *[NoMail.TOLD_ALREADY] * (deliveries - 1)]
    assert len(postbox.mails) == 1


def test_what_was_invalidated_within_the_delay_is_not_told(zoe: Any, postbox: Ses) -> None:
    invalidate(COURSE, "zoe", "", by="ines", backend=zoe, now=NOW + timedelta(minutes=5))
    assert tell(change(zoe, revision=1)) is NoMail.OVERTAKEN
    make_run(zoe, notices=Notices.ALL)
    assert tell(change(zoe, ChangeType.INVALIDATED)) is NoMail.NEVER_KNOWN
    assert postbox.mails == []
    assert mails() == {}


def test_an_invalidation_is_told_where_the_run_says_so_and_so_is_its_end(zoe: Any, postbox: Ses) -> None:
    make_run(zoe, notices=Notices.ALL)
    tell(change(zoe))
    invalidate(COURSE, "zoe", "copied", by="ines", backend=zoe, now=NOW + timedelta(days=1))
    assert tell(change(zoe, ChangeType.INVALIDATED)) is Delivered.SENT
    revalidate(COURSE, "7", by="ines", backend=zoe, now=NOW + timedelta(days=2))
    assert tell(change(zoe, ChangeType.REVALIDATED)) is Delivered.SENT
    subjects = [mail.subject for mail in postbox.mails]
    assert [subject.rpartition(" ")[2] for subject in subjects] == ["Biology", "invalidated", "again"]
    assert "copied" not in postbox.mails[1].text + postbox.mails[1].html


def test_two_deliveries_at_the_same_moment_send_one_mail(zoe: Any, postbox: Ses) -> None:
    """The second comes while SES is being asked by the first."""
    told, met = change(zoe), []

    def again() -> None:
        postbox.before = lambda: None
        with pytest.raises(InDoubt) as doubt:
            tell(told)
        met.append(doubt.value.seconds)

    postbox.before = again
    assert tell(told) is Delivered.SENT
    assert met == [900]
    assert len(postbox.mails) == 1


def test_a_mail_in_doubt_waits_for_what_ses_tells(zoe: Any, postbox: Ses, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process died after SES took the mail, and before that was noted."""
    told = change(zoe)
    with monkeypatch.context() as dying:
        dying.setattr(MailStore, "sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tell(told)
    assert mails() == {"MAIL#issued#000001": "claimed"}
    with pytest.raises(InDoubt) as doubt:
        tell(told, LATER + timedelta(minutes=6))
    assert doubt.value.seconds == 9 * 60
    [sent] = events_of(postbox.mails[0])
    hear(sent["detail"], MailStore(), zoe.certificates)
    assert tell(told, LATER + timedelta(minutes=15)) is NoMail.TOLD_ALREADY
    assert len(postbox.mails) == 1


def test_a_mail_that_ses_has_not_taken_is_sent_after_the_doubt(
    zoe: Any, postbox: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died after the claim, and before SES was asked."""
    told = change(zoe)
    postbox.before = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        tell(told)
    postbox.before = lambda: None
    with pytest.raises(InDoubt):
        tell(told, LATER + timedelta(minutes=14))
    assert tell(told, LATER + timedelta(minutes=15)) is Delivered.SENT
    assert (len(postbox.mails), mails()) == (1, {"MAIL#issued#000001": "sent"})


@pytest.mark.parametrize("code", ["TooManyRequestsException", "LimitExceededException", "SendingPausedException"])
def test_a_mail_that_ses_has_no_room_for_waits_and_is_sent_later(zoe: Any, postbox: Ses, code: str) -> None:
    postbox.refuse(code)
    with pytest.raises(Throttled) as throttled:
        tell(change(zoe))
    assert "zoe@example.org" not in repr(throttled.value)
    assert mails() == {}
    assert tell(change(zoe)) is Delivered.SENT


def test_a_mail_that_ses_refuses_is_listed_and_the_certificate_stays(zoe: Any, postbox: Ses) -> None:
    before = moto_cloud.items()[f"RUN#{COURSE}#7", "CERTIFICATE"]
    postbox.refuse("MessageRejected")
    assert tell(change(zoe)) is Delivered.REFUSED
    [listed] = MailStore().listed(COURSE, limit=10)
    assert (listed.user_id, listed.kind, listed.state) == ("7", MailKind.ISSUED, MailState.REFUSED)
    assert listed.reason == "MessageRejected"
    assert moto_cloud.items()[f"RUN#{COURSE}#7", "CERTIFICATE"] == before
    assert tell(change(zoe)) is NoMail.TOLD_ALREADY


def test_a_refused_mail_is_sent_when_staff_ask_for_that_and_leaves_the_list(zoe: Any, postbox: Ses) -> None:
    postbox.refuse("MailFromDomainNotVerifiedException")
    tell(change(zoe))
    for ended in (Delivered.SENT, NoMail.TOLD_ALREADY):
        assert tell_again(COURSE, "7", MailKind.ISSUED, 1, mailing(), PACE, now=LATER + timedelta(days=1)) is ended
    assert len(postbox.mails) == 1
    assert MailStore().listed(COURSE, limit=10) == []


def test_a_server_error_of_ses_leaves_the_mail_in_doubt(zoe: Any, postbox: Ses) -> None:
    postbox.refuse("InternalFailure", status=500)
    with pytest.raises(ConnectionError):
        tell(change(zoe))
    assert mails() == {"MAIL#issued#000001": "claimed"}
    assert len(postbox.mails) == 0


def test_one_call_is_one_mail_for_the_client_repeats_none(zoe: Any, postbox: Ses) -> None:
    asked = []
    postbox.before = lambda: asked.append(1)
    postbox.refuse("ServiceUnavailable", "ServiceUnavailable", status=503)
    with pytest.raises(ConnectionError):
        tell(change(zoe))
    assert asked == [1]


def bounce_of(mail: Any, kind: str = "Permanent", address: str | None = None) -> dict[str, Any]:
    bounced = {
        "bounceType": kind,
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": address or mail.to, "action": "failed", "status": "5.1.1"}],
        "timestamp": "2026-11-20T12:16:00.000Z",
        "feedbackId": "0100",
    }
    found: dict[str, Any] = event_of(mail, "Email Bounced", "Bounce", {"bounce": bounced})["detail"]
    return found


def complaint_of(mail: Any, kind: str = "abuse") -> dict[str, Any]:
    complained = {
        "complainedRecipients": [{"emailAddress": mail.to}],
        "timestamp": "2026-11-20T12:16:00.000Z",
        "feedbackId": "0100",
        "complaintSubType": None,
        "complaintFeedbackType": kind,
    }
    found: dict[str, Any] = event_of(mail, "Email Complaint Received", "Complaint", {"complaint": complained})["detail"]
    return found


def test_after_a_bounce_nothing_more_is_sent_to_that_address(zoe: Any, postbox: Ses) -> None:
    make_run(zoe, notices=Notices.ALL)
    tell(change(zoe))
    hear(bounce_of(postbox.mails[0], address="Zoe@Example.org"), MailStore(), zoe.certificates)
    assert [(mail.state, mail.reason) for mail in MailStore().listed(COURSE, limit=5)] == [
        (MailState.BOUNCED, "Permanent/General")
    ]
    invalidate(COURSE, "zoe", "", by="ines", backend=zoe, now=NOW + timedelta(days=1))
    assert tell(change(zoe, ChangeType.INVALIDATED)) is NoMail.UNDELIVERABLE
    enroll(zoe, "7", "zoe", grade="0.9", email="zoe@new.example.org")
    assert tell(change(zoe, ChangeType.INVALIDATED)) is Delivered.SENT
    assert postbox.to == ["zoe@example.org", "zoe@new.example.org"]


def test_a_bounce_that_may_pass_stops_nothing(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    hear(bounce_of(postbox.mails[0], "Transient"), MailStore(), zoe.certificates)
    assert not zoe.learners.learner("7").undeliverable


def test_who_calls_a_mail_spam_gets_no_more(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    hear(complaint_of(postbox.mails[0]), MailStore(), zoe.certificates)
    assert zoe.learners.learner("7").opted_out
    assert [mail.state for mail in MailStore().listed(COURSE, limit=5)] == [MailState.COMPLAINED]


def test_a_report_that_a_mail_is_no_spam_is_no_complaint(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    hear(complaint_of(postbox.mails[0], "not-spam"), MailStore(), zoe.certificates)
    assert not zoe.learners.learner("7").opted_out


def test_events_of_ses_in_any_order_and_twice_come_to_the_same(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    [sent] = events_of(postbox.mails[0])
    for detail in (bounce_of(postbox.mails[0]), sent["detail"], bounce_of(postbox.mails[0]), sent["detail"]):
        hear(detail, MailStore(), zoe.certificates)
    assert mails() == {"MAIL#issued#000001": "bounced"}


def test_events_of_mails_that_nobody_here_knows_change_nothing(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    [sent] = events_of(postbox.mails[0])
    before = moto_cloud.items()
    tags = sent["detail"]["mail"]["tags"]
    for strange in ({}, {"test": ["issued"]}, {**tags, "certificate": ["0" * 32]}):
        sent["detail"]["mail"]["tags"] = strange
        hear(sent["detail"], MailStore(), zoe.certificates)
    assert moto_cloud.items() == before


def test_a_learner_who_opted_out_gets_no_mail_and_may_change_their_mind(zoe: Any, postbox: Ses) -> None:
    assert MailStore().opt_out("7", "link", NOW)
    assert tell(change(zoe)) is NoMail.OPTED_OUT
    assert MailStore().opt_in("7")
    assert tell(change(zoe)) is Delivered.SENT
    assert not MailStore().opt_out("nobody", "link", NOW)
    assert ("LEARNER#nobody", "PROFILE") not in moto_cloud.items()


def test_reports_of_the_lms_leave_the_opt_out_as_it_is(zoe: Any, postbox: Ses) -> None:
    MailStore().opt_out("7", "link", NOW)
    update = LmsUpdate(user_id="7", at=LATER, account=Account(username="zoe", email="zoe@example.org"), name="Zoë")
    RecordsStore().apply([update])
    assert zoe.learners.learner("7").opted_out


class Queue:
    """Keeps what is put off, and for how long."""

    def __init__(self) -> None:
        self.put_off_for: list[int] = []

    def put_off(self, message: Any, seconds: int) -> None:
        self.put_off_for.append(seconds)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Everything that was logged, with what was said of errors."""
    told = [*(str(vars(record)) for record in caplog.records), *(str(record.exc_info) for record in caplog.records)]
    return "\n".join([*told, caplog.text])


def test_no_log_has_an_address(zoe: Any, postbox: Ses, caplog: pytest.LogCaptureFixture) -> None:
    body, queue = ChangeToTell(change(zoe).to_json()).to_json(), Queue()
    postbox.refuse("TooManyRequestsException", "MessageRejected")
    for _ in range(3):
        act_on(body, mailing(), PACE, queue, out_of_time=lambda: False, now=LATER)  # type: ignore[arg-type]
    tell_again(COURSE, "7", MailKind.ISSUED, 1, mailing(), PACE, now=LATER)
    hear(complaint_of(postbox.mails[0]), MailStore(), zoe.certificates)
    assert "mailed" in caplog.messages
    assert queue.put_off_for == [300]
    assert "@example.org" not in logged(caplog)


def test_a_failure_that_is_logged_has_no_address(zoe: Any, postbox: Ses, caplog: pytest.LogCaptureFixture) -> None:
    postbox.refuse("InternalFailure", status=500)
    try:
        tell(change(zoe))
    except ConnectionError:
        logger.exception("message failed")
    assert "sesv2.SendEmail: InternalFailure" in caplog.text
    assert "@example.org" not in caplog.text


def test_a_message_that_there_is_no_time_for_comes_again_at_once(zoe: Any, postbox: Ses) -> None:
    body, queue = ChangeToTell(change(zoe).to_json()).to_json(), Queue()
    act_on(body, mailing(), PACE, queue, out_of_time=lambda: True, now=LATER)  # type: ignore[arg-type]
    assert (queue.put_off_for, postbox.mails) == ([0], [])


def test_a_mail_in_doubt_is_put_off_until_it_is_known(zoe: Any, postbox: Ses, monkeypatch: pytest.MonkeyPatch) -> None:
    body, queue = ChangeToTell(change(zoe).to_json()).to_json(), Queue()
    with monkeypatch.context() as dying:
        dying.setattr(MailStore, "sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tell(change(zoe))
    now = LATER + timedelta(minutes=6)
    act_on(body, mailing(), PACE, queue, out_of_time=lambda: False, now=now)  # type: ignore[arg-type]
    assert queue.put_off_for == [540]


def job_that_ended(backend: Any, *, dry_run: bool = False) -> Any:
    with jobs.few_shards():
        return jobs.run(backend, dry_run=dry_run)


def test_staff_get_one_mail_for_a_job_whatever_the_number_of_learners(zoe: Any, postbox: Ses) -> None:
    make_run(zoe, contact="team@fjord.example")
    with jobs.few_shards():
        for number in range(3):
            enroll(zoe, f"10{number}", f"learner{number}", grade="0.9" if number else "0.1")
        enroll(zoe, "7", "zoe", grade="0.9")
    job = job_that_ended(zoe)
    for _ in range(2):
        tell_staff(COURSE, job.job_id, mailing(), PACE, now=LATER)
    [mail] = postbox.mails
    assert (mail.to, mail.subject) == ("team@fjord.example", "2 certificates issued in Marine Biology")
    for said in ("2 issued", "1 kept as they were", "1 refused: not passing", f"/jobs/{job.job_id}"):
        assert said in mail.text
    assert "zoe" not in mail.text
    assert "List-Unsubscribe" not in mail.headers


def test_a_job_of_a_run_without_contact_is_told_to_who_started_it_where_the_lms_knows_an_address(
    zoe: Any, postbox: Ses
) -> None:
    job = job_that_ended(zoe)
    tell_staff(COURSE, job.job_id, mailing(), PACE, now=LATER)
    assert postbox.mails == []
    enroll(zoe, "99", "ines", mode="audit", email="ines@fjord.example")
    tell_staff(COURSE, job.job_id, mailing(), PACE, now=LATER)
    assert postbox.to == ["ines@fjord.example"]


def test_a_dry_run_is_told_to_nobody(zoe: Any, postbox: Ses) -> None:
    make_run(zoe, contact="team@fjord.example")
    tell_staff(COURSE, job_that_ended(zoe, dry_run=True).job_id, mailing(), PACE, now=LATER)
    assert postbox.mails == []


def test_a_digest_in_doubt_is_settled_by_what_ses_tells(
    zoe: Any, postbox: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(zoe, contact="team@fjord.example")
    job = job_that_ended(zoe)
    with monkeypatch.context() as dying:
        dying.setattr(MailStore, "sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tell_staff(COURSE, job.job_id, mailing(), PACE, now=LATER)
    [sent] = events_of(postbox.mails[0])
    hear(sent["detail"], MailStore(), zoe.certificates)
    tell_staff(COURSE, job.job_id, mailing(), PACE, now=LATER + timedelta(hours=1))
    assert len(postbox.mails) == 1


@pytest.mark.parametrize("course_id", [COURSE, "course-v1:" + "x" * 240, "course-v1:Ö+ü+2026"])
def test_the_tags_of_a_digest_name_its_run(course_id: str) -> None:
    tags = run_tags(course_id)
    assert run_of_tags(tags) == course_id
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text) for pair in tags.items() for text in pair)


def test_forgetting_a_learner_removes_what_mail_keeps(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    hear(bounce_of(postbox.mails[0], address="Zoe@Example.org"), MailStore(), zoe.certificates)
    MailStore().opt_out("7", "link", NOW)
    start_forgetting(
        "7", by="root", out_of_time=lambda: False, function="forgetting", backend=zoe, now=NOW + timedelta(days=1)
    )
    left = moto_cloud.items()
    assert not [key for key in left if key[1].startswith("MAIL#")]
    assert "zoe@example.org" not in str(left).lower()
    assert not {"opted_out_at", "opted_out_by", "bounced_email"} & set(left["LEARNER#7", "PROFILE"])
    assert tell(change(zoe, revision=1)) is NoMail.NO_ADDRESS


def ended(course_id: str = COURSE, because: str = "gone") -> WebhookToTell:
    return WebhookToTell(course_id, "0" * 32, because, "ines", NOW)


def hand_out(message: WebhookToTell) -> None:
    act_on(message.to_json(), mailing(), PACE, runtime.mail_queue(), out_of_time=lambda: False, now=LATER)


@pytest.fixture
def ines(postbox: Ses, cheap: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A run, and Ines, of whom the LMS has told."""
    monkeypatch.setenv("MAIL_QUEUE_URL", "https://sqs.example/mail")
    make_run(cheap)
    enroll(cheap, "99", "ines", email="ines@fjord.example", mode="audit", active=False)
    yield cheap
    runtime.mail_queue.cache_clear()


def test_who_added_a_webhook_is_told_once_that_it_has_ended_and_why(ines: Any, postbox: Ses) -> None:
    for _ in range(2):
        hand_out(ended())
    [mail] = postbox.mails
    assert (mail.to, mail.subject) == ("ines@fjord.example", "A webhook of Marine Biology has ended")
    assert "(410)" in mail.text
    assert f"https://certificates.example/teach/{encoded(COURSE)}/webhooks?webhook={'0' * 32}" in mail.text


def test_the_contact_of_a_run_is_told_of_its_webhooks(ines: Any, postbox: Ses) -> None:
    make_run(ines, contact="team@fjord.example")
    hand_out(ended(because="failing"))
    [mail] = postbox.mails
    assert mail.to == "team@fjord.example" and "five days" in mail.text


def test_who_added_a_webhook_of_all_runs_is_told_of_its_end(ines: Any, postbox: Ses) -> None:
    hand_out(ended(""))
    [mail] = postbox.mails
    assert (mail.to, mail.subject) == ("ines@fjord.example", "A webhook of all runs has ended")
