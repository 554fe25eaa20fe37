"""Events of queues, schedules, the table's stream and other functions: together they cause every AWS call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certificates import runtime
from certificates.aws.reconciliation_store import ReconciliationStore
from certificates.aws.table import shard_of
from certificates.designs.compilation import SAMPLE
from certificates.invalidate import invalidate
from certificates.messages.credentials import ChangedLists
from certificates.messages.function import FunctionFailed
from certificates.messages.lms import LearnerToReadAgain, ReconciliationStep
from certificates.messages.notices import ChangeToTell, DeliveryToTry, JobToTell
from certificates.messages.rendering import Rendered
from certificates.notices.change import change_between
from certificates.notices.digest import run_tags
from certificates.notices.webhook_managing import webhooks_of_all_runs
from certificates.notices.webhook_posting import Posted, Poster
from certificates.reconciliation.starting import begin_reconciliation
from certificates.rules.groups import Group
from certificates.rules.jobs import JobKind, Selection
from certificates.rules.model import Pacing
from certificates.rules.webhooks import TryResult, WebhookSettings
from certificates.runtime.webhooks import managing
from tests import jobs, webhooks
from tests.cloud.mailbox import SIMULATOR, Received, events_of
from tests.cloud.server import free_port
from tests.grants.world import World
from tests.handlers.lms_events import upload
from tests.handlers.test_document_removal import stored
from tests.lms.fake import KEY, SERVICE_APPLICATION, running
from tests.moto_cloud import changes
from tests.people import COURSE, enroll, make_run
from tests.samples import openedx_events as events

DONE = Rendered().to_json()
OTHER = "course-v1:Fjord+BIO2+2026"
AGAIN = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED}))

GRADE_REPORT = b"""\
Student ID,Email,Username,Grade,Enrollment Track,Verification Status,Certificate Eligible,Enrollment Status
1,zoe@example.org,zoe,0.5,verified,N/A,N,enrolled
2,abe@example.org,abe,nonsense,verified,N/A,N,enrolled
3,mia@example.org,mia,0.6,verified,N/A,N,enrolled
"""


def exception_processing(world: World) -> None:
    make_run(world.backend, automatic_generation=True)
    for number, username in enumerate(("zoe", "abe", "mia")):
        enroll(world.backend, str(number), username, grade="0.2")
    world.patched.setattr("certificates.exception_list.file.BATCH_ROWS", 2)
    listed = upload(f"exceptions/{COURSE}/list.csv", b"zoe\nabe\nmia\n")
    world.deliver(listed, looks=1)
    with world.races_lost(1):
        world.deliver(listed)
    removed = upload(f"exceptions/{COURSE}/removed.csv", b"zoe\n")
    world.lose("removed.csv")
    world.deliver(removed)
    decide = [{"decide": {"course_id": COURSE, "user_ids": [number], "by": "ines"}} for number in ("0", "1", "2")]
    world.deliver(decide[0])
    with world.races_lost():
        world.deliver(decide[1], failed=1)
    world.lose(".compiled")
    world.deliver(decide[2])
    world.names_an_lms()
    enroll(world.backend, "3", "ned", grade="0.2")
    world.deliver(upload(f"exceptions/{COURSE}/more.csv", b"ned\n"))
    world.deliver({"decide": {"course_id": COURSE, "user_ids": ["3"], "by": "ines"}})


def document_removal(world: World) -> None:
    world.run_with("zoe")
    world.issue("zoe")
    invalidate(COURSE, "zoe", "", by="ines", backend=world.backend, now=runtime.now())
    records = changes()
    for number, change in enumerate(records):
        change["dynamodb"]["SequenceNumber"] = str(number)
    assert world.send({"Records": records}) == {"batchItemFailures": []}
    enroll(world.backend, "1", "abe", grade="0.9")
    stored(world.issue("abe").document, timedelta(days=2))
    world.send({"sweep": ""}, looks=0)


def status_lists(world: World) -> None:
    world.run_with("zoe")
    held = world.issue("zoe")
    world.send(ChangedLists((held.status_list,)).to_json())
    world.send({"sign": "all"})
    assert len(world.send({"rotate": "keys"})["public_keys"]) == 4


def change_events(world: World) -> None:
    world.run_with("zoe", "abe", pacing=Pacing.INSTRUCTOR, end=runtime.now() + timedelta(days=1))
    jobs.run(world.backend, jobs.BULK)
    world.send({"Records": changes()})
    make_run(world.backend, OTHER, pacing=Pacing.INSTRUCTOR, end=runtime.now() + timedelta(days=1))
    world.send({"find": ""}, looks=0)
    invalidate(COURSE, "abe", "", by="ines", backend=world.backend, now=runtime.now())
    make_run(world.backend, pacing=Pacing.SELF)
    world.patched.setattr("certificates.aws.waiting_store.INDEX_LAG", timedelta(0))
    world.send({"show": "due"})
    world.send({"Records": changes()})


def certificate_mail(world: World) -> None:
    world.run_with("zoe", contact="team@fjord.example")
    held = world.issue("zoe")
    told = change_between(None, held, "learner-request", shown=True)
    job = jobs.run(world.backend)
    assert told is not None
    bodies = (ChangeToTell(told.to_json()).to_json(), JobToTell(COURSE, job.job_id).to_json())
    with world.sending_mail() as postbox:
        for body in bodies:
            postbox.refuse("TooManyRequestsException")
            world.deliver(body)
            world.deliver(body)
        assert postbox.to == ["zoe@example.org", "team@fjord.example"]


def mail_outcomes(world: World) -> None:
    world.run_with("zoe")
    held = world.issue("zoe")
    world.lists_a_mail("0")
    address = f"bounce{SIMULATOR}"
    tags = [{"certificate": held.verify_uuid, "kind": "issued", "revision": "1"}]
    tags.append({"job": "20261129T020000000000Z", **run_tags(COURSE)})
    for tagged in tags:
        asked = {"Destination": {"ToAddresses": [address]}, "FromEmailAddress": "certificates@fjord.example"}
        asked["EmailTags"] = [{"Name": name, "Value": value} for name, value in tagged.items()]
        asked["Content"] = {"Simple": {"Subject": {"Data": ""}}}
        world.deliver(*events_of(Received("1", runtime.now(), asked)))


def webhook_delivery(world: World) -> None:
    owned = webhooks_of_all_runs(means=managing())
    settings = WebhookSettings(address="https://hooks.example.org/")
    webhook_id = owned.create(settings, by="root", now=runtime.now()).webhook.webhook_id
    world.patched.setattr(Poster, "post", lambda *_: Posted(TryResult.REFUSED, 500))
    told = webhooks.change()
    world.deliver(ChangeToTell(told.to_json()).to_json())
    delivery = owned.deliveries(webhook_id, limit=1).items[0]
    for number in range(1, 4):  # after the third try, the next one comes in half an hour
        world.deliver(DeliveryToTry("", webhook_id, delivery.delivery_id, 1, number).to_json())
    world.patched.setattr(Poster, "post", lambda *_: Posted(TryResult.GONE, 410))
    world.deliver(DeliveryToTry("", webhook_id, delivery.delivery_id, 1, 4).to_json())


def design_compilation(world: World) -> None:
    design = make_run(world.backend).design_digest
    assert world.send({"action": "compile", "design": design}) == DONE
    assert world.send({"action": "preview", "design": design, "document": "previews/1.pdf"}) == DONE
    full = {"action": "render", "design": design, "document": "certificates/1/1.pdf", "fields": SAMPLE.to_json()}
    assert world.send(full) == DONE
    world.lose(".json")
    with pytest.raises(FunctionFailed, match="LookupError"):
        world.send(full)


def report_writing(world: World) -> None:
    world.run_with("zoe")
    assert world.send({"course_id": COURSE, "shard": shard_of("0"), "part": f"reports/{COURSE}/1/00.csv"}) is None


def learner_records(world: World) -> None:
    lms_files(world)
    lms_events(world)


def lms_files(world: World) -> None:
    make_run(world.backend)
    world.patched.setattr("certificates.lms.loading.BATCH_ROWS", 1)
    report = upload(f"records/{COURSE}/grades.csv", GRADE_REPORT)
    world.deliver(report, looks=1)
    world.deliver(report)
    removed = upload(f"records/{COURSE}/removed.csv", b"x")
    world.lose("removed.csv")
    world.deliver(removed)


def lms_events(world: World) -> None:
    course, begun = events.COURSE_ID, runtime.now() - timedelta(hours=1)
    make_run(world.backend, course, automatic_generation=False)
    learners = [events.user(number, f"user{number}", f"user{number}@example.org") for number in range(42, 45)]
    passed = [events.passing_status(True, at=begun, learner=learner) for learner in learners]
    enrolled = [events.enrollment("created", mode="verified", at=begun, learner=learner) for learner in learners]
    with world.races_lost(1):
        world.deliver(*passed, *enrolled)
    make_run(world.backend, course, automatic_generation=True)
    world.deliver(passed[0])
    with world.races_lost():
        world.deliver(passed[1], failed=1)
    world.lose(".compiled")
    world.deliver(passed[2])
    world.deliver(events.passing_status(False, at=begun + timedelta(minutes=1), learner=learners[0]))
    renamed = events.user(43, "user42", "user42@example.org")
    world.deliver(events.enrollment("changed", mode="verified", at=begun + timedelta(minutes=2), learner=renamed))
    world.deliver(events.identity_approved(until=None, at=begun, learner=learners[2]))
    world.names_an_lms()
    last = events.user(45, "user45", "user45@example.org")
    world.deliver(events.enrollment("created", mode="verified", at=begun, learner=last))
    world.deliver(events.passing_status(True, at=begun, learner=last))


def scheduled_issuance(world: World) -> None:
    due, soon = runtime.now() - timedelta(hours=1), runtime.now() + timedelta(days=1)
    make_run(world.backend, pacing=Pacing.INSTRUCTOR, end=due)
    for course_id in (OTHER, "course-v1:Fjord+BIO3+2026"):
        make_run(world.backend, course_id, pacing=Pacing.INSTRUCTOR, end=soon)
    world.backend.schedules.remove(OTHER)
    world.send({"course_id": COURSE, "due": due.isoformat()})
    world.send({"repair": True})
    world.names_an_lms()
    make_run(world.backend, "course-v1:Fjord+BIO4+2026", pacing=Pacing.INSTRUCTOR, end=due)
    world.send({"repair": True})


def reconciliation(world: World) -> None:
    with running(free_port()) as lms:
        lms.begin_anew()
        world.names_an_lms(lms.url, SERVICE_APPLICATION)
        make_run(world.backend, KEY, automatic_generation=True)
        world.patched.setattr("certificates.reconciliation.deliveries.BETWEEN_CALLS", 0)
        world.patched.setenv("LMS_NIGHTLY_HOURS", "5")
        assert world.send({"night": True}) == {"begun": 1}
        store = ReconciliationStore()
        begun = store.running(KEY)
        assert begun is not None
        step = ReconciliationStep(KEY, begun.reconciliation_id, 0).to_json()
        world.deliver(step, looks=1)
        world.deliver(step)
        assert store.running(KEY) is None
        # Hints of one moment: the second one finds the facts stored already, and makes a certificate.
        moment = runtime.now()
        world.patched.setattr(runtime, "now", lambda: moment)
        hint = LearnerToReadAgain(KEY, "4711", None).to_json()
        make_run(world.backend, KEY, automatic_generation=False)
        world.deliver(hint)
        make_run(world.backend, KEY, automatic_generation=True)
        with world.races_lost():
            world.deliver(hint, failed=1)
        world.lose(".compiled")
        world.deliver(hint)
        lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.1}])
        for later in (1, 2):
            at = moment + timedelta(hours=later)
            begun = begin_reconciliation(KEY, by="ines", backend=runtime.backend(), now=at)
            world.deliver(ReconciliationStep(KEY, begun.reconciliation_id, 0).to_json())
            lms.begin_anew()


def certificate_issuance(world: World) -> None:
    world.patched.setattr("certificates.jobs.worker.BATCH", 2)
    world.run_with("zoe", "abe", "mia", pacing=Pacing.INSTRUCTOR, end=runtime.now() - timedelta(hours=1))
    world.except_failing("ned")
    world.lose_keys()
    work(world, jobs.BULK)
    with world.races_lost(2):
        work(world, AGAIN)
    world.lose(".compiled")
    work(world, AGAIN)
    world.names_an_lms()
    make_run(world.backend, pacing=Pacing.INSTRUCTOR, end=runtime.now())
    work(world, AGAIN)


def work(world: World, selection: Selection) -> None:
    """A job to its end, each page of it in a delivery of its own."""
    jobs.start(world.backend, selection)
    for message in jobs.messages():
        world.deliver(message.body, looks=0)
        jobs.delete(message)
