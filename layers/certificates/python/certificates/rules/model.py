"""The facts for decisions about certificates, as frozen values.

Times are aware UTC datetimes, dates are calendar dates in the run's time zone. Grades are Decimals of 0 or more: 1 is
all points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from certificates.rules.grades import rounded
from certificates.shown_text import shows_nothing

AUDIT = "audit"
HONOR = "honor"

IDENTITY_EXEMPT_MODES = frozenset({AUDIT, HONOR, "no-id-professional"})
"""Modes without an identity check (behaviour contract, eligibility row 6)."""

CERTIFICATE_MODES = frozenset(
    {
        HONOR,
        "verified",
        "professional",
        "no-id-professional",
        "credit",
        "masters",
        "executive-education",
        "paid-executive-education",
        "paid-bootcamp",
    }
)
"""Modes that carry a certificate unless a run says otherwise (Open edX `CourseMode`, less unpaid and audit tracks)."""


MAX_EMAIL_LENGTH = 254
"""Characters of an e-mail address (RFC 5321, 4.5.3.1.3). Open edX's column has this width too."""

RETIRED_PREFIX = "retired__user_"
"""The beginning of the username of a retired account, unless the LMS's operator chose another one."""


class Status(StrEnum):
    """The status of a certificate. No other status is ever written."""

    DOWNLOADABLE = "downloadable"
    NOTPASSING = "notpassing"
    UNAVAILABLE = "unavailable"
    UNVERIFIED = "unverified"


class Outcome(StrEnum):
    """The end of an attempt. The first three are decisions; `failed` is an attempt that broke before anything was
    stored."""

    ISSUED = "issued"
    KEPT = "kept"
    REFUSED = "refused"
    FAILED = "failed"


class Pacing(StrEnum):
    SELF = "self"
    INSTRUCTOR = "instructor"


class Display(StrEnum):
    """When an issued certificate of an instructor-paced run is shown."""

    EARLY_NO_INFO = "early_no_info"
    END = "end"
    END_WITH_DATE = "end_with_date"


