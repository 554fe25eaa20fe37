"""Items of learners, and of their enrollments and grades. Converts the items to values."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute, UnicodeSetAttribute

from certificates.aws.item_model import DecimalAttribute, Item, LearnerInRunItem, TimeAttribute
from certificates.aws.table import RawItem
from certificates.rules.model import Enrollment, Learner
from certificates.shown_text import shows_nothing


class LearnerItem(Item):
    """`spare_name` replaces an empty `name` of the profile, see `rules.lms_update`.

    `forgotten_at`: the learner was forgotten. Texts are empty from then on, and no update fills them again.
    `opted_out_at`: the learner wants no mails; `opted_out_by` says how that is known: `link` or `complaint`.
    `bounced_email`: the address that mail has come back from; a newer address is tried again.
    `former_usernames` and `former_texts` (e-mails and names) were replaced by newer ones: files and histories may still
    have these, and forgetting the learner removes them there.
    """

    user_id = UnicodeAttribute()
    username = UnicodeAttribute()
    email = UnicodeAttribute()
    name = UnicodeAttribute()
    profiled_at = TimeAttribute(null=True)
    named_at = TimeAttribute(null=True)
    spare_name = UnicodeAttribute(null=True)
    spare_named_at = TimeAttribute(null=True)
    identity_verified = BooleanAttribute(null=True)
    identity_expires_at = TimeAttribute(null=True)
    identity_at = TimeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    language_at = TimeAttribute(null=True)
    opted_out_at = TimeAttribute(null=True)
    opted_out_by = UnicodeAttribute(null=True)
    bounced_email = UnicodeAttribute(null=True)
    former_usernames = UnicodeSetAttribute(null=True)
    former_texts = UnicodeSetAttribute(null=True)
    forgotten_at = TimeAttribute(null=True)


class EnrollmentItem(LearnerInRunItem):
    """`*_at` are the times of the updates that set the attributes beside them: an older update changes nothing.
    `same_grade_since` is the time of the first update with the present grade, if all updates since have the same grade.
    `verdict_grade` is the newest grade that is not newer than the verdict: the verdict's grade. `outcome`, `reason`,
    `attempted_at`, `attempted_in` (a job) and `attempted_print` describe a failed attempt: see `attempt_from` in
    `certificate_items`.
    """

    mode = UnicodeAttribute(null=True)
    active = BooleanAttribute(null=True)
    enrolled_at = TimeAttribute(null=True)
    beta_tester = BooleanAttribute(null=True)
    beta_tester_at = TimeAttribute(null=True)
    grade = DecimalAttribute(null=True)
    graded_at = TimeAttribute(null=True)
    same_grade_since = TimeAttribute(null=True)
    verdict = BooleanAttribute(null=True)
    verdict_at = TimeAttribute(null=True)
    verdict_grade = DecimalAttribute(null=True)
    verdict_grade_at = TimeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    attempted_at = TimeAttribute(null=True)
    attempted_in = UnicodeAttribute(null=True)
    attempted_print = UnicodeAttribute(null=True)
    fields = JSONAttribute(null=True)
    fields_at = TimeAttribute(null=True)


def learner_from(raw: RawItem) -> Learner:
    item = LearnerItem.read(raw)
    return Learner(
        user_id=item.user_id,
        username=item.username,
        email=item.email,
        name=item.spare_name if item.spare_name and shows_nothing(item.name) else item.name,
        identity_verified=bool(item.identity_verified),
        identity_expires_at=item.identity_expires_at,
        language=item.language or "",
        opted_out=item.opted_out_at is not None,
        undeliverable=bool(item.bounced_email) and item.bounced_email == item.email.strip().lower(),
        forgotten=item.forgotten_at is not None,
    )


def enrollment_from(raw: RawItem) -> Enrollment:
    item = EnrollmentItem.read(raw)
    return Enrollment(
        user_id=item.user_id,
        course_id=item.course_id,
        mode=item.mode,
        active=bool(item.active),
        beta_tester=bool(item.beta_tester),
        grade=item.grade,
        graded_at=item.graded_at,
        verdict=item.verdict,
        verdict_at=item.verdict_at,
        verdict_grade=item.verdict_grade,
        enrolled_at=item.enrolled_at,
        fields=item.fields or {},
    )
