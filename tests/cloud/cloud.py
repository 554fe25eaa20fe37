"""The local cloud for tests and for `make run`: start it, deploy into it, use it, stop it."""

from __future__ import annotations

import json
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import chain, repeat
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import boto3
import httpx
from botocore.config import Config

from tests.cloud import artefacts, deployment, front, issuer, mailbox, server
from tests.cloud.artefacts import Build, Packaging
from tests.cloud.deployment import Stack
from tests.cloud.errors import NotInTime
from tests.cloud.issuer import Issuer
from tests.cloud.mailbox import Mailbox
from tests.cloud.server import Server
from tests.cloud.template import API_ID
from tests.lms.fake import LOGIN_APPLICATION, SERVICE_APPLICATION, FakeLms

ROOT = Path(__file__).parent.parent.parent
USERNAME_CLAIM = "preferred_username"
LAMBDAS_OWN = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ")

AT_ONCE = 2
"""How many functions a queue runs at once: the least that a deployment may have. Each begins as a new process, which
costs a third of a second of a processor. By default, a job of one learner would begin sixteen.
"""

PAUSES = (0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2, 0.3, 0.3, 0.4)
"""Seconds between questions. The last pause repeats."""

T = TypeVar("T")


@dataclass(frozen=True)
class LocalCloud:
    """template.yaml, deployed. `stack` begins the names of its resources; `issuer` gives tokens for its interface.
    `api_url` is the address of the interface and the pages.
    """

    server: Server
    issuer: Issuer
    stack: Stack
    api_url: str
    parameters: Mapping[str, str]
    packaging: Packaging
    mailbox: Mailbox

    def upgraded(self, template: Path = ROOT / "template.yaml", **parameters: str) -> LocalCloud:
        """Deploys another template, other code or other parameters over the running stack. Returns the new cloud."""
        given = {**self.parameters, **parameters}
        stack = deployment.deploy(template, given, Build(ROOT), self.client, self.packaging, self.mailbox.endpoint)
        publish_to(self.mailbox, stack, self.client)
        return replace(self, stack=stack, parameters=given)

    def client(self, service: str) -> Any:
        """An AWS client with the rights of the account's root."""
        return client(self.server, service)

    def acting_as(self, function: str, service: str) -> Any:
        """An AWS client with the rights of a function's role, by its logical id.

        ministack lets the root take any role; on AWS only Lambda could take this one.
        """
        return client_of(*role_taken(self.server, self.name(function)), self.server, service)

    def name(self, logical_id: str) -> str:
        """The name of a resource of the template (of a queue, its URL)."""
        return self.stack.resources[logical_id]

    def token(self, username: str, *, administrator: bool = False) -> str:
        return self.issuer.token(username, administrator=administrator)

    def http(self, username: str | None = None, *, administrator: bool = False) -> httpx.Client:
        """A client of the interface, signed in unless no username is given; it follows no redirects."""
        headers = {"Authorization": f"Bearer {self.token(username, administrator=administrator)}"} if username else {}
        return httpx.Client(base_url=self.api_url, headers=headers, timeout=150)

    def functions(self) -> list[str]:
        """The logical ids of the functions."""
        deployed = {function["FunctionName"] for function in self.client("lambda").list_functions()["Functions"]}
        return [logical_id for logical_id, name in self.stack.resources.items() if name in deployed]

    def logs(self, function: str) -> list[str]:
        """The lines that a function has printed so far, by its logical id."""
        logs = self.client("logs")
        group = f"/aws/lambda/{self.name(function)}"
        try:
            pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName=group))
        except logs.exceptions.ResourceNotFoundException:
            return []  # the function has not run yet
        printed = [event["message"] for page in pages for event in page["events"]]
        return [line for line in printed if not line.startswith(LAMBDAS_OWN)]

    def wait_until(self, check: Callable[[], T], seconds: float = 300, every: float | None = None) -> T:
        """Calls `check` until its answer is true, and returns this answer. Raises NotInTime with the last answer.

        By default, the pauses between the calls become longer: most calls ask a function, which costs a processor what
        a busy machine needs for what is waited for.
        """
        deadline = time.monotonic() + seconds
        pauses = chain(PAUSES, repeat(PAUSES[-1])) if every is None else repeat(every)
        while not (answer := check()):
            if time.monotonic() > deadline:
                raise NotInTime(f"not within {seconds} seconds; last answer: {answer!r}")
            time.sleep(next(pauses))
        return answer


