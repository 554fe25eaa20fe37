"""Sends mail through SES v2: one call for each mail, made once.

SES does not recognise a call that is repeated, so the client never repeats one by itself. What SES says of a refused
call may hold addresses; errors here carry SES's code alone, and no log has more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import Any

from certificates.aws.clients import ses
from certificates.errors import MailRefused, Throttled

OF_THE_ACCOUNT = frozenset({"LimitExceededException", "SendingPausedException", "AccountSuspendedException"})
"""Codes that concern the account and no mail: more than it may send today, or sending is paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one address. `tags` come back with SES's events: ASCII letters, digits, `-` and `_` alone.

    `stop_address` takes a POST that ends mails to this address (RFC 8058); "" for mails that nobody subscribes to.
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
    """`sender` is the address that mails come from, `name` how people see it. `configuration_set` publishes events."""

    sender: str
    name: str
    configuration_set: str

    def send(self, mail: Mail) -> str:
        """SES's id of the mail. Raises Throttled, and MailRefused where SES will not take this mail.

        Any other error leaves open whether SES has taken it.
        """
        client = ses()
        try:
            answer = client.send_email(**self._asked(mail))
        except client.exceptions.ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            said = str(error.response.get("Error", {}).get("Message", ""))
        else:
            return str(answer["MessageId"])
        # Outside of `except`: what SES said holds addresses, and a chain of errors would bring it into the log.
        if code in OF_THE_ACCOUNT:
            raise Throttled(f"sesv2.SendEmail: {code}")
        if status < 500:
            raise MailRefused(code, said)
        raise ConnectionError(f"sesv2.SendEmail: {code}")

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
        """With the name in ASCII, as a header has it (RFC 2047)."""
        if self.name.isascii():
            return str(Address(self.name, addr_spec=self.sender))
        from email.header import Header

        return f"{Header(self.name, 'utf-8', maxlinelen=10_000).encode()} <{self.sender}>"


_BY_ITSELF = "auto-generated"
"""RFC 3834: programs that answer absences do not answer this mail."""
