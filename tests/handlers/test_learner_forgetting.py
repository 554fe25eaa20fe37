"""Forgetting a learner: afterwards no item, file, log or answer identifies the learner."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates import runtime
from certificates.access import Session
from certificates.aws.forgetting_store import ForgettingStore
from certificates.aws.object_versions import ObjectVersions, Version
from certificates.aws.reconciliation_store import ReconciliationStore
from certificates.aws.records_store import RecordsStore
from certificates.aws.session_store import SessionStore
from certificates.errors import Conflict, NotFound, Raced
from certificates.exception_list.entries import add_exception
from certificates.forgetting import forget as forgetting
from certificates.forgetting.files import FilesOfAll
from certificates.forgetting.forget import start_forgetting
from certificates.invalidate import invalidate, revalidate
from certificates.request import request_certificate
from certificates.rules.forgotten import FORGOTTEN_LEARNER
from certificates.rules.groups import Group
from certificates.rules.jobs import JobKind, Selection
from certificates.rules.lms_update import Account, LmsUpdate
from certificates.rules.model import Status
from certificates.rules.reconciliation import Phase, Reconciliation, ReconciliationState
from certificates.runtime import uploads
from certificates.telemetry import logger
from tests import cheap_backend, jobs, killing, moto_cloud
from tests.handlers.conftest import load
from tests.handlers.http_events import Answer, Caller, Context, encoded
from tests.handlers.lms_events import Context as Unhurried
from tests.handlers.lms_events import sqs_event, upload
from tests.moto_cloud import client_of, items
from tests.people import COURSE, enroll, make_run
from tests.samples import openedx_events as events

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RUN = f"/course-runs/{encoded(COURSE)}"
OTHER = "course-v1:Fjord+BIO2+2026"

WORDS = ("mara.ilves", "mara@example.org", "Mara Ilves", "Marta Ilves", "a secret about")
"""Texts that must be nowhere: username, e-mail, both names, and the beginning of every note about her."""

MARAS_SESSION = Session(
    username="mara.ilves", name="Mara Ilves", global_staff=False, expires_at=NOW + timedelta(days=1), session_id="1"
)

REPORT = (
    "Student ID,Email,Username,Grade,Enrollment Track,Verification Status,Certificate Eligible,Enrollment Status\n"
    "5101,mara@example.org,mara.ilves,0.9,verified,N/A,N,enrolled\n"
    "5102,abe@example.org,abe,0.9,verified,N/A,N,enrolled\n"
)


@dataclass
class Site:
    """A run in which Mara did everything that leaves data."""

    backend: Any
    verify_uuid: str

    def ask(self, username: str | None, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        from tests.handlers.http_events import function_of, routed

        claims = {"administrator": "true"} if username == "root" else {}
        function = function_of(routed(method, path.partition("?")[0])[0])
        return Caller(load(function), username, claims)(method, path, body, **headers)

    def forget(self) -> Answer:
        return self.ask("root", "DELETE", "/learners/5101")

    def deliver(self, function: str, *messages: dict[str, Any]) -> None:
        assert load(function)(sqs_event(*messages), Unhurried()) == {"batchItemFailures": []}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with lived_through() as (built, verify_uuid), at_home(built, monkeypatch) as made:
        yield Site(made, verify_uuid)


@contextmanager
def at_home(built: Any, patched: pytest.MonkeyPatch) -> Iterator[Any]:
    """The backend of functions that run at this site."""
    made = cheap_backend.cheap(built)
    for name in ("RECORDS_QUEUE_URL", "FILES_QUEUE_URL", "DECISIONS_QUEUE_URL"):
        patched.setenv(name, os.environ["JOBS_QUEUE_URL"])
    uploads.records.cache_clear()
    uploads.exception_files.cache_clear()
    patched.setattr(runtime, "backend", lambda base_url="": made)
    patched.setattr(runtime, "now", lambda: NOW)
    with jobs.few_shards():
        yield made
    uploads.records.cache_clear()
    uploads.exception_files.cache_clear()


@moto_cloud.prepared
def lived_through(built: Any) -> str:
    """Returns the public id of Mara's certificate."""
    client_of("s3").put_bucket_versioning(
        Bucket=os.environ["BUCKET_NAME"], VersioningConfiguration={"Status": "Enabled"}
    )
    with pytest.MonkeyPatch.context() as patched, at_home(built, patched) as made:
        return lived(Site(made, "")).verify_uuid


