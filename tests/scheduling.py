"""Distributes the tests over processes: tests that take long to begin come first, quick tests come last.

All tests of a file go to one process. So do all tests of a folder that share one local cloud: otherwise, each process
would start and deploy a cloud for the folder. A file of such a folder may have a cloud of its own instead. Without this
module, xdist begins with the files that have the most tests. Files with a single test, which takes the longest, would
come last, and the other processes would have nothing left to do.
"""

from __future__ import annotations

import os
from pathlib import PurePosixPath

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling

SHARE_A_CLOUD = ("packaging", "stack", "browser", "deployed", "cloud")
ALONE = ("tests/browser/test_lms.py",)
"""Files of these folders that have a cloud of their own instead."""
LONG_TO_BEGIN = (*SHARE_A_CLOUD, "verifiers")
QUICK = "unit"


def processes() -> int:
    """One more than the processors of the machine: a process that waits for a local cloud, a browser or Java needs
    none.
    """
    return (os.cpu_count() or 1) + 1


def order(items: list[pytest.Item]) -> None:
    """Sort the tests by folder. A folder keeps the order of its tests."""
    items.sort(key=lambda item: _place(PurePosixPath(item.nodeid.partition("::")[0])))


def _place(file: PurePosixPath) -> int:
    folder = file.parts[1]  # below `tests`
    return len(LONG_TO_BEGIN) + 1 if folder == QUICK else _index(LONG_TO_BEGIN, folder)


def _index(names: tuple[str, ...], name: str) -> int:
    """The place of a name. All others share the place behind the last one."""
    return names.index(name) if name in names else len(names)


class Scheduling(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        """The name of the group of tests that goes to one process, for xdist."""
        file = super()._split_scope(nodeid)
        folder = PurePosixPath(file).parent
        return str(folder) if folder.name in SHARE_A_CLOUD and file not in ALONE else file
