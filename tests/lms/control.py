"""The interface for tests: set the LMS's people, behaviours and faults, and read its requests."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import get_access_token_model, get_application_model, get_refresh_token_model

from tests.lms import oauth
from tests.lms.answers import said
from tests.lms.world import WORLD, Fault


@csrf_exempt
def control(request: HttpRequest) -> HttpResponse:
    given: dict[str, Any] = json.loads(request.body or b"{}")
    with WORLD.lock:
        if given.get("forget"):
            _forget()
        WORLD.load(given.get("world", {}))
        WORLD.switch(given.get("switches", {}))
        for application in given.get("applications", ()):
            _make(**application)
        if "faults" in given:
            WORLD.faults = [Fault(**fault) for fault in given["faults"]]
            WORLD.requests.clear()
        answer = said({"requests": list(WORLD.requests), "most_at_once": WORLD.most_at_once})
        if given.get("count_anew"):
            WORLD.requests.clear()
            WORLD.calls.clear()
            WORLD.most_at_once = 0
    return answer


def _forget() -> None:
    WORLD.forget()
    oauth.WITH_USER_ID.clear()
    for model in (get_refresh_token_model(), get_access_token_model(), get_application_model(), get_user_model()):
        model.objects.all().delete()


def _make(
    client_id: str, client_secret: str, user: str, grant: str, redirect_uris: str = "", skip: bool = True
) -> None:
    """As `create_dot_application` does, with the scope `user_id`."""
    oauth.WITH_USER_ID.add(client_id)
    get_application_model().objects.create(
        client_id=client_id,
        client_secret=client_secret,
        user=get_user_model().objects.get_or_create(username=user)[0],
        client_type="confidential",
        authorization_grant_type=grant,
        redirect_uris=redirect_uris,
        skip_authorization=skip,
        name=client_id,
    )