def lived(site: Site) -> Site:
    made = site.backend
    for course_id in (COURSE, OTHER):
        make_run(made, course_id, automatic_generation=False)
    made.runs.replace_staff(OTHER, ["mara.ilves", "ole"])
    enroll(made, "5101", "mara.ilves", name="Mara Ilves", email="mara@example.org", grade="0.9")
    enroll(made, "5102", "abe", name="Abe Sól", grade="0.2")
    made.uploads.expect(COURSE, "f" * 32, "records", f"records/{COURSE}/{'f' * 32}.csv", "mara.ilves", NOW)
    issued = site.ask("mara.ilves", "POST", f"{RUN}/certificate", idempotency_key="1")
    site.verify_uuid = issued.json()["verify_uuid"]
    made.documents.put(f"pictures/{site.verify_uuid}/1-0-page.png", b"a picture of Mara Ilves", "image/png")
    enroll(made, "5101", "mara.ilves", name="Marta Ilves", email="mara@example.org", grade="0.9")
    jobs.start(made, Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED})))
    jobs.work(made)
    staff = {"by": "ines", "backend": made, "now": NOW}
    invalidate(COURSE, "mara.ilves", "a secret about her", **staff)
    revalidate(COURSE, "5101", **staff)
    invalidate(COURSE, "mara.ilves", "a secret about her again", **staff)
    revalidate(COURSE, "5101", **staff)
    body = {"learner": "mara@example.org", "note": "a secret about her"}
    assert site.ask("root", "POST", f"{RUN}/exceptions", body, idempotency_key="2").status == 201
    add_exception(COURSE, "abe", "as was agreed with Mara Ilves", **{**staff, "by": "mara.ilves"})
    SessionStore().begin(MARAS_SESSION)
    site.deliver("learner_records", upload(f"records/{COURSE}/grades.csv", REPORT.encode()))
    site.deliver("learner_records", upload(f"records/{COURSE}/grades.csv", REPORT.encode("utf-16")))
    listed = b"mara.ilves;a secret about her\nnobody;\nabe;\n"
    site.deliver("exception_processing", upload(f"exceptions/{COURSE}/list.csv", listed))
    assert site.ask("root", "GET", f"{RUN}/certificates/report").status == 302
    ReconciliationStore().begin(begun_by("mara.ilves"))
    return site


def begun_by(username: str) -> Reconciliation:
    return Reconciliation(
        course_id=OTHER,
        reconciliation_id="0" * 32,
        state=ReconciliationState.RUNNING,
        phase=Phase.ENROLLMENTS,
        started_by=username,
        started_at=NOW,
        moved_at=NOW,
    )


def kept() -> dict[str, str]:
    """All stored data as text: every item, and every version of every object, by key."""
    found = {" ".join(key): json.dumps([key, item], ensure_ascii=False, default=vars) for key, item in items().items()}
    for (name, version), body in moto_cloud.versions().items():
        text = body.decode("latin-1").replace("\0", "") + body.decode("utf-8", "replace")
        found[f"{name} {version}"] = name + text
    return found


def naming(word: str) -> list[str]:
    return [key for key, text in kept().items() if word.casefold() in text.casefold()]


def test_nothing_that_is_kept_names_her_afterwards(site: Site) -> None:
    for word in WORDS:
        assert naming(word), f"the test looks for {word!r}, which is nowhere to begin with"
    assert site.forget().status == 200
    for word in WORDS:
        assert naming(word) == [], word


