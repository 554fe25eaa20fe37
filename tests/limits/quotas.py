"""Quotas and forms that AWS enforces but no schema has: one check for each, with its source.

A check reads the resources of a filled template and yields a sentence for each fault that AWS would refuse. `CHECKS`
holds all checks. A source is a page of docs.aws.amazon.com.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from tests.limits.units import alarm_seconds, function_of, listed, of, packed, queue_of, statements

Resources = dict[str, dict[str, Any]]
Check = Callable[[Resources], Iterator[str]]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    CHECKS.append(function)
    return function


# ---------------------------------------------------------------- CloudWatch


@check
def an_alarm_has_ten_metrics_at_most(resources: Resources) -> Iterator[str]:
    """AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html (metric math in an alarm)."""
    for name, alarm in of(resources, "AWS::CloudWatch::Alarm"):
        if (found := sum("MetricStat" in metric for metric in alarm.get("Metrics", ()))) > 10:
            yield f"{name} has {found} metrics"


@check
def metric_math_names_its_metrics_and_returns_one(resources: Resources) -> Iterator[str]:
    """AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html."""
    for name, alarm in of(resources, "AWS::CloudWatch::Alarm"):
        if not (metrics := alarm.get("Metrics")):
            continue
        ids = [metric["Id"] for metric in metrics]
        yield from (f"{name}: the id {id_!r}" for id_ in ids if not re.fullmatch(r"[a-z][a-zA-Z0-9_]{0,254}", id_))
        if len(set(ids)) < len(ids):
            yield f"{name}: two metrics have one id"
        if (returned := sum(metric.get("ReturnData", True) for metric in metrics)) != 1:
            yield f"{name} returns {returned} values"


@check
def an_alarm_looks_at_a_day_at_most(resources: Resources) -> Iterator[str]:
    """AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Period, EvaluationPeriods)."""
    for name, alarm in of(resources, "AWS::CloudWatch::Alarm"):
        for period in alarm_seconds(alarm):
            if period not in (10, 20, 30) and period % 60:
                yield f"{name}: a period of {period} seconds"
            if period * alarm["EvaluationPeriods"] > 86_400:
                yield f"{name} looks further back than a day"
        if alarm.get("DatapointsToAlarm", 1) > alarm["EvaluationPeriods"]:
            yield f"{name} asks for more data points than it looks at"


@check
def a_dashboard_is_json_of_few_enough_metrics(resources: Resources) -> Iterator[str]:
    """AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html (500 widgets; 500 metrics in one, 2,500 in all)."""
    for name, dashboard in of(resources, "AWS::CloudWatch::Dashboard"):
        widgets = json.loads(dashboard["DashboardBody"])["widgets"]
        metrics = [len(widget["properties"].get("metrics", ())) for widget in widgets]
        if len(widgets) > 500 or max(metrics) > 500 or sum(metrics) > 2500:
            yield f"{name} has {len(widgets)} widgets with {metrics} metrics"
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", dashboard["DashboardName"]):
            yield f"{name}: the name {dashboard['DashboardName']!r}"


# ---------------------------------------------------------------- Lambda


@check
def a_functions_settings_fit(resources: Resources) -> Iterator[str]:
    """lambda/latest/dg/gettingstarted-limits.html (4 KB of environment, 5 layers, 15 minutes, 128 to 10,240 MB)."""
    for name, function in of(resources, "AWS::Lambda::Function"):
        environment = function.get("Environment", {}).get("Variables", {})
        if (size := sum(len(f"{key}{value}".encode()) for key, value in environment.items())) > 4096:
            yield f"{name}: {size} bytes of environment"
        if len(function.get("Layers", ())) > 5:
            yield f"{name} has {len(function['Layers'])} layers"
        if not 1 <= function["Timeout"] <= 900:
            yield f"{name} may run for {function['Timeout']} seconds"
        if not 128 <= function["MemorySize"] <= 10_240:
            yield f"{name} has {function['MemorySize']} MB"


@check
def a_functions_name_fits(resources: Resources) -> Iterator[str]:
    """lambda/latest/api/API_CreateFunction.html (FunctionName)."""
    for name, function in of(resources, "AWS::Lambda::Function"):
        given = function.get("FunctionName", "a")
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", given):
            yield f"{name}: the name {given!r} has {len(given)} characters"


@check
def who_may_call_a_function_fits_into_its_policy(resources: Resources) -> Iterator[str]:
    """lambda/latest/dg/gettingstarted-limits.html (20 KB of resource-based policy for a function, version or alias)."""
    sizes: dict[str, int] = {}
    for name, permission in of(resources, "AWS::Lambda::Permission"):
        statement = {
            "Sid": f"certificates-{name}-1ABCDEFGHIJKL",
            "Effect": "Allow",
            "Principal": {"Service": permission["Principal"]},
            "Action": permission["Action"],
            "Resource": f"arn:aws:lambda:eu-west-1:123456789012:function:{permission['FunctionName']}",
            "Condition": {"ArnLike": {"AWS:SourceArn": permission.get("SourceArn", "")}},
        }
        target = str(permission["FunctionName"])
        sizes[target] = sizes.get(target, 0) + len(json.dumps(statement)) + 1
    yield from (f"{name}: a policy of {size} bytes" for name, size in sizes.items() if size > 20_480)


@check
def an_event_source_is_within_bounds(resources: Resources) -> Iterator[str]:
    """lambda/latest/api/API_CreateEventSourceMapping.html; API_ScalingConfig.html; API_FilterCriteria.html."""
    for name, source in of(resources, "AWS::Lambda::EventSourceMapping"):
        stream = "StartingPosition" in source
        window = source.get("MaximumBatchingWindowInSeconds", 0)
        if source.get("BatchSize", 10) > (10_000 if stream or window else 10) or not 0 <= window <= 300:
            yield f"{name}: batches of {source['BatchSize']} in {window} seconds"
        if not 2 <= (most := source.get("ScalingConfig", {}).get("MaximumConcurrency", 2)) <= 1000:
            yield f"{name}: at most {most} at once"
        age = source.get("MaximumRecordAgeInSeconds", -1)
        if age != -1 and not 60 <= age <= 604_800:
            yield f"{name}: records of {age} seconds"
        filters = source.get("FilterCriteria", {}).get("Filters", ())
        if len(filters) > 5 or any(len(filter_["Pattern"]) > 4096 for filter_ in filters):
            yield f"{name}: too many filters, or too long ones"


@check
def a_queue_hides_a_message_for_six_times_the_functions_time(resources: Resources) -> Iterator[str]:
    """lambda/latest/dg/services-sqs-configure.html: six times; less than once is refused."""
    for name, source in of(resources, "AWS::Lambda::EventSourceMapping"):
        if "StartingPosition" in source:
            continue
        queue, function = queue_of(resources, source["EventSourceArn"]), function_of(resources, source["FunctionName"])
        if queue["VisibilityTimeout"] < 6 * function["Timeout"]:
            yield f"{name}: hidden for {queue['VisibilityTimeout']} s, the function may take {function['Timeout']}"


@check
def an_asynchronous_call_is_retried_within_bounds(resources: Resources) -> Iterator[str]:
    """lambda/latest/api/API_PutFunctionEventInvokeConfig.html."""
    for name, config in of(resources, "AWS::Lambda::EventInvokeConfig"):
        if config.get("MaximumRetryAttempts", 0) > 2 or not 60 <= config.get("MaximumEventAgeInSeconds", 60) <= 21_600:
            yield f"{name}: more retries, or older events, than there may be"


# ---------------------------------------------------------------- SQS


@check
def a_queue_is_within_bounds(resources: Resources) -> Iterator[str]:
    """AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html."""
    for name, queue in of(resources, "AWS::SQS::Queue"):
        if not 0 <= queue.get("VisibilityTimeout", 30) <= 43_200:
            yield f"{name} hides messages for {queue['VisibilityTimeout']} seconds"
        if not 60 <= queue.get("MessageRetentionPeriod", 345_600) <= 1_209_600:
            yield f"{name} keeps messages for {queue['MessageRetentionPeriod']} seconds"
        if not 1 <= queue.get("RedrivePolicy", {}).get("maxReceiveCount", 1) <= 1000:
            yield f"{name} gives a message up after {queue['RedrivePolicy']['maxReceiveCount']} deliveries"


@check
def a_dead_letter_lives_longer_than_it_did_before(resources: Resources) -> Iterator[str]:
    """AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html: its age goes on counting."""
    for name, queue in of(resources, "AWS::SQS::Queue"):
        if policy := queue.get("RedrivePolicy"):
            letters = queue_of(resources, policy["deadLetterTargetArn"])
            kept, before = (it.get("MessageRetentionPeriod", 345_600) for it in (letters, queue))
            if kept < before:
                yield f"{name}: its dead letters are kept for {kept} seconds, its messages for {before}"


# ---------------------------------------------------------------- EventBridge


@check
def a_schedule_is_written_as_eventbridge_reads_it(resources: Resources) -> Iterator[str]:
    """eventbridge/latest/userguide/eb-scheduled-rule-pattern.html: one of the two days is a question mark."""
    rules = [(name, rule.get("ScheduleExpression")) for name, rule in of(resources, "AWS::Events::Rule")]
    rules += [(name, it["ScheduleExpression"]) for name, it in of(resources, "AWS::Scheduler::Schedule")]
    for name, said in rules:
        if said is None:
            continue
        rate = re.fullmatch(r"rate\((1 (minute|hour|day)|([2-9]|\d{2,}) (minutes|hours|days))\)", said)
        cron = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", said)
        if not rate and not (cron and (cron.group(3) == "?") != (cron.group(5) == "?")):
            yield f"{name}: {said}"


@check
def a_rule_is_within_bounds(resources: Resources) -> Iterator[str]:
    """eventbridge/latest/userguide/eb-quota.html (5 targets, patterns of 2,048 characters)."""
    for name, rule in of(resources, "AWS::Events::Rule"):
        if len(rule.get("Targets", ())) > 5:
            yield f"{name} has {len(rule['Targets'])} targets"
        if len(json.dumps(rule.get("EventPattern", {}))) > 2048:
            yield f"{name}: a long pattern"
        if any(len(target.get("Input", "")) > 8192 for target in rule.get("Targets", ())):
            yield f"{name}: a long input"


# ---------------------------------------------------------------- IAM


@check
def a_roles_policies_fit(resources: Resources) -> Iterator[str]:
    """IAM/latest/UserGuide/reference_iam-quotas.html (10,240 characters inline but for blanks; 10 managed policies)."""
    for name, role in of(resources, "AWS::IAM::Role"):
        if (size := sum(packed(policy["PolicyDocument"]) for policy in role.get("Policies", ()))) > 10_240:
            yield f"{name}: {size} characters of policy"
        if packed(role["AssumeRolePolicyDocument"]) > 2048:
            yield f"{name}: a long trust policy"
        if len(role.get("ManagedPolicyArns", ())) > 10:
            yield f"{name} has {len(role['ManagedPolicyArns'])} managed policies"


@check
def statements_are_told_apart(resources: Resources) -> Iterator[str]:
    """IAM/latest/UserGuide/reference_policies_elements_sid.html: letters and digits, once in a policy."""
    for name, document in statements(resources):
        ids = [sid for statement in document["Statement"] if (sid := statement.get("Sid"))]
        if len(set(ids)) < len(ids) or not all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in ids):
            yield f"{name}: {ids}"


# ---------------------------------------------------------------- S3


@check
def a_buckets_name_is_one(resources: Resources) -> Iterator[str]:
    """AmazonS3/latest/userguide/bucketnamingrules.html."""
    for name, bucket in of(resources, "AWS::S3::Bucket"):
        given = bucket.get("BucketName", "aaa")
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", given):
            yield f"{name}: the name {given!r} has {len(given)} characters, or capitals"


@check
def notifications_of_a_bucket_do_not_overlap(resources: Resources) -> Iterator[str]:
    """AmazonS3/latest/userguide/notification-how-to-filtering.html."""
    for name, bucket in of(resources, "AWS::S3::Bucket"):
        told = [one for kind in bucket.get("NotificationConfiguration", {}).values() for one in listed(kind)]
        rules = [{it["Name"]: it["Value"] for it in one["Filter"]["S3Key"]["Rules"]} for one in told]
        for one, other in combinations(rules, 2):
            prefixes = [rule.get("prefix", "") for rule in (one, other)]
            suffixes = [rule.get("suffix", "") for rule in (one, other)]
            if any(a.startswith(b) for a, b in (prefixes, prefixes[::-1])) and any(
                a.endswith(b) for a, b in (suffixes, suffixes[::-1])
            ):
                yield f"{name}: {one} and {other}"


@check
def a_lifecycle_rule_says_one_thing_of_a_version(resources: Resources) -> Iterator[str]:
    """AmazonS3/latest/API/API_LifecycleExpiration.html: a delete marker's end stands without days or date."""
    for name, bucket in of(resources, "AWS::S3::Bucket"):
        for rule in bucket.get("LifecycleConfiguration", {}).get("Rules", ()):
            if rule.get("ExpiredObjectDeleteMarker") and ("ExpirationInDays" in rule or "ExpirationDate" in rule):
                yield f"{name}: {rule['Id']}"
            if any(rule.get(days, 1) < 1 for days in ("ExpirationInDays", "NoncurrentDays")):
                yield f"{name}: {rule['Id']} ends before it begins"


