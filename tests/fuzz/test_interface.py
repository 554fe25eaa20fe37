"""No input of a client causes an error of the server: made-up calls of every operation get an answer of the document.
The suite tries a few calls; `make fuzz` tries 20,000 different ones each time.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from certificates import runtime
from certificates.exception_list.entries import add_exception
from certificates.request import request_certificate
from tests import cheap_backend, jobs, moto_cloud
from tests.fuzz.calls import KNOWN_COURSES, Call, calls
from tests.handlers.conftest import load
from tests.handlers.documented import require_documented
from tests.handlers.http_events import Context, answered, function_of
from tests.people import COURSE, enroll, make_run

EXAMPLES = int(os.environ.get("FUZZ", "150"))

KNOWN: dict[str, list[str]] = {
    "course_id": KNOWN_COURSES,
    "user_id": ["1", "2", "3", "4"],
    "job_id": ["0"],
    "upload_id": ["0" * 32],
    "verify_uuid": ["0" * 32],
}
"""Values for paths. The ids of the world are added."""


@pytest.fixture(scope="module")
def handlers() -> Iterator[dict[str, Any]]:
    """Every function of the interface over one world, which the calls change."""
    with moto_cloud.empty_cloud() as built, pytest.MonkeyPatch.context() as patched, jobs.few_shards():
        made = cheap_backend.cheap(built)
        patched.setattr(runtime, "backend", lambda base_url="": made)
        # Forgetting a learner is completed within the call.
        patched.setattr("certificates.forgetting.forget.go_on", lambda function, event: None)
        cheap_backend.draw_nothing(patched)
        make_run(made, automatic_generation=False)
        made.runs.replace_staff(COURSE, ["ines"])
        for number, (username, grade) in enumerate({"zoe": "0.9", "abe": "0.1", "mia": "0.2"}.items(), 1):
            enroll(made, str(number), username, grade=grade)
        add_exception(COURSE, "mia", "", by="ines", backend=made, now=runtime.now())
        held = request_certificate(COURSE, "zoe", backend=made, now=runtime.now()).certificate
        assert held is not None
        KNOWN["verify_uuid"].append(held.verify_uuid)
        KNOWN["job_id"].append(jobs.start(made).job_id)
        names = {function_of(route) for route in ROUTES}
        yield {name: load(name) for name in names}


def _routes() -> list[str]:
    from certificates.http.openapi import EVERYTHING

    return [f"{operation.method} {operation.path}" for operation in EVERYTHING.operations]


ROUTES = _routes()
ANSWERED: Counter[int] = Counter()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="FUZZ" not in os.environ,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(call=calls(KNOWN))
def test_every_call_gets_an_answer_of_the_document(handlers: dict[str, Any], call: Call) -> None:
    result = handlers[function_of(call.route)](call.event(), Context())
    answer = answered(result)
    ANSWERED[answer.status] += 1
    assert answer.status < 500 or (answer.status == 503 and "retry-after" in answer.headers)
    if answer.headers.get("content-type", "").startswith("text/html"):
        return
    require_documented(call.route, answer)
    if answer.status >= 400:
        problem = json.loads(answer.text)
        assert problem["detail"]
        assert problem["status"] == answer.status


def test_the_calls_reach_more_than_the_doors() -> None:
    """Some of the calls above succeed, and some are refused for every usual reason."""
    assert {200, 400, 401, 403, 404} <= set(ANSWERED), ANSWERED
