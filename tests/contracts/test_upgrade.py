"""This release reads what earlier releases wrote and sent, and completes what they left half done."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.cloud import Cloud
from tests.contracts.recorded import RELEASES, left_by, read
from tests.contracts.story import CLOSED, DATED, ENDED, LARGE, LEARNERS_OF_LARGE, OPEN, RUNS, UNPRINTABLE, run
from tests.moto_cloud import client_of, items, objects

PROSE = {"explanation", "message", "detail"}
"""Members for people: their wording is no promise."""

PRESIGNED = {"report"}

STATE_SINCE = {"not-a-regular-learner": "not-available"}
"""States of a learner that have another name now. Their reason is the same."""

FUNCTIONS = {
    "JobsQueue": "certificate_issuance",
    "LmsFilesQueue": "learner_records",
    "ExceptionFilesQueue": "exception_processing",
    "ExceptionDecisionsQueue": "exception_processing",
}


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def cloud(release: str) -> Iterator[Cloud]:
    with left_by(release) as restored:
        yield restored


def still_says(before: Any, now: Any) -> bool:
    """Whether an answer still has everything that it had. It may have more, and its lists may have another order."""
    if isinstance(before, dict):
        if before.get("reason") in STATE_SINCE and "state" in before:
            before = {**before, "state": STATE_SINCE[before["reason"]]}
        told = before.items() if isinstance(now, dict) else ()
        return isinstance(now, dict) and all(
            name in PROSE or (name in PRESIGNED and value and now.get(name)) or still_says(value, now.get(name))
            for name, value in told
        )
    if isinstance(before, list):
        return isinstance(now, list) and all(any(still_says(value, other) for other in now) for value in before)
    return bool(before == now)


def test_every_question_about_older_items_has_the_answer_it_had(release: str, cloud: Cloud) -> None:
    answers = read(release, "answers")["answers"]
    assert len(answers) > 100
    for question, before in answers.items():
        username, path = question.split(" ")
        answer = cloud.ask(username, "GET", path, accept="application/json")
        assert answer.status == before["status"], (question, answer.text)
        assert still_says(before["body"], answer.json()), (question, before["body"], answer.json())


def complete(release: str, cloud: Cloud) -> None:
    """Deliver the messages of the release, and those that follow from them, until all queues are empty."""
    waiting = dict(read(release, "messages")["queues"])
    while any(waiting.values()):
        for queue, messages in waiting.items():
            for message in messages:
                cloud.deliver(FUNCTIONS[queue], message)
        waiting = {queue: cloud.waiting(queue) for queue in FUNCTIONS}


def test_half_done_work_is_completed(release: str, cloud: Cloud) -> None:
    complete(release, cloud)
    the_job_is(cloud)
    the_compiled_design_was_filled(cloud)
    the_files_are_read(cloud)
    # A file listed Fay, and only the message about her was left to be handled.
    assert items()[f"RUN#{OPEN}#6", "CERTIFICATE"]["status"]["S"] == "downloadable"


def the_job_is(cloud: Cloud) -> None:
    """Learners 100 to 139: one in four is in the audit track, one in three has not passed. The file excepts nine."""
    job = cloud.ask("root", "GET", f"{run(LARGE)}/jobs").json()["items"][0]
    assert (job["state"], job["total"], job["done"]) == ("finished", LEARNERS_OF_LARGE, LEARNERS_OF_LARGE)
    assert (job["failed"], job["stalled_shards"], job["refused"]["mode-not-eligible"]) == (0, [], 10)
    learners = cloud.ask("root", "GET", f"{run(LARGE)}/certificates?limit=200").json()["items"]
    assert sum(learner["status"] == "downloadable" for learner in learners) >= job["issued"] + job["kept"] >= 20
    [results] = [key for key in objects("results/jobs/") if key.endswith(f"/{job['job_id']}.csv")]
    assert text(results).count("\n") == 1 + LEARNERS_OF_LARGE


def the_compiled_design_was_filled(cloud: Cloud) -> None:
    design = cloud.ask("root", "GET", f"{run(LARGE)}/design").json()["digest"]
    laid_out = [event for function, event in cloud.invoked if function == "design_compilation"]
    assert design not in {event["design"] for event in laid_out}


def the_files_are_read(cloud: Cloud) -> None:
    uploads = [item for (_, sk), item in items().items() if sk.startswith("UPLOAD#")]
    assert {upload["state"]["S"] for upload in uploads} == {"waiting", "done", "refused"}
    found = {upload["object_key"]["S"]: upload for upload in uploads if upload["state"]["S"] == "done"}
    [profiles] = [
        item for key, item in found.items() if key.startswith(f"records/{OPEN}/") and item["rows"]["N"] == "6"
    ]
    assert profiles["applied"]["N"] == "6"
    assert ("USERNAME#new205", "POINTER") in items()
    [exceptions] = [item for key, item in found.items() if key.startswith(f"exceptions/{LARGE}/")]
    assert (exceptions["rows"]["N"], exceptions["applied"]["N"]) == ("9", "9")
    assert text(exceptions["report_key"]["S"]).count("added") == 9


def test_schedules_fire(release: str, cloud: Cloud) -> None:
    schedules = {event["course_id"]: event for event in read(release, "messages")["schedules"]}
    cloud.later(days=40)
    for event in schedules.values():
        cloud.send("scheduled_issuance", event)
    while messages := cloud.waiting("JobsQueue"):
        cloud.deliver("certificate_issuance", *messages)
    [job] = cloud.ask("root", "GET", f"{run(DATED)}/jobs").json()["items"]
    assert (job["state"], job["started_by"], job["scheduled_for"]) == (
        "finished",
        "schedule",
        "2026-12-21T06:00:00Z",
    )
    # Issued when it was due: a schedule that fires once more starts nothing.
    assert len(cloud.ask("root", "GET", f"{run(ENDED)}/jobs").json()["items"]) == 1


def test_the_daily_repair_finds_lost_messages_and_schedules(cloud: Cloud) -> None:
    """A job was stored, and the process died before it sent the job's messages."""
    cloud.send("scheduled_issuance", {"sweep": True})
    assert CLOSED in {message["course_id"] for message in cloud.waiting("JobsQueue")}


