"""What people do in a browser, so that the function `pages` asks AWS for all that it ever does."""

from __future__ import annotations

from tests.grants.world import World
from tests.handlers.browsing import Browser
from tests.handlers.http_events import encoded
from tests.people import COURSE

LEARN = f"/learn/{encoded(COURSE)}"


def pages(world: World) -> None:
    browser = Browser(lambda event, _: world.send(event))
    learners_request(world, browser)


def learners_request(world: World, browser: Browser) -> None:
    world.run_with("zoe", "abe", "mia", automatic_generation=False)
    with world.recorder.recording():
        browser.sign_in("zoe")
    assert browser.get(LEARN).status == 200
    assert browser.post(LEARN).status == 303
    assert browser.get("/learn").status == 200
    with world.recorder.recording():
        browser.sign_in("abe")
    with world.races_lost():
        assert browser.post(LEARN).status == 409
    with world.recorder.recording():
        browser.sign_in("mia")
    world.lose(".compiled")
    assert browser.post(LEARN).status == 303
    world.except_failing("ned")
    with world.recorder.recording():
        browser.sign_in("ned")
    assert browser.post(LEARN).status == 303
    assert browser.post("/sign-out").status == 303
