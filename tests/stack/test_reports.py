"""The report of a run that has too many learners for one request."""

from __future__ import annotations

import csv
import io

import httpx
import pytest

from certificates.aws.table import SHARDS, shard_of
from certificates.lists.csv_of_run import MOST_INLINE
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import GLOBAL_STAFF
from tests.samples import large
from tests.stack.runs import make_run, path_of, status

COURSE_ID = "course-v1:Lyceum+BOT900+2026_T3"


@pytest.fixture
def user_ids(cloud: LocalCloud) -> set[str]:
    """The learners of a large run: enough in the first shard, and some in every other shard."""
    make_run(cloud, COURSE_ID)
    heading, *rows = large.grade_report_rows(20 * MOST_INLINE)
    chosen = [row for row in rows if shard_of(row[0]) == 0] + rows[:200]
    content = large.as_csv(iter([heading, *chosen]))
    key = f"records/{COURSE_ID}/grade_report.csv"
    cloud.client("s3").put_object(Bucket=cloud.name("Bucket"), Key=key, Body=content)
    with cloud.http(chosen[-1][2]) as last:
        cloud.wait_until(lambda: status(last, COURSE_ID).get("grade") is not None)
    return {row[0] for row in chosen}


def test_the_report_of_a_large_run_is_complete(cloud: LocalCloud, user_ids: set[str]) -> None:
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        answer = http.get(f"{path_of(COURSE_ID)}/certificates/report")
    assert answer.status_code == 302, answer.text
    text = httpx.get(answer.headers["location"]).content.decode("utf-8-sig")
    reported = [row["user_id"] for row in csv.DictReader(io.StringIO(text))]
    assert sorted(reported) == sorted(user_ids)
    stored = cloud.client("s3").list_objects_v2(Bucket=cloud.name("Bucket"), Prefix=f"reports/{COURSE_ID}/")
    assert len(stored["Contents"]) == SHARDS + 1