# ---------------------------------------------------------------- DynamoDB


@check
def a_table_defines_the_attributes_of_its_keys_alone(resources: Resources) -> Iterator[str]:
    """amazondynamodb/latest/APIReference/API_CreateTable.html; developerguide/ServiceQuotas.html (20 indexes)."""
    for name, table in of(resources, "AWS::DynamoDB::Table"):
        indexes = table.get("GlobalSecondaryIndexes", [])
        keys = {key["AttributeName"] for it in (table, *indexes) for key in it["KeySchema"]}
        if keys != {it["AttributeName"] for it in table["AttributeDefinitions"]}:
            yield f"{name}: keys and definitions differ"
        if len(indexes) > 20:
            yield f"{name} has {len(indexes)} indexes"


# ---------------------------------------------------------------- API Gateway


@check
def a_request_ends_before_the_gateway_gives_up(resources: Resources) -> Iterator[str]:
    """apigateway/latest/developerguide/http-api-quotas.html (30 seconds, which cannot be raised)."""
    for name, permission in of(resources, "AWS::Lambda::Permission"):
        if permission["Principal"].startswith("apigateway"):
            function = function_of(resources, permission["FunctionName"])
            if function["Timeout"] > 30:
                yield f"{name}: the function may take {function['Timeout']} seconds"


