"""A cloud as an earlier release left it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.contracts.cloud import Cloud, cloud
from tests.moto_cloud import client_of

HERE = Path(__file__).parent

RELEASES = sorted(folder.name for folder in HERE.iterdir() if (folder / "items.json").exists())


def read(release: str, name: str) -> Any:
    return json.loads((HERE / release / f"{name}.json").read_text())


@contextmanager
def left_by(release: str) -> Iterator[Cloud]:
    """The table, the bucket and the clock of this release; its messages are in `messages.json`."""
    with cloud() as restored:
        restored.now = datetime.fromisoformat(read(release, "answers")["now"])
        client, table = client_of("dynamodb"), os.environ["TABLE_NAME"]
        for item in read(release, "items"):
            if item["pk"]["S"].startswith("IDEMPOTENCY#"):
                item |= _of_an_hour_ago(item)
            client.put_item(TableName=table, Item=item)
        for key, content in read(release, "objects").items():
            if content == "design.compiled":
                body = (HERE / release / content).read_bytes()
            else:
                body = b"%PDF-" if content is None else content.encode()
            client_of("s3").put_object(Bucket=os.environ["BUCKET_NAME"], Key=key, Body=body)
        yield restored


def _of_an_hour_ago(item: dict[str, Any]) -> dict[str, Any]:
    """Move the ends of items that are kept for a day: powertools compares them with the clock of this machine."""
    expires_at = datetime.now(UTC) + timedelta(hours=23)
    ends = {"expires_at": {"N": str(int(expires_at.timestamp()))}}
    if item["status"]["S"] == "INPROGRESS":
        ends["in_progress_expiration"] = {"N": str(int(expires_at.timestamp() * 1000))}
    return ends
