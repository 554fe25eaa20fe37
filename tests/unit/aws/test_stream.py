"""Records of the table's stream as values, and who is told about them."""

from __future__ import annotations

from typing import Any

import pytest

from certificates.aws.certificate_items import certificate_item
from certificates.aws.stream import EndedJob, NowShown, Revised, told_by
from certificates.aws.waiting_store import WaitingItem
from certificates.errors import UnknownVersion
from tests.unit.aws.samples import AT, COURSE, ENTRY, HELD

CERTIFICATE = certificate_item(HELD, ENTRY).raw()


def told(after: Any, before: Any = None) -> Any:
    images = {"OldImage": before, "NewImage": after}
    return told_by({"dynamodb": {name: image for name, image in images.items() if image is not None}})


def test_a_write_of_a_certificate_tells_both_revisions_and_why() -> None:
    assert told(CERTIFICATE) == Revised(before=None, after=HELD, trigger="bulk-issuance")
    assert told(CERTIFICATE, CERTIFICATE) == Revised(before=HELD, after=HELD, trigger="bulk-issuance")
    unknown = {name: value for name, value in CERTIFICATE.items() if name != "trigger"}
    assert told(unknown, {}) == Revised(before=None, after=HELD, trigger="")
    assert told(None, CERTIFICATE) is None
    assert told({}, CERTIFICATE) is None


def test_a_certificate_that_waited_is_told_when_it_is_shown() -> None:
    waiting = WaitingItem.at(COURSE, "7", "TO-BE-SHOWN")
    assert told(waiting.raw()) is None
    shown = WaitingItem.at(COURSE, "7", "TO-BE-SHOWN", shown_at=AT, revision=3)
    assert told(shown.raw()) == NowShown(course_id=COURSE, user_id="7", revision=3, at=AT)


def job(state: str | None, sk: str = "JOB#j1") -> dict[str, Any]:
    found = {"state": {"S": state}} if state else {}
    return {"pk": {"S": f"COURSE-RUN#{COURSE}"}, "sk": {"S": sk}, **found}


@pytest.mark.parametrize(
    ("before", "after", "ended"),
    [
        (job("running"), job("finished"), True),
        (job("running"), job(None), True),
        (job("running"), job("running"), False),
        (job("finished"), job("finished"), False),
        (None, job("finished"), False),
        (job("running", "UPLOAD#j1"), job("finished", "UPLOAD#j1"), False),
    ],
)
def test_the_end_of_a_job_is_told_once(before: Any, after: Any, ended: bool) -> None:
    assert told(after, before) == (EndedJob(COURSE, "j1") if ended else None)


@pytest.mark.parametrize("image", ["before", "after"])
def test_an_item_of_a_newer_release_is_left_to_that_release(image: str) -> None:
    newer = CERTIFICATE | {"form": {"N": "99"}}
    with pytest.raises(UnknownVersion):
        told(**{"after": CERTIFICATE, "before": CERTIFICATE} | {image: newer})
