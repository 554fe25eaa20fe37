"""Open edX's own library, openedx-events, accepts the events that we send in Open edX's form."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from certificates.notices.change import ChangeType, PersonalData, change_between, shown_change
from certificates.notices.open_edx import TYPES_OF, open_edx_events
from certificates.rules.model import Certificate, Status
from tests.template import ROOT

BASE = "https://certificates.example"
HELD = Certificate(
    verify_uuid="0123456789abcdef0123456789abcdef",
    course_id="course-v1:Fjord+BIO1+2026",
    user_id="42",
    status=Status.DOWNLOADABLE,
    revision=1,
    mode="verified",
    course_title="Botany",
    issued_on=date(2026, 11, 2),
    modified_at=datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC),
)
ZOE = PersonalData(username="zoe", email="zoe@example.org", name="Zoë Ångström", grade="0.9")
NEXT = {"issued": Status.DOWNLOADABLE, "invalidated": Status.UNAVAILABLE, "withdrawn": Status.NOTPASSING}


def sent(after: str, learner: PersonalData | None = ZOE) -> list[tuple[str, dict[str, Any]]]:
    """The events of a certificate that is issued, or changed in this way."""
    before = None if after == "issued" else HELD
    changed = replace(HELD, status=NEXT[after], revision=1 if before is None else 2)
    change = change_between(before, changed, "grade-event", shown=True)
    assert change is not None
    return open_edx_events(replace(change, learner=learner), BASE)


def judged(events: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The events after Open edX's library has written and read them by its schema."""
    told = "".join(json.dumps(event) + "\n" for event in events)
    command = [ROOT / ".venv-lms" / "bin" / "python", "-m", "tests.lms.judging_events"]
    done = subprocess.run(command, cwd=ROOT, input=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("learner", [ZOE, None], ids=["with personal data", "without"])
def test_open_edx_reads_each_event_as_it_was_sent(learner: PersonalData | None) -> None:
    events = [event for after in NEXT for event in sent(after, learner)]
    assert len({kind for kind, _ in events}) == 3
    assert judged(events) == [detail for _, detail in events]


def test_each_change_sends_the_events_that_open_edx_would_send() -> None:
    ending = {after: [kind.split(".")[-2] for kind, _ in sent(after)] for after in NEXT}
    assert ending == {
        "issued": ["changed", "created"],
        "invalidated": ["changed", "revoked"],
        "withdrawn": ["changed", "revoked"],
    }
    assert set(TYPES_OF) == set(ChangeType)
    assert open_edx_events(shown_change(HELD, 1, datetime(2026, 12, 1, tzinfo=UTC)), BASE) == []


def test_statuses_and_the_address_of_the_document_are_those_of_the_change() -> None:
    [(_, changed), (_, created)] = sent("issued")
    [_, (_, revoked)] = sent("invalidated")
    assert created["certificate"] == changed["certificate"]
    assert created["certificate"]["download_url"] == f"{BASE}/certificates/{HELD.verify_uuid}/pdf"
    said = {name: revoked["certificate"][name] for name in ("current_status", "previous_status", "download_url")}
    assert said == {"current_status": "unavailable", "previous_status": "downloadable", "download_url": ""}


def test_a_repeated_event_has_the_same_id() -> None:
    first, again, other = sent("issued"), sent("issued"), sent("invalidated")
    ids = [detail["metadata"]["id"] for _, detail in first + other]
    assert first == again
    assert len(set(ids)) == len(ids)


def test_a_learner_id_that_open_edx_cannot_have_gives_no_open_edx_event() -> None:
    change = change_between(None, replace(HELD, user_id="abc-7"), "grade-event", shown=True)
    assert change is not None
    assert open_edx_events(change, BASE) == []
