"""Uploads, results and reports in which a forgotten learner is named: each version that the bucket still keeps.

A result is written anew without the learner: the other rows are of other people. A file that was uploaded is removed
whole once it has been read, since nothing reads it again. So is a report, which is made anew whenever it is asked for,
and has what staff wrote about the learner.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from certificates.aws.object_versions import ObjectVersions, Version
from certificates.backend import Backend
from certificates.rules.formula_guard import without_guard
from certificates.rules.text_table import with_western_letters
from certificates.rules.traces import Traces
from certificates.spreadsheet import line
from certificates.uploads.arrivals import RESULT_SUFFIX

UPLOADED = ("records/", "exceptions/")
RESULTS = "results/"
REPORTS = "reports/"
PREFIXES = (*UPLOADED, RESULTS, REPORTS)

UNREAD_FOR = timedelta(days=1)
"""A file that is older is not going to be read any more: what its message failed at is reported by then."""


@dataclass(frozen=True, slots=True)
class FilesOfAll:
    """The files of every run, in which `traces` are looked for."""

    versions: ObjectVersions
    backend: Backend
    traces: Traces
    now: datetime

    def clean_up(self, prefix: str, after: str, out_of_time: Callable[[], bool]) -> tuple[str | None, bool]:
        """Go through the files under the prefix: the key to go on after, None at the end.

        And whether files were left alone because they are still being read.
        """
        left = False
        for key, versions in self.versions.by_key(prefix, after):
            naming = [version for version in versions if self._names(version)]
            if naming and not self._clean(key, naming):
                left = True
            if out_of_time():
                return key, left
        return None, left

    def _names(self, version: Version) -> bool:
        if self.traces.are_in(version.key):
            return True
        kept = ""
        for part in self.versions.text(version):
            text = kept + part
            if self.traces.are_in(_as_shown(text)):
                return True
            kept = text[-self.traces.longest - 1 :]
        return False

    def _clean(self, key: str, naming: Iterable[Version]) -> bool:
        """Remove the learner from these versions of one object. False: the file is still being read."""
        done = True
        for version in naming:
            if key.startswith(RESULTS) or key.endswith(RESULT_SUFFIX):
                if version.is_latest and not self.traces.are_in(key):
                    self.versions.replace(version, self._rewritten(version))
                    continue
            elif key.startswith(UPLOADED) and version.is_latest and self._is_unread(version):
                done = False
                continue
            self.versions.delete(version)
        return done

    def _rewritten(self, version: Version) -> bytes:
        text = "".join(self.versions.text(version))
        rows = csv.reader(io.StringIO(text, newline=""))
        return b"".join(line(map(self._without, row)) for row in rows)

    def _without(self, cell: str) -> str:
        return self.traces.without(without_guard(cell))

    def _is_unread(self, version: Version) -> bool:
        if version.stored_at < self.now - UNREAD_FOR:
            return False
        kind, _, rest = version.key.partition("/")
        read = self.backend.uploads.uploads(rest.partition("/")[0], kind)
        return not any(
            upload.object_key == version.key and upload.etag == version.etag and upload.state in {"done", "refused"}
            for upload in read
        )


def _as_shown(text: str) -> str:
    """The text as a spreadsheet of the time would have shown it: Windows' letters, and no gaps of a wider encoding."""
    return with_western_letters(text).replace("\0", "")
