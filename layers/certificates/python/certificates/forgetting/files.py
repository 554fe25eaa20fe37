"""Uploads, results and reports that name a forgotten learner, in every version that the bucket still has. A result is
written again without the learner, because the other rows belong to other people. An uploaded file is removed after it
was read: nothing reads it again. A report is removed too: staff can have it made again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from certificates.aws.object_versions import ObjectVersions, Version
from certificates.backend import Backend
from certificates.errors import VersionGone
from certificates.rules.formula_guard import without_guard
from certificates.rules.text_lines import with_western_letters
from certificates.rules.traces import Traces
from certificates.spreadsheet import line
from certificates.uploads.arrivals import RESULT_SUFFIX, is_marked_result, result_mark

UPLOADED = ("records/", "exceptions/")
RESULTS = "results/"
REPORTS = "reports/"
PREFIXES = (*UPLOADED, RESULTS, REPORTS)

UNREAD_FOR = timedelta(days=1)
"""Nothing will read an older file any more: its message succeeded, or was put aside."""


@dataclass(frozen=True, slots=True)
class FilesOfAll:
    """The files of every run, searched for `traces`."""

    versions: ObjectVersions
    backend: Backend
    traces: Traces
    now: datetime

    def clean_up(self, prefix: str, after: str, out_of_time: Callable[[], bool]) -> tuple[str | None, bool]:
        """Clean the files under the prefix. Returns the key to go on after (None at the end), and whether files were
        left because they are still being read.
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
        try:
            for part in self.versions.text(version):
                text = kept + part
                if self.traces.are_in(_as_shown(text)):
                    return True
                kept = text[-self.traces.longest - 1 :]
        except VersionGone:
            # Another call for the same learner was faster, or the version was old enough to expire.
            pass
        return False

    def _clean(self, key: str, naming: Iterable[Version]) -> bool:
        """Remove the learner from these versions of one object. False: the file is still being read."""
        done = True
        for version in naming:
            try:
                done &= self._clean_version(key, version)
            except VersionGone:
                continue
        return done

    def _clean_version(self, key: str, version: Version) -> bool:
        """As `_clean`. Raises VersionGone before anything is written in its place."""
        if self._is_result(version):
            if version.is_latest and not self.traces.are_in(key):
                # With its mark: it would count as a new file of a person.
                mark = result_mark(key.removesuffix(RESULT_SUFFIX)) if key.endswith(RESULT_SUFFIX) else {}
                self.versions.replace(version, self._rewritten(version), mark)
                return True
        elif key.startswith(UPLOADED) and version.is_latest and self._is_unread(version):
            return False
        self.versions.delete(version)
        return True

    def _is_result(self, version: Version) -> bool:
        if version.key.startswith(RESULTS):
            return True
        return version.key.endswith(RESULT_SUFFIX) and is_marked_result(version.key, self.versions.metadata(version))

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
            upload.object_key == version.key and upload.etag == version.etag and upload.has_ended for upload in read
        )


def _as_shown(text: str) -> str:
    """The text as a spreadsheet shows it: Windows' letters, and without the zero bytes of UTF-16."""
    return with_western_letters(text).replace("\0", "")
