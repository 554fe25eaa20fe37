"""Mails to learners: one for each certificate, kind and revision, even if messages are delivered twice."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from certificates.aws import mail_wishes
from certificates.aws.mail_store import MailStore
from certificates.aws.records_store import RecordsStore
from certificates.designs.run_design import default_design, replace_design
from certificates.errors import Conflict, InDoubt, Throttled
from certificates.forgetting.forget import start_forgetting
from certificates.invalidate import invalidate, revalidate
from certificates.messages.notices import ChangeToTell, WebhookToTell
from certificates.notices.change import CertificateChange, ChangeType, change_between
from certificates.notices.digest import run_of_tags, run_tags, tell_staff
from certificates.notices.mail_messages import act_on
from certificates.notices.outcomes import note_outcome
from certificates.notices.pacing import Pace
from certificates.notices.sending import Delivered, tell_again, tell_learner
from certificates.notices.trials import send_sample
from certificates.request import request_certificate
from certificates.rules.lms_update import Account, LmsUpdate
from certificates.rules.mailing import MailKind, MailState, NoMail
from certificates.rules.model import Notices, Status
from certificates.runtime.mails import mail_queue
from certificates.runtime.mails import mailing as made_mailing
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
    found = made_mailing()
    assert found is not None
    return found


def change(backend: Any, type_: ChangeType = ChangeType.ISSUED, *, revision: int | None = None) -> CertificateChange:
    """The latest change of Zoe's certificate, as the table's stream has it."""
    held = backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW).certificate
    made = change_between(None, replace(held, status=Status.DOWNLOADABLE), "learner-request", shown=True)
    assert made is not None
    return replace(made, type=type_, revision=revision or held.revision)


def tell(told: CertificateChange, now: datetime = LATER) -> Any:
    return tell_learner(told, mailing(), PACE, now=now)


def mails() -> dict[str, str]:
    """The state of each stored mail."""
    return {sk: item["state"]["S"] for (_, sk), item in moto_cloud.items().items() if sk.startswith("MAIL#")}


def test_the_mail_has_name_course_links_and_a_link_to_linkedin(zoe: Any, postbox: Ses) -> None:
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


def test_a_mail_program_can_turn_mails_off_with_one_post(zoe: Any, postbox: Ses) -> None:
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


def test_a_mail_has_the_language_of_the_design(zoe: Any, postbox: Ses) -> None:
    enroll(zoe, "8", "ada", grade="0.9", name="Ada")
    replace_design(
        zoe.runs.run(COURSE), replace(default_design(), language="ar"), active=True, by="ines", backend=zoe, now=NOW
    )
    request_certificate(COURSE, "ada", backend=zoe, now=NOW)
    tell(replace(change(zoe), user_id="8"))
    [mail] = postbox.mails
    assert mail.headers["Content-Language"] == "ar"
    assert '<html lang="ar" dir="rtl">' in mail.html
    assert "شهادتك" in mail.subject


@pytest.mark.parametrize("deliveries", [2, 5])
def test_a_repeated_delivery_of_a_change_sends_no_second_mail(zoe: Any, postbox: Ses, deliveries: int) -> None:
    ended = [tell(change(zoe)) for _ in range(deliveries)]
    assert ended == [Delivered.SENT, *[NoMail.TOLD_ALREADY] * (deliveries - 1)]
    assert len(postbox.mails) == 1


def test_no_mail_is_sent_about_a_certificate_that_was_invalidated_within_the_delay(zoe: Any, postbox: Ses) -> None:
    invalidate(COURSE, "zoe", "", by="ines", backend=zoe, now=NOW + timedelta(minutes=5))
    assert tell(change(zoe, revision=1)) is NoMail.OVERTAKEN
    make_run(zoe, notices=Notices.ALL)
    assert tell(change(zoe, ChangeType.INVALIDATED)) is NoMail.NEVER_KNOWN
    assert postbox.mails == []
    assert mails() == {}


def test_invalidation_and_re_validation_are_mailed_if_the_run_asks_for_all_notices(zoe: Any, postbox: Ses) -> None:
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
    """The second delivery comes during the first delivery's call of SES."""
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


