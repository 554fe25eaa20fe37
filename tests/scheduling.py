"""Distributes the tests over processes: tests that take long to begin come first, quick tests come last.

All tests of a file go to one process. So do all tests of a folder that share one local cloud: otherwise, each process
would start and deploy a cloud for the folder. Without this module, xdist begins with the files that have the most
tests. Files with a single test, which takes the longest, would come last, and the other processes would have nothing
left to do.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import PurePosixPath

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling

SHARE_A_CLOUD = ("packaging", "stack", "deployed", "cloud")
LONG_TO_BEGIN = (*SHARE_A_CLOUD, "browser", "verifiers")
QUICK = "unit"


def processes() -> int:
    """One more than the processors of the machine: a process that waits for a local cloud, a browser or Java needs
    none.
    """
    return (os.cpu_count() or 1) + 1


def order(items: list[pytest.Item]) -> None:
    """Sort the tests by folder, and the files with a browser by their number of tests. The tests of a file stay in
    their order.
    """
    of_file = Counter(item.path for item in items)
    items.sort(key=lambda item: _place(_folder(item), of_file[item.path]))


def _folder(item: pytest.Item) -> str:
    """The folder below `tests`."""
    return PurePosixPath(item.nodeid.partition("::")[0]).parts[1]


def _place(folder: str, tests: int) -> tuple[int, int]:
    if folder == QUICK:
        return len(LONG_TO_BEGIN) + 1, 0
    # These files take about as long as they have tests.
    within = -tests if folder == "browser" else 0
    return LONG_TO_BEGIN.index(folder) if folder in LONG_TO_BEGIN else len(LONG_TO_BEGIN), within


class Scheduling(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        """The name of the group of tests that goes to one process, for xdist."""
        file = super()._split_scope(nodeid)
        folder = PurePosixPath(file).parent
        return str(folder) if folder.name in SHARE_A_CLOUD else file
