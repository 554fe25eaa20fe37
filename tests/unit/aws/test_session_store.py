"""Sessions in the table: only a digest of the id is stored, and one request at a time renews the tokens."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates.access import LmsSession, Rights, Session
from certificates.aws import session_store
from certificates.aws.session_store import SessionItem, SessionStore
from certificates.aws.writes import delete, put, update
from tests.unit.aws.kept_items import KeptItems

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SECOND = int(NOW.timestamp())
STORE = SessionStore()
KEY = ("SESSION#" + hashlib.sha256(b"secret id").hexdigest(), "SESSION")
RIGHTS = Rights(
    global_staff=True,
    course_ids=frozenset({"course-v1:B+B+1", "course-v1:A+B+1"}),
    orgs=frozenset({"Fjord"}),
    beta_tester_in=frozenset({"course-v1:C+C+1"}),
)
STORED = {
    "course_ids": ["course-v1:A+B+1", "course-v1:B+B+1"],
    "orgs": ["Fjord"],
    "beta_tester_in": ["course-v1:C+C+1"],
}
BARE = Session(
    username="ana", name="Ana", global_staff=True, expires_at=NOW + timedelta(hours=8), session_id="secret id"
)
FULL = replace(BARE, lms=LmsSession(tokens="sealed", rights=RIGHTS, rights_read_at=NOW))
I = SessionItem  # noqa: E741 - the item of a session


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> KeptItems:
    return KeptItems(monkeypatch, session_store)


def item(**values: Any) -> SessionItem:
    usual = {"username": "ana", "name": "Ana", "global_staff": True, "expires_at": SECOND + 8 * 3600}
    return I(pk=KEY[0], sk=KEY[1], **usual | values)


OF_LMS = {"tokens": "sealed", "rights": STORED, "rights_read_at": SECOND}


@pytest.mark.parametrize(("session", "stored"), [(BARE, item()), (FULL, item(**OF_LMS))])
def test_a_session_comes_back_by_its_id_which_is_not_stored(
    table: KeptItems, session: Session, stored: SessionItem
) -> None:
    STORE.begin(session)
    assert table.written == [put(stored)]
    assert "secret id" not in str(table.written)
    assert STORE.session("secret id") is None
    table.add(stored)
    assert STORE.session("secret id") == session
    assert STORE.session("another id") is None


@pytest.mark.parametrize("lacking", ["tokens", "rights_read_at"])
def test_a_session_with_a_part_of_the_lms_only_has_none_of_it(table: KeptItems, lacking: str) -> None:
    table.add(item(**OF_LMS | {lacking: None}))
    assert STORE.session("secret id") == BARE


@pytest.mark.parametrize("lost", [0, 1])
def test_one_request_at_a_time_uses_the_refresh_token_that_is_stored(table: KeptItems, lost: int) -> None:
    table.races = lost
    assert STORE.claim_renewal("secret id", "spent", now=NOW, seconds=30) is (lost == 0)
    unused = (I.tokens == "spent") & (I.renewing_until.does_not_exist() | (I.renewing_until < SECOND))
    assert table.written == [update(KEY, [I.renewing_until.set(SECOND + 30)], I.username.exists() & unused)]


@pytest.mark.parametrize("lost", [0, 1])
def test_tokens_and_rights_are_kept_only_while_the_session_lasts(table: KeptItems, lost: int) -> None:
    table.races = 2 * lost
    assert STORE.keep_tokens("secret id", "new") is (lost == 0)
    assert STORE.keep_rights("secret id", RIGHTS, NOW) is (lost == 0)
    there = I.username.exists()
    rights = [I.rights.set(STORED), I.rights_read_at.set(SECOND), I.global_staff.set(True)]
    assert table.written == [
        update(KEY, [I.tokens.set("new"), I.renewing_until.remove()], there),
        update(KEY, rights, there),
    ]


def test_a_session_ends(table: KeptItems) -> None:
    STORE.end("secret id")
    assert table.written == [delete(KEY)]
