"""AWS accepts the template in every region, with every stack name and every parameter that the README allows."""

from __future__ import annotations

import json
import re
from typing import Any
from unittest.mock import patch

import pytest
from aws_lambda_powertools import Metrics

from tests.cloud.template import of_type, read
from tests.limits import quotas, schemas
from tests.limits.filled import LONGEST_STACK_NAME, REGIONS, Place, expanded, outputs, stack
from tests.limits.units import of
from tests.template import ROOT, functions

NO_COGNITO = {"cn-north-1"}
"""Regions whose CloudFormation has no user pools: a stack there needs another issuer."""

OIDC = {"OidcIssuer": "https://lms.example.org", "OidcAudience": "certificates"}
DOMAIN = {
    "DomainName": "certificates.example.org",
    "CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/7a3c1e50-94d1-11f0-8d3a-0affd2b1c0de",
    "HostedZoneId": "Z1ABCDEFGHIJKL",
    "SignInCallback": "https://certificates.example.org/signed-in",
}
STATE = {
    "TableName": "certificates-restored",
    "TableStreamArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/restored/stream/2026-11-28T00:00:00.000",
    "BucketName": "certificates-of-before",
    "SecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:VerifySecret-1ABC-abcdef",
}
LMS = {
    "LmsBaseUrl": "https://learn.example.org",
    "StudioBaseUrl": "https://studio.example.org",
    "LmsSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:lms-AbCdEf",
}

NOTICES = {"MailFrom": "certificates@example.org", "CertificateEvents": "own-and-open-edx", "Webhooks": "true"}

DEPLOYMENTS = {
    "the default": {},
    "another issuer": OIDC,
    "a domain of one's own": DOMAIN,
    "the state of another stack": STATE,
    "an LMS of one's own": LMS,
    "everybody is told of changes": NOTICES,
    "systems alone are told": {"CertificateEvents": "own"},
    "a large site": {"WarmWriteUnits": "40000", "BulkConcurrency": "48", "LearnersReservedConcurrency": "300"},
    "a new account": {"BulkConcurrency": "2", "EventBusName": "lms", "EventSource": "openedx.lms"},
}


def faults(region: str, name: str, parameters: dict[str, str]) -> list[str]:
    resources = stack(Place(region, name), **parameters)
    said = [f"{check.__name__}: {fault}" for check in quotas.CHECKS for fault in check(resources)]
    return said + list(schemas.faults(resources, region))


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", ["certificates", LONGEST_STACK_NAME])
def test_every_region_accepts_it_under_a_short_and_a_long_name(region: str, name: str) -> None:
    assert faults(region, name, OIDC if region in NO_COGNITO else {}) == []