def test_no_answer_and_no_log_line_names_her_afterwards(site: Site) -> None:
    lines: list[str] = []

    class Noting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logger.registered_formatter.format(record))

    noting = Noting()
    logger.addHandler(noting)
    try:
        site.forget()
        answers = [
            site.ask("root", "GET", path).text
            for path in (
                f"{RUN}/certificates",
                f"{RUN}/certificates/counts",
                f"{RUN}/certificates?search=mara",
                f"{RUN}/certificates/5101/history",
                f"{RUN}/certificates/5102/history",
                f"{RUN}/exceptions",
                f"{RUN}/invalidations",
                f"{RUN}/jobs",
                f"{RUN}/records/uploads",
                f"{RUN}/exceptions/uploads",
                f"/course-runs/{encoded(OTHER)}/staff",
            )
        ]
        answers.append(site.ask(None, "GET", f"/certificates/{site.verify_uuid}").text)
    finally:
        logger.removeHandler(noting)
    assert any("forgotten" in line for line in lines)
    for word in WORDS:
        told = [text for text in (*answers, *lines) if word.casefold() in text.casefold()]
        assert not told, word


def test_the_public_id_stays_as_a_withdrawn_certificate(site: Site) -> None:
    site.forget()
    page = f"/certificates/{site.verify_uuid}"
    said = site.ask(None, "GET", page, accept="application/json").json()
    assert said["status"] == "withdrawn"
    assert not said.keys() & {"name", "invalidated_on"}
    assert site.ask(None, "GET", f"{page}/pdf").status == 410
    assert site.ask(None, "GET", page).status == 200


def test_ids_dates_statuses_and_reasons_stay(site: Site) -> None:
    before = site.ask("root", "GET", f"{RUN}/certificates/5101/history").json()["items"]
    site.forget()
    after = site.ask("root", "GET", f"{RUN}/certificates/5101/history").json()["items"]
    facts = ("at", "trigger", "change", "reason", "status", "revision")
    assert [[entry[fact] for fact in facts] for entry in after[:-1]] == [
        [entry[fact] for fact in facts] for entry in before
    ]
    assert (after[-1]["change"], after[-1]["status"], after[-1]["actor"]) == ("forgotten", "unavailable", "root")
    [listed] = [
        learner
        for learner in site.ask("root", "GET", f"{RUN}/certificates").json()["items"]
        if learner["user_id"] == "5101"
    ]
    assert (listed["username"], listed["name"], listed["status"]) == (None, None, "unavailable")


def test_other_learners_lose_nothing(site: Site) -> None:
    before = {key: item for key, item in items().items() if "5102" in key[0] or "abe" in key[0]}
    site.forget()
    after = items()
    for key, item in before.items():
        texts = {"note", "actor", "added_by"}
        assert {n: v for n, v in after[key].items() if n not in texts} == {
            n: v for n, v in item.items() if n not in texts
        }
    results = [text for key, text in kept().items() if key.startswith(f"exceptions/{COURSE}/list.csv.result.csv")]
    assert len(results) == 1
    assert "abe" in results[0]
    assert site.ask("root", "GET", f"/course-runs/{encoded(OTHER)}/staff").json()["usernames"] == ["ole"]


def test_the_same_again_is_the_same_answer_and_changes_nothing(site: Site) -> None:
    first, after = site.forget(), kept()
    again = site.forget()
    assert (again.status, again.text) == (first.status, first.text)
    assert kept() == after
    assert first.json() == {"user_id": "5101", "forgotten_at": "2026-11-20T12:00:00Z"}


