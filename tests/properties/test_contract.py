"""After any sequence of acts by staff, learners and the LMS, the product is in the state of the contract.

`PROPERTY_EXAMPLES` sets how many sequences of 50 steps are tried.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from certificates.aws.queues import UploadQueue
from certificates.aws.records_store import RecordsStore
from certificates.aws.upload_files import UploadFiles
from certificates.errors import NotFound, Refusal
from certificates.exception_list.entries import add_exception, remove_exception
from certificates.invalidate import invalidate, revalidate
from certificates.issue import issue
from certificates.lms.events import Event, Subject
from certificates.lms.following import follow
from certificates.lms.records import Records
from certificates.planning import Cause
from certificates.request import request_certificate
from certificates.rules.eligibility import decide, decide_regeneration
from certificates.rules.groups import is_in_any, is_in_bulk_issue, parse_groups
from certificates.rules.history import Trigger
from certificates.rules.lms_update import Account, Enrolled, Identity, LmsUpdate
from certificates.rules.model import Display, Pacing
from certificates.verify import verify
from tests.cheap_backend import cheap
from tests.moto_cloud import empty_cloud, items, objects
from tests.people import COURSE, make_run
from tests.properties.contract import Learner, Run

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
MODES = ("audit", "honor", "verified", "no-id-professional")
GROUPS = ("received", "not-received", "identity-missing", "invalidated")

learners = st.sampled_from(("1", "2", "3"))
switch = st.booleans()


class Contract(RuleBasedStateMachine):
    """Every rule does the same to the product and to the model. Then all visible values of both are compared."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.backend = cheap(self.stack.enter_context(empty_cloud()))
        self.records = Records(
            RecordsStore(workers=1), UploadFiles(self.backend.documents.bucket, "records"), UploadQueue("")
        )
        self.now = START
        make_run(self.backend, pacing=Pacing.SELF)
        self.run = Run()

    def teardown(self) -> None:
        self.stack.close()

    @initialize(modes=st.tuples(*[st.sampled_from(MODES)] * 2), passing=switch)
    def some_are_enrolled(self, modes: tuple[str, str], passing: bool) -> None:
        """The LMS knows the third learner, who is not enrolled yet."""
        for user_id in ("1", "2", "3"):
            self.run.learners[user_id] = Learner()
            self.tell(Subject.ROLE, user_id, account=Account(f"u{user_id}", f"u{user_id}@x.org"), name=f"N{user_id}")
        for user_id, mode in zip(("1", "2"), modes, strict=True):
            self.enroll(user_id, mode)
        self.grade("1", passing)

    # ------------------------------------------------------------ the LMS

    @rule(user_id=learners, mode=st.sampled_from(MODES))
    def enroll(self, user_id: str, mode: str) -> None:
        self.run.enrolled(self.run.learners[user_id], mode)
        self.tell(Subject.ENROLLMENT, user_id, enrolled=Enrolled(mode, True))

    @rule(user_id=learners)
    def unenroll(self, user_id: str) -> None:
        who = self.run.learners[user_id]
        if who.mode is not None:
            who.active = False
            self.tell(Subject.ENROLLMENT, user_id, enrolled=Enrolled(who.mode, False))

    @rule(user_id=learners, passing=switch)
    def grade(self, user_id: str, passing: bool) -> None:
        self.run.graded(self.run.learners[user_id], passing)
        self.tell(Subject.GRADE, user_id, passing=passing)

    @rule(user_id=learners)
    def approve_identity(self, user_id: str) -> None:
        self.run.identified(self.run.learners[user_id])
        self.tell(Subject.IDENTITY, user_id, identity=Identity(True))

    @rule(user_id=learners, beta_tester=switch)
    def set_role(self, user_id: str, beta_tester: bool) -> None:
        self.run.learners[user_id].beta_tester = beta_tester
        self.tell(Subject.ROLE, user_id, beta_tester=beta_tester)

    @rule(user_id=learners, passing=switch, mode=st.sampled_from(MODES))
    def bring_old_news(self, user_id: str, passing: bool, mode: str) -> None:
        """News that is older than everything stored changes nothing."""
        who = self.run.learners[user_id]
        if who.mode is not None:
            old = {"enrolled": Enrolled(mode, True), "at": START - timedelta(days=1)}
            self.tell(Subject.ENROLLMENT, user_id, **old)
            self.run.enrolled(who, who.mode) if who.active else self.decide_as_on_enrollment(who)

    def decide_as_on_enrollment(self, who: Learner) -> None:
        """Old news of an enrollment still leads to a decision, on the present facts."""
        active = who.active
        self.run.enrolled(who, who.mode or "")
        who.active = active

    # ------------------------------------------------------------ learners and staff

    @rule(user_id=learners)
    def request(self, user_id: str) -> None:
        expected = self.run.request(self.run.learners[user_id])
        result = request_certificate(COURSE, f"u{user_id}", backend=self.backend, now=self.tick())
        assert result.decision.reason == expected

    @rule(user_id=learners, by_email=switch)
    def except_learner(self, user_id: str, by_email: bool) -> None:
        identifier = f"U{user_id}@X.org" if by_email else f"u{user_id}"
        expected = self.run.add_exception(self.run.learners[user_id])
        with_note = {"by": "ines", "backend": self.backend, "now": self.tick()}
        assert said(lambda: add_exception(COURSE, identifier, "note", **with_note), "added") == expected

    @rule(user_id=learners)
    def stop_excepting(self, user_id: str) -> None:
        expected = self.run.remove_exception(self.run.learners[user_id])
        now = self.tick()
        done = said(lambda: remove_exception(COURSE, user_id, by="ines", backend=self.backend, now=now), "removed")
        assert done == expected

    @rule(user_id=learners)
    def invalidate(self, user_id: str) -> None:
        expected = self.run.invalidate(self.run.learners[user_id])
        now = self.tick()
        done = said(lambda: invalidate(COURSE, f"u{user_id}", "", by="ines", backend=self.backend, now=now), "done")
        assert done == expected

    @rule(user_id=learners)
    def revalidate(self, user_id: str) -> None:
        expected = self.run.revalidate(self.run.learners[user_id])
        now = self.tick()
        done = said(lambda: revalidate(COURSE, user_id, by="ines", backend=self.backend, now=now).decision.reason)
        assert done == expected

    @rule()
    def issue_in_bulk(self) -> None:
        self.run.bulk()
        self.for_each(is_in_bulk_issue, Trigger.BULK, decide)

    @rule(groups=st.sets(st.sampled_from(GROUPS), min_size=1))
    def regenerate(self, groups: set[str]) -> None:
        self.run.regenerate(groups)
        chosen = parse_groups(groups)
        self.for_each(lambda facts: is_in_any(chosen, facts), Trigger.REGENERATE, decide_regeneration)

    @rule(automatic=switch, self_generation=switch, design_active=switch, identity_required=switch, shown=switch)
    def change_settings(
        self, automatic: bool, self_generation: bool, design_active: bool, identity_required: bool, shown: bool
    ) -> None:
        self.run.automatic, self.run.self_generation = automatic, self_generation
        self.run.design_active, self.run.identity_required, self.run.shown = design_active, identity_required, shown
        recorded = self.backend.runs.run(COURSE)
        changed = replace(
            recorded,
            automatic_generation=automatic,
            self_generation=self_generation,
            design_active=design_active,
            identity_required=identity_required,
            pacing=Pacing.INSTRUCTOR,
            display=Display.EARLY_NO_INFO if shown else Display.END,
            end=START + timedelta(days=3650),
            version=recorded.version + 1,
        )
        self.backend.runs.replace(changed, version_read=recorded.version)

    # ------------------------------------------------------------ what can be seen

    @invariant()
    def the_product_is_where_the_contract_says(self) -> None:
        recorded = items()
        documents = set()
        for user_id, who in self.run.learners.items():
            own = {sk: item for (pk, sk), item in recorded.items() if pk == f"RUN#{COURSE}#{user_id}"}
            held = own.get("CERTIFICATE", {})
            seen = {
                "status": held.get("status", {}).get("S"),
                "revision": int(held.get("revision", {}).get("N", 0)),
                "document": "document" in held,
                "excepted": "EXCEPTION" in own,
                "invalidated": own.get("INVALIDATION", {}).get("active", {}).get("BOOL", False),
                "changes": sum(sk.startswith("HISTORY#") for sk in own),
            }
            assert seen == {
                "status": who.status,
                "revision": who.revision,
                "document": who.status == "downloadable",
                "excepted": who.excepted,
                "invalidated": who.invalidated,
                "changes": who.changes,
            }
            if held:
                assert self.public_answer(held["verify_uuid"]["S"]) == self.run.public_answer(who)
            if "document" in held:
                documents.add(held["document"]["S"])
        assert set(objects("certificates/")) == documents

    def public_answer(self, verify_uuid: str) -> str:
        try:
            return verify(verify_uuid, backend=self.backend, now=self.now).validity.value
        except NotFound as unknown:
            return unknown.reason

    # ------------------------------------------------------------ how it is done

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def tell(self, subject: Subject, user_id: str, *, at: datetime | None = None, **parts: Any) -> None:
        """The LMS reports, and the product follows."""
        now = self.tick()
        course = {} if subject is Subject.IDENTITY or "account" in parts else {"course_id": COURSE}
        report = LmsUpdate(user_id=user_id, at=at or now, **course, **parts)
        event = Event("id", f"org.openedx.learning.{subject.value}", subject, report)
        follow(event, backend=self.backend, records=self.records, now=now)

    def for_each(self, takes: Callable[[Any], bool], trigger: Trigger, rule: Any) -> None:
        """A job decides on one learner after the other."""
        now = self.tick()
        run = self.backend.runs.run(COURSE)
        found = list(self.backend.certificates.facts_of_many(run, self.run.learners, site=self.backend.site, now=now))
        for user_id, facts in found:
            if takes(facts):
                cause = Cause(trigger=trigger, actor="ines")
                issue(COURSE, user_id, cause=cause, backend=self.backend, now=now, decide=rule)


def said(act: Callable[[], Any], done: str | None = None) -> str:
    """The reason of a refusal, or `done`, or what the act returned."""
    try:
        result = act()
    except Refusal as refusal:
        return refusal.reason
    return done if done is not None else str(result)


Contract.TestCase.settings = settings(
    max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "40")),
    stateful_step_count=50,
    # Without more examples, the histories are the same every time: a check before a commit must not surprise.
    derandomize="PROPERTY_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestContract = Contract.TestCase