@pytest.mark.parametrize("parameters", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_every_kind_of_deployment_is_accepted(parameters: dict[str, str]) -> None:
    assert faults("eu-west-1", "certificates", parameters) == []


def test_user_pools_are_all_that_a_region_lacks() -> None:
    missing = {kind for region in NO_COGNITO for kind in _kinds() if not schemas.known(kind, region)}
    assert {kind.split("::")[1] for kind in missing} == {"Cognito"}


def _kinds() -> set[str]:
    return {resource["Type"] for resource in stack(**DOMAIN).values()}


def test_the_longest_name_of_a_stack_is_in_the_readme() -> None:
    assert f"{len(LONGEST_STACK_NAME)} characters" in (ROOT / "functions" / "README.md").read_text()


@pytest.mark.parametrize("region", REGIONS)
def test_outputs_are_addresses_of_the_region(region: str) -> None:
    place = Place(region)
    told = outputs(place, **(OIDC if region in NO_COGNITO else {}))
    assert told["ApiUrl"] == told["PublicAddress"] == f"https://a1b2c3d4e5.execute-api.{region}.{place.suffix}"


@pytest.mark.parametrize(("region", "host"), [("eu-west-1", "auth"), ("us-gov-west-1", "auth-fips")])
def test_people_find_the_sign_in_page_of_the_region(region: str, host: str) -> None:
    """https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html"""
    assert outputs(Place(region))["SignInPage"].endswith(f".{host}.{region}.amazoncognito.com")


def test_certificates_print_the_domain_or_else_the_given_address() -> None:
    assert outputs(**DOMAIN)["PublicAddress"] == "https://certificates.example.org"
    assert outputs(PublicBaseUrl="https://check.example.org")["PublicAddress"] == "https://check.example.org"
    environments = [it["Environment"]["Variables"] for _, it in of(stack(**DOMAIN), "AWS::Lambda::Function")]
    assert {it["PUBLIC_BASE_URL"] for it in environments} == {"https://certificates.example.org"}


def test_certificates_print_the_address_in_front_of_the_domain_if_both_are_given() -> None:
    """A certificate prints its address for life: with a CDN before the API's domain, people see the CDN's address."""
    both = DOMAIN | {"PublicBaseUrl": "https://check.example.org"}
    environments = [it["Environment"]["Variables"] for _, it in of(stack(**both), "AWS::Lambda::Function")]
    assert {it["PUBLIC_BASE_URL"] for it in environments} == {"https://check.example.org"}
    assert outputs(**both)["PublicAddress"] == "https://check.example.org"


def test_without_an_lms_the_stack_has_no_part_for_it() -> None:
    without, named = stack(), stack(**LMS)
    assert {name for name in without if name.startswith(("Reconciliation", "LmsNotRead"))} == set()
    added = {name for name in named if name not in without}
    assert {"Reconciliation", "ReconciliationQueue", "ReconciliationDeadLetters", "LmsNotRead"} <= added
    assert "secretsmanager" not in str([role for _, role in of(without, "AWS::IAM::Role")])


def test_without_anybody_to_tell_there_is_nothing_that_tells() -> None:
    without, told = stack(), stack(**NOTICES)
    added = set(told) - set(without)
    assert {"ChangeEvents", "ChangeBus", "MailQueue", "WebhookQueue", "NoticeErrors"} <= added
    of_notices = re.compile(r"^(Change|CertificateMail|Mail|Webhook|Notice)")
    assert {name for name in added if of_notices.match(name)}
    # The function for webhooks exists, and costs nothing while nobody uses it.
    costs = {"AWS::SQS::Queue", "AWS::Lambda::EventSourceMapping", "AWS::Events::Rule", "AWS::Events::EventBus"}
    costs |= {"AWS::CloudWatch::Alarm", "AWS::Scheduler::ScheduleGroup", "AWS::SES::ConfigurationSet"}
    assert not {name for name, it in without.items() if of_notices.match(name) and it["Type"] in costs}
    assert not {"events:PutEvents", "ses:SendEmail"} & {
        action
        for _, role in of(without, "AWS::IAM::Role")
        for policy in role.get("Policies", ())
        for statement in policy["PolicyDocument"]["Statement"]
        for action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    }


@pytest.mark.parametrize("parameters", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_the_stream_of_the_table_has_two_readers_at_most(parameters: dict[str, str]) -> None:
    """DynamoDB throttles more: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html"""
    sources = [source for _, source in of(stack(**parameters), "AWS::Lambda::EventSourceMapping")]
    assert 1 <= sum(":dynamodb:" in source["EventSourceArn"] for source in sources) <= 2


def test_every_function_uses_the_given_table_and_bucket() -> None:
    resources = stack(**STATE)
    for name, function in of(resources, "AWS::Lambda::Function"):
        told = function["Environment"]["Variables"]
        assert (told["TABLE_NAME"], told["BUCKET_NAME"]) == (STATE["TableName"], STATE["BucketName"]), name
    assert not {"Table", "Bucket", "BucketPolicy", "VerifySecret"} & set(resources)


@pytest.mark.parametrize("kind", ["Errors", "Throttles"])
def test_every_function_is_watched_once(kind: str) -> None:
    whole = stack(**LMS, **NOTICES)
    alarms = [whole[f"{part}{kind}"]["Properties"] for part in ("Request", "Background", "Notice")]
    every = [
        metric["MetricStat"]["Metric"] for alarm in alarms for metric in alarm["Metrics"] if "MetricStat" in metric
    ]
    metrics = [metric for metric in every if metric["Namespace"] == "AWS/Lambda"]
    assert {metric["MetricName"] for metric in metrics} == {kind}
    watched = [metric["Dimensions"][0]["Value"] for metric in metrics]
    assert sorted(watched) == sorted(_reference(name) for name in functions())


def _reference(function: str) -> str:
    return str(stack(**LMS, **NOTICES)[f"{function}Aliaslive"]["Properties"]["FunctionName"])


def test_every_call_of_a_function_is_a_call_of_its_alias() -> None:
    resources = stack()
    for name, permission in of(resources, "AWS::Lambda::Permission"):
        assert str(permission["FunctionName"]).endswith(":live"), name
    for name, source in of(resources, "AWS::Lambda::EventSourceMapping"):
        assert str(source["FunctionName"]).endswith(":live"), name
    for name, role in of(resources, "AWS::IAM::Role"):
        for policy in role.get("Policies", ()):
            for statement in policy["PolicyDocument"]["Statement"]:
                if "lambda:InvokeFunction" in statement["Action"]:
                    assert str(statement["Resource"]).endswith(":live"), name


def test_another_layer_is_another_version_of_every_function_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _versions()
    monkeypatch.setattr("tests.limits.filled.LAYER", "s3://artefacts/another.zip")
    after = _versions()
    assert set(before) == set(after) == set(functions())
    assert not {name for name in before if before[name] == after[name]}


def test_every_deployment_publishes_a_new_version_of_every_function() -> None:
    """A new value of a parameter alone publishes nothing: the alias would still name a version with the old value."""
    before, moved = _versions(DeploymentId="0" * 12), _versions(DeploymentId="0" * 12, TableName="restored")
    after = _versions(DeploymentId="1" * 12, TableName="restored")
    assert before == moved, "SAM looks at parameters by now: the id is needed no more"
    assert not {name for name in functions() if before[name] == after[name]}


def test_every_deployment_changes_every_function_itself() -> None:
    """Lambda publishes no version of a function without a change: the whole deployment would fail. And CloudFormation
    reads a secret again only for a resource that changes.

    https://github.com/aws/serverless-application-model/issues/1497
    """
    before, after = (
        {name: it["Properties"] for name, it in expanded(DeploymentId=id_)["Resources"].items() if name in functions()}
        for id_ in ("0" * 12, "1" * 12)
    )
    assert [name for name in functions() if before[name] == after[name]] == []


def _versions(**parameters: str) -> dict[str, str]:
    """The logical id of the version that each function's alias names."""
    template = expanded(**parameters)
    aliases = of_type(template, "AWS::Lambda::Alias")
    return {it["FunctionName"]["Ref"]: it["FunctionVersion"]["Fn::GetAtt"][0] for _, it in aliases}


def test_a_deployment_refuses_missing_and_malformed_parameters() -> None:
    rules = read(ROOT / "template.yaml")["Rules"]
    assert set(rules) == {
        *("IssuerHasAudience", "LmsHasSecret", "DomainHasCertificate", "TableHasStream"),
        *("StudioHasLms", "ZoneHasDomain", "ClientHasIssuer"),
    }
    parameters = read(ROOT / "template.yaml")["Parameters"]
    refused: list[tuple[str, Any]] = [
        ("OidcIssuer", "http://lms.example.org"),
        ("OidcIssuer", "lms.example.org"),
        ("PublicBaseUrl", "https://certificates.example.org/"),
        ("LmsBaseUrl", "https://learn.example.org/"),
        ("LmsBaseUrl", "http://learn.example.org"),
        ("StudioBaseUrl", "https://studio.example.org/"),
        ("DomainName", "https://certificates.example.org"),
        ("AllowedOrigin", "https://lms.example.org/"),
        ("PrivacyUrl", "example.org/privacy"),
        ("ProfileUrl", "/account/settings"),
        ("HelpUrl", "help@example.org"),
        ("LmsSecretArn", "certificates-lms"),
        ("SecretArn", "VerifySecret"),
        ("LmsNightlySchedule", "15 1 * * ? *"),
        ("SiteName", ""),
        ("SiteName", "Certificates\nof"),
        ("EventBusName", "the bus of the LMS"),
        ("TableName", "arn:aws:dynamodb:eu-west-1:123456789012:table/restored"),
        ("TableStreamArn", "restored"),
        ("BucketName", "s3://certificates"),
        ("HostedZoneId", "example.org"),
        ("ModesWithoutCertificate", "honor; audit"),
        ("AlarmEmail", "operations"),
    ]
    for name, value in refused:
        assert not re.fullmatch(parameters[name]["AllowedPattern"], value), (name, value)
    for given in (*DEPLOYMENTS.values(), {name: str(it["Default"]) for name, it in parameters.items()}):
        for name, value in given.items():
            assert re.fullmatch(parameters[name].get("AllowedPattern", ".*"), value), (name, value)


def test_every_parameter_says_what_it_is_and_refuses_what_aws_would_refuse_later() -> None:
    """A malformed value is refused before anything is changed, and not in the middle of a deployment."""
    parameters = read(ROOT / "template.yaml")["Parameters"]
    assert [name for name, it in parameters.items() if not it.get("Description")] == []
    unchecked = [
        name
        for name, it in parameters.items()
        if it["Type"] == "String" and not {"AllowedPattern", "AllowedValues"} & set(it)
    ]
    assert unchecked == []


def test_no_function_lists_the_bucket_except_below_its_own_prefixes() -> None:
    for name, role in of(stack(), "AWS::IAM::Role"):
        for policy in role.get("Policies", ()):
            for statement in policy["PolicyDocument"]["Statement"]:
                if "s3:ListBucket" in statement["Action"]:
                    [operator] = statement["Condition"]
                    assert operator in ("StringLike", "StringEquals"), f"{name}: without a prefix, {operator} lets pass"
                    assert set(statement["Condition"][operator]) == {"s3:prefix"}


def test_personal_data_in_the_bucket_has_an_end() -> None:
    rules = stack(UploadRetentionDays="14")["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    ends = {rule["Prefix"]: int(rule["ExpirationInDays"]) for rule in rules if "ExpirationInDays" in rule}
    a_day = dict.fromkeys(("previews/", "pictures/", "reports/", "reconciliations/"), 1)
    assert ends == {**a_day, "records/": 14, "exceptions/": 14, "results/": 400}
    old = {
        rule.get("Prefix", ""): rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for rule in rules
        if "Prefix" in rule
    }
    assert set(old.values()) == {1}
    assert any(rule.get("ExpiredObjectDeleteMarker") for rule in rules)


def test_a_widget_searches_for_metrics_by_a_part_of_their_names() -> None:
    """A name in quotes must match completely, and no metric has the name `Decisions`."""
    assert 'MetricName=\\"' not in stack()["Dashboard"]["Properties"]["DashboardBody"]


def test_no_message_is_lost_while_a_function_does_not_work_for_a_long_weekend() -> None:
    """SQS keeps messages for four days by default, and removes older ones without a dead letter."""
    longest = 1_209_600
    queues = dict(of(stack(**LMS, **NOTICES), "AWS::SQS::Queue"))
    assert {name for name, queue in queues.items() if queue.get("MessageRetentionPeriod") != longest} == set()


def test_the_dashboard_shows_every_function_that_always_exists() -> None:
    shown = stack()["Dashboard"]["Properties"]["DashboardBody"]
    always = {name for name in functions() if f"{name}Aliaslive" in stack()}
    for metric in ("Errors", "Duration", "ConcurrentExecutions"):
        named = set(re.findall(rf'"{metric}", "FunctionName", "([^"]+)"', shown))
        assert named == {_reference(name) for name in always}, metric


def test_tries_of_webhooks_that_were_not_delivered_can_be_sent_again() -> None:
    resources = stack(**NOTICES)
    [letters] = [
        it["Environment"]["Variables"]["TRY_DEAD_LETTERS"]
        for name, it in of(resources, "AWS::Lambda::Function")
        if name == "WebhookDelivery"
    ]
    assert letters == resources["WebhookQueue"]["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]
    role = resources["WebhookSchedulerRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]
    assert letters in role["Resource"]


def test_mails_that_wait_raise_an_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    """A mail that SES does not accept goes to the queue again: no message becomes old, and none fails."""
    from certificates import telemetry

    alarm = stack(**NOTICES)["MailsWaiting"]["Properties"]
    with patch.object(telemetry, "metrics", Metrics(namespace="Certificates", service="certificates")) as metrics:
        telemetry.mail_waits("sesv2.SendEmail: LimitExceededException")
        metrics.flush_metrics()
    written = json.loads(capsys.readouterr().out.splitlines()[-1])
    [directive] = written["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Metrics"][0]["Name"]) == (alarm["Namespace"], alarm["MetricName"])
    assert [dimension["Name"] for dimension in alarm["Dimensions"]] == directive["Dimensions"][0]


@pytest.mark.parametrize(
    ("parameters", "addresses"),
    [
        ({}, None),
        (OIDC | {"PublicBaseUrl": "https://check.example.org"}, None),
        ({"SignInCallback": "http://localhost/signed-in"}, ["http://localhost/signed-in"]),
        ({"PublicBaseUrl": "https://check.example.org"}, ["https://check.example.org/signed-in"]),
        (DOMAIN | {"SignInCallback": ""}, ["https://certificates.example.org/signed-in"]),
        (
            DOMAIN | {"SignInCallback": "", "PublicBaseUrl": "https://check.example.org"},
            ["https://check.example.org/signed-in"],
        ),
    ],
)
def test_people_sign_in_to_the_pages_as_soon_as_the_site_has_an_address(
    parameters: dict[str, str], addresses: list[str] | None
) -> None:
    resources = stack(**parameters)
    client = resources.get("PagesClient", {}).get("Properties", {})
    assert client.get("CallbackURLs") == addresses
