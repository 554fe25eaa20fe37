"""Requests of people over HTTP: together they cause every AWS call of the interface's functions."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from certificates import runtime
from certificates.aws.upload_files import UploadFiles
from certificates.exception_list.entries import add_exception
from tests import jobs
from tests.grants.world import World
from tests.handlers.http_events import encoded
from tests.handlers.test_instructor_requests import OWN, STYLE, archive
from tests.moto_cloud import client_of
from tests.people import COURSE, enroll, make_run

RUN = f"/course-runs/{encoded(COURSE)}"


def learner_requests(world: World) -> None:
    world.run_with("abe", "mia", automatic_generation=False)
    world.except_failing("zoe")
    path = f"{RUN}/certificate"
    assert world.ask("zoe", "GET", path).json()["can_request"]
    assert [world.ask("zoe", "POST", path, idempotency_key="1").status for _ in range(2)] == [201, 201]
    assert world.ask("zoe", "GET", "/me/certificates").json()["items"]
    with world.races_lost():
        assert world.ask("abe", "POST", path, idempotency_key="2").status == 503
    world.lose(".compiled")
    assert world.ask("mia", "POST", path).status == 201
    world.names_an_lms()
    assert world.ask("ole", "POST", path).status == 503


def instructor_requests(world: World) -> None:
    staff_manage_a_run(world)
    staff_design(world)
    staff_except_learners(world)
    staff_upload(world)
    staff_run_jobs(world)
    staff_report_a_large_run(world)
    staff_see_mails(world)
    world.names_an_lms()
    assert world.ask("ines", "POST", f"{RUN}/sync").status == 503
    assert world.ask("ines", "POST", f"{RUN}/reconciliations", {}).status == 202
    assert world.ask("ines", "GET", f"{RUN}/differences").status == 200


def staff_see_mails(world: World) -> None:
    make_run(world.backend, contact="team@fjord.example")
    world.lists_a_mail("7")
    with world.sending_mail():
        for path in ("mails", "mails/preview"):
            assert world.ask("root", "GET", f"{RUN}/{path}").status == 200
        assert world.ask("root", "POST", f"{RUN}/mails/tests", {}, idempotency_key="mail").status == 200
        assert world.ask("root", "POST", f"{RUN}/mails/retries").status == 202


def staff_manage_a_run(world: World) -> None:
    settings = {
        "title": "Marine Biology",
        "organization": "Fjord",
        "pacing": "instructor",
        "automatic_generation": True,
    }
    scheduled, moved = ({**settings, "end": f"{year}-01-01T00:00:00Z"} for year in (2031, 2032))
    assert world.ask("root", "PUT", RUN, scheduled).status == 201
    assert world.ask("root", "PUT", RUN, moved, if_match='"1"').status == 200
    by_hand = {**moved, "bulk_issue_at": "never"}
    assert world.ask("root", "PUT", RUN, by_hand, if_match='"2"', idempotency_key="1").status == 200
    for usernames in (["ines", "ole"], ["ines"]):
        assert world.ask("root", "PUT", f"{RUN}/staff", {"usernames": usernames}).status == 200
    for username in ("root", "ines"):
        assert len(world.ask(username, "GET", "/course-runs").json()["items"]) == 1


def staff_design(world: World) -> None:
    path = f"{RUN}/design"
    assert world.ask("ines", "GET", path).status == 200
    assert world.ask("ines", "PUT", path, {"template": "own"}).json()["type"].endswith("unknown-template")
    world.backend.documents.put("templates/own.zip", archive(template__html=OWN, style__css=STYLE), "application/zip")
    assert world.ask("ines", "PUT", path, {"template": "own"}).status == 200
    assert world.ask("ines", "POST", f"{path}/preview", {}).status == 302
    make_run(world.backend, automatic_generation=True)


def staff_except_learners(world: World) -> None:
    path = f"{RUN}/exceptions"
    for number, username in enumerate(("zoe", "abe", "mia", "ned")):
        enroll(world.backend, str(number), username, grade="0.2")
    assert world.ask("ines", "POST", path, {"learner": "zoe"}).json()["has_certificate"]
    for part in ("", "/counts", "/0/history"):
        assert world.ask("ines", "GET", f"{RUN}/certificates{part}").status == 200
    for listed in (f"{RUN}/certificates/report", path):
        assert world.ask("ines", "GET", listed, accept="text/csv").status == 302
    assert world.ask("ines", "DELETE", f"{path}/0").status == 204
    with world.races_lost():
        assert world.ask("ines", "POST", path, {"learner": "abe"}, idempotency_key="2").status == 503
    world.lose(".compiled")
    assert world.ask("ines", "POST", path, {"learner": "mia"}).json()["has_certificate"]
    make_run(world.backend, automatic_generation=False)
    assert not world.ask("ines", "POST", path, {"learner": "ned"}).json()["has_certificate"]


def staff_upload(world: World) -> None:
    for kind in ("records", "exceptions"):
        path = f"{RUN}/{kind}/uploads"
        upload_id = world.ask("ines", "POST", path, {}).json()["upload_id"]
        uploads, key = world.backend.uploads, f"{kind}/{COURSE}/{upload_id}.csv"
        begun = uploads.begin(COURSE, upload_id, object_key=key, etag="1", size=1, arrived_at=runtime.now())
        uploads.finish(begun, report_key=f"results/{kind}/{COURSE}/{upload_id}.csv", now=runtime.now())
        assert world.ask("ines", "GET", f"{path}/{upload_id}").json()["report"]
        assert world.ask("ines", "GET", path).json()["items"]
    assert world.ask("ines", "DELETE", f"{path}/{upload_id}").json()["removed"] == []


def staff_run_jobs(world: World) -> None:
    path = f"{RUN}/jobs"
    begun = f"{path}/{world.ask('ines', 'POST', path, {'kind': 'bulk'}).json()['job_id']}"
    jobs.deliver(next(jobs.messages()).body, world.backend)
    assert world.ask("ines", "GET", path).json()["items"]
    assert world.ask("ines", "GET", f"{begun}/results").status == 302
    assert world.ask("ines", "DELETE", begun).status == 200


def staff_report_a_large_run(world: World) -> None:
    with world.large_run():
        assert world.ask("ines", "GET", f"{RUN}/certificates/report").status == 302


def certificate_invalidation(world: World) -> None:
    world.run_with("zoe", "abe", "mia")
    path = f"{RUN}/invalidations"
    for number, username in enumerate(("zoe", "abe", "mia")):
        world.issue(username)
        assert world.ask("root", "POST", path, {"learner": username}, idempotency_key=str(number)).status == 201
    for accepted in ("application/json", "text/csv"):
        assert world.ask("root", "GET", path, accept=accepted).status in {200, 302}
    world.lose_keys()
    assert world.ask("root", "DELETE", f"{path}/0").json()["outcome"] == "issued"
    with world.races_lost():
        assert world.ask("root", "DELETE", f"{path}/1", idempotency_key="again").status == 503
    world.lose(".compiled")
    assert world.ask("root", "DELETE", f"{path}/2").json()["outcome"] == "issued"


def certificate_verification(world: World) -> None:
    world.run_with("zoe")
    page = f"/certificates/{world.issue('zoe').verify_uuid}"
    assert world.ask(None, "GET", page, accept="application/json").json()["status"] == "valid"
    assert "Zo" in world.ask(None, "GET", page).text
    assert world.ask(None, "GET", f"{page}/pdf").status == 302
    credential = world.ask(None, "GET", f"{page}/credential").json()
    body = {"credential": credential, "document_sha256": "0" * 64}
    assert world.ask(None, "POST", "/credentials/checks", body).status == 200
    assert world.ask(None, "GET", "/.well-known/did.json").status == 200
    list_id = credential["credentialStatus"]["statusListCredential"].rpartition("/")[2]
    assert world.ask(None, "GET", f"/status/{list_id}").status == 200


def certificate_picture(world: World) -> None:
    world.run_with("zoe")
    page = f"/certificates/{world.issue('zoe').verify_uuid}"
    for _ in range(2):
        assert world.ask(None, "GET", f"{page}/picture").status == 200
    assert world.ask(None, "GET", f"{page}/badge.png").status == 200


def learner_forgetting(world: World) -> None:
    """Zoe is staff of a run, has a certificate, a picture of it, and is named in files of every kind."""
    client_of("s3").put_bucket_versioning(
        Bucket=os.environ["BUCKET_NAME"], VersioningConfiguration={"Status": "Enabled"}
    )
    world.run_with("zoe", "abe")
    world.backend.runs.replace_staff(COURSE, ["zoe", "ole"])
    verify_uuid = world.issue("zoe").verify_uuid
    world.backend.documents.put(f"pictures/{verify_uuid}/1-0-page.png", b"zoe", "image/png")
    for prefix in ("records", "exceptions", "results/records", "results/exceptions", "results/jobs", "reports"):
        world.backend.documents.put(f"{prefix}/{COURSE}/list.csv", b"1,zoe", "text/csv")
    for prefix in ("records", "exceptions"):
        UploadFiles(os.environ["BUCKET_NAME"], prefix).put_beside(f"{prefix}/{COURSE}/list.csv", b"1,zoe")
    add_exception(COURSE, "abe", "like zoe", by="zoe", backend=world.backend, now=runtime.now())
    assert world.ask("root", "DELETE", "/learners/0", idempotency_key="1").status == 200
    with world.patched.context() as later:
        later.setattr(runtime, "now", lambda: datetime.now(UTC) + timedelta(days=2))
        world.send({"forget": {"user_id": "0", "after": None}}, looks=0)
    world.send({"repair": True})


def webhook_requests(world: World) -> None:
    make_run(world.backend)
    for path in (f"{RUN}/webhooks", "/webhooks"):
        made = world.ask("root", "POST", path, {"url": "https://hooks.example.org/"}).json()
        one = f"{path}/{made['webhook_id']}"
        for route in (path, one, f"{one}/deliveries"):
            assert world.ask("root", "GET", route).status == 200
        assert world.ask("root", "PUT", one, {"url": "https://hooks.example.org/2"}).status == 200
        assert world.ask("root", "POST", f"{one}/secret").status == 200
        tried = world.ask("root", "POST", f"{one}/tests").json()["delivery_id"]
        assert world.ask("root", "POST", f"{one}/deliveries/{tried}/retries").status == 202
        assert world.ask("root", "DELETE", one).status == 204
