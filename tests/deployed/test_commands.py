"""Every command of the operator's page does what the page says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import httpx
import pytest

from layers import targets
from tests.cloud.cloud import LocalCloud
from tests.cloud.template import read
from tests.deployed import commands
from tests.deployed.commands import run
from tests.deployed.site import of_local
from tests.template import ROOT


def test_every_block_of_commands_is_run_by_a_test() -> None:
    run_by_tests = "".join(
        (Path(__file__).parent / name).read_text() for name in ("test_commands.py", "test_restore.py")
    )
    for heading in set(commands.blocks()) - {commands.PRELUDE}:
        assert f'run(cloud, "{heading}"' in run_by_tests, heading


def test_an_operator_makes_a_user_and_signs_in(cloud: LocalCloud, tmp_path: Path) -> None:
    signed_in = run(cloud, "Sign in", tmp_path, PASSWORD="Correct-horse-battery-1")
    answer = signed_in.printed[signed_in.printed.rindex('{"items"') :]
    assert json.loads(answer)["items"] == [], "global staff see every run, and there is none"


def test_a_user_of_the_pool_is_a_learner_until_made_more(cloud: LocalCloud) -> None:
    with of_local(cloud) as site, site.http(site.learner) as http:
        assert http.get("/me/certificates").json()["items"] == []
        assert http.get("/course-runs").json()["items"] == []
        assert http.put("/course-runs/course-v1%3AA%2BB%2BC", json={}).status_code == 403


def test_tokens_of_another_issuer_are_refused(cloud: LocalCloud) -> None:
    token = cloud.token("amara", administrator=True)
    with cloud.http() as http:
        assert http.get("/me/certificates", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_deployment_and_its_story_are_of_one_stack(cloud: LocalCloud, tmp_path: Path) -> None:
    made = run(cloud, "Deploy, upgrade", tmp_path).made
    assert made == ["deploy", "STACK=certificates", "ARCHITECTURE=arm64", "story", "STACK=certificates"]
    [stack] = cloud.client("cloudformation").describe_stacks(StackName="certificates")["Stacks"]
    assert stack["EnableTerminationProtection"] is True


def test_an_operator_sees_why_a_deployment_failed(cloud: LocalCloud, tmp_path: Path) -> None:
    assert run(cloud, "A deployment that failed", tmp_path).printed.split() in ([], ["None"]), "none has failed here"


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_a_deployment_is_built_for_the_architecture_of_the_stack(architecture: str) -> None:
    command = ["make", "--dry-run", "deploy", f"ARCHITECTURE={architecture}", "PARAMETERS=BulkConcurrency=2"]
    planned = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert planned.count(f"Architecture={architecture}") == 2, "sam build, and sam deploy"
    assert "DeploymentId=" in planned
    assert planned.count(f"-{architecture}.yaml") == 2, "sam package, and sam deploy"
    assert planned.rstrip().endswith("BulkConcurrency=2")
    assert planned.index("layers.targets") < planned.index("sam build") < planned.index("sam package")


def test_a_roll_back_deploys_the_packaged_template_and_builds_nothing(cloud: LocalCloud, tmp_path: Path) -> None:
    words = run(cloud, "Roll back", tmp_path).made
    planned = subprocess.run(["make", "--dry-run", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "sam deploy --stack-name certificates" in planned
    assert "--template-file .build/packaged/certificates-1.4.0-arm64.yaml" in planned
    assert "DeploymentId=" in planned and "sam build" not in planned


def test_an_operator_verifies_a_domain_for_mail_and_leaves_the_sandbox_of_ses(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    told = run(cloud, "Mail", tmp_path).printed
    ses = cloud.client("sesv2")
    assert ses.get_email_identity(EmailIdentity="example.org")["IdentityType"] == "DOMAIN"
    assert ses.get_account()["Details"]["MailType"] == "TRANSACTIONAL"
    assert "MaxSendRate" in told


def test_a_bucket_tells_the_stack_of_new_files(cloud: LocalCloud, tmp_path: Path) -> None:
    s3, bucket = cloud.client("s3"), cloud.name("Bucket")

    def told() -> list[Any]:
        found = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
        return sorted(
            (
                it["QueueArn"],
                *sorted((rule["Name"].lower(), rule["Value"]) for rule in it["Filter"]["Key"]["FilterRules"]),
            )
            for it in found
        )

    before = told()
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    printed = run(cloud, "Move to another stack or region", tmp_path).printed
    assert told() == before
    parameters = dict(line.split("=", 1) for line in printed.split())
    assert parameters["SecretArn"] == cloud.name("VerifySecret")
    assert parameters["SealingKeyArn"].endswith(f":key/{cloud.name('SealingKey')}")
    table = cloud.client("dynamodb").describe_table(TableName=parameters["TableName"])["Table"]
    assert parameters["TableStreamArn"] == table["LatestStreamArn"]
    assert parameters["BucketName"] == bucket


def test_the_stack_gets_the_lms_and_its_secret(cloud: LocalCloud, tmp_path: Path) -> None:
    done = run(cloud, "Connect Open edX", tmp_path)
    told = done.parameters
    assert set(told) == {"LmsBaseUrl", "StudioBaseUrl", "LmsSecretArn"}
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=told["LmsSecretArn"])["SecretString"]
    assert set(json.loads(secret)) == {
        *("login_client_id", "login_client_secret"),
        *("service_client_id", "service_client_secret"),
    }
    assert [done.made[place + 1] for place, word in enumerate(done.made) if word == "lms"] == [
        "manage_user",
        "create_dot_application",
        "create_dot_application",
    ]


def test_the_commands_put_cloudfront_and_waf_in_front_of_the_api(cloud: LocalCloud, tmp_path: Path) -> None:
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/0b98b5e5-0000-4000-8000-000000000000"
    own = {"DOMAIN": "certificates.example.org", "CERTIFICATE": certificate}
    done = run(cloud, "Put CloudFront and WAF in front", tmp_path, **own)
    assert done.parameters == {"PublicBaseUrl": "https://certificates.example.org"}
    cloudfront = cloud.client("cloudfront")
    [summary] = cloudfront.list_distributions()["DistributionList"]["Items"]
    found = cloudfront.get_distribution(Id=summary["Id"])["Distribution"]["DistributionConfig"]
    [origin] = found["Origins"]["Items"]
    assert origin["DomainName"] == cloud.stack.outputs["ApiUrl"].removeprefix("https://")
    assert found["Aliases"]["Items"] == ["certificates.example.org"]
    assert ":global/webacl/certificates/" in found["WebACLId"]
    assert set(found["DefaultCacheBehavior"]["AllowedMethods"]["Items"]) >= {"GET", "HEAD", "PUT", "POST", "DELETE"}


def test_the_secret_is_another(cloud: LocalCloud, tmp_path: Path) -> None:
    def secret() -> str:
        found = cloud.client("secretsmanager").get_secret_value(SecretId=cloud.name("VerifySecret"))
        return str(found["SecretString"])

    before = secret()
    run(cloud, "Rotate the secret", tmp_path)
    assert secret() != before and len(secret()) == 64


def test_a_sweep_is_made_at_once(cloud: LocalCloud, tmp_path: Path) -> None:
    assert json.loads(run(cloud, "Sweep at once", tmp_path).printed)["StatusCode"] == 200


def test_an_operator_finds_a_line_of_the_logs(cloud: LocalCloud, tmp_path: Path) -> None:
    logs, group = cloud.client("logs"), cloud.name("FunctionLogs")
    logs.create_log_stream(logGroupName=group, logStreamName="test")
    lines = ['{"level": "ERROR", "message": "request failed"}', '{"level": "INFO", "message": "told"}']
    events = [{"timestamp": round(time.time() * 1000), "message": line} for line in lines]
    logs.put_log_events(logGroupName=group, logStreamName="test", logEvents=events)
    assert "request failed" in run(cloud, "Read the logs", tmp_path).printed


def test_an_operator_reads_dead_letters_sends_them_again_and_empties_a_queue(cloud: LocalCloud, tmp_path: Path) -> None:
    """The local cloud moves no messages: the test looks at the queues that the commands name."""
    sqs = cloud.client("sqs")
    letter, forgotten = cloud.name("LmsFilesDeadLetters"), cloud.name("ScheduleDeadLetters")
    sqs.send_message(QueueUrl=letter, MessageBody='{"a": "file that could not be read"}')
    sqs.send_message(QueueUrl=forgotten, MessageBody="an issue")
    sqs.send_message(QueueUrl=cloud.name("ChangeEventFailures"), MessageBody=json.dumps(letter_of_lambda(cloud)))
    done = run(cloud, "Dead letters", tmp_path)
    numbers = dict(reversed(line.split(" ")) for line in done.printed.splitlines() if re.fullmatch(r"\d+ \w+", line))
    assert (numbers["LmsFilesDeadLetters"], numbers["ScheduleDeadLetters"], numbers["JobsQueue"]) == ("1", "1", "0")
    assert '{"a": "file that could not be read"}' in done.printed
    assert "StatusCode" in done.printed and "FunctionError" not in done.printed

    def arn(name: str) -> str:
        found = sqs.get_queue_attributes(QueueUrl=cloud.name(name), AttributeNames=["QueueArn"])
        return str(found["Attributes"]["QueueArn"])

    moved = ["--source-arn", arn("LmsFilesDeadLetters"), "--destination-arn", arn("LmsFilesQueue")]
    assert done.made == ["sqs", "start-message-move-task", *moved]
    left = sqs.get_queue_attributes(QueueUrl=forgotten, AttributeNames=["ApproximateNumberOfMessages"])
    assert left["Attributes"]["ApproximateNumberOfMessages"] == "0"


def letter_of_lambda(cloud: LocalCloud) -> dict[str, Any]:
    """What Lambda puts into the queue of failures about a change of the table."""
    key = {"pk": {"S": "test"}, "sk": {"S": "test"}}
    cloud.client("dynamodb").put_item(TableName=cloud.name("Table"), Item=key)
    arn = cloud.client("dynamodb").describe_table(TableName=cloud.name("Table"))["Table"]["LatestStreamArn"]
    streams = cloud.client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    place = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    number = streams.get_records(ShardIterator=place["ShardIterator"])["Records"][-1]["dynamodb"]["SequenceNumber"]
    batch = {"shardId": shard, "streamArn": arn, "startSequenceNumber": number, "endSequenceNumber": number}
    return {"version": "1.0", "DDBStreamBatchInfo": batch}


def test_letters_are_sent_again_only_from_queues_from_which_sqs_moves_messages() -> None:
    """From other queues, such as those of failed schedules, `start-message-move-task` refuses to move messages."""
    resources = read(ROOT / "template.yaml")["Resources"]
    queues = {name: it["Properties"] for name, it in resources.items() if it["Type"] == "AWS::SQS::Queue"}
    pairs = {
        str(target).split("'")[3].split(".")[0]: name
        for name, queue in queues.items()
        if (target := queue.get("RedrivePolicy", {}).get("deadLetterTargetArn"))
    }
    assert all(letters == name.removesuffix("Queue") + "DeadLetters" for letters, name in pairs.items())
    text = commands.PAGE.read_text().partition("### Dead letters\n")[2].partition("\n## ")[0]
    taken = set(re.findall(r"`(\w+)`", text.partition("It takes ")[2].partition(":\n")[0]))
    assert {f"{name}DeadLetters" for name in taken} == set(pairs)
    given_up = {name for name in queues if name.endswith(("DeadLetters", "Failures"))}
    rows = set(re.findall(r"^\| `(\w+)` \|", text, re.M))
    assert rows == given_up - set(pairs)


class Version(NamedTuple):
    """Part of what `sys.version_info` is."""

    major: int
    minor: int


@pytest.mark.parametrize(("version", "deploys"), [((3, 13), True), ((3, 12), False)])
def test_only_the_python_of_lambda_deploys(
    version: tuple[int, int], deploys: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "sys", SimpleNamespace(version_info=Version(*version), exit=sys.exit))
    with nullcontext() if deploys else pytest.raises(SystemExit, match=r"Python 3\.13, and this is Python 3\.12"):
        targets.require_the_python_of_lambda()


def test_credentials_are_signed_with_other_keys_and_the_old_ones_stay_listed(cloud: LocalCloud, tmp_path: Path) -> None:
    first = run(cloud, "Rotate the signing keys", tmp_path).printed
    second = run(cloud, "Rotate the signing keys", tmp_path).printed
    listed = httpx.get(f"{cloud.api_url}/.well-known/did.json").json()["verificationMethod"]
    keys = [method["publicKeyMultibase"] for method in listed]
    assert len(set(keys)) == len(keys) >= 4
    assert all(f'"{key}"' in second for key in keys)
    assert sum(f'"{key}"' in first for key in keys) == len(keys) - 2
