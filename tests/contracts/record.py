"""Writes the fixtures of this release: `PYTHONPATH=layers/certificates/python:. python -m tests.contracts.record 0.1.0`

Run it once, before a release. Never repeat it for a published release: operators have exactly these items.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tests.conftest  # noqa: F401 - the settings that modules read at import
from tests import moto_cloud
from tests.contracts.cloud import QUEUES, Cloud, cloud
from tests.contracts.questions import questions
from tests.contracts.recorded import HERE
from tests.contracts.story import LARGE, run, tell


def record(folder: Path) -> None:
    with cloud() as told:
        tell(told)
        folder.mkdir(exist_ok=True)
        answers = {" ".join(asked): _answer(told, *asked) for asked in questions(told)}
        _write(folder / "answers.json", {"now": told.now.isoformat(), "answers": answers})
        _write(folder / "messages.json", _messages(told))
        (folder / "items.json").write_text(_items())
        compiled = f"designs/{_design(told)}.compiled"
        _write(folder / "objects.json", dict(_objects(except_for=compiled)))
        (folder / "design.compiled").write_bytes(_bytes(compiled))


def _answer(told: Cloud, username: str, path: str) -> Any:
    answer = told.ask(username, "GET", path, accept="application/json")
    return {"status": answer.status, "body": answer.json() if answer.text else None}


def _design(told: Cloud) -> str:
    digest: str = told.ask("root", "GET", f"{run(LARGE)}/design").json()["digest"]
    return digest


def _messages(told: Cloud) -> dict[str, Any]:
    invoked: dict[str, list[Any]] = {}
    for function, payload in told.invoked:
        if payload not in invoked.setdefault(function, []):
            invoked[function].append(payload)
    client, group = moto_cloud.client_of("scheduler"), os.environ["SCHEDULE_GROUP"]
    names = [entry["Name"] for entry in client.list_schedules(GroupName=group)["Schedules"]]
    schedules = [client.get_schedule(Name=name, GroupName=group)["Target"]["Input"] for name in names]
    return {
        "queues": {queue: told.waiting(queue) for queue in QUEUES},
        "invocations": invoked,
        "schedules": [json.loads(text) for text in schedules],
    }


def _items() -> str:
    """The items, one attribute in a line."""
    texts = []
    pages = moto_cloud.client_of("dynamodb").get_paginator("scan").paginate(TableName=os.environ["TABLE_NAME"])
    items = [item for page in pages for item in page["Items"]]
    for item in sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"])):
        first = ("pk", "sk")
        names = [*first, *sorted(name for name in item if name not in first)]
        lines = [f"  {json.dumps(name)}: {json.dumps(item[name], ensure_ascii=False)}" for name in names]
        texts.append(" {\n" + ",\n".join(lines) + "\n }")
    return "[\n" + ",\n".join(texts) + "\n]\n"


def _objects(except_for: str) -> Iterator[tuple[str, str | None]]:
    """Key and text of every object; null for documents, whose content nobody reads back."""
    for key in moto_cloud.objects():
        if key.startswith(("reports/", "previews/", "templates/")) or (key.endswith(".compiled") and key != except_for):
            continue
        if key == except_for:
            yield key, "design.compiled"
        else:
            yield key, None if key.startswith("certificates/") else _bytes(key).decode()


def _bytes(key: str) -> bytes:
    return moto_cloud.client_of("s3").get_object(Bucket=os.environ["BUCKET_NAME"], Key=key)["Body"].read()


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    record(HERE / sys.argv[1])
