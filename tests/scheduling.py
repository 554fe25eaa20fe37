"""Shares the tests out among processes: first what takes long to begin, last what takes a moment.

A file goes to one process whole. So does a folder whose tests share one local cloud: otherwise each process would
start, deploy and warm a cloud of its own for it. xdist by itself begins with the files of most tests, and so ends with
those of a single one, which are the longest: one process works on it while the others have nothing left to do.
"""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling

SHARE_A_CLOUD = ("packaging", "stack", "deployed", "cloud")
LONG_TO_BEGIN = (*SHARE_A_CLOUD, "browser")


def order(items: list[pytest.Item]) -> None:
    """Sorts the tests by folder. Those of a file stay in their order."""
    items.sort(key=lambda item: _place(item.path.parent.name))


def _place(folder: str) -> int:
    return LONG_TO_BEGIN.index(folder) if folder in LONG_TO_BEGIN else len(LONG_TO_BEGIN)


class Scheduling(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        """What goes to one process together, by xdist's name for it."""
        file = super()._split_scope(nodeid)
        folder = PurePosixPath(file).parent
        return str(folder) if folder.name in SHARE_A_CLOUD else file
