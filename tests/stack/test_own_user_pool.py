"""A deployment that names no issuer has a user pool of its own, and its people sign in with that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.sample import RUN, SETTINGS

PASSWORD = "Correct-horse-battery-1"


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """The stack as it is deployed without any parameter for sign-in."""
    with deployed(parameters={"OidcIssuer": "", "OidcAudience": "", "UsernameClaim": "username"}) as running:
        allow_password_sign_in(running)
        yield running


def allow_password_sign_in(cloud: LocalCloud) -> None:
    """People sign in by SRP, which needs a library of its own; the test sends passwords instead."""
    cloud.client("cognito-idp").update_user_pool_client(
        UserPoolId=cloud.name("UserPool"),
        ClientId=cloud.name("UserPoolClient"),
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )


def signed_in(cloud: LocalCloud, username: str, *groups: str) -> dict[str, Any]:
    """Makes a user, as an operator would, and signs them in; their tokens."""
    pools, pool = cloud.client("cognito-idp"), cloud.name("UserPool")
    pools.admin_create_user(UserPoolId=pool, Username=username, MessageAction="SUPPRESS")
    pools.admin_set_user_password(UserPoolId=pool, Username=username, Password=PASSWORD, Permanent=True)
    for group in groups:
        pools.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=group)
    answer = pools.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=cloud.name("UserPoolClient"),
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
    )
    return dict(answer["AuthenticationResult"])


def ask(cloud: LocalCloud, token: str, method: str, path: str, **request: Any) -> Any:
    with cloud.http() as http:
        return http.request(method, path, headers={"Authorization": f"Bearer {token}"}, **request)


def test_an_administrator_of_the_pool_is_global_staff(cloud: LocalCloud) -> None:
    token = signed_in(cloud, "grace", "administrator")["AccessToken"]
    assert ask(cloud, token, "PUT", RUN, json=SETTINGS).status_code == 201


def test_a_user_of_the_pool_is_a_learner_and_no_more(cloud: LocalCloud) -> None:
    token = signed_in(cloud, "amara")["AccessToken"]
    assert ask(cloud, token, "GET", "/me/certificates").json()["items"] == []
    assert ask(cloud, token, "PUT", RUN, json=SETTINGS).status_code == 403


def test_tokens_of_another_issuer_are_refused(cloud: LocalCloud) -> None:
    assert ask(cloud, cloud.token("amara", administrator=True), "GET", "/me/certificates").status_code == 401
