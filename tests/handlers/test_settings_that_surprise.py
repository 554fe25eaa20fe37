"""Settings, designs and staff: changes that would hide certificates, modes without learners, ETags, repeated calls with
pictures."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime
from typing import Any

import pytest

from certificates import runtime
from certificates.request import request_certificate
from tests import cheap_backend
from tests.handlers.conftest import load
from tests.handlers.http_events import Caller, encoded
from tests.people import COURSE, enroll, make_run

RUN = f"/course-runs/{encoded(COURSE)}"
SETTINGS = {"title": "Marine Biology", "organization": "Fjord University", "pacing": "self"}
LATER = "2031-01-01T00:00:00Z"


@pytest.fixture
def root(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Caller:
    made = cheap_backend.cheap(backend)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
    monkeypatch.setattr(runtime, "now", lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))
    make_run(made)
    for number, username in enumerate(("zoe", "abe")):
        enroll(made, str(number), username, grade="0.9")
        request_certificate(COURSE, username, backend=made, now=runtime.now())
    enroll(made, "7", "mia", mode="summer-school")
    return Caller(load("instructor_requests"), "root", {"administrator": "true"})


HIDING: list[dict[str, Any]] = [
    {"pacing": "instructor", "end": LATER},
    {"pacing": "instructor", "available_on": LATER},
    {"pacing": "instructor", "display": "end_with_date", "available_on": LATER, "end": "2026-11-01T00:00:00Z"},
]


@pytest.mark.parametrize("change", HIDING)
def test_a_change_that_would_hide_certificates_says_how_many_and_changes_nothing(
    root: Caller, change: dict[str, Any]
) -> None:
    refused = root("PUT", RUN, SETTINGS | change, if_match="*")
    assert refused.refusal == (409, "would-hide-shown")
    assert refused.json()["certificates"] == 2
    assert root("GET", RUN).json()["pacing"] == "self"


@pytest.mark.parametrize("change", HIDING)
def test_a_confirmed_change_hides_shown_certificates(root: Caller, change: dict[str, Any]) -> None:
    changed = root("PUT", RUN, SETTINGS | change | {"hide_shown": True}, if_match="*")
    assert changed.status == 200
    assert "hide_shown" not in changed.json()
    assert "hide_shown" not in root("GET", RUN).json()


def test_a_change_that_hides_nothing_needs_no_confirmation(root: Caller) -> None:
    assert root("PUT", RUN, SETTINGS | {"pacing": "instructor", "display": "early_no_info"}, if_match="*").status == 200


def test_dates_move_freely_if_nothing_was_issued(root: Caller) -> None:
    other = f"/course-runs/{encoded('course-v1:Fjord+BIO2+2026')}"
    assert root("PUT", other, SETTINGS).status == 201
    assert root("PUT", other, SETTINGS | HIDING[0], if_match="*").status == 200


def test_a_mode_without_learners_is_accepted_with_a_warning(root: Caller) -> None:
    answer = root("PUT", RUN, SETTINGS | {"eligible_modes": ["verfied", "verified", "summer-school"]}, if_match="*")
    assert answer.status == 200
    [warning] = answer.json()["warnings"]
    assert "verfied" in warning
    assert root("PUT", RUN, SETTINGS | {"eligible_modes": ["masters"]}, if_match="*").json().get("warnings") is None


def test_a_design_is_replaced_at_the_etag_that_was_read(root: Caller) -> None:
    path = f"{RUN}/design"
    read = root("GET", path).headers["etag"]
    changed = root("PUT", path, {"language": "es"}, if_match=read)
    assert changed.status == 200
    assert changed.headers["etag"] == root("GET", path).headers["etag"] != read
    assert root("PUT", path, {"language": "fr"}, if_match=read).refusal == (412, "changed-meanwhile")
    assert root("PUT", path, {"language": "fr"}, if_match="*").status == 200
    assert root("PUT", path, {"language": "fr"}, if_match="fr").refusal == (400, "bad-if-match")


def test_an_etag_that_a_network_has_marked_as_weak_is_accepted(root: Caller) -> None:
    for path, body in (
        (f"{RUN}/design", {"language": "es"}),
        (f"{RUN}/staff", {"usernames": ["ines"]}),
        (RUN, SETTINGS),
    ):
        read = root("GET", path).headers["etag"]
        assert root("PUT", path, body, if_match=f"W/{read}").status == 200, path


def test_staff_are_replaced_at_the_etag_that_was_read(root: Caller) -> None:
    path = f"{RUN}/staff"
    read = root("GET", path).headers["etag"]
    assert root("PUT", path, {"usernames": ["ines"]}, if_match=read).status == 200
    assert root("PUT", path, {"usernames": ["ole"]}, if_match=read).refusal == (412, "changed-meanwhile")
    assert root("PUT", path, {"usernames": ["ole"]}, if_match=root("GET", path).headers["etag"]).status == 200
    assert root("GET", path).json() == {"usernames": ["ole"]}


def picture() -> str:
    """A PNG that does not get smaller: 360 KB of noise."""
    import io

    from PIL import Image

    made = io.BytesIO()
    Image.frombytes("RGB", (400, 300), os.urandom(360_000)).save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


def test_a_design_with_a_large_picture_is_the_same_answer_under_the_same_key(root: Caller) -> None:
    body = {"signatories": [{"name": "Ines", "signature_image": picture()}], "active": False}
    first = root("PUT", f"{RUN}/design", body, idempotency_key="1")
    assert first.status == 200
    version = root("GET", RUN).headers["etag"]
    again = root("PUT", f"{RUN}/design", body, idempotency_key="1")
    assert (again.status, again.text) == (first.status, first.text)
    assert root("GET", RUN).headers["etag"] == version, "it happened once"
    other = root("PUT", f"{RUN}/design", body | {"active": True}, idempotency_key="1")
    assert other.refusal == (400, "idempotency-key-reused")


def test_a_long_answer_is_kept_compressed_and_given_again_as_it_was() -> None:
    from certificates.http.answers import answer
    from certificates.http.kept_answers import packed, unpacked

    short, long = answer({"a": 1}), answer({"removed": ["Zoë Ångström"] * 20_000}, ETag="1")
    assert "compressed" not in packed(short)
    assert len(str(packed(long))) < 50_000
    assert (unpacked(packed(short)), unpacked(packed(long))) == (short, long)


@pytest.mark.parametrize("path", [RUN, f"{RUN}/design", f"{RUN}/staff"])
def test_an_answer_can_be_changed_and_sent_back(root: Caller, path: str) -> None:
    read = root("GET", path)
    assert root("PUT", path, read.json(), if_match=read.headers["etag"]).status == 200
    again = root("GET", path).json()
    assert again == read.json()
    saved = root(
        "PUT", path, {**again, **({"usernames": ["ines"]} if "staff" in path else {"title": "Botany"})}, if_match="*"
    )
    assert saved.json()["usernames" if "staff" in path else "title"] in ("Botany", ["ines"])
    assert root("PUT", path, saved.json(), if_match=saved.headers["etag"]).status == 200


def test_an_answer_with_warnings_can_be_sent_back(root: Caller) -> None:
    misspelt = root("PUT", RUN, {**SETTINGS, "eligible_modes": ["verfied"], "hide_shown": True}, if_match="*")
    assert misspelt.json()["warnings"]
    assert root("PUT", RUN, misspelt.json(), if_match=misspelt.headers["etag"]).status == 200


def test_settings_of_another_run_are_refused_if_they_name_it(root: Caller) -> None:
    other = {**root("GET", RUN).json(), "course_id": "course-v1:Fjord+BIO9+2026"}
    refused = root("PUT", RUN, other, if_match="*")
    assert (refused.refusal, refused.json()["errors"][0]["field"]) == ((400, "invalid-body"), "course_id")