def test_a_mail_in_doubt_waits_for_the_event_of_ses(zoe: Any, postbox: Ses, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process died after SES accepted the mail, and before this was stored."""
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
    note_outcome(sent["detail"], MailStore(), zoe.certificates)
    assert tell(told, LATER + timedelta(minutes=15)) is NoMail.TOLD_ALREADY
    assert len(postbox.mails) == 1


def test_a_mail_in_doubt_that_ses_never_accepted_is_sent_later(
    zoe: Any, postbox: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died after the claim, and before the call of SES."""
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
def test_a_mail_waits_while_ses_accepts_no_more_and_is_sent_later(zoe: Any, postbox: Ses, code: str) -> None:
    postbox.refuse(code)
    with pytest.raises(Throttled) as throttled:
        tell(change(zoe))
    assert "zoe@example.org" not in repr(throttled.value)
    assert mails() == {}
    assert tell(change(zoe)) is Delivered.SENT


@pytest.mark.parametrize(
    ("code", "status", "unverified"),
    [
        ("MailFromDomainNotVerifiedException", 400, ""),
        ("NotFoundException", 404, ""),
        ("AccessDeniedException", 403, ""),
        ("ExpiredTokenException", 403, ""),
        ("MessageRejected", 400, "zoe@example.org, Certificates@fjord.example"),
    ],
)
def test_no_mail_is_given_up_while_the_setup_of_ses_is_wrong(
    zoe: Any, postbox: Ses, code: str, status: int, unverified: str
) -> None:
    """SES would refuse the mails of a whole night, and staff would have to send them again, run by run."""
    postbox.refuse(code, status=status, unverified=unverified)
    with pytest.raises(Throttled, match=code) as held_back:
        tell(change(zoe))
    assert "zoe@example.org" not in str(held_back.value)
    assert MailStore().listed(COURSE, limit=10) == []
    assert tell(change(zoe)) is Delivered.SENT


def test_staff_see_what_is_wrong_with_the_setup_when_they_send_a_sample(zoe: Any, postbox: Ses) -> None:
    make_run(zoe, contact="ines@example.org")
    postbox.refuse("AccessDeniedException", status=403)
    run = zoe.runs.run(COURSE)
    with pytest.raises(Conflict, match="AccessDeniedException") as refused:
        send_sample(run, MailKind.ISSUED, "ines", mailing(), now=NOW)
    assert refused.value.reason == "mail-refused"


def test_a_mail_that_ses_refuses_is_listed_and_the_certificate_stays(zoe: Any, postbox: Ses) -> None:
    before = moto_cloud.items()[f"RUN#{COURSE}#7", "CERTIFICATE"]
    postbox.refuse("MessageRejected")
    assert tell(change(zoe)) is Delivered.REFUSED
    [listed] = MailStore().listed(COURSE, limit=10)
    assert (listed.user_id, listed.kind, listed.state) == ("7", MailKind.ISSUED, MailState.REFUSED)
    assert listed.reason == "MessageRejected"
    assert moto_cloud.items()[f"RUN#{COURSE}#7", "CERTIFICATE"] == before
    assert tell(change(zoe)) is NoMail.TOLD_ALREADY


def test_staff_can_have_a_refused_mail_sent_again_and_it_leaves_the_list(zoe: Any, postbox: Ses) -> None:
    postbox.refuse("MessageRejected")
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


def test_the_client_of_ses_repeats_no_call(zoe: Any, postbox: Ses) -> None:
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
    note_outcome(bounce_of(postbox.mails[0], address="Zoe@Example.org"), MailStore(), zoe.certificates)
    assert [(mail.state, mail.reason) for mail in MailStore().listed(COURSE, limit=5)] == [
        (MailState.BOUNCED, "Permanent/General")
    ]
    invalidate(COURSE, "zoe", "", by="ines", backend=zoe, now=NOW + timedelta(days=1))
    assert tell(change(zoe, ChangeType.INVALIDATED)) is NoMail.UNDELIVERABLE
    enroll(zoe, "7", "zoe", grade="0.9", email="zoe@new.example.org")
    assert tell(change(zoe, ChangeType.INVALIDATED)) is Delivered.SENT
    assert postbox.to == ["zoe@example.org", "zoe@new.example.org"]


def test_mails_are_still_sent_after_a_temporary_bounce(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    note_outcome(bounce_of(postbox.mails[0], "Transient"), MailStore(), zoe.certificates)
    assert not zoe.learners.learner("7").undeliverable


def test_a_learner_who_calls_a_mail_spam_gets_no_more_mails(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    note_outcome(complaint_of(postbox.mails[0]), MailStore(), zoe.certificates)
    assert zoe.learners.learner("7").opted_out
    assert [mail.state for mail in MailStore().listed(COURSE, limit=5)] == [MailState.COMPLAINED]


def test_a_report_of_the_type_not_spam_is_no_complaint(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    note_outcome(complaint_of(postbox.mails[0], "not-spam"), MailStore(), zoe.certificates)
    assert not zoe.learners.learner("7").opted_out


def test_events_of_ses_have_the_same_result_in_any_order_and_when_repeated(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    [sent] = events_of(postbox.mails[0])
    for detail in (bounce_of(postbox.mails[0]), sent["detail"], bounce_of(postbox.mails[0]), sent["detail"]):
        note_outcome(detail, MailStore(), zoe.certificates)
    assert mails() == {"MAIL#issued#000001": "bounced"}


def test_events_about_unknown_mails_change_nothing(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    [sent] = events_of(postbox.mails[0])
    before = moto_cloud.items()
    tags = sent["detail"]["mail"]["tags"]
    for strange in ({}, {"test": ["issued"]}, {**tags, "certificate": ["0" * 32]}):
        sent["detail"]["mail"]["tags"] = strange
        note_outcome(sent["detail"], MailStore(), zoe.certificates)
    assert moto_cloud.items() == before


def test_a_learner_who_opted_out_gets_no_mail_and_may_change_their_mind(zoe: Any, postbox: Ses) -> None:
    assert mail_wishes.opt_out("7", "link", NOW)
    assert tell(change(zoe)) is NoMail.OPTED_OUT
    assert mail_wishes.opt_in("7")
    assert tell(change(zoe)) is Delivered.SENT
    assert not mail_wishes.opt_out("nobody", "link", NOW)
    assert ("LEARNER#nobody", "PROFILE") not in moto_cloud.items()


def test_files_of_the_lms_do_not_change_the_opt_out(zoe: Any, postbox: Ses) -> None:
    mail_wishes.opt_out("7", "link", NOW)
    update = LmsUpdate(user_id="7", at=LATER, account=Account(username="zoe", email="zoe@example.org"), name="Zoë")
    RecordsStore().apply([update])
    assert zoe.learners.learner("7").opted_out


class Queue:
    """Keeps the messages that were sent again, with their delays."""

    def __init__(self) -> None:
        self.put_off_for: list[int] = []

    def put_off(self, message: Any, seconds: int) -> None:
        self.put_off_for.append(seconds)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Everything that was logged, with the texts of errors."""
    told = [*(str(vars(record)) for record in caplog.records), *(str(record.exc_info) for record in caplog.records)]
    return "\n".join([*told, caplog.text])


def test_no_log_has_an_address(zoe: Any, postbox: Ses, caplog: pytest.LogCaptureFixture) -> None:
    body, queue = ChangeToTell(change(zoe).to_json()).to_json(), Queue()
    postbox.refuse("TooManyRequestsException", "MessageRejected")
    for _ in range(3):
        act_on(body, mailing(), PACE, queue, out_of_time=lambda: False, now=LATER)  # type: ignore[arg-type]
    tell_again(COURSE, "7", MailKind.ISSUED, 1, mailing(), PACE, now=LATER)
    note_outcome(complaint_of(postbox.mails[0]), MailStore(), zoe.certificates)
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


def test_a_message_is_sent_again_at_once_if_the_function_has_no_time_left(zoe: Any, postbox: Ses) -> None:
    body, queue = ChangeToTell(change(zoe).to_json()).to_json(), Queue()
    act_on(body, mailing(), PACE, queue, out_of_time=lambda: True, now=LATER)  # type: ignore[arg-type]
    assert (queue.put_off_for, postbox.mails) == ([0], [])


def test_the_message_of_a_mail_in_doubt_is_sent_again_with_a_delay(
    zoe: Any, postbox: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_staff_get_one_mail_for_a_job_with_any_number_of_learners(zoe: Any, postbox: Ses) -> None:
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


def test_without_a_contact_the_digest_goes_to_the_person_who_started_the_job(zoe: Any, postbox: Ses) -> None:
    job = job_that_ended(zoe)
    tell_staff(COURSE, job.job_id, mailing(), PACE, now=LATER)
    assert postbox.mails == []
    enroll(zoe, "99", "ines", mode="audit", email="ines@fjord.example")
    tell_staff(COURSE, job.job_id, mailing(), PACE, now=LATER)
    assert postbox.to == ["ines@fjord.example"]


def test_nobody_gets_a_mail_about_a_dry_run(zoe: Any, postbox: Ses) -> None:
    make_run(zoe, contact="team@fjord.example")
    tell_staff(COURSE, job_that_ended(zoe, dry_run=True).job_id, mailing(), PACE, now=LATER)
    assert postbox.mails == []


def test_the_event_of_ses_decides_about_a_digest_in_doubt(
    zoe: Any, postbox: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(zoe, contact="team@fjord.example")
    job = job_that_ended(zoe)
    with monkeypatch.context() as dying:
        dying.setattr(MailStore, "sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tell_staff(COURSE, job.job_id, mailing(), PACE, now=LATER)
    [sent] = events_of(postbox.mails[0])
    note_outcome(sent["detail"], MailStore(), zoe.certificates)
    tell_staff(COURSE, job.job_id, mailing(), PACE, now=LATER + timedelta(hours=1))
    assert len(postbox.mails) == 1


@pytest.mark.parametrize("course_id", [COURSE, "course-v1:" + "x" * 240, "course-v1:Ö+ü+2026"])
def test_the_course_id_can_be_read_from_the_tags_of_a_digest(course_id: str) -> None:
    tags = run_tags(course_id)
    assert run_of_tags(tags) == course_id
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text) for pair in tags.items() for text in pair)


def test_forgetting_a_learner_removes_the_items_of_mails_and_the_opt_out(zoe: Any, postbox: Ses) -> None:
    tell(change(zoe))
    note_outcome(bounce_of(postbox.mails[0], address="Zoe@Example.org"), MailStore(), zoe.certificates)
    mail_wishes.opt_out("7", "link", NOW)
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
    act_on(message.to_json(), mailing(), PACE, mail_queue(), out_of_time=lambda: False, now=LATER)


@pytest.fixture
def ines(postbox: Ses, cheap: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A run, and Ines, whom the LMS has sent."""
    monkeypatch.setenv("MAIL_QUEUE_URL", "https://sqs.example/mail")
    make_run(cheap)
    enroll(cheap, "99", "ines", email="ines@fjord.example", mode="audit", active=False)
    yield cheap
    mail_queue.cache_clear()


def test_the_person_who_added_a_webhook_gets_one_mail_when_it_ends_with_the_reason(ines: Any, postbox: Ses) -> None:
    for _ in range(2):
        hand_out(ended())
    [mail] = postbox.mails
    assert (mail.to, mail.subject) == ("ines@fjord.example", "A webhook of Marine Biology has ended")
    assert "(410)" in mail.text
    assert f"https://certificates.example/teach/{encoded(COURSE)}/webhooks?webhook={'0' * 32}" in mail.text


def test_the_contact_of_a_run_gets_the_mail_about_its_ended_webhook(ines: Any, postbox: Ses) -> None:
    make_run(ines, contact="team@fjord.example")
    hand_out(ended(because="failing"))
    [mail] = postbox.mails
    assert mail.to == "team@fjord.example" and "five days" in mail.text


def test_the_person_who_added_a_webhook_for_all_runs_gets_a_mail_when_it_ends(ines: Any, postbox: Ses) -> None:
    hand_out(ended(""))
    [mail] = postbox.mails
    assert (mail.to, mail.subject) == ("ines@fjord.example", "A webhook of all runs has ended")
