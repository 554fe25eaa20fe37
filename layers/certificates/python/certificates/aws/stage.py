"""Pages of the LMS's listings, in the bucket until all have come: `reconciliations/<course_id>/<id>/<name>.json`. They
contain names and addresses. The bucket's lifecycle removes them after a day.
"""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from certificates.aws import objects
from certificates.rules.reconciliation import Reconciliation

_READ_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Stage:
    bucket: str

    def put(self, reconciliation: Reconciliation, name: str, value: object) -> None:
        """Store a page. A repeated page replaces the earlier one."""
        text = gzip.compress(json.dumps(value, ensure_ascii=False).encode(), compresslevel=6, mtime=0)
        objects.put_object(self.bucket, _key(reconciliation, name), text, "application/json")

    def get(self, reconciliation: Reconciliation, name: str) -> Any:
        """A stored page. Raises LookupError if it is missing: a day old, or never stored."""
        text = objects.get_object(self.bucket, _key(reconciliation, name))
        if text is None:
            raise LookupError(f"no page {name} of reconciliation {reconciliation.reconciliation_id}")
        return json.loads(gzip.decompress(text))

    def pages(self, reconciliation: Reconciliation, name: str, number: int) -> list[Any]:
        """The rows of the first `number` pages, in order."""
        with ThreadPoolExecutor(_READ_AT_ONCE) as pool:
            found = pool.map(lambda page: self.get(reconciliation, f"{name}/{page:05d}"), range(number))
            return [row for page in found for row in page]


def _key(reconciliation: Reconciliation, name: str) -> str:
    return f"reconciliations/{reconciliation.course_id}/{reconciliation.reconciliation_id}/{name}.json"
