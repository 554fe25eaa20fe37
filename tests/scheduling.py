"""Distributes the tests over processes: tests that take long to begin come first, quick tests come last.

All tests of a file go to one process. So do all tests of a folder that share one local cloud: otherwise, each process
would start and deploy a cloud for the folder. Without this module, xdist begins with the files that have the most
tests. Files with a single test, which takes the longest, would come last, and the other processes would have nothing
left to do.
"""

from __future__ import annotations

import os
from pathlib import PurePosixPath

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling

SHARE_A_CLOUD = ("packaging", "stack", "deployed", "cloud")
LONG_TO_BEGIN = (*SHARE_A_CLOUD, "browser", "verifiers")
QUICK = "unit"
LONGEST_FIRST = ("test_staff.py", "test_people.py", "test_staff_forms.py", "test_lms.py", "test_staff_tabs.py")
"""The files with a browser that take the longest, by what they cost a processor. The others come behind them."""


def processes() -> int:
    """One more than the processors of the machine: a process that waits for a local cloud, a browser or Java needs
    none.
    """
    return (os.cpu_count() or 1) + 1


def order(items: list[pytest.Item]) -> None:
    """Sort the tests by folder, and the files with a browser by their length. A file keeps the order of its tests."""
    items.sort(key=lambda item: _place(PurePosixPath(item.nodeid.partition("::")[0])))


def _place(file: PurePosixPath) -> tuple[int, int]:
    folder = file.parts[1]  # below `tests`
    if folder == QUICK:
        return len(LONG_TO_BEGIN) + 1, 0
    within = _index(LONGEST_FIRST, file.name) if folder == "browser" else 0
    return _index(LONG_TO_BEGIN, folder), within


def _index(names: tuple[str, ...], name: str) -> int:
    """The place of a name. All others share the place behind the last one."""
    return names.index(name) if name in names else len(names)


class Scheduling(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        """The name of the group of tests that goes to one process, for xdist."""
        file = super()._split_scope(nodeid)
        folder = PurePosixPath(file).parent
        return str(folder) if folder.name in SHARE_A_CLOUD else file
