"""The facts that certificates are decided on, as frozen values.

Times are aware UTC datetimes, dates are calendar dates in the run's time zone. Grades are Decimals of 0 or more: 1 is
all points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from certificates.shown_text import shows_nothing

AUDIT = "audit"
HONOR = "honor"

IDENTITY_EXEMPT_MODES = frozenset({AUDIT, HONOR, "no-id-professional"})
"""Modes whose learners never prove who they are (behaviour contract, eligibility row 6)."""

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


class Status(StrEnum):
    """What a certificate can say; these four are the only ones ever written."""

    DOWNLOADABLE = "downloadable"
    NOTPASSING = "notpassing"
    UNAVAILABLE = "unavailable"
    UNVERIFIED = "unverified"


class Outcome(StrEnum):
    """How an attempt ended. The first three are decided; `failed` is an attempt that broke before it was stored."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the operator sets for every run of the installation."""

    identity_required: bool = False
    modes_without_certificate: frozenset[str] = frozenset()
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a course run that mean the same when staff ask for them and when they are stored.

    `credential` says whether certificates carry a signed credential, where the site gives them.

    The one definition: the schema of the interface, the items of the table and the answers all follow these fields.
    `fields` are what certificates of the run print beside the usual, by name: hours, credits, instructor, and names of
    the staff's own. `field_columns` maps such a name to the heading of a column in the LMS's files that has a value for
    each learner. `valid_months`: after how many months certificates expire; None: they do not. `time_zone` is an IANA
    name; None follows the site.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRun(Settings):
    """One course run as it is stored.

    `identity_required` None follows the site. `bulk_issue_at` None means the end of the run;
    `bulk_issue_by_hand` means never by schedule. `version` is the optimistic lock, shown as the ETag.
    `design_digest` names the design that the next issue uses, `design_active` whether it may.
    """

    course_id: str
    self_generation: bool = False
    display: Display = Display.END
    bulk_issue_at: datetime | None = None
    bulk_issue_by_hand: bool = False
    design_digest: str = ""
    design_active: bool = True
    version: int = 0

    @property
    def derived(self) -> bool:
        """A CCX: a coach's copy of a run, whose learners are not regular ones."""
        return self.course_id.startswith("ccx-v1:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """`language` is the learner's own as a BCP 47 tag, "" where the LMS has not told it."""

    user_id: str
    username: str
    email: str
    name: str
    identity_verified: bool = False
    identity_expires_at: datetime | None = None
    language: str = ""
    forgotten: bool = False
    """At their own request: username, e-mail and name are empty."""

    @property
    def has_printable_name(self) -> bool:
        return not shows_nothing(self.name)

    @property
    def printed_name(self) -> str:
        """What a certificate is issued under: a certificate with an empty line for the name is worth nothing."""
        return self.name.strip() if self.has_printable_name else self.username

    def is_identity_verified(self, now: datetime) -> bool:
        return self.identity_verified and (self.identity_expires_at is None or now < self.identity_expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """One learner in one run, with the grade the LMS last reported.

    `mode` None: grades have come, an enrollment never has. `grade` and `verdict` (the LMS's passed or failed) arrive
    together or apart. `verdict_grade` is the grade that the verdict was given with, None where that is not known.
    `enrolled_at` is when the LMS last said whether the learner is enrolled, and in which mode.
    `fields` are the values of the columns that the run's settings name (`Settings.field_columns`).
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
    def standing_verdict(self) -> bool | None:
        """The LMS's verdict, unless a newer grade has come that differs from the grade the verdict was given with."""
        if self.graded_at is None or (self.verdict_at is not None and self.verdict_at >= self.graded_at):
            return self.verdict
        return self.verdict if self.verdict_grade is not None and self.verdict_grade == self.grade else None

    def is_passing(self, passing_grade: Decimal) -> bool:
        """The LMS's verdict decides; the run's own passing grade decides only on a grade without a verdict."""
        verdict = self.standing_verdict
        return self.reaches(passing_grade) if verdict is None else verdict

    def reaches(self, passing_grade: Decimal) -> bool:
        return self.grade is not None and self.grade > 0 and self.grade >= passing_grade

    def contradicts(self, passing_grade: Decimal) -> bool:
        """Whether the LMS's verdict is another than the run's own passing grade would make of the same grade."""
        verdict = self.standing_verdict
        return verdict is not None and self.grade is not None and verdict is not self.reaches(passing_grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The one certificate of a learner in a run, updated in place.

    `revision` grows with every change and is the optimistic lock; `document` is the key of the PDF in the store, None
    when there is nothing to render. What the certificate says (name, course_title, organization, grade,
    mode, design_digest) is the snapshot taken at issue. `issued_on` is the date of the first issue, kept for life.
    `job` is the job that last decided on it, None where no job did: a job that looks again knows its own work by it.
    `name_missing`: the username stands in for a name; None where an earlier release did not record it.
    `name_before` is the name on the revision before, where this revision changed it. `fields` are the further values
    that it prints, by name; `language` is the learner's, which chooses the forms of the letters of the name.
    `status_list` and `status_index` are the place of its credential among the status lists, kept for life; None where
    it never had a credential.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionEntry:
    """An allowlist entry: waives passing, beta tester and CCX for one learner in one run.

    `origin` is the row of the file that listed the learner, None where staff did so by hand.
    """

    user_id: str
    note: str
    added_by: str
    added_at: datetime
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalidation:
    """Who invalidated the certificate, when and why; closed by re-validating, never removed."""

    user_id: str
    note: str
    invalidated_by: str
    invalidated_at: datetime
    active: bool = True
    revalidated_by: str | None = None
    revalidated_at: datetime | None = None


BROKEN = "broken"
"""The reason of a failed attempt that no refusal explains: the log has the cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that left no trace on the certificate: one that broke, or one after that which changed nothing.

    `printed` names the print that did not fit (`predicates.print_of`); "" where the attempt is no such one.
    """

    outcome: Outcome
    reason: str
    at: datetime
    job: str | None = None
    printed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything one decision looks at, gathered once.

    `unprintable` are the characters of what is printed of the learner, the name first, that no font prints.
    `misspelt`: vowel signs of the name stand where no letter can carry them, as in Burmese typed for the font Zawgyi.
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