@check
def an_api_is_within_bounds(resources: Resources) -> Iterator[str]:
    """apigateway/latest/developerguide/http-api-quotas.html (300 routes, 10 authorizers, 50 audiences)."""
    for name, api in of(resources, "AWS::ApiGatewayV2::Api"):
        body = api["Body"]
        if (routes := sum(map(len, body["paths"].values()))) > 300:
            yield f"{name} has {routes} routes"
        schemes = body.get("components", {}).get("securitySchemes", {}).values()
        for jwt in (scheme["x-amazon-apigateway-authorizer"]["jwtConfiguration"] for scheme in schemes):
            if not jwt["issuer"].startswith("https://"):
                yield f"{name}: the issuer {jwt['issuer']!r}"
            if not 1 <= len(jwt["audience"]) <= 50 or not all(jwt["audience"]):
                yield f"{name}: the audiences {jwt['audience']}"
        if len(schemes) > 10:
            yield f"{name} has {len(schemes)} authorizers"


@check
def a_stage_speaks_of_routes_that_are_there(resources: Resources) -> Iterator[str]:
    """apigateway/latest/developerguide/http-api-throttling.html: settings of an unknown route are refused."""
    for name, stage in of(resources, "AWS::ApiGatewayV2::Stage"):
        body = resources[str(stage["ApiId"])]["Properties"]["Body"] if str(stage["ApiId"]) in resources else None
        apis = [body] if body else [api["Body"] for _, api in of(resources, "AWS::ApiGatewayV2::Api")]
        routes = {
            f"{method.upper()} {path}" for api in apis for path, methods in api["paths"].items() for method in methods
        }
        for route in set(stage.get("RouteSettings", {})) - routes:
            yield f"{name}: settings of {route}"


