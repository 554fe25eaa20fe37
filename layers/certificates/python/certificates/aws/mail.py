"""Sends mail through SES v2, with one call for each mail.

SES does not recognize a repeated call, so the client never repeats a call. SES's messages about refused calls may
contain addresses. The errors of this module have only SES's code, so no log gets an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import Any

from certificates.aws.clients import ses
from certificates.errors import MailNotSetUp, MailRefused, Throttled, TurnedAway

OF_THE_ACCOUNT = frozenset({"LimitExceededException", "SendingPausedException", "AccountSuspendedException"})
"""Codes about the account, not about one mail: its limit is reached, or sending is paused."""


OF_THE_SETUP = frozenset({"MailFromDomainNotVerifiedException", "NotFoundException"})
"""Codes that every mail gets until an operator corrects the setup. Answers with the status 401 or 403 mean the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one address. SES's events have its `tags`: only ASCII letters, digits, `-` and `_`.

    A POST to `stop_address` turns the learner's mails off (RFC 8058). It is "" for mails that cannot be turned off.
    """

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    language: str
    reply_to: str = ""
    stop_address: str = field(default="", repr=False)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Postman:
    """`sender` is the address in *From*, `name` the name beside it. SES's `configuration_set` publishes the events."""

    sender: str
    name: str
    configuration_set: str

    def send(self, mail: Mail) -> str:
        """Returns SES's id of the mail. Raises Throttled, and MailRefused if SES does not accept this mail. Raises
        MailNotSetUp, which is Throttled too, if SES would accept no other mail either.

        After any other error, it is not known whether SES has accepted the mail.
        """
        client = ses()
        try:
            answer = client.send_email(**self._asked(mail))
        except client.exceptions.ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            explanation = str(error.response.get("Error", {}).get("Message", ""))
        else:
            return str(answer["MessageId"])
        # Outside of `except`: SES's message may contain addresses, and a log shows the chain of errors.
        if code in OF_THE_ACCOUNT:
            raise Throttled(f"sesv2.SendEmail: {code}")
        if code in OF_THE_SETUP or status in {401, 403} or self._is_unverified(code, explanation):
            raise MailNotSetUp(code, explanation)
        if status < 500:
            raise MailRefused(code, explanation)
        raise TurnedAway("sesv2.SendEmail", code)

    def _is_unverified(self, code: str, explanation: str) -> bool:
        """Whether SES names the sender among the addresses that are not verified. In the sandbox, it names unverified
        receivers by the same code.
        """
        return code == "MessageRejected" and self.sender.lower() in explanation.lower()

    def _asked(self, mail: Mail) -> dict[str, Any]:
        headers = [
            {"Name": "Content-Language", "Value": mail.language},
            {"Name": "Auto-Submitted", "Value": _BY_ITSELF},
        ]
        if mail.stop_address:
            headers += [
                {"Name": "List-Unsubscribe", "Value": f"<{mail.stop_address}>"},
                {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
            ]
        body = {"Text": {"Data": mail.text, "Charset": "UTF-8"}, "Html": {"Data": mail.html, "Charset": "UTF-8"}}
        subject = {"Data": mail.subject, "Charset": "UTF-8"}
        asked: dict[str, Any] = {
            "FromEmailAddress": self._from(),
            "Destination": {"ToAddresses": [mail.to]},
            "Content": {"Simple": {"Subject": subject, "Body": body, "Headers": headers}},
            "EmailTags": [{"Name": name, "Value": value} for name, value in mail.tags.items()],
            "ConfigurationSetName": self.configuration_set,
        }
        if mail.reply_to:
            asked["ReplyToAddresses"] = [mail.reply_to]
        return asked

    def _from(self) -> str:
        """The header *From*, with a name in ASCII (RFC 2047)."""
        if self.name.isascii():
            return str(Address(self.name, addr_spec=self.sender))
        from email.header import Header

        return f"{Header(self.name, 'utf-8', maxlinelen=10_000).encode()} <{self.sender}>"


_BY_ITSELF = "auto-generated"
"""RFC 3834: programs for automatic replies do not reply to this mail."""