@pytest.mark.parametrize("moment", ["listed", "read"])
@pytest.mark.parametrize("prefix", ["records/", "exceptions/", "results/", "reports/"])
def test_two_calls_at_the_same_moment_have_the_same_answer_and_others_lose_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, prefix: str, moment: str
) -> None:
    """The second call does everything while the first one goes through the files."""
    by_key, names = ObjectVersions.by_key, FilesOfAll._names
    second: list[Answer] = []

    def forget_once() -> None:
        if not second:
            second.append(Answer(0, {}, ""))
            second.append(site.forget())

    def listed(versions: ObjectVersions, under: str, after: str = "") -> Any:
        found = list(by_key(versions, under, after))
        if under == prefix and moment == "listed":
            forget_once()
        return found

    def read(files: FilesOfAll, version: Version) -> bool:
        found = names(files, version)
        if version.key.startswith(prefix) and found and moment == "read":
            forget_once()
        return found

    monkeypatch.setattr(ObjectVersions, "by_key", listed)
    monkeypatch.setattr(FilesOfAll, "_names", read)
    first = site.forget()
    assert (first.status, first.text) == (200, second[-1].text)
    for word in WORDS:
        assert naming(word) == [], word
    results = [text for key, text in kept().items() if key.startswith(f"exceptions/{COURSE}/list.csv.result.csv")]
    assert [("abe" in text, "nobody" in text) for text in results] == [(True, True)]


def test_an_unknown_person_is_not_found(site: Site) -> None:
    assert site.ask("root", "DELETE", "/learners/9").json()["type"].endswith("unknown-learner")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("first", [0, 1, 2])
def test_interrupted_again_and_again_and_repeated_it_ends_the_same(
    site: Site, first: int, moment: killing.Moment
) -> None:
    answers: list[Answer] = []
    for call in range(first, 1000, 3):
        with killing.killed_at(killing.Point(call, moment)):
            answers.append(site.forget())
        if answers:
            break
    assert call > 20, "it makes many calls, and died at each of these"
    assert answers[0].json() == {"user_id": "5101", "forgotten_at": "2026-11-20T12:00:00Z"}
    for word in WORDS:
        assert naming(word) == [], word
    said = site.ask(None, "GET", f"/certificates/{site.verify_uuid}", accept="application/json").json()
    assert said["status"] == "withdrawn"


