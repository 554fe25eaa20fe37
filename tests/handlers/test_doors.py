"""Who may call which route: every route is asked by every kind of caller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from certificates import runtime
from certificates.exception_list.entries import add_exception
from certificates.http.openapi import document
from certificates.http.parameters import Parameter
from certificates.http.requests import Request
from certificates.request import request_certificate
from certificates.runtime import webhooks as running_webhooks
from tests import cheap_backend, jobs, moto_cloud, webhooks
from tests.handlers.conftest import load
from tests.handlers.http_events import Answer, Caller, encoded, function_of
from tests.moto_cloud import items
from tests.page_routes import OF_THE_INTERFACE
from tests.people import COURSE, enroll, make_run

OTHER = "course-v1:Fjord+BIO2+2026"
UNKNOWN = "course-v1:Fjord+BIO9+2026"


@dataclass(frozen=True)
class Who:
    """`username` None: no token came. `claims` are further claims of the token, in the authorizer's form."""

    username: Any
    claims: dict[str, Any] = field(default_factory=dict)


NOBODY = {
    "no token": Who(None),
    "an empty username": Who(""),
    "a blank username": Who("  "),
    "a username that is a list": Who(["ines"]),
    "a username that is an object": Who({"ines": True}),
    "an administrator without a username": Who("", {"administrator": "true"}),
}
"""Not signed in."""

LEARNERS = {
    "a learner": Who("zoe"),
    "staff of another run": Who("omar"),
    "the staff member's name in capitals": Who("INES"),
    "the staff member's name with a blank": Who("ines "),
    **{
        f"a learner with the administrator claim {value!r}": Who("zoe", {"administrator": value})
        for value in ("false", "False", "", "0", "1", "yes", "[true]", "map[true:true]", "truefalse")
    },
    "a learner with a list as administrator claim": Who("zoe", {"administrator": ["true"]}),
    "a learner with an object as administrator claim": Who("zoe", {"administrator": {"true": "true"}}),
    "a learner with false as administrator claim": Who("zoe", {"administrator": False}),
    "a learner with null as administrator claim": Who("zoe", {"administrator": None}),
    **{
        f"a learner in the groups {value!r}": Who("zoe", {"cognito:groups": value})
        for value in (
            "[]",
            "",
            "[administrators]",
            "[not-administrator staff]",
            "[a,administrator]",
            "[[administrator]]",
        )
    },
    "a learner in groups that are an object": Who("zoe", {"cognito:groups": {"administrator": True}}),
    "a learner with another claim": Who(
        "zoe", {"groups": "[administrator]", "is_staff": "true", "scope": "administrator"}
    ),
}
"""Signed in, and not staff of this run."""

STAFF = {"course staff": Who("ines")}

GLOBAL_STAFF = {
    "global staff by claim": Who("root", {"administrator": "true"}),
    "global staff by a claim that is no text": Who("root", {"administrator": True}),
    "global staff by their only group": Who("root", {"cognito:groups": "[administrator]"}),
    "global staff by the first of their groups": Who("root", {"cognito:groups": "[administrator teachers]"}),
    "global staff by the last of their groups": Who("root", {"cognito:groups": "[eu-west-1_x administrator]"}),
}

EVERYBODY = NOBODY | LEARNERS | STAFF | GLOBAL_STAFF
SIGNED_IN = LEARNERS | STAFF | GLOBAL_STAFF
STAFF_OF_THE_RUN = STAFF | GLOBAL_STAFF

SETTINGS = {"title": "Marine Biology", "organization": "Fjord University", "pacing": "self"}

MAY_PASS: dict[str, dict[str, Who]] = {
    "GET /health": EVERYBODY,
    "GET /asyncapi.yaml": EVERYBODY,
    "GET /openapi.json": EVERYBODY,
    "GET /certificates/{verify_uuid}": EVERYBODY,
    "GET /certificates/{verify_uuid}/pdf": EVERYBODY,
    "GET /certificates/{verify_uuid}/picture": EVERYBODY,
    "GET /certificates/{verify_uuid}/badge.png": EVERYBODY,
    "GET /certificates/{verify_uuid}/credential": EVERYBODY,
    "GET /certificates/{verify_uuid}/credential.json": EVERYBODY,
    "POST /credentials/checks": EVERYBODY,
    "GET /status/{list_id}": EVERYBODY,
    "GET /.well-known/did.json": EVERYBODY,
    "GET /did.json": EVERYBODY,
    "GET /me/certificates": SIGNED_IN,
    "GET /course-runs": SIGNED_IN,
    "GET /course-runs/{course_id}/certificate": SIGNED_IN,
    "POST /course-runs/{course_id}/certificate": SIGNED_IN,
    "PUT /course-runs/{course_id}/staff": GLOBAL_STAFF,
    "DELETE /learners/{user_id}": GLOBAL_STAFF,
    **{f"{method} {path}": GLOBAL_STAFF for method, path in OF_THE_INTERFACE if path.startswith("/webhooks")},
}
"""Every other route is for the staff of the run."""