@check
def a_line_of_the_access_log_is_json_of_known_values(resources: Resources) -> Iterator[str]:
    """apigateway/latest/developerguide/http-api-logging-variables.html."""
    known = {
        *("authorizer.error", "error.message", "httpMethod", "integrationErrorMessage", "integrationLatency"),
        *("integrationStatus", "protocol", "requestId", "requestTime", "responseLatency", "responseLength"),
        *("routeKey", "stage", "status", "integration.status", "integration.latency", "path"),
    }
    for name, stage in of(resources, "AWS::ApiGatewayV2::Stage"):
        if not (form := stage.get("AccessLogSettings", {}).get("Format")):
            continue
        json.loads(form)
        if unknown := set(re.findall(r"\$context\.([\w.]+)", form)) - known:
            yield f"{name}: {sorted(unknown)}"


@check
def no_origin_of_all_may_bring_cookies(resources: Resources) -> Iterator[str]:
    """apigateway/latest/developerguide/http-api-cors.html."""
    for name, api in of(resources, "AWS::ApiGatewayV2::Api"):
        cors = api["Body"].get("x-amazon-apigateway-cors", {})
        if cors.get("allowCredentials") and "*" in cors.get("allowOrigins", ()):
            yield f"{name}: every origin, with credentials"


# ---------------------------------------------------------------- Cognito


