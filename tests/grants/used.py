"""The AWS calls of a function's code, as grants in the form of `granted`.

A presigned address or form counts as a call of the function: its user has the function's grants.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

from botocore.auth import S3SigV4QueryAuth
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.signers import S3PostPresigner
from werkzeug.wrappers import Response

from tests.grants.granted import Grant, by_name, granted
from tests.s3_server import Answer, Asked, standing_between
from tests.template import functions, template

_ENTRIES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
"""The actions of a transaction's entries: the transaction itself has none."""
_ACTIONS = {"DeleteObjects": "DeleteObject"}
"""The actions of requests with other names."""
_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}


def settings(function: str) -> dict[str, Any]:
    """The environment of a function in template.yaml."""
    own = functions()[function].get("Environment", {}).get("Variables", {})
    return {**template()["Globals"]["Function"]["Environment"]["Variables"], **own}


class Recorder:
    """Notes the calls of one function. Calls of other functions get the answer of a success."""

    def __init__(self, function: str) -> None:
        self.used: set[Grant] = set()
        self.races_to_lose = 0
        self._granted = granted(function)
        self._named = {("Lambda", name): function for name, function in by_name().items()}
        for name, value in settings(function).items():
            # The table and the bucket that the stack makes, unless it is given others.
            made = value["Fn::If"][1] if isinstance(value, dict) and "Fn::If" in value else value
            if isinstance(made, dict) and (reference := made.get("Ref") or made.get("Fn::GetAtt")):
                named = reference.removesuffix(".Arn")
                kind = template()["Resources"].get(named, {}).get("Type", "::")
                if kind != "::":
                    self._named[kind.split("::")[1], os.environ[name]] = named

    def knows(self, service: str, name: str, logical_id: str) -> None:
        """The name here of a resource that exists only on a condition."""
        self._named[service, name] = logical_id

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Note every call and signature in the block, in every thread."""
        real, prepare = BaseClient._make_api_call, BaseClient._emit_api_params  # type: ignore[attr-defined]
        sign, sign_link = S3PostPresigner.generate_presigned_post, S3SigV4QueryAuth.add_auth

        def call(client: Any, operation: str, values: Any) -> Any:
            if operation == "TransactWriteItems" and self.races_to_lose:
                self.races_to_lose -= 1
                self._note(client, operation, values)
                raise _cancelled(client, values)
            if operation == "Invoke":
                self._note(client, operation, values)
                return {"StatusCode": 200, "Payload": io.BytesIO(b"{}")}
            try:
                return real(client, operation, values)
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchKey":
                    # Without the right to list the bucket, S3 answers "access denied" for a missing object.
                    self.used.add(("s3:ListBucket", self._object(values["Bucket"], values["Key"], "{}?{}/")))
                raise

        def prepared(client: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
            self._note(client, operation_model.name, api_params)
            return prepare(client, api_params, operation_model, context)

        def signed(signer: Any, request_dict: Any, fields: Any, **rest: Any) -> Any:
            self.used.add(("s3:PutObject", self._object(os.environ["BUCKET_NAME"], fields["key"])))
            return sign(signer, request_dict, fields, **rest)

        def linked(signer: Any, request: Any) -> Any:
            self.used.add(("s3:GetObject", self._object(os.environ["BUCKET_NAME"], _key(request.url))))
            return sign_link(signer, request)

        def asked_for(asked: Asked, answer: Answer) -> Response:
            for key in asked.keys:
                self.used.add((f"s3:{_ACTIONS.get(asked.operation, asked.operation)}", self._object(asked.bucket, key)))
            said = answer()
            if said.status_code == HTTPStatus.NOT_FOUND:
                [key] = asked.keys
                self.used.add(("s3:ListBucket", self._object(asked.bucket, key, "{}?{}/")))
            return said

        with (
            standing_between(asked_for),
            patch.object(S3SigV4QueryAuth, "add_auth", linked),
            patch.object(BaseClient, "_make_api_call", call),
            patch.object(BaseClient, "_emit_api_params", prepared),
            patch.object(S3PostPresigner, "generate_presigned_post", signed),
        ):
            yield

    def _note(self, client: Any, operation: str, values: dict[str, Any]) -> None:
        self.used.update(self._needs(client.meta.service_model.service_name, operation, values))

    def _needs(self, service: str, operation: str, values: dict[str, Any]) -> Iterator[Grant]:
        match service, operation:
            case "dynamodb", "TransactWriteItems":
                for entry in values["TransactItems"]:
                    for kind, written in entry.items():
                        action = _ENTRIES[kind]
                        yield f"dynamodb:{action}", self._table(action, written["TableName"], written)
            case "dynamodb", "BatchGetItem":
                for table, wanted in values["RequestItems"].items():
                    for key in wanted["Keys"]:
                        yield "dynamodb:BatchGetItem", self._table("BatchGetItem", table, {"Key": key})
            case "dynamodb", _:
                if index := values.get("IndexName"):
                    yield f"dynamodb:{operation}", f"{self._named['DynamoDB', values['TableName']]}/index/{index}"
                else:
                    yield f"dynamodb:{operation}", self._table(operation, values["TableName"], values)
            case "dynamodbstreams", _:
                return  # the grant of each function that reads the stream: AWSLambdaDynamoDBExecutionRole
            case "s3", "CreateBucket":
                return  # botocore signs forms in its name
            case "s3", "ListObjectVersions":
                prefix = values["Prefix"].partition("/")[0]
                yield "s3:ListBucketVersions", f"{self._named['S3', values['Bucket']]}?{prefix}/"
            case "s3", "GetObject" | "DeleteObject" if "VersionId" in values:
                yield f"s3:{operation}Version", self._version(values["Bucket"], values["Key"])
            case "s3", "ListObjectsV2":
                yield "s3:ListBucket", f"{self._named['S3', values['Bucket']]}?{values['Prefix']}"
            case "s3", "CopyObject":
                source = values["CopySource"]
                yield "s3:GetObject", self._object(source["Bucket"], source["Key"])
                yield "s3:PutObject", self._object(values["Bucket"], values["Key"])
            case "s3", "DeleteObjects":
                for named in values["Delete"]["Objects"]:
                    yield "s3:DeleteObject", self._object(values["Bucket"], named["Key"])
            case "s3", _:
                yield f"s3:{operation}", self._object(values["Bucket"], values["Key"])
            case "sqs", "SendMessage" | "SendMessageBatch":
                yield "sqs:SendMessage", self._named["SQS", values["QueueUrl"]]
            case "events", "PutEvents":
                for entry in values["Entries"]:
                    yield "events:PutEvents", self._named["Events", entry["EventBusName"]]
            case "sesv2", "SendEmail":
                yield "ses:SendEmail", "identity/* from MailFrom"
                yield "ses:SendEmail", f"{self._named['SES', values['ConfigurationSetName']]} from MailFrom"
            case "secretsmanager", "GetSecretValue":
                yield "secretsmanager:GetSecretValue", _parameter_named(values["SecretId"])
            case "lambda", "Invoke":
                yield "lambda:InvokeFunction", self._named["Lambda", values["FunctionName"]]
            case "kms", _:
                yield f"kms:{operation}", "SealingKey"
            case "scheduler", _:
                yield f"scheduler:{operation}", f"{self._named['Scheduler', values['GroupName']]}/*"
                if "Target" in values:
                    role = self._named["IAM", values["Target"]["RoleArn"]]
                    yield "iam:PassRole", f"{role} to scheduler.amazonaws.com"
            case _:
                yield f"{service}:{operation}", "a resource that nobody has thought of"

    def _table(self, action: str, name: str, values: dict[str, Any]) -> str:
        """The table, with the kind of its items if the function has a grant for this kind alone."""
        table, key = self._named["DynamoDB", name], _key_of(values)
        if action in _WRITES and key.startswith("STAFF"):
            return f"{table} of STAFF"
        of_a_kind = f"{table} of "
        kinds = [of for granted_, of in self._granted if granted_ == f"dynamodb:{action}" and of.startswith(of_a_kind)]
        return next((of for of in kinds if key and key.startswith(of.removeprefix(of_a_kind))), table)

    def _version(self, bucket: str, key: str) -> str:
        """Versions are listed by the first part of their keys."""
        return f"{self._named['S3', bucket]}/{key.split('/')[0]}/*"

    def _object(self, bucket: str, key: str, form: str = "{}/{}/*") -> str:
        """The prefix of an object. Results have the prefix of their kind below `results/`."""
        depth = 2 if key.startswith("results/") else 1
        return form.format(self._named["S3", bucket], "/".join(key.split("/")[:depth]))


def _key(address: str) -> str:
    """The key in an address of the bucket's own host."""
    return unquote(urlsplit(address).path).lstrip("/")


