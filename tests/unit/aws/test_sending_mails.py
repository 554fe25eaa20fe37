"""Calls of SES: the mail as people get it, and the meaning of each refusal."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from certificates.aws import mail
from certificates.aws.mail import Mail, Postman
from certificates.errors import MailNotSetUp, MailRefused, Throttled, TurnedAway
from tests.unit.aws.services import Service, refusal

POSTMAN = Postman("Certificates@fjord.org", "Fjord", "notices")
PLAIN = Mail(to="zoe@a.org", subject="Yours", text="Dear Zoë", html="<p>Dear Zoë</p>", language="nb")
BOTH = [{"Name": "Content-Language", "Value": "nb"}, {"Name": "Auto-Submitted", "Value": "auto-generated"}]


def ses_that(monkeypatch: pytest.MonkeyPatch, answer: Any) -> Service:
    service = Service(send_email=answer)
    service.exceptions = SimpleNamespace(ClientError=ClientError)  # type: ignore[assignment]
    monkeypatch.setattr(mail, "ses", lambda: service)
    return service


def content(headers: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "Simple": {
            "Subject": {"Data": "Yours", "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": "Dear Zoë", "Charset": "UTF-8"},
                "Html": {"Data": "<p>Dear Zoë</p>", "Charset": "UTF-8"},
            },
            "Headers": headers,
        }
    }


def test_a_mail_has_both_forms_of_its_text_and_says_that_a_program_wrote_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ses = ses_that(monkeypatch, {"MessageId": "m1"})
    assert POSTMAN.send(PLAIN) == "m1"
    asked = {
        "FromEmailAddress": "Fjord <Certificates@fjord.org>",
        "Destination": {"ToAddresses": ["zoe@a.org"]},
        "Content": content(BOTH),
        "EmailTags": [],
        "ConfigurationSetName": "notices",
    }
    assert ses.calls == [("send_email", asked)]


def test_a_mail_can_be_answered_turned_off_and_recognized(monkeypatch: pytest.MonkeyPatch) -> None:
    ses = ses_that(monkeypatch, {"MessageId": "m1"})
    further: dict[str, Any] = {
        "reply_to": "help@fjord.org",
        "stop_address": "https://f.org/stop",
        "tags": {"kind": "a"},
    }
    Postman("c@fjord.org", "Høyskolen på Fjord", "notices").send(
        Mail(to="zoe@a.org", subject="Yours", text="Dear Zoë", html="<p>Dear Zoë</p>", language="nb", **further)
    )
    stop = [
        {"Name": "List-Unsubscribe", "Value": "<https://f.org/stop>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
    asked = {
        "FromEmailAddress": "=?utf-8?q?H=C3=B8yskolen_p=C3=A5_Fjord?= <c@fjord.org>",
        "Destination": {"ToAddresses": ["zoe@a.org"]},
        "Content": content([*BOTH, *stop]),
        "EmailTags": [{"Name": "kind", "Value": "a"}],
        "ConfigurationSetName": "notices",
        "ReplyToAddresses": ["help@fjord.org"],
    }
    assert ses.calls == [("send_email", asked)]


def test_a_long_name_of_the_sender_stays_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    ses = ses_that(monkeypatch, {"MessageId": "m1"})
    Postman("c@fjord.org", "Høyskolen " * 40, "notices").send(PLAIN)
    assert "\n" not in ses.calls[0][1]["FromEmailAddress"]


@pytest.mark.parametrize(
    ("code", "said", "status", "kind"),
    [
        ("LimitExceededException", "", 400, Throttled),
        ("SendingPausedException", "", 500, Throttled),
        ("MailFromDomainNotVerifiedException", "", 400, MailNotSetUp),
        ("NotFoundException", "", 404, MailNotSetUp),
        ("Whatever", "", 401, MailNotSetUp),
        ("Whatever", "", 403, MailNotSetUp),
        ("MessageRejected", "not verified: certificates@FJORD.org", 400, MailNotSetUp),
        ("Whatever", "not verified: certificates@FJORD.org", 400, MailRefused),
        ("MessageRejected", "not verified: zoe@a.org", 400, MailRefused),
        ("Whatever", "", 499, MailRefused),
        ("Whatever", "", 500, TurnedAway),
    ],
)
def test_a_refusal_says_whether_another_try_or_another_mail_may_succeed(
    monkeypatch: pytest.MonkeyPatch, code: str, said: str, status: int, kind: type[Exception]
) -> None:
    ses_that(monkeypatch, refusal(code, said, status))
    with pytest.raises(kind) as refused:
        POSTMAN.send(PLAIN)
    assert type(refused.value) is kind
    assert refused.value.__context__ is None, "a log would show SES's message, which may contain addresses"
    expected = {Throttled: f"sesv2.SendEmail: {code}", MailRefused: code, TurnedAway: f"sesv2.SendEmail: {code}"}
    assert str(refused.value) == expected.get(kind, f"sesv2.SendEmail: {code}")
    if isinstance(refused.value, MailNotSetUp | MailRefused):
        assert (refused.value.code, refused.value.explanation) == (code, said)


@pytest.mark.parametrize("answer", [{}, {"Error": {}}])
def test_a_refusal_without_a_code_is_tried_again(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    ses_that(monkeypatch, ClientError(answer, "SendEmail"))
    with pytest.raises(TurnedAway) as refused:
        POSTMAN.send(PLAIN)
    assert refused.value.code == ""


def test_a_refusal_without_a_message_has_no_explanation(monkeypatch: pytest.MonkeyPatch) -> None:
    answer: Any = {"Error": {"Code": "BadRequest"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    ses_that(monkeypatch, ClientError(answer, "SendEmail"))
    with pytest.raises(MailRefused) as refused:
        POSTMAN.send(PLAIN)
    assert refused.value.explanation == ""
