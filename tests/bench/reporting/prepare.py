"""The run of the issuance benchmark after its job: three quarters of the learners have a certificate."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from tests.bench.issuance import prepare, settings


def main(learners: int) -> None:
    prepare.main(learners)
    for course_id, size in ((settings.COURSE, learners), (settings.WARMING, settings.WARMING_LEARNERS)):
        prepare.put(list(certificates(course_id, size)))


def certificates(course_id: str, learners: int) -> Iterator[dict[str, Any]]:
    """The items in DynamoDB's form."""
    for number, enrollment in enumerate(prepare.enrollments(course_id, learners)):
        user_id = enrollment["user_id"]["S"]
        if number % 4:
            yield {
                **{name: enrollment[name] for name in ("pk", "course_id", "user_id", "shard", "mode", "grade")},
                "sk": {"S": "CERTIFICATE"},
                "shard_entry": {"S": f"CERTIFICATE#{user_id}"},
                "holder": {"S": user_id},
                "verify_uuid": {"S": f"{number:032x}"},
                "status": {"S": "downloadable"},
                "revision": {"N": "1"},
                "name": {"S": prepare.NAMES[number % len(prepare.NAMES)]},
                "course_title": {"S": "Marine Biology"},
                "organization": {"S": "Fjord University"},
                "design_digest": {"S": "0" * 64},
                "document": {"S": f"certificates/{number:032x}/1-0123456789abcdef.pdf"},
                "issued_on": {"S": "2026-11-20"},
                "modified_at": {"S": "2026-11-20T12:00:00.000000+0000"},
            }


if __name__ == "__main__":
    main(int(sys.argv[1]))
