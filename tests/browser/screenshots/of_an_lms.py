"""States that need an LMS: an LMS that does not answer, readings, and certificates that the LMS issued itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.browser.screenshots.runs import Known
from tests.browser.screenshots.states import FILES, Scene, State, learn, teach
from tests.cloud import sample_lms
from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.people import COURSE_STAFF
from tests.cloud.sample import COURSE_ID
from tests.cloud.server import free_port
from tests.lms.fake import FakeLms, running

OLD = "5f0c" * 8
"""The LMS's own id of a certificate."""

HOLDER = "mlopez"
NEW_RUN = {"course_id": "course-v1:Lyceum+HIS200+2027_T1", "name": "Histories of Salt", "org": "Lyceum"}


@contextmanager
def read_from_lms(parameters: dict[str, str]) -> Iterator[tuple[LocalCloud, Known]]:
    """A product that has read the sample run from an LMS. The LMS does not answer learners any more."""
    with running(free_port()) as lms, deployed(lms=lms, parameters=parameters) as cloud:
        world = sample_lms.world()
        roles = [*world["roles"], {**world["roles"][0], "course_id": NEW_RUN["course_id"]}]
        held = {"username": HOLDER, "course_id": COURSE_ID, "uuid": OLD}
        lms.knows(**{**world, "runs": [*world["runs"], NEW_RUN], "roles": roles, "certificates": [held]})
        sample_lms.load(cloud)
        yield cloud, Known({}, {}, {}, {}, {}, FILES, lms)


def sign_in(scene_page: Any, address: str, username: str) -> None:
    scene_page.goto(f"{address}/sign-in?to=/learn")
    scene_page.locator(f'button[value="{username}"]').click()
    scene_page.wait_for_url("**/learn")


def _lms(scene: Scene) -> FakeLms:
    assert scene.known.lms is not None
    return scene.known.lms


def trying_again(scene: Scene) -> None:
    learn()(scene)
    _lms(scene).fail("error", last=999)
    try:
        scene.press("[data-request] button")
        scene.seen.page.locator("[data-trying-again]").wait_for()
    finally:
        _lms(scene).recover()


def away(scene: Scene) -> None:
    """The LMS does not answer, and the stored facts of a learner are older than a minute, or there are none."""
    _lms(scene).fail("error", last=999)
    try:
        learn()(scene)
        notice = scene.seen.page.locator("[data-look-again-after]")
        while not notice.count():
            scene.seen.page.wait_for_timeout(2000)
            learn()(scene)
    finally:
        _lms(scene).recover()


def imported(scene: Scene) -> None:
    scene.go(f"/certificates/{OLD}")


OF_AN_LMS = (
    State("lms-certificate-imported", None, imported),
    State("lms-learn-imported", HOLDER, learn()),
    State("lms-learn-trying-again", "amara", trying_again),
    State("lms-learn-away", "amara", away),
    State("lms-learn-away-nothing-known", COURSE_STAFF, away),
    State("lms-teach-my-runs", COURSE_STAFF, lambda scene: scene.go("/teach")),
    State("lms-teach-records", COURSE_STAFF, teach("records")),
    State("lms-teach-settings", COURSE_STAFF, teach("settings")),
)
