"""The deployed stack for all tests of this folder: template.yaml in its own local cloud."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator

import pytest

from tests.cloud import sample
from tests.cloud.cloud import LocalCloud, deployed

LINES_SHOWN = 20
NOT_AUTHORIZED = re.compile(r"is not authorized to perform: ([\w:]+)")
AS_MANY_AT_ONCE = {"BulkConcurrency": "25"}
"""As a deployment has by default: all parts of a job at the same time."""
RUNNING = pytest.StashKey[LocalCloud | None]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows the last output of the functions: the reason is often there, and not in the answer."""
    report = yield
    running = item.config.stash.get(RUNNING, None)
    if report.failed and running:
        for function in running.functions():
            if printed := running.logs(function)[-LINES_SHOWN:]:
                report.sections.append((f"logs of {function}", "\n".join(printed)))
    return report


def denied(running: LocalCloud) -> set[tuple[str, str]]:
    """The calls of functions that their roles do not allow."""
    printed = ((function, line) for function in running.functions() for line in running.logs(function))
    return {(function, call) for function, line in printed for call in NOT_AUTHORIZED.findall(line)}


@pytest.fixture(scope="session")
def cloud(request: pytest.FixtureRequest) -> Iterator[LocalCloud]:
    with deployed(parameters=AS_MANY_AT_ONCE) as running:
        request.config.stash[RUNNING] = running
        yield running
        request.config.stash[RUNNING] = None
        assert not denied(running)


@pytest.fixture(scope="session")
def sample_run(cloud: LocalCloud) -> LocalCloud:
    """The cloud with the sample course run loaded (see tests/samples)."""
    sample.load(cloud)
    return cloud