def test_calls_of_one_function_by_another_are_answered(release: str, cloud: Cloud) -> None:
    invocations = read(release, "messages")["invocations"]
    actions = {event["action"] for event in invocations["design_compilation"]}
    assert actions == {"compile", "render", "preview"}
    for event in invocations["design_compilation"]:
        answer = cloud.send("design_compilation", event)
        unprintable = UNPRINTABLE in json.loads(event.get("fields", "{}")).get("name", "")
        assert bool(answer.get("refused", {}).get("message")) is unprintable
    for event in invocations["report_writing"]:
        cloud.send("report_writing", event)
    parts = "".join(text(event["part"]) for event in invocations["report_writing"])
    assert parts.count("\n") == LEARNERS_OF_LARGE
    [rest] = invocations["document_removal"]
    recorded = objects("certificates/")
    cloud.send("document_removal", rest)
    assert objects("certificates/") == recorded


def test_older_items_can_be_changed(cloud: Cloud) -> None:
    """The staff of a run do everything to certificates, lists and settings that an earlier release stored."""

    def ask(status: int, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = cloud.ask("root", method, path, body, **headers)
        assert answer.status == status, answer.text
        return answer.json() if answer.text else None

    cloud.later(days=1)
    before = ask(200, "GET", f"{run(OPEN)}/certificates/1/history")["items"]
    ask(204, "DELETE", f"{run(OPEN)}/exceptions/1")
    ask(201, "POST", f"{run(OPEN)}/invalidations", {"learner": "Ana@Example.org", "note": "later"})
    assert ask(200, "DELETE", f"{run(OPEN)}/invalidations/1")["outcome"] == "issued"
    history = ask(200, "GET", f"{run(OPEN)}/certificates/1/history")["items"]
    assert len(history) == len(before) + 4
    assert ask(200, "DELETE", f"{run(OPEN)}/invalidations/9")["outcome"] == "issued"
    ask(204, "DELETE", f"{run(OPEN)}/exceptions/5")
    ask(201, "POST", f"{run(OPEN)}/exceptions", {"learner": "eva"})
    for course_id in RUNS:
        answer = cloud.ask("root", "GET", run(course_id))
        settings = answer.json()
        settings.pop("course_id")
        replaced = ask(200, "PUT", run(course_id), {**settings, "passing_grade": 0.55}, if_match=answer.headers["etag"])
        assert replaced == {**answer.json(), "passing_grade": 0.55}
        ask(200, "PUT", f"{run(course_id)}/staff", {"usernames": ["ole", "pia"]})
    assert cloud.ask("ines", "GET", "/course-runs").json()["items"] == []
    running = ask(200, "GET", f"{run(LARGE)}/jobs")["items"][0]
    assert ask(409, "POST", f"{run(LARGE)}/jobs", {"kind": "bulk"})["job_id"] == running["job_id"]
    assert ask(200, "DELETE", f"{run(LARGE)}/jobs/{running['job_id']}")["state"] == "cancelled"


def test_a_call_with_a_used_key_is_not_made_again(cloud: Cloud) -> None:
    """A client repeats its call after the upgrade, because no answer had arrived."""
    path = f"{run(OPEN)}/exceptions"
    before = items()
    body = {"learner": "eva", "note": "was ill; see <ticket> 4711"}
    again = cloud.ask("ines", "POST", path, body, idempotency_key="eva")
    assert (again.status, again.json()["user_id"]) == (201, "5")
    other = cloud.ask("ines", "POST", path, {"learner": "gus"}, idempotency_key="eva")
    assert other.refusal == (400, "idempotency-key-reused")
    refused = cloud.ask("fay", "POST", f"{run(OPEN)}/certificate", idempotency_key="fay's first")
    assert (refused.status, refused.headers["content-type"]) == (409, "application/problem+json")
    begun = cloud.ask("ana", "POST", f"{run(DATED)}/certificate", idempotency_key="ana's second")
    assert begun.refusal == (409, "in-progress")
    assert items() == before


def text(key: str) -> str:
    return client_of("s3").get_object(Bucket=os.environ["BUCKET_NAME"], Key=key)["Body"].read().decode()
