"""Course staff: mails to learners. See a sample, send yourself one, and have mails sent again that did not arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.aws.mail_store import ListedMail
from certificates.errors import BadRequest
from certificates.http.answers import Answer, answer
from certificates.http.api import Api
from certificates.http.cursors import after, listing
from certificates.http.parameters import MAIL_KIND, PAGED
from certificates.http.people import learner_fields
from certificates.http.requests import Request, RequestWith
from certificates.lookup import read_run
from certificates.notices.means import required
from certificates.notices.refused_mails import refused_mails, send_again
from certificates.notices.trials import sample_of, send_sample
from certificates.rules.mailing import MailKind
from certificates.rules.model import Learner
from certificates.runtime import mails

if TYPE_CHECKING:
    from certificates.http.schemas.bodies import TestMailBody

api = Api()


@api.operation("GET", "/course-runs/{course_id}/mails", answers={200: "Mails"}, reads=PAGED)
def list_mails(request: Request) -> Answer:
    """Mails that did not reach their learners: SES refused them, they bounced, or they were called spam."""
    run = read_run(request.course_id, backend=request.backend)
    page = refused_mails(run.course_id, limit=request.limit, after=after(request))
    people = request.backend.learners.learners({mail.user_id for mail in page.items})
    return answer(listing(request, [_document(mail, people.get(mail.user_id)) for mail in page.items], page.next_after))


@api.operation("POST", "/course-runs/{course_id}/mails/retries", answers={202: "MailRetries"})
def retry_mails(request: Request) -> Answer:
    """Have the refused and bounced mails sent again. Before each, the product decides again whether a mail is due."""
    run = read_run(request.course_id, backend=request.backend)
    required(mails.mailing(request.backend.base_url))
    return answer({"asked": send_again(run.course_id, mails.mail_queue())}, 202)


@api.operation("GET", "/course-runs/{course_id}/mails/preview", answers={200: "MailPreview"}, reads=(MAIL_KIND,))
def preview_mail(request: Request) -> Answer:
    """A sample of a mail, with an invented learner."""
    run = read_run(request.course_id, backend=request.backend)
    kind = _kind(request.read(MAIL_KIND) or MailKind.ISSUED.value)
    sample = sample_of(run, kind, mails.mailing(request.backend.base_url), now=request.now)
    letter = sample.letter
    return answer(
        {
            "kind": kind,
            "sender": sample.sender,
            "reply_to": sample.reply_to,
            "subject": letter.subject.plain(),
            "text": letter.text(),
            "html": letter.html(),
            "language": letter.language,
            "direction": letter.direction,
        }
    )


@api.operation("POST", "/course-runs/{course_id}/mails/tests", answers={200: "TestMail"}, idempotent=True)
def send_test_mail(request: RequestWith[TestMailBody]) -> Answer:
    """Send a sample to the caller: to the caller's e-mail in the LMS, or else to the run's contact."""
    run = read_run(request.course_id, backend=request.backend)
    kind, mailing = _kind(request.body.kind), mails.mailing(request.backend.base_url)
    return answer({"address": send_sample(run, kind, request.caller.username, mailing, now=request.now)})


def _kind(name: str) -> MailKind:
    """Raises BadRequest `unknown-kind`."""
    try:
        return MailKind(name)
    except ValueError as error:
        raise BadRequest("unknown-kind", f"There is no mail {name[:60]}.", field="kind") from error


def _document(mail: ListedMail, learner: Learner | None) -> dict[str, object]:
    return {
        **learner_fields(mail.user_id, learner),
        "kind": mail.kind,
        "revision": mail.revision,
        "state": mail.state,
        "reason": mail.reason,
        "at": mail.at,
    }