def test_the_daily_repair_continues_after_a_crash(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_on: list[Any] = []
    monkeypatch.setattr(forgetting, "go_on", lambda function, event: handed_on.append(event))
    with killing.killed_at(killing.Point(8, "after")):
        site.forget()
    load("learner_forgetting")({"repair": True}, Context())
    assert [message["forget"]["user_id"] for message in handed_on] == ["5101"]
    load("learner_forgetting")(handed_on.pop(), Unhurried())
    assert handed_on == []
    assert naming("ilves") == []


def test_the_daily_repair_empties_the_profile_if_the_first_call_died_before(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_on: list[Any] = []
    monkeypatch.setattr(forgetting, "go_on", lambda function, event: handed_on.append(event))

    def dies(*_: Any) -> None:
        raise killing.Killed

    with monkeypatch.context() as dying, pytest.raises(killing.Killed):
        dying.setattr(ForgettingStore, "empty", dies)
        site.forget()
    load("learner_forgetting")({"repair": True}, Context())
    load("learner_forgetting")(handed_on.pop(), Unhurried())
    assert naming("ilves") == []
    assert site.backend.learners.learner("5101").forgotten


def test_what_a_job_has_read_before_and_writes_afterwards_goes_with_the_daily_repair(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_on: list[Any] = []
    monkeypatch.setattr(forgetting, "go_on", lambda function, event: handed_on.append(event))
    job = jobs.start(site.backend)
    assert site.forget().status == 200
    site.backend.job_results.put_part(job, 0, b"5101,mara.ilves,kept,already-issued,,,Mara Ilves,,,\n")
    load("learner_forgetting")({"repair": True}, Context())
    load("learner_forgetting")(handed_on.pop(), Unhurried())
    assert naming("Mara Ilves") != [], "the job may write more"
    jobs.work(site.backend)
    load("learner_forgetting")({"repair": True}, Context())
    load("learner_forgetting")(handed_on.pop(), Unhurried())
    for word in WORDS:
        assert naming(word) == [], word
    monkeypatch.setattr(runtime, "now", lambda: NOW + timedelta(days=1))
    load("learner_forgetting")({"repair": True}, Context())
    load("learner_forgetting")(handed_on.pop(), Unhurried())
    load("learner_forgetting")({"repair": True}, Context())
    assert handed_on == []


def test_work_without_time_is_done_by_further_invocations(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_on: list[Any] = []
    monkeypatch.setattr(forgetting, "go_on", lambda function, event: handed_on.append(event))
    # moto leaves out the first version after a key that is gone.
    pages = ObjectVersions._pages
    monkeypatch.setattr(ObjectVersions, "_pages", lambda versions, prefix, after: pages(versions, prefix, ""))
    moments = (NOW + timedelta(minutes=number) for number in range(10_000))
    with monkeypatch.context() as hurried:
        hurried.setattr(runtime, "now", lambda: next(moments))
        assert site.forget().status == 200
    rounds = 0
    while handed_on:
        rounds += 1
        load("learner_forgetting")(handed_on.pop(), Unhurried(looks=0))
    assert rounds > 3
    for word in WORDS:
        assert naming(word) == [], word


LATE = NOW + timedelta(hours=1)


def late_events(site: Site) -> None:
    learner = events.user(5101, "mara.ilves", "mara@example.org", "Mara Ilves")
    site.deliver(
        "learner_records",
        events.enrollment("created", mode="verified", at=NOW - timedelta(hours=1), learner=learner),
        events.passing_status(True, at=NOW - timedelta(hours=1), learner=learner),
    )


def late_report(site: Site) -> None:
    site.deliver("learner_records", upload(f"records/{COURSE}/late.csv", REPORT.encode(), at=LATE))


def late_report_with_a_mistake(site: Site) -> None:
    wrong = REPORT.replace("0.9,verified", "none,verified")
    site.deliver("learner_records", upload(f"records/{COURSE}/late.csv", wrong.encode(), at=LATE))


def late_profiles(site: Site) -> None:
    profiles = b"username,name,email\nmara.ilves,Mara Ilves,mara@example.org\n"
    site.deliver("learner_records", upload(f"records/{COURSE}/late.csv", profiles, at=LATE))


def late_exceptions(site: Site) -> None:
    listed = b"Mara@Example.org,a secret about her\nmara.ilves,\n"
    site.deliver("exception_processing", upload(f"exceptions/{COURSE}/late.csv", listed, at=LATE))


def late_profiles_to_look_at(site: Site) -> None:
    rows = "id,username,name,email\n5101,mara.ilves,Mara Ilves &amp; co,mara@example.org\n"
    site.deliver("learner_records", upload(f"records/{COURSE}/late.csv", rows.encode(), at=LATE))


@pytest.mark.parametrize(
    "late",
    [
        late_events,
        late_report,
        late_report_with_a_mistake,
        late_profiles,
        late_profiles_to_look_at,
        late_exceptions,
    ],
)
def test_late_files_and_events_do_not_bring_the_name_back(site: Site, late: Callable[[Site], None]) -> None:
    site.forget()
    late(site)
    for word in WORDS:
        # The late file itself belongs to the LMS: it is removed after the retention days of uploads.
        assert [key for key in naming(word) if "/late.csv " not in key] == [], word
    said = site.ask(None, "GET", f"/certificates/{site.verify_uuid}", accept="application/json").json()
    assert said["status"] == "withdrawn"


def test_a_row_of_a_late_file_says_that_the_learner_was_forgotten(site: Site) -> None:
    site.forget()
    late_exceptions(site)
    [upload_id] = [
        listed["upload_id"]
        for listed in site.ask("root", "GET", f"{RUN}/exceptions/uploads").json()["items"]
        if listed["file_name"] == "late.csv"
    ]
    result = site.ask("root", "GET", f"{RUN}/exceptions/uploads/{upload_id}").json()
    assert {error["reason"] for error in result["errors"]} == {"forgotten-learner"}


def test_no_job_issues_to_a_learner_who_was_forgotten(site: Site) -> None:
    site.forget()
    for kind in (JobKind.BULK, JobKind.REGENERATE):
        groups = frozenset(Group) if kind is JobKind.REGENERATE else frozenset()
        jobs.start(site.backend, Selection(kind=kind, groups=groups))
        jobs.work(site.backend)
    held = site.backend.certificates.certificate(site.verify_uuid)
    assert (held.status, held.name, held.document) == ("unavailable", "", None)


def forget_zoe(backend: Any) -> None:
    start_forgetting("7", by="root", out_of_time=lambda: False, function="learner-forgetting", backend=backend, now=NOW)


def zoe_asks(backend: Any) -> Any:
    return request_certificate(COURSE, "zoe", backend=backend, now=NOW)


def zoe_is_excepted(backend: Any) -> Any:
    return add_exception(COURSE, "zoe", "a secret about Zoë", by="ines", backend=backend, now=NOW)


def zoe_is_issued_in_bulk(backend: Any) -> None:
    jobs.start(backend, jobs.BULK)
    jobs.work(backend)


OF_ZOE = ("zoe", "Zoë", "a secret about")


def named_in_the_table() -> list[str]:
    return [str(key) for key, item in items().items() if any(word in f"{key} {item}" for word in OF_ZOE)]


def documents_left() -> list[str]:
    """Every version of every certificate."""
    return [key for key, _ in moto_cloud.versions() if key.startswith("certificates/")]


@pytest.mark.parametrize("act", [zoe_asks, zoe_is_excepted, zoe_is_issued_in_bulk])
def test_who_is_forgotten_in_the_middle_of_another_act_leaves_nothing(
    backend: Any, monkeypatch: pytest.MonkeyPatch, act: Any
) -> None:
    """The act has read her name and stored her document. Then she is forgotten, and then the act goes on."""
    made = cheap_backend.cheap(backend)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
    client_of("s3").put_bucket_versioning(
        Bucket=os.environ["BUCKET_NAME"], VersioningConfiguration={"Status": "Enabled"}
    )
    monkeypatch.setattr(forgetting, "go_on", lambda function, event: None)
    grade = "0.2" if act is zoe_is_excepted else "0.9"
    with jobs.few_shards():
        make_run(made, self_generation=True)
        enroll(made, "7", "zoe", name="Zoë Ångström", email="zoe@example.org", grade=grade)
        with suppress(Conflict, NotFound):
            act(cheap_backend.interrupted(made, lambda: forget_zoe(made)))
        if act is not zoe_is_issued_in_bulk:
            # What a job has written goes with the daily repair.
            assert named_in_the_table() == []
        for days in (1, 2):
            later = NOW + timedelta(days=days)
            monkeypatch.setattr(runtime, "now", lambda later=later: later)
            for user_id in list(ForgettingStore().unfinished()):
                load("learner_forgetting")({"forget": {"user_id": user_id, "after": None}}, Unhurried())
    held = made.certificates.facts(COURSE, "7", site=made.site, now=NOW).certificate
    assert held is None or (held.status, held.name) == (Status.UNAVAILABLE, "")
    assert (named_in_the_table(), documents_left()) == ([], [])
    assert list(ForgettingStore().unfinished()) == []


def test_the_answer_of_a_call_that_ran_during_the_forgetting_goes_with_the_daily_repair(
    backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer has her name, and is kept for a day under her username."""
    made = cheap_backend.cheap(backend)
    monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
    monkeypatch.setattr(runtime, "now", lambda: NOW)
    monkeypatch.setattr(forgetting, "go_on", lambda function, event: None)

    def ask_and_be_forgotten(*asked: Any, **more: Any) -> Any:
        issued = request_certificate(*asked, **more)
        forget_zoe(made)
        return issued

    with jobs.few_shards():
        make_run(made, self_generation=True)
        enroll(made, "7", "zoe", name="Zoë Ångström", email="zoe@example.org", grade="0.9")
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr("certificates.http.learner.request_certificate", ask_and_be_forgotten)
            answer = Caller(load("learner_requests"), "zoe")("POST", f"{RUN}/certificate", Idempotency_Key="7")
        assert answer.status == 201
        assert named_in_the_table() != []
        for days in (1, 2):
            later = NOW + timedelta(days=days)
            monkeypatch.setattr(runtime, "now", lambda later=later: later)
            for user_id in list(ForgettingStore().unfinished()):
                load("learner_forgetting")({"forget": {"user_id": user_id, "after": None}}, Unhurried())
    assert (named_in_the_table(), list(ForgettingStore().unfinished())) == ([], [])


def test_the_username_of_a_forgotten_learner_may_be_somebody_elses(site: Site) -> None:
    site.forget()
    enroll(site.backend, "6000", "mara.ilves", name="Maria Ilmar", email="ilmar@example.org", grade="0.9")
    issued = request_certificate(COURSE, "mara.ilves", backend=site.backend, now=NOW)
    assert issued.certificate is not None
    assert issued.certificate.name == "Maria Ilmar"


def test_a_step_of_a_reconciliation_that_was_read_before_does_not_bring_her_username_back(site: Site) -> None:
    store = ReconciliationStore()
    read_before = store.running(OTHER)
    assert read_before is not None
    assert site.forget().status == 200
    with pytest.raises(Raced):
        store.move(read_before, read_before.turned_to(Phase.GRADES), NOW)
    now_running = store.running(OTHER)
    assert now_running is not None
    assert now_running.started_by == FORGOTTEN_LEARNER


def test_a_file_that_is_being_read_is_removed_once_it_is_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_on: list[Any] = []
    monkeypatch.setattr(forgetting, "go_on", lambda function, event: handed_on.append(event))
    message = upload(f"records/{COURSE}/now.csv", REPORT.encode(), at=LATE)
    site.forget()
    assert [key.partition(" ")[0] for key in naming("mara.ilves")] == [f"records/{COURSE}/now.csv", "LEARNER#5101"][
        ::-1
    ]
    site.deliver("learner_records", message)
    load("learner_forgetting")({"repair": True}, Context())
    load("learner_forgetting")(handed_on.pop(), Unhurried())
    assert naming("mara.ilves") == []


def test_an_account_that_the_lms_has_retired_is_shown_to_staff(site: Site) -> None:
    enroll(site.backend, "5102", "retired__user_4a", name="", email="retired__user_4a@retired.invalid", grade="0.2")
    listed = site.ask("root", "GET", f"{RUN}/certificates?search=retired__user").json()["items"]
    assert ["account-retired" in learner["warnings"] for learner in listed] == [True]


RETIRED_AT = datetime(2026, 12, 1, tzinfo=UTC)
"""After every file and event of the story."""


def retired(site: Site) -> None:
    """The LMS has retired her account: its username, address and name have changed."""
    account = Account("retired__user_4a", "retired__user_4a@retired.invalid")
    RecordsStore().apply([LmsUpdate(user_id="5101", at=RETIRED_AT, account=account, name="Retired")])
    assert site.backend.learners.find("retired__user_4a") is not None


def test_nothing_names_her_after_the_lms_has_retired_her_account(site: Site) -> None:
    retired(site)
    assert site.forget().status == 200
    for word in (*WORDS, "retired__user_4a"):
        assert naming(word) == [], word


def test_a_late_file_with_her_former_username_or_address_is_recognised(site: Site) -> None:
    retired(site)
    site.forget()
    late_exceptions(site)
    for word in WORDS:
        assert [key for key in naming(word) if "/late.csv " not in key] == [], word


def test_who_has_her_former_username_and_address_now_keeps_everything(site: Site) -> None:
    retired(site)
    later = Account("mara.ilves", "mara@example.org")
    RecordsStore().apply([LmsUpdate(user_id="6000", at=RETIRED_AT, account=later, name="Maria Ilmar")])
    site.forget()
    assert SessionStore().session(MARAS_SESSION.session_id) is not None
    assert "mara.ilves" in site.backend.runs.staff(OTHER)
    assert [learner.user_id for learner in site.backend.learners.all_named("mara.ilves")] == ["6000"]
    assert site.backend.learners.forgotten(["mara.ilves", "mara@example.org"]) == frozenset()