@check
def a_domain_of_a_user_pool_may_be_so_called(resources: Resources) -> Iterator[str]:
    """cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html."""
    for name, domain in of(resources, "AWS::Cognito::UserPoolDomain"):
        prefix = domain["Domain"]
        if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", prefix) or re.search("aws|amazon|cognito", prefix):
            yield f"{name}: the prefix {prefix!r}"


@check
def people_come_back_over_tls(resources: Resources) -> Iterator[str]:
    """cognito/latest/developerguide/cognito-user-pools-app-idp-settings.html: https, or http on localhost."""
    for name, client in of(resources, "AWS::Cognito::UserPoolClient"):
        for address in (*client.get("CallbackURLs", ()), *client.get("LogoutURLs", ())):
            if not address.startswith(("https://", "http://localhost")) or "#" in address:
                yield f"{name}: {address}"


# ---------------------------------------------------------------- CloudFormation


@check
def there_are_few_enough_resources(resources: Resources) -> Iterator[str]:
    """AWSCloudFormation/latest/UserGuide/cloudformation-limits.html (500 resources)."""
    if len(resources) > 500:
        yield f"{len(resources)} resources"


@check
def what_outlives_the_stack_has_no_name_that_the_next_stack_wants(resources: Resources) -> Iterator[str]:
    """AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html.

    A creation that fails, and `sam delete`, leave what is retained: the second attempt would find its name taken.
    """
    for name, resource in resources.items():
        named = {"BucketName", "TableName", "Name", "UserPoolName"} & set(resource["Properties"])
        if resource.get("DeletionPolicy", "Delete").startswith("Retain") and named:
            yield f"{name} is kept, and has a name"


@check
def resources_of_a_failed_creation_are_removed_again(resources: Resources) -> Iterator[str]:
    """AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html (RetainExceptOnCreate).

    A table that is protected against deletion cannot be taken away: it is empty then, and costs nothing. A version
    of a layer or function is no data.
    """
    for name, resource in resources.items():
        kept = resource.get("DeletionPolicy") == "Retain" and not resource["Type"].startswith("AWS::Lambda::")
        if kept and not resource["Properties"].get("DeletionProtectionEnabled"):
            yield f"{name} is kept even where its stack never came to be"


@check
def nothing_names_another_partition(resources: Resources) -> Iterator[str]:
    """IAM/latest/UserGuide/reference-arns.html; general/latest/gr/rande.html.

    Service principals are `<service>.amazonaws.com` everywhere.
    """
    text = json.dumps(resources, default=str)
    own = {partition for partition in ("aws-cn", "aws-us-gov") if f"arn:{partition}:" in text} or {"aws"}
    for arn in sorted(set(re.findall(r"arn:(aws[\w-]*):[^\"]*", text))):
        if arn not in own:
            yield f"an ARN of the partition {arn}"
    if own == {"aws-cn"}:
        for host in sorted(set(re.findall(r"https://[\w.{}-]+amazonaws\.com(?!\.cn)[^\"]*", text))):
            yield f"the address {host}"