class Notices(StrEnum):
    """The mails that learners get."""

    NONE = "none"
    ISSUED = "issued"
    """Mails about an issued certificate, and about a new revision with a visible change."""
    ALL = "all"
    """Also mails about an invalidated, withdrawn or re-validated certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The operator's settings for every run of the installation."""

    identity_required: bool = False
    modes_without_certificate: frozenset[str] = frozenset()
    time_zone: str = "UTC"
    sends_mail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a course run that mean the same in a request of staff and in the table.

    `credential`: certificates carry a signed credential, if the site issues credentials.

    This is the one definition: the schema of the interface, the items of the table and the answers use these fields.
    `fields` are further values that certificates of the run print, by name: hours, credits, instructor, and names that
    staff choose. `field_columns` maps such a name to the heading of a column in the LMS's files, with a value for each
    learner. `valid_months`: certificates expire after so many months; None: never. `time_zone` is an IANA name; None:
    the time zone of the site. `notices`: what learners are told by mail, if the site sends mail. `contact`: the e-mail
    of the course team, or "": answers to mails go there, and so does the digest of each job.
    """

    title: str
    organization: str
    pacing: Pacing = Pacing.INSTRUCTOR
    start: datetime | None = None
    end: datetime | None = None
    passing_grade: Decimal = Decimal("0.5")
    automatic_generation: bool = True
    available_on: datetime | None = None
    eligible_modes: frozenset[str] = CERTIFICATE_MODES
    identity_required: bool | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    field_columns: Mapping[str, str] = field(default_factory=dict)
    valid_months: int | None = None
    time_zone: str | None = None
    credential: bool = True
    notices: Notices = Notices.ISSUED
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRun(Settings):
    """One course run in the table.

    `identity_required` None: as the site. `bulk_issue_at` None means the end of the run;
    `bulk_issue_by_hand` means never by schedule. `version` is the optimistic lock, shown as the ETag.
    `issue_from` is set if the bulk issue was due already when staff saved: it begins no earlier, so that they can
    correct a mistake. `design_digest` names the design of the next issue; without `design_active` nothing is issued.
    `saved_by` is the username of the last person who saved settings or design, "" if an earlier release saved them.
    """

    course_id: str
    self_generation: bool = False
    display: Display = Display.END
    bulk_issue_at: datetime | None = None
    bulk_issue_by_hand: bool = False
    issue_from: datetime | None = None
    design_digest: str = ""
    design_active: bool = True
    saved_by: str = ""
    saved_at: datetime | None = None
    version: int = 0

    @property
    def derived(self) -> bool:
        """A CCX: a coach's copy of a run, whose learners are not regular ones."""
        return self.course_id.startswith("ccx-v1:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """`language` is the learner's own as a BCP 47 tag, "" if the LMS has not sent one.

    `opted_out`: the learner wants no mails, or has called one spam. `undeliverable`: mail to this e-mail has come back
    for good.
    """

    user_id: str
    username: str
    email: str
    name: str
    identity_verified: bool = False
    identity_expires_at: datetime | None = None
    language: str = ""
    opted_out: bool = False
    undeliverable: bool = False
    forgotten: bool = False
    """At their own request: username, e-mail and name are empty."""

    @property
    def has_printable_name(self) -> bool:
        return not shows_nothing(self.name)

    @property
    def printed_name(self) -> str:
        """The name for the certificate: the name of the profile, or else the username. The line is never empty."""
        return self.name.strip() if self.has_printable_name else self.username

    def is_identity_verified(self, now: datetime) -> bool:
        return self.identity_verified and (self.identity_expires_at is None or now < self.identity_expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """One learner in one run, with the latest grade from the LMS.

    `mode` None: a grade came, but never an enrollment. `grade` and `verdict` (the LMS's passed or failed) come together
    or one by one. `verdict_grade` is the grade that came with the verdict, None if unknown. `enrolled_at` is the time
    of the latest enrollment that the LMS sent. `fields` are the values of the columns in `Settings.field_columns`.
    """

    user_id: str
    course_id: str
    mode: str | None = None
    active: bool = False
    beta_tester: bool = False
    grade: Decimal | None = None
    graded_at: datetime | None = None
    verdict: bool | None = None
    verdict_at: datetime | None = None
    verdict_grade: Decimal | None = None
    enrolled_at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def enrolled_ever(self) -> bool:
        return self.mode is not None

    @property
    def told_at(self) -> datetime | None:
        """When the LMS last sent data about this learner in this run. None: never."""
        return max((at for at in (self.enrolled_at, self.graded_at, self.verdict_at) if at is not None), default=None)

    @property
    def standing_verdict(self) -> bool | None:
        """The LMS's verdict. None if a newer grade came that differs from the verdict's grade."""
        if self.graded_at is None or (self.verdict_at is not None and self.verdict_at >= self.graded_at):
            return self.verdict
        return self.verdict if self.verdict_grade is not None and self.verdict_grade == self.grade else None

    def is_passing(self, passing_grade: Decimal) -> bool:
        """The LMS's verdict decides. The run's own passing grade decides only for a grade without a verdict."""
        verdict = self.standing_verdict
        return self.reaches(passing_grade) if verdict is None else verdict

    def reaches(self, passing_grade: Decimal) -> bool:
        """The passing grade is rounded as every grade is: a learner with exactly this share of the points passes."""
        return self.grade is not None and self.grade > 0 and self.grade >= (rounded(passing_grade) or 0)

    def contradicts(self, passing_grade: Decimal) -> bool:
        """Whether the LMS's verdict differs from the result of the run's own passing grade."""
        verdict = self.standing_verdict
        return verdict is not None and self.grade is not None and verdict is not self.reaches(passing_grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The one certificate of a learner in a run, updated in place.

    `revision` grows with every change and is the optimistic lock. `document` is the key of the PDF in the bucket, None
    without a PDF. The content (name, course_title, organization, grade, mode, design_digest) is the snapshot at issue.
    `issued_on` is the date of the first issue, for life. `job` is the job of the last decision, None without a job: a
    repeated delivery finds the job's own work by it. `name_missing`: the username stands in for the name; None: an
    earlier release did not store this. `name_before` is the name on the revision before, if this revision changed it.
    `fields` are the further printed values, by name. `language` is the learner's; it chooses the letter forms of the
    name. `status_list` and `status_index` are the credential's entry of a status list, for life; None: never a
    credential. `without_credential`: this revision has none, and an earlier one has. `imported_at` is the time when a
    certificate of the LMS was imported: it has the LMS's id and date, no document, and the learner's name of that day.
    None: it was made here, or was made anew here since.
    """

    verify_uuid: str
    course_id: str
    user_id: str
    status: Status
    revision: int
    mode: str
    name: str = ""
    course_title: str = ""
    organization: str = ""
    grade: Decimal | None = None
    design_digest: str = ""
    document: str | None = None
    issued_on: date | None = None
    modified_at: datetime | None = None
    job: str | None = None
    name_missing: bool | None = None
    name_before: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    status_list: str | None = None
    status_index: int | None = None
    without_credential: bool | None = None
    imported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionEntry:
    """An allowlist entry: waives passing, beta tester and CCX for one learner in one run.

    `origin` is the row of the exception file, None for an entry that staff added by hand.
    """

    user_id: str
    note: str
    added_by: str
    added_at: datetime
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalidation:
    """Who invalidated the certificate, when and why. Re-validating closes it; nothing removes it."""

    user_id: str
    note: str
    invalidated_by: str
    invalidated_at: datetime
    active: bool = True
    revalidated_by: str | None = None
    revalidated_at: datetime | None = None


BROKEN = "broken"
"""The reason of a failed attempt without a refusal. The log has the cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that did not change the certificate: a failed one, or a later one without a change.

    `printed` names the print that did not fit (`predicates.print_of`); "" for other attempts.
    """

    outcome: Outcome
    reason: str
    at: datetime
    job: str | None = None
    printed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Every fact for one decision, gathered once.

    `unprintable` are the characters of the learner's printed texts without a font, those of the name first. `misspelt`:
    vowel signs of the name have no letter to carry them, as in Burmese typed for the font Zawgyi. `too_long`: the
    printed name does not fit the run's design, even on several lines in the smallest print.
    """

    run: CourseRun
    learner: Learner
    now: datetime
    site: Site = field(default_factory=Site)
    enrollment: Enrollment | None = None
    certificate: Certificate | None = None
    exception: ExceptionEntry | None = None
    invalidation: Invalidation | None = None
    last_attempt: Attempt | None = None
    unprintable: str = ""
    misspelt: bool = False
    too_long: bool = False
