"""A changed template and changed code are deployed over a running stack, and what it stores is still there."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cloud.cloud import deployed
from tests.cloud.conftest import PROBE


def test_an_upgrade_brings_new_code_and_keeps_stored_data(tmp_path: Path) -> None:
    shutil.copytree(PROBE.parent, tmp_path, dirs_exist_ok=True)
    template, code = tmp_path / "template.yaml", tmp_path / "functions" / "probe" / "app.py"
    key = {"pk": {"S": "kept"}}

    with deployed(PROBE) as before, before.http() as http:
        before.client("dynamodb").put_item(TableName=before.name("Table"), Item=key)
        assert (http.get("/anyone").status_code, http.get("/added").status_code) == (200, 404)

        code.write_text(code.read_text().replace('"statusCode": 200', '"statusCode": 203'))
        template.write_text(template.read_text().replace("Path: /anyone", "Path: /added"))
        after = before.upgraded(template)

        assert (http.get("/anyone").status_code, http.get("/added").status_code) == (404, 203)
        assert after.client("dynamodb").get_item(TableName=after.name("Table"), Key=key)["Item"] == key
