"""Actions of people in a browser: together they cause every AWS call of the function `pages`."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2

from certificates import runtime
from certificates.notices.opt_out import opt_out_token
from tests import jobs
from tests.grants.world import World
from tests.handlers.browsing import Browser
from tests.handlers.http_events import Answer, encoded
from tests.handlers.staff_forms import settings_form
from tests.handlers.test_instructor_requests import OWN, STYLE, archive
from tests.people import COURSE, enroll, make_run

LEARN = f"/learn/{encoded(COURSE)}"
TEACH = f"/teach/{encoded(COURSE)}"


def pages(world: World) -> None:
    browser = Browser(lambda event, _: world.send(event))
    learners_request(world, browser)
    sign_in(world, browser, "root")
    staff_change_settings(world, browser)
    staff_design(world, browser)
    staff_except_and_invalidate(world, browser)
    staff_upload(world, browser)
    staff_run_jobs(world, browser)
    staff_report_a_large_run(world, browser)
    staff_send_webhooks(browser)
    staff_see_mails(world, browser)
    world.names_an_lms()
    assert browser.get("/sign-in").status == 303
    assert browser.post(f"{TEACH}/reconciliation").status == 303


def sign_in(world: World, browser: Browser, username: str) -> None:
    with world.recorder.recording():
        browser.sign_in(username, global_staff=username == "root")


def learners_request(world: World, browser: Browser) -> None:
    world.run_with("zoe", "abe", "mia", automatic_generation=False)
    sign_in(world, browser, "zoe")
    assert browser.get(LEARN).status == 200
    assert browser.post(LEARN).status == 303
    assert browser.get("/learn").status == 200
    sign_in(world, browser, "abe")
    with world.races_lost():
        assert browser.post(LEARN).status == 409
    sign_in(world, browser, "mia")
    world.lose(".compiled")
    assert browser.post(LEARN).status == 303
    world.except_failing("ned")
    sign_in(world, browser, "ned")
    assert browser.post(LEARN).status == 303
    assert browser.post("/sign-out").status == 303


def staff_change_settings(world: World, browser: Browser) -> None:
    assert browser.get("/teach").status == 200
    for changed in ({"end": "2031-01-01T00:00"}, {"end": "2032-01-01T00:00"}, {"bulk": "never"}, {"bulk": "end"}):
        run = world.backend.runs.run(COURSE)
        assert browser.post(f"{TEACH}/settings", settings_form(run) | changed).status == 303
    world.backend.runs.replace_staff(COURSE, ["ines"])
    sign_in(world, browser, "ines")
    assert "Marine Biology" in browser.get("/teach").text


def empty_pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(297, 210)
    with io.BytesIO() as file:
        document.save(file)
        return file.getvalue()


def staff_design(world: World, browser: Browser) -> None:
    form: dict[str, Any] = {"template": "own", "language": "en", "active": "on", "action": "save"}
    assert browser.get(f"{TEACH}/design").status == 200
    assert browser.post(f"{TEACH}/design", form).status == 400
    world.backend.documents.put("templates/own.zip", archive(template__html=OWN, style__css=STYLE), "application/zip")
    assert browser.post(f"{TEACH}/design", form).status == 303
    sample = browser.post(f"{TEACH}/design", form | {"action": "preview"})
    assert sample.status == 303
    # Another function lays samples out. It is not part of this story.
    key = "previews/" + sample.headers["location"].partition("/previews/")[2].partition("?")[0]
    world.backend.documents.put_certificate(key, empty_pdf())
    assert browser.post(f"{TEACH}/design", form | {"action": "picture"}).status == 200
    assert browser.get(f"{TEACH}/sample.png").status == 200
    make_run(world.backend, automatic_generation=True)


def staff_except_and_invalidate(world: World, browser: Browser) -> None:
    path = f"{TEACH}/exceptions"
    enroll(world.backend, "9", "una", grade="0.2")
    assert browser.post(path, {"action": "add", "learner": "una"}).status == 303
    for tab in ("learners", "learners/9", "exceptions", "generate", "invalidations", "records", "settings"):
        assert browser.get(f"{TEACH}/{tab}").status == 200
    for name in ("report", "exceptions", "invalidations"):
        assert browser.get(f"{TEACH}/{name}.csv").status == 302
    assert browser.post(path, {"action": "remove", "user_id": "9"}).status == 303
    path = f"{TEACH}/invalidations"
    assert browser.post(path, {"action": "ask", "learner": "zoe"}).status == 200
    assert browser.post(path, {"action": "invalidate", "learner": "zoe"}).status == 303
    assert browser.post(path, {"action": "revalidate", "user_id": "0"}).status == 303


def staff_upload(world: World, browser: Browser) -> None:
    for number, kind in enumerate(("records", "exceptions")):
        assert browser.post(f"{TEACH}/{kind}", {"action": "upload"}).status == 200
        upload_id = str(number) * 32
        key = f"{kind}/{COURSE}/{upload_id}.csv"
        uploads = world.backend.uploads
        uploads.expect(COURSE, upload_id, kind, key, "ines", runtime.now())
        begun = uploads.begin(COURSE, upload_id, object_key=key, etag="1", size=1, arrived_at=runtime.now())
        uploads.finish(begun, report_key=f"results/{kind}/{COURSE}/{upload_id}.csv", now=runtime.now())
        assert browser.get(f"{TEACH}/{kind}?upload={upload_id}").status == 200


def staff_run_jobs(world: World, browser: Browser) -> None:
    begun: Answer = browser.post(f"{TEACH}/generate", {"kind": "bulk"})
    assert begun.status == 303
    path = begun.headers["location"]
    jobs.deliver(next(jobs.messages()).body, world.backend)
    assert browser.get(path).status == 200
    assert browser.get(f"{path}/results.csv").status == 302
    assert browser.post(path).status == 303


def staff_report_a_large_run(world: World, browser: Browser) -> None:
    with world.large_run():
        assert browser.get(f"{TEACH}/report.csv").status == 302


def staff_see_mails(world: World, browser: Browser) -> None:
    make_run(world.backend, contact="team@fjord.example")
    world.lists_a_mail("7")
    with world.sending_mail():
        for path in ("mails", "mails/preview"):
            assert browser.get(f"{TEACH}/{path}").status == 200
        for action in ("try", "again"):
            assert browser.post(f"{TEACH}/mails", {"action": action, "kind": "issued"}).status == 303
    assert (
        browser.post(f"/mail/{opt_out_token('0', world.backend.secret)}", {"List-Unsubscribe": "One-Click"}).status
        == 200
    )


def staff_send_webhooks(browser: Browser) -> None:
    webhook_id, path = "0" * 32, f"{TEACH}/webhooks"
    form = {"action": "create", "new": webhook_id, "url": "https://hooks.example.org/", "event": "certificate.issued"}
    assert browser.post(path, form).status == 200
    for address in (path, f"{path}?webhook={webhook_id}"):
        assert browser.get(address).status == 200
    for action, status in (("save", 303), ("rotate", 200), ("test", 303), ("remove", 303)):
        assert browser.post(path, {**form, "action": action, "webhook": webhook_id, "on": "on"}).status == status
