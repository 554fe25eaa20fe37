"""The clients of AWS services: what they send, where to, how long they wait, how often they try, and what they find."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import botocore
import botocore.endpoint
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ParamValidationError
from botocore.handlers import BUILTIN_HANDLERS

from certificates.aws import clients
from certificates.errors import Throttled
from tests import moto_cloud
from tests.unit.aws.loopback import Answer, Loopback, answering

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
JSON = {"Content-Type": "application/x-amz-json-1.0"}


def _loader(*paths: str) -> Any:
    """A loader as botocore makes it, except that tests read each description once."""
    made = moto_cloud._new_loader(*paths)
    made._cache = moto_cloud._read
    return made


@pytest.fixture(autouse=True)
def function(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A function in a region, with credentials, and with the real descriptions of AWS's services."""
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setattr(botocore.session, "create_loader", _loader)
    # Powertools, once imported, adds its name to the requests of all new sessions.
    monkeypatch.setattr(botocore, "_INITIALIZERS", [])
    clients.forget()
    yield
    clients.forget()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses of botocore between tries, which take no time."""
    found: list[float] = []
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=found.append))
    return found


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> Iterator[Callable[..., Loopback]]:
    """All services at one address, with these answers."""
    with answering() as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL", service.address)

        def gives(*answers: Answer) -> Loopback:
            service.answers = list(answers)
            return service

        yield gives


def failed(code: str, status: int = 400) -> Answer:
    return Answer(json.dumps({"__type": f"com.amazonaws#{code}"}), status, {**JSON, "x-amzn-ErrorType": code})


SLOW_DOWN = Answer("<Error><Code>SlowDown</Code></Error>", 503)
FLEXIBLE = {"Mode": "OFF"}

CALLS = [
    ("dynamodb.Query", lambda: clients.dynamodb().query(TableName="t"), failed("ThrottlingException"), 6),
    (
        "dynamodb.TransactWriteItems",
        lambda: clients.dynamodb().transact_write_items(TransactItems=[]),
        failed("TransactionInProgressException"),
        6,
    ),
    (
        "dynamodb.PutItem",
        lambda: clients.dynamodb().put_item(TableName="t", Item={}),
        failed("ProvisionedThroughputExceededException"),
        6,
    ),
    ("dynamodb.Scan", lambda: clients.dynamodb().scan(TableName="t"), failed("RequestLimitExceeded"), 6),
    (
        "dynamodbstreams.GetShardIterator",
        lambda: clients.streams().get_shard_iterator(
            StreamArn="arn:aws:dynamodb:eu-north-1:1:table/t/stream/1",
            ShardId="shardId-00000000000000000001",
            ShardIteratorType="LATEST",
        ),
        failed("ThrottlingException"),
        6,
    ),
    ("s3.PutObject", lambda: clients.s3().put_object(Bucket="bucket", Key="a", Body=b"1"), SLOW_DOWN, 6),
    (
        "lambda.Invoke",
        lambda: clients.lambda_().invoke(FunctionName="f"),
        failed("TooManyRequestsException", 429),
        6,
    ),
    (
        "sqs.SendMessage",
        lambda: clients.sqs().send_message(QueueUrl="https://sqs.eu-north-1.amazonaws.com/1/q", MessageBody="{}"),
        failed("RequestThrottled"),
        6,
    ),
    (
        "secretsmanager.GetSecretValue",
        lambda: clients.secrets().get_secret_value(SecretId="s"),
        failed("ThrottlingException"),
        6,
    ),
    ("events.PutEvents", lambda: clients.events().put_events(Entries=[{}]), failed("ThrottlingException"), 6),
    ("kms.Decrypt", lambda: clients.kms().decrypt(CiphertextBlob=b"1"), failed("ThrottlingException"), 6),
    (
        "scheduler.CreateSchedule",
        lambda: clients.scheduler().create_schedule(
            Name="s",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow=FLEXIBLE,  # type: ignore[arg-type]
            Target={"Arn": "arn", "RoleArn": "role"},
        ),
        failed("ThrottlingException", 429),
        6,
    ),
    # A repeated call would send a second mail.
    (
        "sesv2.SendEmail",
        lambda: clients.ses().send_email(Content={"Raw": {"Data": b"1"}}),
        failed("TooManyRequestsException", 429),
        1,
    ),
]


@pytest.mark.parametrize(("name", "call", "answer", "tries"), CALLS, ids=[name for name, *_ in CALLS])
def test_a_call_that_stays_throttled_after_all_tries_says_so(
    aws: Callable[..., Loopback], name: str, call: Callable[[], object], answer: Answer, tries: int
) -> None:
    service = aws(answer)
    with pytest.raises(Throttled) as refused:
        call()
    operation, _, code = str(refused.value).partition(": ")
    assert operation == name
    assert code in answer.body
    assert len(service.asked) == tries


def test_a_throttled_call_works_at_a_later_try_after_a_pause(aws: Callable[..., Loopback], pauses: list[float]) -> None:
    service = aws(failed("ThrottlingException"), failed("InternalServerError", 500), Answer('{"Items": []}', 200, JSON))
    assert clients.dynamodb().query(TableName="t")["Items"] == []
    assert (len(service.asked), len(pauses)) == (3, 2)


def test_another_failure_is_botocore_s_error_at_once(aws: Callable[..., Loopback]) -> None:
    service = aws(failed("ValidationException"))
    with pytest.raises(ClientError) as refused:
        clients.dynamodb().query(TableName="t")
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert len(service.asked) == 1


@pytest.mark.parametrize("broken", [failed("ServiceUnavailable", 500), Answer("", 502)])
def test_a_mail_that_fails_is_never_sent_again(aws: Callable[..., Loopback], broken: Answer) -> None:
    service = aws(broken)
    with pytest.raises(ClientError):
        clients.ses().send_email(Content={"Raw": {"Data": b"1"}})
    assert len(service.asked) == 1


SECONDS = [
    ("dynamodb", clients.dynamodb, 5),
    ("streams.dynamodb", clients.streams, 5),
    ("s3", clients.s3, 10),
    ("lambda", clients.lambda_, 60),
    ("sqs", clients.sqs, 10),
    ("secretsmanager", clients.secrets, 5),
    ("events", clients.events, 10),
    ("email", clients.ses, 10),
    ("kms", clients.kms, 5),
    ("scheduler", clients.scheduler, 10),
]


@pytest.mark.parametrize(("host", "make", "seconds"), SECONDS, ids=[host for host, *_ in SECONDS])
def test_each_client_calls_its_service_in_the_region_and_waits_this_long(
    host: str, make: Callable[[], Any], seconds: int
) -> None:
    client = make()
    found = urlsplit(client.meta.endpoint_url)
    assert (found.scheme, found.hostname) == ("https", f"{host}.eu-north-1.amazonaws.com")
    assert (client.meta.config.connect_timeout, client.meta.config.read_timeout) == (2, seconds)
    assert client.meta.config.max_pool_connections == 32
    assert make() is client


def test_a_caller_of_a_function_chooses_how_long_and_how_often(aws: Callable[..., Loopback]) -> None:
    service = aws(failed("ServiceException", 500))
    client: Any = clients.lambda_(read_timeout=7, attempts=2)
    assert client.meta.config.read_timeout == 7
    with pytest.raises(ClientError):
        client.invoke(FunctionName="f")
    assert len(service.asked) == 2


def credentials() -> Credentials:
    found = clients.session().get_credentials()
    assert found
    return found


def test_forgotten_clients_are_made_anew_for_another_region_and_account(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clients.dynamodb()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "other")
    assert clients.dynamodb() is before
    clients.forget()
    assert clients.dynamodb().meta.region_name == "ap-south-1"
    assert credentials().access_key == "other"


def test_all_clients_come_from_one_session() -> None:
    session = clients.session()
    clients.dynamodb()
    assert clients.session() is session
    clients.forget()
    assert clients.session() is not session


ITEM = {"pk": {"S": "a"}, "digest": {"B": "YWI="}, "grade": {"N": "0.50"}, "list": {"L": [{"BOOL": True}]}}


def test_items_pass_as_they_are_because_their_json_is_what_dynamodb_reads(aws: Callable[..., Loopback]) -> None:
    service = aws(Answer(json.dumps({"Responses": {"t": [ITEM]}}), 200, JSON))
    dynamodb: Any = clients.dynamodb()
    assert dynamodb.batch_get_item(RequestItems={"t": {"Keys": [ITEM]}})["Responses"] == {"t": [ITEM]}
    puts = {"TransactItems": [{"Put": {"TableName": "t", "Item": ITEM}}]}
    dynamodb.transact_write_items(**puts)
    keys, written = (json.loads(asked.body) for asked in service.asked)
    assert keys["RequestItems"] == {"t": {"Keys": [ITEM]}}
    assert written["TransactItems"] == puts["TransactItems"]


def test_parameters_are_checked_before_a_call_except_those_of_dynamodb(aws: Callable[..., Loopback]) -> None:
    service = aws(Answer("{}", 200, JSON))
    with pytest.raises(ParamValidationError):
        clients.kms().decrypt(CiphertextBlob=7)  # type: ignore[arg-type]
    assert service.asked == []
    clients.dynamodb().query(TableName="t", Limit="seven")  # type: ignore[arg-type]
    assert len(service.asked) == 1


def test_every_call_has_the_same_short_user_agent(aws: Callable[..., Loopback]) -> None:
    service = aws(Answer("{}", 200, JSON))
    clients.dynamodb().query(TableName="t")
    clients.kms().decrypt(CiphertextBlob=b"1")
    assert {asked.headers["user-agent"] for asked in service.asked} == {f"Botocore/{botocore.__version__} certificates"}


def requested(client: Any, **object_: str) -> Any:
    """The request for an object, as it would leave the machine."""
    sent: list[Any] = []

    def send(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 200, HTTPHeaders(), SimpleNamespace(stream=lambda: [b""]))

    client.meta.events.register("before-send", send)
    client.get_object(**object_)
    return sent[0]


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "bucket.s3.us-east-1.amazonaws.com"),
        ("eu-north-1", "bucket.s3.eu-north-1.amazonaws.com"),
        ("cn-north-1", "bucket.s3.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_requests_and_uploads_name_the_host_of_the_bucket_in_its_region(
    monkeypatch: pytest.MonkeyPatch, region: str, host: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    s3 = clients.s3()
    request = requested(s3, Bucket="bucket", Key="a/b")
    assert request.url == f"https://{host}/a/b"
    assert request.headers["authorization"].startswith(b"AWS4-HMAC-SHA256 Credential=id/")
    form = s3.generate_presigned_post("bucket", "a/b")
    assert form["url"] == f"https://{host}/"
    assert form["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    address = urlsplit(s3.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "a/b"}))
    assert (address.hostname, "X-Amz-Algorithm=AWS4-HMAC-SHA256" in address.query) == (host, True)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
def test_an_endpoint_of_the_environment_has_the_bucket_in_the_path(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://localhost:1")
    request = requested(clients.s3(), Bucket="bucket", Key="a/b")
    assert request.url == "http://localhost:1/bucket/a/b"


def test_the_session_has_the_credentials_of_the_environment_and_looks_nowhere_else() -> None:
    found = credentials()
    assert (found.method, *found.get_frozen_credentials()[:3]) == ("env", "id", "secret", "token")
    assert [each.METHOD for each in clients.session().get_component("credential_provider").providers] == ["env"]


def test_without_keys_in_the_environment_botocore_looks_in_all_other_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in CREDENTIALS:
        monkeypatch.delenv(name)
    assert clients.session().get_credentials() is None
    clients.forget()
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = file\naws_secret_access_key = hidden\n")
    found = credentials().get_frozen_credentials()
    assert (found.access_key, found.secret_key) == ("file", "hidden")


def test_the_session_knows_the_services_that_the_product_calls_and_describes_them_its_own_way_first() -> None:
    loader = clients.session().get_component("data_loader")
    assert loader.search_paths[0] == clients.SERVICE_MODELS
    assert loader.search_paths.count(clients.SERVICE_MODELS) == 1
    assert set(clients.session().get_available_services()) == set(clients.SERVICES)


def handlers(session: Any, event: str) -> list[Any]:
    """The handlers of an event, in the order in which they are called. botocore has no public way to ask."""
    return list(session.get_component("event_emitter")._emitter._handlers.prefix_search(event))


def test_botocore_s_handlers_of_the_product_s_services_are_called_in_botocore_s_order() -> None:
    session, whole = clients.session(), botocore.session.Session()
    called = (make().meta.service_model.service_id.hyphenize() for _, make, _ in SECONDS)
    services = {"*", *called}
    events = [name for name, *_ in BUILTIN_HANDLERS if not name.startswith("docs.") and of(name) in services]
    assert {name.partition(".")[0] for name in events} > {"before-call", "before-parse", "needs-retry", "choose-signer"}
    for event in events:
        concrete = event.replace("*", "Operation")
        assert handlers(session, concrete) == handlers(whole, concrete), event


def of(event: str) -> str:
    """The service of an event of botocore; `*` stands for all."""
    return event.partition(".")[2].partition(".")[0] or "*"


def test_no_client_has_the_handlers_of_documentation_or_of_other_services() -> None:
    others = [
        name for name, *_ in BUILTIN_HANDLERS if name.startswith("docs.") or of(name) in ("rds", "ec2", "glacier")
    ]
    assert len(others) > 20
    for name in others:
        for_any_service = handlers(clients.session(), f"{name.partition('.')[0]}.any.Operation")
        assert handlers(clients.session(), name) == for_any_service, name
