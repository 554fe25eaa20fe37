"""After the loss of its table, a stack continues with the restored copy, by the commands of the operator's page."""

from __future__ import annotations

from pathlib import Path

from tests.cloud.cloud import deployed
from tests.deployed.commands import run
from tests.deployed.conftest import OWN_POOL
from tests.deployed.site import of_local
from tests.deployed.story import anyone_checks, is_invalidated, tell


def test_the_story_continues_with_the_restored_table(tmp_path: Path) -> None:
    with deployed(parameters=OWN_POOL) as cloud, of_local(cloud) as site:
        before = tell(site)
        lost = cloud.name("Table")

        restored = run(cloud, "Restore the table", tmp_path).parameters
        assert set(restored) == {"TableName", "TableStreamArn"}
        after = cloud.upgraded(**restored, DeploymentId="0123456789ab")

        assert "Table" not in after.stack.resources, "the stack has let the old table go"
        tables = cloud.client("dynamodb")
        assert lost in tables.list_tables()["TableNames"], "and has kept it"
        count = tables.scan(TableName=lost, Select="COUNT")["Count"]
        with site.http() as anyone:
            anyone_checks(anyone, before.verify_uuid, "Amara Obi")
            is_invalidated(anyone, before.invalidated)
        with of_local(after) as again:
            tell(again)
        assert tables.scan(TableName=lost, Select="COUNT")["Count"] == count, "nothing is written to the old one"
