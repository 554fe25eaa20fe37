"""Mails that did not reach their learners. Staff see them in a list, and can have them sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.aws.mail_store import ListedMail, MailStore
from certificates.messages.notices import MailToSendAgain
from certificates.paging import Slice
from certificates.rules.mailing import AGAIN

if TYPE_CHECKING:
    from certificates.aws.queues import MailQueue

_ASKED_TOGETHER = 500


def refused_mails(course_id: str, *, limit: int, after: str | None = None) -> Slice[ListedMail]:
    """The mails of a run that did not arrive, sorted by learner."""
    found = MailStore().listed(course_id, limit=limit + 1, after=after)
    return Slice(found[:limit], found[limit - 1].place if len(found) > limit else None)


def send_again(course_id: str, queue: MailQueue) -> int:
    """Have every listed mail sent again if its state allows a second try. Returns their number.

    A repeated call does not send a mail twice.
    """
    asked, after = 0, None
    while True:
        page = refused_mails(course_id, limit=_ASKED_TOGETHER, after=after)
        mails = [mail for mail in page.items if mail.state in AGAIN]
        queue.send([MailToSendAgain(course_id, mail.user_id, mail.kind.value, mail.revision) for mail in mails])
        asked += len(mails)
        after = page.next_after
        if after is None:
            return asked
