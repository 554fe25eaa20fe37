"""Invalidating a certificate, and re-validating it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from certificates.errors import Gone, Refusal
from certificates.exception_list.entries import add_exception
from certificates.invalidate import invalidate, revalidate
from certificates.issue import issue
from certificates.learner_status import read_status
from certificates.planning import Cause
from certificates.request import request_certificate
from certificates.rules.eligibility import decide_regeneration
from certificates.rules.history import ChangeKind, Trigger
from certificates.rules.model import Outcome, Status
from certificates.verify import Validity, pdf_link, verify
from tests.moto_cloud import items
from tests.people import COURSE, enroll, make_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
MUCH_LATER = NOW + timedelta(days=2)


@pytest.fixture
def run(cheap: Any) -> Any:
    """A run in which Zoe passes and has her certificate."""
    make_run(cheap)
    enroll(cheap, "7", "zoe", grade="0.9")
    request_certificate(COURSE, "zoe", backend=cheap, now=NOW)
    return cheap


def facts(backend: Any, user_id: str = "7") -> Any:
    return backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW)


def refused(backend: Any, identifier: str) -> str:
    with pytest.raises(Refusal) as refusal:
        invalidate(COURSE, identifier, "", by="ines", backend=backend, now=LATER)
    return refusal.value.reason


def test_an_invalidated_certificate_is_rendered_nowhere(run: Any, objects: Any) -> None:
    verify_uuid = facts(run).certificate.verify_uuid

    invalidate(COURSE, "ZOE@example.org", " copied ", by="ines", backend=run, now=LATER)

    held = facts(run)
    assert (held.certificate.status, held.certificate.revision) == (Status.UNAVAILABLE, 2)
    assert held.certificate.modified_at == LATER
    assert (held.invalidation.note, held.invalidation.invalidated_by) == ("copied", "ines")
    assert objects("certificates/") == []
    found = verify(verify_uuid, backend=run, now=LATER)
    assert (found.validity, found.invalidated_on) == (Validity.INVALIDATED, date(2026, 11, 21))
    with pytest.raises(Gone, match="invalidated"):
        pdf_link(verify_uuid, backend=run, now=LATER)
    assert read_status(COURSE, "zoe", backend=run, now=LATER).progress.state == "invalidated"
    last = run.certificates.history(COURSE, "7")[-1]
    assert (last.change, last.actor, last.note, last.revision) == (ChangeKind.INVALIDATED, "ines", "copied", 2)


def test_each_check_has_its_reason_in_the_contracts_order(run: Any) -> None:
    enroll(run, "8", "abe", grade="0.2")
    enroll(run, "9", "eve", grade="0.2")
    enroll(run, "10", "leo", grade="0.9")
    add_exception(COURSE, "eve", "", by="ines", backend=run, now=NOW)
    request_certificate(COURSE, "leo", backend=run, now=NOW)
    enroll(run, "10", "leo", grade="0.2")
    from certificates.rules.eligibility import on_failing_grade

    cause = Cause(trigger=Trigger.GRADE, actor="lms")
    issue(COURSE, "10", cause=cause, backend=run, now=LATER, decide=on_failing_grade)
    invalidate(COURSE, "zoe", "", by="ines", backend=run, now=LATER)

    assert refused(run, " ") == "identifier-missing"
    assert refused(run, "nobody") == "unknown-learner"
    assert refused(run, "abe") == "no-certificate"
    assert refused(run, "eve") == "on-exception-list"
    assert refused(run, "zoe") == "already-invalidated"
    assert refused(run, "leo") == "not-downloadable"


def test_an_invalidated_certificate_stays_invalidated_after_repeated_requests(run: Any, objects: Any) -> None:
    invalidate(COURSE, "zoe", "", by="ines", backend=run, now=LATER)
    for trigger, rule in ((Trigger.BULK, None), (Trigger.REGENERATE, decide_regeneration)):
        cause = Cause(trigger=trigger, actor="ines")
        result = issue(COURSE, "7", cause=cause, backend=run, now=MUCH_LATER, **({"decide": rule} if rule else {}))
        assert (result.decision.reason, result.changed) == ("invalidated", False)
    assert facts(run).certificate.status is Status.UNAVAILABLE
    assert objects("certificates/") == []


def test_revalidated_the_decision_is_made_again_and_the_invalidation_kept(run: Any, objects: Any) -> None:
    first = facts(run).certificate
    invalidate(COURSE, "zoe", "copied", by="ines", backend=run, now=LATER)

    result = revalidate(COURSE, "7", by="omar", backend=run, now=MUCH_LATER)

    held = facts(run)
    assert result.decision.outcome is Outcome.ISSUED
    assert (result.changed, result.certificate) == (True, held.certificate)
    assert (held.certificate.status, held.certificate.revision) == (Status.DOWNLOADABLE, 3)
    assert (held.certificate.verify_uuid, held.certificate.issued_on) == (first.verify_uuid, first.issued_on)
    assert objects("certificates/") == [held.certificate.document]
    closed = held.invalidation
    assert (closed.active, closed.note, closed.revalidated_by, closed.revalidated_at) == (
        False,
        "copied",
        "omar",
        MUCH_LATER,
    )
    assert verify(first.verify_uuid, backend=run, now=MUCH_LATER).validity is Validity.VALID
    kinds = [entry.change for entry in run.certificates.history(COURSE, "7")]
    assert kinds == [ChangeKind.ISSUED, ChangeKind.INVALIDATED, ChangeKind.REVALIDATED, ChangeKind.ISSUED]
    told = run.certificates.history(COURSE, "7")[2]
    assert (told.at, told.actor, told.trigger, told.note) == (MUCH_LATER, "omar", Trigger.REVALIDATE, "copied")


def test_a_re_validation_that_issues_nothing_answers_with_the_certificate_as_it_was(run: Any) -> None:
    invalidate(COURSE, "zoe", "", by="ines", backend=run, now=LATER)
    enroll(run, "7", "zoe", mode="audit", grade="0.9")
    held = facts(run).certificate
    result = revalidate(COURSE, "7", by="omar", backend=run, now=MUCH_LATER)
    assert (result.decision.reason, result.changed) == ("mode-not-eligible", False)
    assert result.certificate == facts(run).certificate == held
    assert run.certificates.history(COURSE, "7")[-1].note is None


def test_a_learner_who_no_longer_passes_has_no_certificate_after_re_validation(run: Any) -> None:
    invalidate(COURSE, "zoe", "", by="ines", backend=run, now=LATER)
    enroll(run, "7", "zoe", grade="0.2")
    result = revalidate(COURSE, "7", by="omar", backend=run, now=MUCH_LATER)
    assert result.decision.reason == "not-passing"
    assert facts(run).certificate.status is Status.NOTPASSING


def test_a_certificate_that_is_not_invalidated_cannot_be_revalidated(run: Any) -> None:
    enroll(run, "8", "abe", grade="0.2")
    for user_id, reason in (("7", "not-invalidated"), ("8", "no-certificate"), ("99", "unknown-learner")):
        with pytest.raises(Refusal) as refusal:
            revalidate(COURSE, user_id, by="omar", backend=run, now=LATER)
        assert refusal.value.reason == reason


def test_every_invalidation_stays_stored(run: Any) -> None:
    for day in range(3):
        invalidate(COURSE, "zoe", f"note {day}", by="ines", backend=run, now=NOW + timedelta(days=2 * day + 1))
        revalidate(COURSE, "7", by="omar", backend=run, now=NOW + timedelta(days=2 * day + 2))
    kept = [item["note"]["S"] for (_, sk), item in items().items() if sk.startswith("INVALIDATION")]
    assert sorted(kept) == ["note 0", "note 1", "note 2"]
    assert facts(run).certificate.revision == 7
    assert len(run.certificates.history(COURSE, "7")) == 1 + 3 * 3


def test_an_invalidation_wins_over_a_regeneration_that_has_read_its_facts(run: Any, objects: Any) -> None:
    raced: list[bool] = []
    real = type(run.renderer).render

    def invalidated_meanwhile(*args: Any) -> None:
        real(*args)
        if not raced:
            raced.append(True)
            invalidate(COURSE, "zoe", "", by="ines", backend=run, now=LATER)

    enroll(run, "7", "zoe", name="Zoe New", grade="0.9")
    cause = Cause(trigger=Trigger.REGENERATE, actor="ines")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(run.renderer), "render", invalidated_meanwhile)
        issue(COURSE, "7", cause=cause, backend=run, now=MUCH_LATER, decide=decide_regeneration)
    assert facts(run).certificate.status is Status.UNAVAILABLE
    assert objects("certificates/") == []


def test_an_invalidation_does_not_overtake_an_exception_that_was_added_meanwhile(run: Any) -> None:
    """The invalidation is written only if the learner is still not on the exception list."""
    write, raced = type(run.certificates).write, []

    def listed_meanwhile(store: Any, change: Any) -> None:
        if not raced:
            raced.append(True)
            add_exception(COURSE, "zoe", "", by="omar", backend=run, now=LATER)
        write(store, change)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(run.certificates), "write", listed_meanwhile)
        assert refused(run, "zoe") == "on-exception-list"
    assert facts(run).certificate.status is Status.DOWNLOADABLE
