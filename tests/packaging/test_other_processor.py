"""The build for the other processor runs on that processor, emulated by qemu: `make test-arm64`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from certificates.aws.renderer import compiled_key
from certificates.designs.run_design import design_key
from certificates.rendering.compile import compile_design
from certificates.rendering.full import render
from layers.targets import this_machine
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF, LEARNER
from tests.cloud.sample import RUN
from tests.handlers.http_events import Caller
from tests.packaging import building, emulation, lambda_root, runtime_api
from tests.packaging.building import BuiltStack
from tests.packaging.examples import DESIGN, EVENTS, FIELDS, INTERFACE

pytestmark = pytest.mark.emulated

SECONDS = 900
"""Starting a function takes ten seconds on a machine without other work."""

Ask = Callable[[Any], Any]


@pytest.fixture(scope="module")
def other() -> str:
    return "x86_64" if this_machine().architecture.name == "arm64" else "arm64"


@pytest.fixture(scope="module")
def elsewhere(other: str) -> BuiltStack:
    return building.build(other)


@pytest.fixture(scope="module")
def emulated_root(other: str) -> Path:
    folder = building.ROOT / ".build" / f"lambda-root-{other}"
    return building.once(folder, lambda folder: emulation.make(folder, other))


@pytest.fixture
def started(cloud: LocalCloud, elsewhere: BuiltStack, emulated_root: Path) -> Callable[[str], Any]:
    """`with started(name) as ask:` starts a function beside the cloud, whose services it uses."""

    @contextmanager
    def start(name: str) -> Iterator[Ask]:
        function = next(each for each in elsewhere.functions() if each.name == name)
        command = lambda_root.function(emulated_root, function.task, function.layers)
        with runtime_api.running(command, runtime_api.environment(cloud, name), SECONDS) as running:
            running.await_ready()
            yield running.answer

    return start


REQUESTS = {
    "LearnerRequests": (LEARNER, "POST", f"{RUN}/certificate", 201),
    "InstructorRequests": (COURSE_STAFF, "GET", RUN, 200),
    "CertificateInvalidation": (COURSE_STAFF, "GET", f"{RUN}/invalidations", 200),
    "CertificateVerification": (None, "GET", "/health", 200),
}


@pytest.mark.parametrize("function", INTERFACE)
def test_a_function_of_the_interface_answers(started: Any, function: str) -> None:
    username, method, path, status = REQUESTS[function]
    with started(function) as ask:
        caller = Caller(lambda event, _: ask(event), username, {"preferred_username": username or ""})
        answer = caller(method, path)
    assert answer.status == status, answer.text


@pytest.mark.parametrize("function", EVENTS)
def test_a_function_behind_queue_stream_or_schedule_answers(started: Any, function: str) -> None:
    event, done = EVENTS[function]
    with started(function) as ask:
        assert ask(event) == done


def test_pages_and_compiled_designs_are_those_made_here_byte_for_byte(cloud: LocalCloud, started: Any) -> None:
    s3, bucket, digest = cloud.client("s3"), cloud.name("Bucket"), DESIGN.digest()
    page = "certificates/3f2b8c1e9a474d528e601b7c5a2d9f03/1-0.pdf"
    s3.put_object(Bucket=bucket, Key=design_key(digest), Body=DESIGN.to_json().encode())
    with started("DesignCompilation") as ask:
        assert ask({"action": "render", "design": digest, "fields": FIELDS.to_json(), "document": page}) == {
            "version": 1
        }
        assert ask({"action": "compile", "design": digest}) == {"version": 1}
    assert s3.get_object(Bucket=bucket, Key=page)["Body"].read() == render(DESIGN, FIELDS)
    assert s3.get_object(Bucket=bucket, Key=compiled_key(digest))["Body"].read() == compile_design(DESIGN)
