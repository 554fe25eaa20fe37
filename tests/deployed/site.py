"""A deployed stack for the story: an address, and two people who can sign in. The environment chooses the stack:

    STORY_STACK           a stack with a user pool of its own, in the account and region that AWS's own tools would use;
                          the people are made in the pool, and removed when the story ends
    STORY_URL             the address of any other; then also
    STORY_STAFF_TOKEN     a token of global staff,
    STORY_LEARNER         the username of a learner, and
    STORY_LEARNER_TOKEN   a token of that learner

Without any of them, it is the local cloud, with every role enforced.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
import httpx

from tests.cloud.cloud import LocalCloud
from tests.cloud.server import LOOPBACK

T = TypeVar("T")

REGIONAL = r"[a-z0-9.-]+\.s3\.[a-z0-9-]+\.amazonaws\.com(\.cn)?"
"""A bucket's host in its region. S3's global host never serves young regions, and other regions not at first."""


@dataclass(frozen=True)
class Site:
    """`staff` and `learner` are tokens; `bucket` is a pattern for the host of links and forms."""

    url: str
    staff: str
    learner: str
    learner_username: str
    bucket: str = REGIONAL

    def http(self, token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers)

    def is_the_buckets(self, link: str) -> bool:
        return re.fullmatch(self.bucket, httpx.URL(link).netloc.decode()) is not None


def wait_until(check: Callable[[], T], seconds: float = 300) -> T:
    """The first true answer of `check`, asked twice a second."""
    deadline = time.monotonic() + seconds
    while not (answer := check()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds; last answer: {answer!r}"
        time.sleep(0.5)
    return answer


def named() -> bool:
    """Whether the environment names a site."""
    return "STORY_STACK" in os.environ or "STORY_URL" in os.environ


@contextmanager
def of_environment() -> Iterator[Site]:
    """The site that the environment names. Raises KeyError with the name of a setting that is missing."""
    if stack := os.environ.get("STORY_STACK"):
        outputs = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
        told = {output["OutputKey"]: output["OutputValue"] for output in outputs}
        with of_user_pool(boto3.client("cognito-idp"), told, told["ApiUrl"]) as site:
            yield site
        return
    yield Site(
        os.environ["STORY_URL"].rstrip("/"),
        os.environ["STORY_STAFF_TOKEN"],
        os.environ["STORY_LEARNER_TOKEN"],
        os.environ["STORY_LEARNER"],
    )


def of_local(cloud: LocalCloud) -> AbstractContextManager[Site]:
    """The local cloud, which serves a bucket under its own address."""
    pools, host = cloud.client("cognito-idp"), re.escape(f"{LOOPBACK}:{cloud.server.port}")
    return of_user_pool(pools, cloud.stack.outputs, cloud.api_url, host)


@contextmanager
def of_user_pool(pools: Any, outputs: Mapping[str, str], url: str, bucket: str = REGIONAL) -> Iterator[Site]:
    """A site with a user pool of its own. Until the block ends, it has people, made as an operator makes them."""
    told, mark = dict(outputs), secrets.token_hex(4)
    staff, learner = f"story_staff_{mark}", f"story_learner_{mark}"
    try:
        yield Site(
            url,
            signed_in(pools, told, staff, "administrator")["AccessToken"],
            signed_in(pools, told, learner)["AccessToken"],
            learner,
            bucket,
        )
    finally:
        for username in (staff, learner):
            pools.admin_delete_user(UserPoolId=told["UserPoolId"], Username=username)


def signed_in(pools: Any, outputs: Mapping[str, str], username: str, *groups: str) -> dict[str, Any]:
    """Make a user and sign them in, with the commands of the operator's page. Returns their tokens."""
    pool, password = outputs["UserPoolId"], f"{secrets.token_urlsafe(20)}-Aa1"
    pools.admin_create_user(UserPoolId=pool, Username=username, MessageAction="SUPPRESS")
    pools.admin_set_user_password(UserPoolId=pool, Username=username, Password=password, Permanent=True)
    for group in groups:
        pools.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=group)
    answer = pools.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=outputs["UserPoolClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return dict(answer["AuthenticationResult"])
