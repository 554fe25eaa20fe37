"""The exception list: additions, checks before them, and decisions after them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates.errors import NotPrintable, Refusal
from certificates.exception_list.entries import add_exception, remove_exception
from certificates.invalidate import invalidate
from certificates.request import request_certificate
from certificates.rules.history import ChangeKind
from certificates.rules.model import Status
from tests.people import COURSE, enroll, make_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def run(cheap: Any) -> Any:
    """A run with automatic issuing on, and Zoe, who does not pass."""
    make_run(cheap)
    enroll(cheap, "7", "zoe", email="Zoe@Example.org", grade="0.2")
    return cheap


def facts(backend: Any, user_id: str = "7") -> Any:
    return backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW)


def changes(backend: Any, user_id: str = "7") -> list[ChangeKind]:
    return [entry.change for entry in backend.certificates.history(COURSE, user_id)]


@pytest.mark.parametrize("identifier", ["zoe", "zoe@example.org", "ZOE@EXAMPLE.ORG", "  zoe "])
def test_a_learner_is_found_by_username_or_email_and_issued_at_once(run: Any, identifier: str) -> None:
    added = add_exception(COURSE, identifier, " was ill ", by="ines", backend=run, now=NOW)

    assert (added.entry.note, added.entry.added_by, added.entry.added_at) == ("was ill", "ines", NOW)
    assert facts(run).exception == added.entry
    assert facts(run).certificate.status is Status.DOWNLOADABLE
    assert run.documents.get(facts(run).certificate.document) is not None
    assert changes(run) == [ChangeKind.EXCEPTION_ADDED, ChangeKind.ISSUED]


def test_without_automatic_issuing_the_list_grows_and_nothing_is_issued(cheap: Any, objects: Any) -> None:
    make_run(cheap, automatic_generation=False)
    enroll(cheap, "7", "zoe", grade="0.2")

    added = add_exception(COURSE, "zoe", "", by="ines", backend=cheap, now=NOW)

    assert added.decision is None
    assert facts(cheap).exception is not None
    assert facts(cheap).certificate is None
    assert objects("certificates/") == []


def test_a_learner_with_a_certificate_keeps_the_same_one(run: Any) -> None:
    enroll(run, "8", "abe", grade="0.9")
    before = request_certificate(COURSE, "abe", backend=run, now=NOW).certificate
    add_exception(COURSE, "abe", "", by="ines", backend=run, now=NOW + timedelta(hours=1))
    assert facts(run, "8").certificate == before


@pytest.mark.parametrize("identifier", ["", "   "])
def test_a_missing_identifier_is_refused(run: Any, identifier: str) -> None:
    assert refused(run, identifier) == "identifier-missing"


def test_each_check_has_its_reason(run: Any) -> None:
    enroll(run, "8", "abe", active=False)
    enroll(run, "9", "eve", grade="0.9")
    request_certificate(COURSE, "eve", backend=run, now=NOW)
    invalidate(COURSE, "eve", "", by="ines", backend=run, now=NOW)
    add_exception(COURSE, "zoe", "", by="ines", backend=run, now=NOW)

    assert refused(run, "Zoe") == "unknown-learner"
    assert refused(run, "abe") == "not-enrolled"
    assert refused(run, "eve") == "invalidated"
    assert refused(run, "zoe@example.org") == "already-listed"
    assert refused(run, "zoe", course_id="course-v1:No+Such+Run") == "unknown-course-run"


def test_an_exception_waives_neither_mode_nor_identity(run: Any) -> None:
    enroll(run, "8", "abe", mode="audit", grade="0.2")
    added = add_exception(COURSE, "abe", "", by="ines", backend=run, now=NOW)
    assert added.decision is not None
    assert added.decision.reason == "mode-not-eligible"
    assert facts(run, "8").exception is not None


def test_a_certificate_that_cannot_be_printed_leaves_the_list_as_it_was(run: Any, monkeypatch: Any) -> None:
    def unprintable(*_: Any) -> None:
        raise NotPrintable("it does not fit")

    monkeypatch.setattr(type(run.renderer), "render", unprintable)
    assert refused(run, "zoe") == "name-not-printable"
    assert facts(run).exception is None
    assert changes(run) == []


def test_a_passing_learner_removed_from_the_list_keeps_the_certificate(run: Any) -> None:
    enroll(run, "8", "abe", grade="0.9")
    request_certificate(COURSE, "abe", backend=run, now=NOW)
    add_exception(COURSE, "abe", "note", by="ines", backend=run, now=NOW)
    before = facts(run, "8").certificate

    remove_exception(COURSE, "8", by="omar", backend=run, now=NOW + timedelta(hours=1))

    assert facts(run, "8").exception is None
    assert facts(run, "8").certificate == before
    last = run.certificates.history(COURSE, "8")[-1]
    assert (last.change, last.actor, last.note) == (ChangeKind.EXCEPTION_REMOVED, "omar", "note")


def test_a_failing_learner_removed_from_the_list_loses_the_certificate_and_its_pdf(run: Any, objects: Any) -> None:
    add_exception(COURSE, "zoe", "", by="ines", backend=run, now=NOW)
    verify_uuid = facts(run).certificate.verify_uuid

    remove_exception(COURSE, "7", by="ines", backend=run, now=NOW + timedelta(hours=1))

    held = facts(run).certificate
    assert (held.status, held.revision, held.verify_uuid) == (Status.NOTPASSING, 2, verify_uuid)
    assert objects("certificates/") == []
    assert changes(run)[-2:] == [ChangeKind.EXCEPTION_REMOVED, ChangeKind.MARKED_NOTPASSING]


def test_a_passing_learner_removed_from_the_list_is_issued_none(cheap: Any, objects: Any) -> None:
    make_run(cheap, automatic_generation=False)
    enroll(cheap, "8", "abe", grade="0.9")
    add_exception(COURSE, "abe", "", by="ines", backend=cheap, now=NOW)

    remove_exception(COURSE, "8", by="ines", backend=cheap, now=NOW + timedelta(hours=1))

    assert (facts(cheap, "8").exception, facts(cheap, "8").certificate) == (None, None)
    assert objects("certificates/") == []


def test_a_learner_who_is_not_listed_cannot_be_removed(run: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        remove_exception(COURSE, "7", by="ines", backend=run, now=NOW)
    assert refusal.value.reason == "not-listed"


def test_listed_removed_and_listed_again_everything_stays_in_the_history(run: Any) -> None:
    for hour, act in enumerate(["add", "remove", "add"]):
        at = NOW + timedelta(hours=hour)
        if act == "add":
            add_exception(COURSE, "zoe", "", by="ines", backend=run, now=at)
        else:
            remove_exception(COURSE, "7", by="ines", backend=run, now=at)
    assert facts(run).certificate.revision == 3
    assert len(changes(run)) == 6


def test_an_exception_withdrawn_while_the_certificate_is_made_leaves_none(cheap: Any, objects: Any) -> None:
    """Issuing depends on the exception, so the exception must still exist when the certificate is stored."""
    make_run(cheap, automatic_generation=False)
    enroll(cheap, "7", "zoe", grade="0.2")
    add_exception(COURSE, "zoe", "", by="ines", backend=cheap, now=NOW)
    real, raced = type(cheap.renderer).render, []

    def withdrawn_meanwhile(*args: Any) -> None:
        real(*args)
        if not raced:
            raced.append(True)
            remove_exception(COURSE, "7", by="ines", backend=cheap, now=NOW + timedelta(seconds=1))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(cheap.renderer), "render", withdrawn_meanwhile)
        result = request_certificate(COURSE, "zoe", backend=cheap, now=NOW + timedelta(seconds=2))

    assert result.decision.reason == "not-passing"
    assert facts(cheap).certificate is None
    assert objects("certificates/") == []


def refused(backend: Any, identifier: str, course_id: str = COURSE) -> str:
    with pytest.raises(Refusal) as refusal:
        add_exception(course_id, identifier, "", by="ines", backend=backend, now=NOW)
    return refusal.value.reason
