"""A fixed condition, converted to DynamoDB's form once for many entries, is equal to pynamodb's own conversion for
each.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from certificates.aws import change_entries, writes
from certificates.aws.certificate_items import CertificateItem, ExceptionItem
from certificates.aws.history_items import HistoryItem
from certificates.aws.learner_items import EnrollmentItem
from certificates.rules.model import Enrollment

KEY = ("RUN#course-v1:A+B+C#7", "ENROLLMENT")
GRADED = datetime(2026, 11, 1, 8, 3, tzinfo=UTC)
JUDGED = datetime(2026, 11, 2, 9, 4, 5, 67, tzinfo=UTC)


@pytest.mark.parametrize(
    "condition",
    [
        HistoryItem.pk.does_not_exist(),
        ExceptionItem.pk.exists(),
        CertificateItem.revision == 3,
        (EnrollmentItem.graded_at == GRADED) & EnrollmentItem.verdict_at.does_not_exist(),
    ],
    ids=["missing", "there", "revision", "graded"],
)
def test_an_entry_with_a_fixed_condition_is_the_entry_with_the_condition(condition: Any) -> None:
    assert writes.check(KEY, writes.fixed(condition)) == writes.check(KEY, condition)
    item = HistoryItem(pk="p", sk="s", at=GRADED, actor="a", trigger="bulk", change="issued", reason="issued")
    assert writes.put(item, writes.fixed(condition)) == writes.put(item, condition)


def test_a_fixed_condition_with_other_values_leaves_the_first_as_it_was() -> None:
    first = writes.fixed(CertificateItem.revision == 3)
    before = writes.check(KEY, first)
    assert writes.check(KEY, first.with_values("4")) == writes.check(KEY, CertificateItem.revision == 4)
    assert writes.check(KEY, first) == before


def test_too_few_values_are_refused() -> None:
    both = writes.fixed((EnrollmentItem.graded_at == GRADED) & (EnrollmentItem.verdict_at == JUDGED))
    with pytest.raises(ValueError, match="shorter"):
        both.with_values("2026-11-01T08:03:00.000000+0000")


@pytest.mark.parametrize("graded_at", [None, GRADED], ids=["no grade", "a grade"])
@pytest.mark.parametrize("verdict_at", [None, JUDGED], ids=["no verdict", "a verdict"])
def test_an_issue_depends_on_the_grade_and_the_verdict_that_were_read(
    graded_at: datetime | None, verdict_at: datetime | None
) -> None:
    def unchanged(attribute: Any, value: datetime | None) -> Any:
        return attribute.does_not_exist() if value is None else attribute == value

    read = Enrollment(user_id="7", course_id="course-v1:A+B+C", graded_at=graded_at, verdict_at=verdict_at)
    expected = unchanged(EnrollmentItem.graded_at, graded_at) & unchanged(EnrollmentItem.verdict_at, verdict_at)
    assert writes.check(KEY, change_entries._as_graded(read)) == writes.check(KEY, expected)