BODIES: dict[str, Any] = {
    "POST /credentials/checks": {"credential": {}},
    "PUT /course-runs/{course_id}": SETTINGS,
    "PUT /course-runs/{course_id}/design": {"language": "es"},
    "POST /course-runs/{course_id}/design/preview": {},
    "PUT /course-runs/{course_id}/staff": {"usernames": ["ines", "ole"]},
    "POST /course-runs/{course_id}/reconciliations": {},
    "POST /course-runs/{course_id}/jobs": {"kind": "bulk", "dry_run": True},
    "POST /course-runs/{course_id}/mails/tests": {"kind": "issued"},
    "POST /course-runs/{course_id}/exceptions": {"learner": "abe"},
    "POST /course-runs/{course_id}/invalidations": {"learner": "zoe"},
    **{
        f"{method} {prefix}/webhooks{path}": {"url": "https://hooks.example.org/"}
        for prefix in ("/course-runs/{course_id}", "")
        for method, path in (("POST", ""), ("PUT", "/{webhook_id}"))
    },
}

ROUTES = sorted(f"{method} {path}" for method, path in OF_THE_INTERFACE)


@dataclass(frozen=True)
class Doors:
    """A run with Ines as its staff, where Zoe has a certificate; and another run with Omar as its staff."""

    values: dict[str, str]

    def ask(self, who: Who, route: str, *, course_id: str = COURSE, body: Any = None, **headers: str) -> Answer:
        method, path = route.split(" ")
        for name, value in {**self.values, "course_id": encoded(course_id)}.items():
            path = path.replace("{" + name + "}", value)
        sent = BODIES.get(route) if body is None else body
        return Caller(load(function_of(route)), who.username, who.claims)(method, path, sent, **headers)


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    with jobs.few_shards(), furnished() as (built, values):
        made = cheap_backend.cheap(built)
        monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
        cheap_backend.draw_nothing(monkeypatch)
        switched_on = webhooks.World(of_before=True).means.webhooks
        monkeypatch.setattr(running_webhooks, "managing", lambda: switched_on)
        yield Doors(values)


@moto_cloud.prepared
def furnished(built: Any) -> dict[str, str]:
    made = cheap_backend.cheap(built)
    webhooks.World()
    for course_id, staff in ((COURSE, "ines"), (OTHER, "omar")):
        make_run(made, course_id, automatic_generation=False)
        made.runs.replace_staff(course_id, [staff])
    enroll(made, "1", "zoe", grade="0.9")
    enroll(made, "2", "abe", grade="0.1")
    enroll(made, "3", "mia", grade="0.1")
    add_exception(COURSE, "mia", "", by="ines", backend=made, now=runtime.now())
    held = request_certificate(COURSE, "zoe", backend=made, now=runtime.now()).certificate
    job = jobs.start(made)
    assert held is not None
    return {
        "verify_uuid": held.verify_uuid,
        "user_id": "3",
        "job_id": job.job_id,
        "upload_id": "0" * 32,
        "webhook_id": "0" * 32,
        "delivery_id": "1",
    }


def turned_away(answer: Answer) -> str | None:
    """Why the caller was refused; None if the caller passed, with any result."""
    reason = (
        answer.json()["type"].rpartition(":")[2] if "problem+json" in answer.headers.get("content-type", "") else ""
    )
    return reason if reason in {"not-signed-in", "not-course-staff", "not-global-staff"} else None


def why_not(who: Who, route: str) -> str | None:
    """Why this caller must be refused at this route; None if the caller may pass."""
    if who in MAY_PASS.get(route, STAFF_OF_THE_RUN).values():
        return None
    if who in NOBODY.values():
        return "not-signed-in"
    return "not-global-staff" if MAY_PASS.get(route) is GLOBAL_STAFF else "not-course-staff"


STATUS = {"not-signed-in": 401, "not-course-staff": 403, "not-global-staff": 403}


@pytest.mark.parametrize("route", ROUTES)
def test_exactly_the_permitted_callers_pass(doors: Doors, route: str) -> None:
    before = items()
    for name, who in EVERYBODY.items():
        if reason := why_not(who, route):
            answer = doors.ask(who, route)
            assert (turned_away(answer), answer.status) == (reason, STATUS[reason]), name
    assert items() == before, "a refused caller has changed nothing"
    for name, who in EVERYBODY.items():
        if why_not(who, route) is None:
            answer = doors.ask(who, route)
            assert turned_away(answer) is None, name
            assert answer.status < 500, name


@pytest.mark.parametrize("route", [route for route in ROUTES if "{course_id}" in route])
def test_a_refused_caller_learns_nothing_about_the_run_or_the_body(doors: Doors, route: str) -> None:
    """The same answer for an unknown run, and with any content of the request."""
    for who in (LEARNERS["a learner"], LEARNERS["staff of another run"]):
        if why_not(who, route) is None:
            continue
        answers = {
            doors.ask(who, route).text,
            doors.ask(who, route, course_id=UNKNOWN).text,
            doors.ask(who, route, body="no JSON").text,
            doors.ask(who, route, body={"no": "such field"}).text,
            doors.ask(who, route, idempotency_key="1", if_match="nonsense").text,
        }
        assert len(answers) == 1


@pytest.mark.parametrize("route", ROUTES)
def test_the_document_names_every_parameter_that_is_read_and_no_other(
    doors: Doors, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler cannot read what the document does not name: the request raises an error."""
    read: set[tuple[str, str]] = set()
    real = Request.read

    def note(request: Request, parameter: Parameter) -> str | None:
        read.add((parameter.place, parameter.name))
        return real(request, parameter)

    monkeypatch.setattr(Request, "read", note)
    doors.ask(GLOBAL_STAFF["global staff by claim"], route)
    method, path = route.split(" ")
    parameters = document("https://certificates.example")["paths"][path][method.lower()].get("parameters", [])
    named = {(parameter["in"], parameter["name"]) for parameter in parameters if parameter["in"] != "path"}
    assert read == named
