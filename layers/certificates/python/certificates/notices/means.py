"""The parts for sending mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from certificates.errors import Conflict
from certificates.notices.learner_letters import LetterLinks, LetterSetting
from certificates.notices.opt_out import opt_out_token
from certificates.notices.run_language import language_of
from certificates.rules.setting_checks import is_address

if TYPE_CHECKING:
    from certificates.aws.documents import Documents
    from certificates.aws.job_store import JobStore
    from certificates.aws.learner_store import LearnerStore
    from certificates.aws.mail import Postman
    from certificates.aws.mail_store import MailStore
    from certificates.aws.run_store import RunStore
    from certificates.rules.model import CourseRun, Site

SHORTEST_DOUBT = timedelta(seconds=60)
"""SES publishes its event about an accepted mail within seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """`delay`: how long the queue holds mails back. `base_url` is the address of pages and certificates."""

    mails: MailStore
    postman: Postman
    documents: Documents
    runs: RunStore
    learners: LearnerStore
    jobs: JobStore
    site: Site
    site_name: str
    linkedin_id: str
    base_url: str
    secret: bytes = field(repr=False)
    delay: timedelta

    @property
    def doubt(self) -> timedelta:
        """How long a mail stays in doubt after a delivery claimed it and did not store that it was sent."""
        return max(SHORTEST_DOUBT, self.delay)

    def address_of(self, username: str) -> str:
        """The e-mail of this person from the LMS. "" if there is none, or if it is no valid address."""
        user_id = self.learners.user_id_of(username)
        learner = self.learners.learner(user_id) if user_id else None
        address = learner.email.strip() if learner is not None else ""
        return address if is_address(address) else ""

    def links(self, course_id: str, verify_uuid: str, user_id: str) -> LetterLinks:
        page = f"{self.base_url}/certificates/{verify_uuid}"
        return LetterLinks(
            page=page,
            pdf=f"{page}/pdf",
            progress=f"{self.base_url}/learn/{quote(course_id, safe='')}",
            stop=f"{self.base_url}/mail/{opt_out_token(user_id, self.secret)}",
        )

    def letter_setting(self, run: CourseRun, design_digest: str, links: LetterLinks) -> LetterSetting:
        """The setting of a run's letters, in the language of this design."""
        return LetterSetting(
            language=language_of(design_digest, self.documents),
            site_name=self.site_name,
            answers=bool(run.contact),
            links=links,
            linkedin_id=self.linkedin_id,
        )


def required(mailing: Mailing | None) -> Mailing:
    """Raises Conflict `mail-off` if the operator has set no sender."""
    if mailing is None:
        raise Conflict("mail-off", "This site sends no mail: the operator has set no sender.")
    return mailing
