"""The settings of a function's environment, as operators write them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from certificates import runtime
from certificates.access import NO_RIGHTS, Caller, LmsSession, Rights, Session, manages_any_run
from certificates.aws.schedules import Schedules
from certificates.runtime import first_use, lms, mails, settings


@pytest.mark.parametrize(
    ("listed", "modes"),
    [("", set()), (" , ", set()), ("Honor", {"honor"}), (" Honor, audit ,,VERIFIED", {"honor", "audit", "verified"})],
)
def test_modes_are_listed_with_commas_blanks_and_capitals(listed: str, modes: set[str]) -> None:
    assert settings.modes(listed) == modes


@pytest.mark.parametrize("name", ["UTC", "Europe/Oslo", "Pacific/Auckland"])
def test_a_time_zone_has_a_name_of_iana(name: str) -> None:
    assert settings.time_zone(name) == name


@pytest.mark.parametrize("name", ["Fjordland", "", "utc ", "utc"])
def test_a_function_with_an_unknown_time_zone_does_not_start(name: str) -> None:
    with pytest.raises(ValueError, match=f"^TIME_ZONE: there is no time zone {name}$"):
        settings.time_zone(name)


@pytest.mark.parametrize(("left", "over"), [(1000, False), (999, True), (1001, False)])
def test_a_function_is_out_of_time_when_less_than_its_reserve_is_left(left: int, over: bool) -> None:
    context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: left)
    assert runtime.out_of_time(context, 1000)() is over


def test_a_missing_setting_is_an_error_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS", raising=False)
    with pytest.raises(KeyError, match="CREDENTIALS"):
        runtime.setting("CREDENTIALS")


def test_the_time_of_a_call_is_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= runtime.now() <= datetime.now(UTC)
    assert runtime.now().tzinfo is UTC


def test_a_site_without_an_lms_reads_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_BASE_URL", "")
    assert lms.lms_connection() is None
    assert lms.reconciling() is None


def test_a_site_with_an_lms_reads_it_with_the_secret_of_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    from certificates.aws import secrets

    asked: list[str] = []
    monkeypatch.setattr(secrets, "secret_text", lambda arn: asked.append(arn) or "{}")
    written = {
        "LMS_BASE_URL": "https://lms.example",
        "STUDIO_BASE_URL": "https://studio.example",
        "LMS_SECRET_ARN": "arn:secret",
        "LMS_SHRINK_PERCENT": "35",
        "BUCKET_NAME": "bucket",
        "RECONCILIATION_QUEUE_URL": "https://queue.example",
    }
    for name, value in written.items():
        monkeypatch.setenv(name, value)
    connection = lms.lms_connection()
    assert connection is not None
    assert (connection.base_url, connection.studio_url, connection.shrink_percent) == (
        "https://lms.example",
        "https://studio.example",
        35,
    )
    connection.secrets.text()
    assert asked == ["arn:secret"]
    means = lms.reconciling()
    assert means is not None
    assert means.queue.url == "https://queue.example"


@pytest.mark.parametrize(("sender", "sends"), [("", False), ("here@example.org", True)])
def test_a_site_with_a_sender_sends_mail(monkeypatch: pytest.MonkeyPatch, sender: str, sends: bool) -> None:
    monkeypatch.setenv("MAIL_FROM", sender)
    monkeypatch.setattr(mails, "mailing_in_use", lambda base_url: f"mailing at {base_url}")
    made: Any = mails.mailing("https://here")
    assert made == ("mailing at https://here" if sends else None)
    # Without an address, the operator's PUBLIC_BASE_URL counts.
    made = mails.mailing()
    assert made == ("mailing at " if sends else None)


def test_a_part_that_most_requests_do_not_need_is_made_once_and_only_when_it_is_used() -> None:
    made: list[str] = []

    def make() -> Any:
        made.append("made")
        return SimpleNamespace(name="jobs", send=lambda *sent: ("sent", *sent))

    part = first_use.at_first_use(make)
    assert made == []
    assert (part.name, part.send("a", 1), part.name) == ("jobs", ("sent", "a", 1), "jobs")
    assert made == ["made"]
    with pytest.raises(AttributeError):
        part.no_such_thing  # noqa: B018


def test_parts_of_jobs_and_reports_are_those_of_the_settings() -> None:
    assert first_use.job_queue("https://queue").url == "https://queue"
    assert first_use.job_results("bucket").bucket == "bucket"
    assert first_use.writer_of_parts("writer").function == "writer"
    names = {"group": "group", "role": "role", "target": "target", "dead_letters": "dead"}
    assert first_use.schedules(**names) == Schedules(**names)


@pytest.mark.parametrize(
    ("caller", "listed", "manages"),
    [
        (Caller("root", True), [], True),
        (Caller("ana", False, Rights(course_ids=frozenset({"course-v1:A+B+1"}))), [], True),
        (Caller("bo", False, Rights(orgs=frozenset({"A"}))), [], True),
        (Caller("ines", False), ["a run"], True),
        (Caller("zoe", False), [], False),
        (Caller("kim", False, Rights(beta_tester_in=frozenset({"course-v1:A+B+1"}))), [], False),
    ],
)
def test_staff_of_some_run_are_those_of_the_lists_here_or_of_the_lms(
    caller: Caller, listed: list[str], manages: bool
) -> None:
    asked: list[Any] = []

    def runs_of_staff(username: str, *, limit: int, after: str | None) -> Any:
        asked.append((username, limit, after))
        return SimpleNamespace(items=listed)

    runs: Any = SimpleNamespace(runs_of_staff=runs_of_staff)
    assert manages_any_run(caller, runs) is manages
    assert asked in ([], [(caller.username, 1, None)])


def test_a_person_who_is_signed_in_to_the_pages_has_the_rights_of_the_lms() -> None:
    def session(lms: LmsSession | None) -> Session:
        return Session(username="ana", name="Ana", global_staff=True, expires_at=datetime.now(UTC), lms=lms)

    rights = Rights(orgs=frozenset({"A"}))
    lms = LmsSession(tokens="sealed", rights=rights, rights_read_at=datetime.now(UTC))
    assert session(lms).caller == Caller("ana", True, rights)
    assert session(None).caller == Caller("ana", True, NO_RIGHTS)
