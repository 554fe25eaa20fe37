"""Stories of one learner, with everything that has a part in a certificate: the LMS's own certificate, exceptions,
invalidations, credentials, dates, expiry, renames, and in the end forgetting. After each step, what is stored and what
anyone sees fit together.

`STORIES` sets the number of stories. Each has 25 steps.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.aws.changed_lists import status_bit_key
from certificates.aws.records_store import RecordsStore
from certificates.errors import Refusal
from certificates.exception_list.entries import add_exception, remove_exception
from certificates.forgetting.forget import start_forgetting
from certificates.http.sentences import sentence
from certificates.invalidate import invalidate, revalidate
from certificates.issue import issue
from certificates.learner_status import read_status
from certificates.lms_api.values import LmsCertificate
from certificates.planning import Cause
from certificates.reconciliation.importing import import_certificate
from certificates.request import request_certificate
from certificates.rules.eligibility import decide_regeneration, is_to_be_issued, on_failing_grade
from certificates.rules.history import Trigger
from certificates.rules.lms_update import Account, Enrolled, Identity, LmsUpdate
from certificates.rules.model import Certificate, Facts, Pacing, Status
from certificates.rules.predicates import is_invalidated
from certificates.verify import verify
from tests.cheap_backend import cheap
from tests.jobs import NOW
from tests.moto_cloud import empty_cloud, items, objects
from tests.people import COURSE, make_run

STEPS = 25
LMS_ID = "5f0c" * 8
NAMES = ("Zoe Lee", "Zoe Berg", "王小明", "🌸")
USERNAMES = ("zoe.lee", "zoe.berg")
ADDRESSES = ("zoe.lee@example.org", "zoe.berg@example.org", "")
NEVER_AGAIN = (*NAMES[:3], *USERNAMES)
"""Texts that must be nowhere after the learner was forgotten."""


@dataclass
class Story:
    backend: Any
    chance: random.Random
    now: datetime = NOW
    forgotten: bool = False
    told: list[str] = field(default_factory=list)

    @property
    def facts(self) -> Facts:
        found = self.backend.certificates.facts(COURSE, "1", site=self.backend.site, now=self.now)
        assert isinstance(found, Facts)
        return found

    @property
    def staff(self) -> dict[str, Any]:
        return {"by": "ines", "backend": self.backend, "now": self.now}

    def hear(self, **told: Any) -> None:
        RecordsStore(workers=1).apply([LmsUpdate(user_id="1", at=self.now, **told)])

    def enroll(self, mode: str, *, active: bool = True) -> None:
        self.hear(course_id=COURSE, enrolled=Enrolled(mode, active))

    def decide(self, trigger: Trigger, decision: Callable[[Facts], Any]) -> None:
        cause = Cause(trigger=trigger, actor="ines")
        issue(COURSE, "1", cause=cause, backend=self.backend, now=self.now, decide=decision)

    # ------------------------------------------------------------ the steps

    def request(self) -> None:
        username = self.facts.learner.username or USERNAMES[0]
        request_certificate(COURSE, username, backend=self.backend, now=self.now)

    def regenerate(self) -> None:
        self.decide(Trigger.REGENERATE, decide_regeneration)

    def fail(self) -> None:
        self.hear(course_id=COURSE, passing=False)
        self.decide(Trigger.GRADE, on_failing_grade)

    def grade(self) -> None:
        grade, verdict = Decimal(self.chance.choice(["0.2", "0.6", "1.1"])), self.chance.choice([None, True, False])
        self.hear(course_id=COURSE, grade=grade, passing=verdict)

    def change_mode(self) -> None:
        self.enroll(self.chance.choice(["audit", "honor", "verified"]))

    def leave(self) -> None:
        self.enroll("verified", active=False)

    def come_back(self) -> None:
        self.enroll("verified")

    def check_identity(self) -> None:
        ends = self.chance.choice([None, self.now + timedelta(days=30)])
        self.hear(identity=Identity(self.chance.choice([True, False]), ends))

    def rename(self) -> None:
        self.hear(name=self.chance.choice(NAMES))

    def change_account(self) -> None:
        self.hear(account=Account(self.chance.choice(USERNAMES), self.chance.choice(ADDRESSES)))

    def except_(self) -> None:
        add_exception(COURSE, self.facts.learner.username or USERNAMES[0], "was ill", **self.staff)

    def end_exception(self) -> None:
        remove_exception(COURSE, "1", **self.staff)

    def invalidate(self) -> None:
        invalidate(COURSE, self.facts.learner.username or USERNAMES[0], "copied", **self.staff)

    def revalidate(self) -> None:
        revalidate(COURSE, "1", **self.staff)

    def import_from_lms(self) -> None:
        issued = NOW - timedelta(days=90)
        theirs = LmsCertificate(verify_uuid=LMS_ID, mode="honor", grade=Decimal("0.7"), created_at=issued)
        import_certificate(COURSE, "1", theirs, backend=self.backend, now=self.now)

    def change_settings(self) -> None:
        choose = self.chance.choice
        settings = {
            "pacing": choose(list(Pacing)),
            "end": choose([None, NOW + timedelta(days=200)]),
            "available_on": choose([None, NOW + timedelta(days=300)]),
            "valid_months": choose([None, 1, 24]),
            "credential": choose([True, False]),
            "identity_required": choose([None, True]),
            "time_zone": choose([None, "Pacific/Auckland", "America/Lima"]),
        }
        make_run(self.backend, **settings)

    def forget(self) -> None:
        start_forgetting(
            "1", by="root", out_of_time=lambda: False, function="forgetting", backend=self.backend, now=self.now
        )
        self.forgotten = True


ACTS = (
    *(Story.request, Story.regenerate, Story.fail, Story.grade, Story.change_mode, Story.leave, Story.come_back),
    *(Story.check_identity, Story.rename, Story.change_account, Story.except_, Story.end_exception),
    *(Story.invalidate, Story.revalidate, Story.import_from_lms, Story.change_settings),
)


@pytest.mark.parametrize("seed", range(int(os.environ.get("STORIES", "8"))))
def test_what_is_stored_and_what_anyone_sees_fit_together_after_each_step_of_a_story(seed: int) -> None:
    with empty_cloud() as built:
        story = Story(replace(cheap(built), gives_credentials=True), random.Random(seed))
        make_run(story.backend)
        story.hear(account=Account(USERNAMES[0], ADDRESSES[0]), name=NAMES[0])
        story.hear(course_id=COURSE, enrolled=Enrolled("verified", True), grade=Decimal("0.9"))
        before: Certificate | None = None
        for _ in range(STEPS):
            story.now += timedelta(hours=story.chance.randrange(1, 2000))
            act = Story.forget if story.chance.random() < 0.02 else story.chance.choice(ACTS)
            story.told.append(act.__name__)
            try:
                act(story)
            except Refusal as refusal:
                story.told[-1] += f": {refusal.reason}"
            _check(story, before)
            before = story.facts.certificate


def _check(story: Story, before: Certificate | None) -> None:
    facts = story.facts
    held, told = facts.certificate, (story.told, facts.certificate)
    if held is None:
        assert objects("certificates/") == [], told
    else:
        if before is not None and before.issued_on is not None:
            assert (held.verify_uuid, held.issued_on) == (before.verify_uuid, before.issued_on), told
        is_made_here = held.status is Status.DOWNLOADABLE and held.imported_at is None
        assert objects("certificates/") == ([held.document] if held.document else []), told
        assert bool(held.document) == is_made_here, told
        assert _is_revoked(held) is (held.status_list is not None and held.status is not Status.DOWNLOADABLE), told
        assert _public_answer(story, held) in _expected(story, facts, held), told
    if story.forgotten:
        stored = json.dumps([[key, item] for key, item in items().items()], ensure_ascii=False, default=str)
        assert [text for text in NEVER_AGAIN if text in stored] == [], told
        return
    progress = read_status(COURSE, facts.learner.username, backend=story.backend, now=story.now).progress
    assert sentence(progress.message), told
    assert is_to_be_issued(facts) or not progress.can_request, told


def _is_revoked(held: Certificate) -> bool:
    if held.status_list is None or held.status_index is None:
        return False
    bit = items().get(status_bit_key(held.status_list, held.status_index))
    return bit is not None and bool(bit["revoked"]["BOOL"])


def _public_answer(story: Story, held: Certificate) -> str:
    try:
        return verify(held.verify_uuid, backend=story.backend, now=story.now).validity.value
    except Refusal as refusal:
        return refusal.reason


def _expected(story: Story, facts: Facts, held: Certificate) -> set[str]:
    if held.issued_on is None:
        return {"unknown-certificate"}
    if story.forgotten:
        return {"withdrawn"}
    if is_invalidated(facts):
        return {"invalidated"}
    if held.status is not Status.DOWNLOADABLE:
        return {"withdrawn", "not-yet-available"}
    return {"imported" if held.imported_at else "valid", "expired", "not-yet-available"}