def _parameter_named(value: str) -> str:
    """The parameter of the template that a setting of this value comes from."""
    settings = template()["Globals"]["Function"]["Environment"]["Variables"]
    [name] = [name for name, given in settings.items() if os.environ.get(name) == value and value]
    return str(settings[name]["Ref"])


def _key_of(values: dict[str, Any]) -> str:
    """The partition key of a call, "" for several keys."""
    if "KeyConditionExpression" in values:
        names = values["ExpressionAttributeNames"]
        [name] = [placeholder for placeholder, attribute in names.items() if attribute == "pk"]
        found = re.search(rf"{name} = (:\w+)", values["KeyConditionExpression"])
        return str(values["ExpressionAttributeValues"][found.group(1)]["S"]) if found else ""
    return str((values.get("Item") or values.get("Key") or {}).get("pk", {}).get("S", ""))


def _cancelled(client: Any, values: dict[str, Any]) -> Exception:
    """DynamoDB's error for a transaction whose items somebody else changed before."""
    reasons = [{"Code": "ConditionalCheckFailed", "Message": ""} for _ in values["TransactItems"]]
    code = "TransactionCanceledException"
    said = {"Error": {"Code": code, "Message": "cancelled"}, "CancellationReasons": reasons}
    error: Exception = client.exceptions.from_code(code)(said, "TransactWriteItems")
    return error
