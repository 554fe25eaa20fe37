"""Every check of a quota finds its fault."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.limits import quotas
from tests.limits.filled import Place, stack

Resources = dict[str, Any]


def change(name: str, /, **properties: Any) -> Callable[[Resources], None]:
    def broken(resources: Resources) -> None:
        [found] = [
            it for key, it in resources.items() if key == name or (name[-1] == "*" and key.startswith(name[:-1]))
        ][:1]
        found["Properties"].update(properties)

    return broken


def metric(id_: str, **more: Any) -> dict[str, Any]:
    return {"Id": id_, "ReturnData": False, "MetricStat": {"Period": 60, "Metric": {}, "Stat": "Sum"}, **more}


def route(resources: Resources) -> None:
    resources["Api"]["Properties"]["Body"]["paths"] |= {f"/{number}": {"get": {}} for number in range(300)}


def origin(resources: Resources) -> None:
    resources["Api"]["Properties"]["Body"]["x-amazon-apigateway-cors"] = {
        "allowOrigins": ["*"],
        "allowCredentials": True,
    }


def many(resources: Resources) -> None:
    resources.update({f"Queue{number}": {"Type": "AWS::SQS::Queue", "Properties": {}} for number in range(500)})


def kept(resources: Resources) -> None:
    resources["Bucket"]["Properties"]["BucketName"] = "certificates"


def left(resources: Resources) -> None:
    resources["Bucket"]["DeletionPolicy"] = "Retain"


def callers(resources: Resources) -> None:
    [permission] = [
        it for name, it in resources.items() if name.startswith("InstructorRequests") and "Permission" in name
    ][:1]
    resources.update({f"More{number}": permission for number in range(40)})


LONG = "x" * 12_000
RULE = {"Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "records/"}, {"Name": "suffix", "Value": "csv"}]}}}
FAULTS: dict[str, Callable[[Resources], None]] = {
    "an_alarm_has_ten_metrics_at_most": change("RequestErrors", Metrics=[metric(f"m{n}") for n in range(11)]),
    "metric_math_names_its_metrics_and_returns_one": change("RequestErrors", Metrics=[metric("M-1"), metric("M-1")]),
    "an_alarm_looks_at_a_day_at_most": change("JobStalled", Period=7200, EvaluationPeriods=13),
    "a_dashboard_is_json_of_few_enough_metrics": change("Dashboard", DashboardName="course certificates"),
    "a_functions_settings_fit": change("LearnerRequests", Environment={"Variables": {"LONG": LONG}}),
    "a_functions_name_fits": change("ReportWriting", FunctionName="x" * 65),
    "who_may_call_a_function_fits_into_its_policy": callers,
    "an_event_source_is_within_bounds": change("LearnerRecordsFiles", ScalingConfig={"MaximumConcurrency": 1}),
    "a_queue_hides_a_message_for_six_times_the_functions_time": change("JobsQueue", VisibilityTimeout=1079),
    "an_asynchronous_call_is_retried_within_bounds": change(
        "ScheduledIssuanceEventInvokeConfig", MaximumRetryAttempts=3
    ),
    "a_queue_is_within_bounds": change("LmsFilesQueue", MessageRetentionPeriod=1_209_601),
    "a_dead_letter_lives_longer_than_it_did_before": change("JobsDeadLetters", MessageRetentionPeriod=60),
    "a_schedule_is_written_as_eventbridge_reads_it": change(
        "ScheduledIssuanceRepair", ScheduleExpression="rate(1 days)"
    ),
    "a_rule_is_within_bounds": change("LmsEvents", Targets=[{}] * 6),
    "a_roles_policies_fit": change(
        "LearnerRequestsRole", Policies=[{"PolicyDocument": {"Statement": [{"Sid": LONG}]}}]
    ),
    "statements_are_told_apart": change("BucketPolicy", PolicyDocument={"Statement": [{"Sid": "Tls-only"}]}),
    "a_buckets_name_is_one": change("Bucket", BucketName="Certificates"),
    "notifications_of_a_bucket_do_not_overlap": change("Bucket", NotificationConfiguration={"Queues": [RULE, RULE]}),
    "a_lifecycle_rule_says_one_thing_of_a_version": change(
        "Bucket",
        LifecycleConfiguration={"Rules": [{"Id": "1", "ExpirationInDays": 1, "ExpiredObjectDeleteMarker": True}]},
    ),
    "a_table_defines_the_attributes_of_its_keys_alone": change("Table", AttributeDefinitions=[]),
    "a_request_ends_before_the_gateway_gives_up": change("LearnerRequests", Timeout=31),
    "an_api_is_within_bounds": route,
    "a_stage_speaks_of_routes_that_are_there": change("ApiApiGatewayDefaultStage", RouteSettings={"GET /nowhere": {}}),
    "a_line_of_the_access_log_is_json_of_known_values": change(
        "ApiApiGatewayDefaultStage", AccessLogSettings={"Format": '{"user": "$context.authorizer.claims.email"}'}
    ),
    "no_origin_of_all_may_bring_cookies": origin,
    "a_domain_of_a_user_pool_may_be_so_called": change("SignInPage", Domain="our-aws-certificates"),
    "people_come_back_over_tls": change("UserPoolClient", CallbackURLs=["http://certificates.example.org"]),
    "there_are_few_enough_resources": many,
    "what_outlives_the_stack_has_no_name_that_the_next_stack_wants": kept,
    "resources_of_a_failed_creation_are_removed_again": left,
    "nothing_names_another_partition": change("JobsQueue", Of="arn:aws-cn:sqs:::jobs"),
}


def test_every_check_finds_a_fault_and_names_its_source() -> None:
    assert {check.__name__ for check in quotas.CHECKS} == set(FAULTS)
    for check in quotas.CHECKS:
        assert ".html" in (check.__doc__ or ""), check.__name__


@pytest.mark.parametrize("check", quotas.CHECKS, ids=lambda check: check.__name__)
def test_a_check_passes_the_template_and_finds_a_fault(check: quotas.Check) -> None:
    resources = deepcopy(stack(Place()))
    assert list(check(resources)) == []
    FAULTS[check.__name__](resources)
    assert list(check(resources)) != []