@cache
def client(running: Server, service: str) -> Any:
    """A client with the rights of the account's root. It is cached: making a client takes longer than a call."""
    return client_of(server.ADMIN_KEY, server.ADMIN_KEY, None, running, service)


@cache
def role_taken(running: Server, function: str) -> tuple[str, str, str]:
    """The key, the secret and the token of the role of a function with this name."""
    role = client(running, "lambda").get_function(FunctionName=function)["Configuration"]["Role"]
    taken = client(running, "sts").assume_role(RoleArn=role, RoleSessionName=function)["Credentials"]
    return taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"]


def client_of(key: str, secret: str, token: str | None, running: Server, service: str) -> Any:
    config = Config(signature_version="s3v4") if service == "s3" else None
    with _making:
        return _session().client(  # type: ignore[call-overload]
            service,
            endpoint_url=running.url,
            config=config,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
        )


_making = Lock()  # a session makes one client at a time


@cache
def _session() -> boto3.Session:
    """The session of all clients: each session reads AWS's service models anew."""
    return boto3.Session(region_name=server.REGION)


def named_lms(lms: FakeLms, running: Server, api_url: str) -> dict[str, str]:
    """The parameters that name this LMS. Its two applications are made, and the secret with their ids and secrets."""
    lms.callback = f"{api_url}/signed-in"
    lms.begin_anew()
    login, service = LOGIN_APPLICATION, SERVICE_APPLICATION
    said = {"login_client_id": login[0], "login_client_secret": login[1]}
    said |= {"service_client_id": service[0], "service_client_secret": service[1]}
    secret = client(running, "secretsmanager").create_secret(Name="lms", SecretString=json.dumps(said))
    return {"LmsBaseUrl": lms.url, "StudioBaseUrl": f"{lms.url}/studio", "LmsSecretArn": secret["ARN"]}


def publish_to(box: Mailbox, stack: Stack, clients: Callable[[str], Any]) -> None:
    """SES's events go to the stack's queue for such events, if it exists."""
    if url := stack.resources.get("MailOutcomesQueue"):
        sqs = clients("sqs")
        box.publish = lambda event: sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))


@contextmanager
def deployed(
    template: Path = ROOT / "template.yaml",
    *,
    port: int | None = None,
    parameters: Mapping[str, str] | None = None,
    packaging: Packaging = artefacts.package,
    lms: FakeLms | None = None,
) -> Iterator[LocalCloud]:
    """Start a cloud, deploy `template` into it, and stop everything when the block ends.

    The product is at `port`, its issuer at the next one, then AWS's services and the mailbox; without a port, all are
    at free ports. `parameters` replace those that are made here; `packaging` says how functions are started. Raises
    CloudError, also its kind PortInUse.
    """
    build = Build(ROOT)
    build.require()
    first = port or server.free_port()
    with (
        tempfile.TemporaryDirectory(prefix="certificates-cloud-") as scratch,
        issuer.serving(first + 1) as signing,
        server.running(build.ministack, first + 2, Path(scratch)) as running,
        mailbox.serving(first + 3) as box,
        front.serving(first, running, f"/_aws/execute-api/{API_ID}") as api_url,
    ):
        made = {
            "OidcIssuer": signing.url,
            "OidcAudience": issuer.AUDIENCE,
            "OidcClientId": issuer.PAGES,
            "UsernameClaim": USERNAME_CLAIM,
            "SiteName": "Lyceum",
            "PublicBaseUrl": api_url,
            "Architecture": "arm64" if platform.machine() == "aarch64" else "x86_64",
            "BulkConcurrency": str(AT_ONCE),
        }
        given = {**made, **(named_lms(lms, running, api_url) if lms else {}), **(parameters or {})}
        clients = partial(client, running)
        stack = deployment.deploy(template, given, build, clients, packaging, box.endpoint)
        publish_to(box, stack, clients)
        yield LocalCloud(running, signing, stack, api_url, given, packaging, box)
