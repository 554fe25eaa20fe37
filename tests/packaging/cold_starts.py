"""`python -m tests.packaging.cold_starts`: the start of each built function, in milliseconds of CPU.

It has built layers, Lambda's runtime client and a root like Lambda's. Measured is everything before a function asks for
its first event, with the start of Python. Then a learner's whole cold request is measured, from the start of the
process to the stored PDF. The least of several runs counts, because other work of the machine can only add time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from layers.targets import this_machine
from tests.cloud import sample
from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.sample import RUN
from tests.handlers.http_events import Caller
from tests.packaging import building, lambda_root, runtime_api
from tests.packaging.building import BuiltFunction
from tests.stack.people import passing_learner

RUNS = 5
REQUEST = "LearnerRequests"


def initialisation(cloud: LocalCloud, root: Path, function: BuiltFunction) -> float:
    command = lambda_root.function(root, function.task, function.layers)
    with runtime_api.running(command, runtime_api.environment(cloud, function.name)) as started:
        started.await_ready()
        return started.cpu_ms


def request(cloud: LocalCloud, root: Path, function: BuiltFunction, username: str) -> float:
    """A learner's request for the first certificate. The function that answers was not running before."""
    command = lambda_root.function(root, function.task, function.layers)
    with runtime_api.running(command, runtime_api.environment(cloud, function.name)) as started:
        started.await_ready()

        def handler(event: Any, _context: object) -> Any:
            return started.answer(event)

        answer = Caller(handler, claims={"preferred_username": username})("POST", f"{RUN}/certificate")
        if answer.status != 201:
            raise runtime_api.FunctionFailed(answer.text)
        return started.cpu_ms


def empty_function(scratch: Path) -> BuiltFunction:
    """A function that does nothing: the cost of Lambda's runtime alone."""
    task, layer = scratch / "task", scratch / "layer"
    task.mkdir()
    layer.mkdir()
    (task / "app.py").write_text("def lambda_handler(event, context): ...\n")
    return BuiltFunction(REQUEST, task, (layer,))


def measured(cloud: LocalCloud, root: Path, functions: tuple[BuiltFunction, ...]) -> Iterator[tuple[str, float]]:
    """The measured names with their milliseconds of CPU."""
    with tempfile.TemporaryDirectory() as scratch:
        empty = empty_function(Path(scratch))
        yield "the runtime alone", min(initialisation(cloud, root, empty) for _ in range(RUNS))
    for function in functions:
        yield function.name, min(initialisation(cloud, root, function) for _ in range(RUNS))
    [learner_requests] = (function for function in functions if function.name == REQUEST)
    learners = [f"cold_{number}" for number in range(RUNS)]
    for username in learners:
        passing_learner(cloud, username, "Zoë Ångström")
    yield (
        "a learner's request to stored PDF",
        min(request(cloud, root, learner_requests, username) for username in learners),
    )


def main() -> None:
    built = building.build(this_machine().architecture.name)
    with tempfile.TemporaryDirectory(prefix="certificates-root-") as scratch:
        root = lambda_root.make(Path(scratch))
        with deployed(built.template, packaging=lambda_root.packaging(root)) as cloud:
            sample.load(cloud)
            # Without an LMS, its reader is built but not deployed.
            deployed_functions = tuple(each for each in built.functions() if each.name in cloud.stack.resources)
            for name, milliseconds in measured(cloud, root, deployed_functions):
                print(f"{name:<36}{milliseconds:8.0f} ms", flush=True)


if __name__ == "__main__":
    main()
