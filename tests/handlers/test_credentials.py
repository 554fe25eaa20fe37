"""Anyone gets and checks credentials: issued certificates have one, and invalidated ones are revoked."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pikepdf
import pytest
from openbadgeslib.baking import ITXT_KEYWORD_OB3, extract_png

from certificates import runtime
from certificates.credentials.checking import inspected
from certificates.credentials.status_lists import sign_all
from certificates.errors import BadRequest
from certificates.invalidate import invalidate, revalidate
from certificates.issue import issue
from certificates.planning import Cause
from certificates.request import request_certificate
from certificates.rules.eligibility import decide_regeneration
from certificates.rules.history import Trigger
from certificates.trust.status_list import decoded, is_set
from tests.handlers.conftest import load
from tests.handlers.http_events import Caller, Context
from tests.handlers.test_public_pages import Browser
from tests.moto_cloud import changes
from tests.people import COURSE, enroll, make_run

BASE = "https://certificates.example"
BEFORE = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def anyone(people: Any) -> Any:
    return people("certificate_verification", None)


@pytest.fixture
def held(backend: Any) -> Any:
    """Zoe's certificate."""
    make_run(backend)
    enroll(backend, "7", "zoe", name="Zoë Ångström", email="Zoe@example.org", grade="0.9")
    return request_certificate(COURSE, "zoe", backend=backend, now=BEFORE).certificate


def pdf_of(backend: Any, certificate: Any) -> bytes:
    pdf: bytes = backend.documents.get(certificate.document)
    return pdf


def attached(pdf: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {name: file.get_file().read_bytes() for name, file in document.attachments.items()}


def follow_changes() -> None:
    """Deliver the table's stream to its reader, and the reader's calls to the function that signs lists, in one
    call."""
    records = changes()
    for number, change in enumerate(records):
        change["dynamodb"]["SequenceNumber"] = str(number)
    with patch("certificates.aws.continuation.lambda_") as invoked:
        assert load("document_removal")({"Records": records}, Context()) == {"batchItemFailures": []}
    [asked] = invoked.return_value.invoke.call_args_list
    assert (asked.kwargs["FunctionName"], asked.kwargs["InvocationType"]) == ("status-lists:live", "Event")
    load("status_lists")(json.loads(asked.kwargs["Payload"]), Context())


def is_revoked(anyone: Any, certificate: Any) -> bool:
    published = anyone("GET", f"/status/{certificate.status_list}").json()
    return is_set(decoded(published["credentialSubject"]["encodedList"]), certificate.status_index)


def test_a_certificate_carries_its_credential_in_both_forms_and_the_interface_serves_the_same(
    backend: Any, held: Any, anyone: Any
) -> None:
    files = attached(pdf_of(backend, held))
    path = f"/certificates/{held.verify_uuid}/credential"

    plain = anyone("GET", path)
    jwt = anyone("GET", path, accept="application/vc+jwt")
    download = anyone("GET", f"{path}.json")

    assert plain.headers["content-type"] == "application/vc"
    assert jwt.headers["content-type"] == "application/vc+jwt"
    assert (plain.text.encode(), jwt.text.encode()) == (files["credential.json"], files["credential.jwt"])
    typed = anyone("GET", f"/certificates/{held.verify_uuid.upper()}/credential")
    assert typed.text == plain.text
    assert download.text == plain.text
    assert download.headers["content-disposition"] == f'attachment; filename="credential-{held.verify_uuid}.json"'


def test_a_credential_has_the_texts_of_the_paper(held: Any, anyone: Any) -> None:
    said = anyone("GET", f"/certificates/{held.verify_uuid}/credential").json()
    subject = said["credentialSubject"]
    [identity] = subject["identifier"]
    assert said["id"] == f"{BASE}/certificates/{held.verify_uuid}"
    assert (said["issuer"]["id"], said["issuer"]["name"]) == ("did:web:certificates.example", held.organization)
    assert (said["name"], subject["name"]) == (held.course_title, "Zoë Ångström")
    assert (said["awardedDate"], said["validFrom"]) == ("2026-11-20T00:00:00Z", "2026-11-20T12:00:00Z")
    assert (
        identity["identityHash"]
        == "sha256$" + hashlib.sha256(f"zoe@example.org{identity['salt']}".encode()).hexdigest()
    )
    assert "0.9" not in json.dumps(said)


def test_a_learner_without_an_e_mail_has_no_identifier(backend: Any, anyone: Any) -> None:
    make_run(backend)
    enroll(backend, "8", "abe", email="", grade="0.9")
    held = request_certificate(COURSE, "abe", backend=backend, now=BEFORE).certificate
    said = anyone("GET", f"/certificates/{held.verify_uuid}/credential").json()
    assert "identifier" not in said["credentialSubject"]


def test_a_run_may_go_without_credentials_and_so_may_a_site(
    backend: Any, anyone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    make_run(backend, credential=False)
    enroll(backend, "7", "zoe", grade="0.9")
    held = request_certificate(COURSE, "zoe", backend=backend, now=BEFORE).certificate
    without = replace(backend, gives_credentials=False)
    other = "course-v1:Fjord+BIO2+2026"
    make_run(backend, other)
    enroll(backend, "7", "zoe", course_id=other, grade="0.9")
    neither = request_certificate(other, "zoe", backend=without, now=BEFORE).certificate
    for certificate in (held, neither):
        assert certificate.status_list is None
        assert attached(pdf_of(backend, certificate)) == {}
        answer = anyone("GET", f"/certificates/{certificate.verify_uuid}/credential")
        assert answer.refusal == (404, "no-credential")


@pytest.mark.parametrize(("setting", "gives"), [("true", True), ("false", False)])
def test_the_site_s_switch_is_a_setting(setting: str, gives: bool, aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS", setting)
    runtime.backend.cache_clear()
    assert runtime.backend().gives_credentials is gives


def test_invalidated_is_revoked_and_re_validated_is_not(backend: Any, held: Any, anyone: Any) -> None:
    enroll(backend, "9", "mia", grade="0.9")
    other = request_certificate(COURSE, "mia", backend=backend, now=BEFORE).certificate
    assert not is_revoked(anyone, held)

    invalidate(COURSE, "zoe", "", by="ines", backend=backend, now=BEFORE)
    follow_changes()
    assert is_revoked(anyone, held)
    assert not is_revoked(anyone, other)
    assert anyone("GET", f"/certificates/{held.verify_uuid}/credential").status == 410

    revalidate(COURSE, "7", by="ines", backend=backend, now=BEFORE + timedelta(seconds=1))
    follow_changes()
    assert not is_revoked(anyone, held)


def test_both_forms_of_a_status_list_say_the_same(backend: Any, held: Any, anyone: Any) -> None:
    from certificates.trust.reading import opened

    invalidate(COURSE, "zoe", "", by="ines", backend=backend, now=BEFORE)
    follow_changes()
    path = f"/status/{held.status_list}"
    document, jwt = anyone("GET", path), anyone("GET", path, accept="application/vc+jwt")
    assert opened(jwt.text) == opened(document.json())
    assert document.headers["cache-control"] == "public, max-age=60"


def test_a_list_of_revoked_credentials_is_there_before_the_first_is_issued_and_no_other_is(
    held: Any, anyone: Any
) -> None:
    assert anyone("GET", f"/status/{held.status_list}").status == 200
    for unknown in ("9-9", "x", "0-0", "x" * 300):
        assert anyone("GET", f"/status/{unknown}").reason == "unknown-status-list"


def test_a_new_revision_keeps_id_day_and_place_and_is_valid_from_its_own_time(
    backend: Any, held: Any, anyone: Any
) -> None:
    path = f"/certificates/{held.verify_uuid}/credential"
    first = anyone("GET", path).json()
    enroll(backend, "7", "zoe", name="Zoë Berg", email="zoe@example.org", grade="0.9")
    cause = Cause(trigger=Trigger.REGENERATE, actor="ines")
    issue(COURSE, "7", cause=cause, backend=backend, now=BEFORE + timedelta(days=3), decide=decide_regeneration)
    second = anyone("GET", path).json()
    for same in ("id", "awardedDate", "credentialStatus"):
        assert first[same] == second[same]
    assert second["validFrom"] == "2026-11-23T12:00:00Z"
    assert second["credentialSubject"]["name"] == "Zoë Berg"


def test_the_page_offers_no_credential_of_a_revision_that_was_made_without_one(
    backend: Any, held: Any, anyone: Any
) -> None:
    page = f"/certificates/{held.verify_uuid}"
    assert "credential.json" in anyone("GET", page, accept="text/html").text
    cause = Cause(trigger=Trigger.REGENERATE, actor="ines")
    for day, credential in ((3, False), (4, True)):
        make_run(backend, credential=credential)
        at = BEFORE + timedelta(days=day)
        issue(COURSE, "7", cause=cause, backend=backend, now=at, decide=decide_regeneration)
        offered = "credential.json" in anyone("GET", page, accept="text/html").text
        assert (offered, anyone("GET", f"{page}/credential").status) == (credential, 200 if credential else 404)
    again = backend.certificates.facts(COURSE, "7", site=backend.site, now=BEFORE).certificate
    assert (again.status_list, again.status_index) == (held.status_list, held.status_index)


def test_the_issuer_s_document_has_every_key(backend: Any, held: Any, anyone: Any) -> None:
    before = anyone("GET", "/.well-known/did.json")
    said = load("status_lists")({"rotate": "keys"}, Context())
    after = anyone("GET", "/.well-known/did.json").json()
    assert before.headers["content-type"] == "application/did+json"
    keys = [method["publicKeyMultibase"] for method in after["verificationMethod"]]
    assert keys == said["public_keys"]
    assert [method["publicKeyMultibase"] for method in before.json()["verificationMethod"]] == keys[2:]
    assert anyone("GET", "/did.json").json() == after


def test_before_the_first_credential_there_are_no_keys(anyone: Any) -> None:
    assert anyone("GET", "/.well-known/did.json").reason == "no-credential"


def test_the_badge_is_a_picture_that_carries_the_credential(backend: Any, held: Any, anyone: Any) -> None:
    page = Browser(load("certificate_picture")).get(f"/certificates/{held.verify_uuid}/badge.png")
    credential = anyone("GET", f"/certificates/{held.verify_uuid}/credential").text
    assert page.headers["content-type"] == "image/png"
    assert extract_png(page.content, keyword=ITXT_KEYWORD_OB3) == credential
    invalidate(COURSE, "zoe", "", by="ines", backend=backend, now=BEFORE)
    assert Browser(load("certificate_picture")).get(f"/certificates/{held.verify_uuid}/badge.png").status == 410


# ---------------------------------------------------------------- checks by name


def checks(anyone: Any, credential: Any, pdf: bytes | None = None) -> dict[str, str]:
    body = {"credential": credential}
    if pdf is not None:
        body["document_sha256"] = hashlib.sha256(pdf).hexdigest()
    answer = anyone("POST", "/credentials/checks", body)
    assert answer.status == 200, answer.text
    return {check["check"]: check["result"] for check in answer.json()["checks"]}


def test_a_credential_in_its_own_paper_passes_every_check(backend: Any, held: Any, anyone: Any) -> None:
    pdf = pdf_of(backend, held)
    files = attached(pdf)
    for credential in (json.loads(files["credential.json"]), files["credential.jwt"].decode()):
        assert checks(anyone, credential, pdf) == dict.fromkeys(
            ["issuer", "signature", "status", "revision", "paper"], "passed"
        )


def test_an_altered_paper_with_its_credential_kept_is_noticed(backend: Any, held: Any, anyone: Any) -> None:
    pdf = pdf_of(backend, held)
    found = checks(anyone, json.loads(attached(pdf)["credential.json"]), pdf.replace(b"Marine", b"Maring", 1) + b"\n")
    assert found == {
        "issuer": "passed",
        "signature": "passed",
        "status": "passed",
        "revision": "passed",
        "paper": "failed",
    }


def test_an_altered_credential_fails_and_says_nothing_of_the_certificate(backend: Any, held: Any, anyone: Any) -> None:
    said = json.loads(attached(pdf_of(backend, held))["credential.json"])
    said["credentialSubject"]["name"] = "Somebody Else"
    answer = anyone("POST", "/credentials/checks", {"credential": said}).json()
    assert [(check["check"], check["result"]) for check in answer["checks"]] == [
        ("issuer", "passed"),
        ("signature", "failed"),
    ]
    assert answer.keys() == {"checks", "checked_at"}


def test_a_credential_of_another_issuer_is_not_ours(held: Any, backend: Any, anyone: Any) -> None:
    said = json.loads(attached(pdf_of(backend, held))["credential.json"])
    said["issuer"]["id"] = "did:web:elsewhere.example"
    assert checks(anyone, said) == {"issuer": "failed", "signature": "failed"}


def test_a_credential_passes_every_check_after_a_change_of_the_public_address(
    backend: Any, held: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = pdf_of(backend, held)
    moved = replace(backend, base_url="https://elsewhere.example")
    monkeypatch.setattr(runtime, "backend", lambda base_url="": moved)
    anyone = Caller(load("certificate_verification"), None)
    files = attached(pdf)
    for credential in (json.loads(files["credential.json"]), files["credential.jwt"].decode()):
        assert set(checks(anyone, credential, pdf).values()) == {"passed"}
    forged = json.loads(files["credential.json"])
    forged["issuer"]["id"] = "did:web:elsewhere.example"
    assert checks(anyone, forged) == {"issuer": "passed", "signature": "failed"}


def test_the_credential_of_an_invalidated_certificate_fails_the_check_of_the_status(
    backend: Any, held: Any, anyone: Any
) -> None:
    said = json.loads(attached(pdf_of(backend, held))["credential.json"])
    invalidate(COURSE, "zoe", "", by="ines", backend=backend, now=BEFORE)
    assert checks(anyone, said) == {"issuer": "passed", "signature": "passed", "status": "failed"}
    told = anyone("POST", "/credentials/checks", {"credential": said}).json()
    assert told.keys() == {"checks", "checked_at", "verify_uuid", "invalidated_on"}


@pytest.mark.parametrize(("day", "result"), [(20, "passed"), (21, "failed")])
def test_a_credential_that_expires_has_a_check_of_its_last_day(
    backend: Any, anyone: Any, monkeypatch: pytest.MonkeyPatch, day: int, result: str
) -> None:
    make_run(backend, valid_months=6)
    enroll(backend, "7", "zoe", grade="0.9")
    issued = request_certificate(COURSE, "zoe", backend=backend, now=BEFORE).certificate
    assert issued is not None
    said = json.loads(attached(pdf_of(backend, issued))["credential.json"])
    assert said["validUntil"] == "2027-05-20T23:59:59Z"
    monkeypatch.setattr(runtime, "now", lambda: datetime(2027, 5, day, 12, tzinfo=UTC))
    found = checks(anyone, said)
    assert list(found) == ["issuer", "signature", "status", "period", "revision"]
    assert (found["status"], found["period"]) == ("passed", result)
    told = anyone("POST", "/credentials/checks", {"credential": said}).json()
    assert (told["name"], told["expires_on"]) == ("Zoë Ångström", "2027-05-20")


@pytest.mark.parametrize(
    ("time_zone", "last_second"),
    [
        ("America/Los_Angeles", "2027-05-21T06:59:59Z"),
        ("Asia/Kolkata", "2027-05-20T18:29:59Z"),
        (None, "2027-05-20T23:59:59Z"),
    ],
)
def test_a_credential_ends_with_the_last_day_in_the_time_zone_of_the_run(
    backend: Any, time_zone: str | None, last_second: str
) -> None:
    make_run(backend, valid_months=6, time_zone=time_zone)
    enroll(backend, "7", "zoe", grade="0.9")
    issued = request_certificate(COURSE, "zoe", backend=backend, now=BEFORE).certificate
    assert issued is not None
    assert json.loads(attached(pdf_of(backend, issued))["credential.json"])["validUntil"] == last_second


def test_the_paper_of_an_earlier_revision_cannot_be_checked(backend: Any, held: Any, anyone: Any) -> None:
    pdf = pdf_of(backend, held)
    cause = Cause(trigger=Trigger.REGENERATE, actor="ines")
    issue(COURSE, "7", cause=cause, backend=backend, now=BEFORE + timedelta(days=3), decide=decide_regeneration)
    found = checks(anyone, json.loads(attached(pdf)["credential.json"]), pdf)
    assert (found["status"], found["revision"], found["paper"]) == ("passed", "failed", "unknown")


@pytest.mark.parametrize(
    "context",
    [
        *(None, [], ["https://elsewhere.example/v1"], "https://www.w3.org/ns/credentials/v2"),
        ["https://www.w3.org/ns/credentials/v2"],  # the badge's own members mean nothing under it
    ],
)
def test_a_credential_under_another_context_says_something_else_and_fails(
    backend: Any, held: Any, anyone: Any, context: Any
) -> None:
    said = json.loads(attached(pdf_of(backend, held))["credential.json"])
    assert checks(anyone, {**said, "@context": context}) == {"issuer": "passed", "signature": "failed"}


def test_a_context_inside_a_credential_is_refused(backend: Any, held: Any, anyone: Any) -> None:
    said = json.loads(attached(pdf_of(backend, held))["credential.json"])
    said["credentialSubject"]["@context"] = {"name": "https://schema.org/alternateName"}
    assert anyone("POST", "/credentials/checks", {"credential": said}).status == 400


def jwt_of(payload: str) -> str:
    """A JWT that nobody has signed."""
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in ("{}", payload, "x"))


ODD: dict[str, Callable[[Any], Any]] = {
    "another text": lambda _: "x",
    "a longer text": lambda value: f"{value}x" if isinstance(value, str) else value,
    "half of a letter": lambda value: f"{value}\ud800" if isinstance(value, str) else value,
    "a list": lambda value: [value],
    "an empty list": lambda _: [],
    "nothing": lambda _: None,
    "a number": lambda _: 1,
    "true": lambda _: True,
    "a value object": lambda value: {"@value": value},
    "a node": lambda value: {"id": value},
    "two": lambda value: [value, value],
    "one member more": lambda value: {**value, "more": "x"} if isinstance(value, dict) else value,
    "a context": lambda value: {**value, "@context": {}} if isinstance(value, dict) else value,
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every part of a document."""
    yield path
    for key, part in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from places(part, (*path, key))


def with_odd(document: Any, path: tuple[Any, ...], odd: Callable[[Any], Any]) -> Any:
    if not path:
        return odd(document)
    changed = copy(document)
    changed[path[0]] = with_odd(document[path[0]], path[1:], odd)
    return changed


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_change_anywhere_in_a_credential_is_answered_and_never_passes_as_another_text(
    backend: Any, held: Any, anyone: Any, odd: Callable[[Any], Any]
) -> None:
    said = json.loads(attached(pdf_of(backend, held))["credential.json"])
    for path in places(said):
        changed = with_odd(said, path, odd)
        if changed == said:
            continue
        answer = anyone("POST", "/credentials/checks", {"credential": changed})
        assert answer.status in {200, 400}, (path, changed)
        if answer.status == 200 and "name" in answer.json():
            assert answer.json()["name"] == "Zoë Ångström", path


DEEP = "[" * 30_000
STRANGE = ["", "a.b.c", "a", {"issuer": {"id": "did:web:certificates.example"}}, jwt_of(DEEP), jwt_of("[1]")]


@pytest.mark.parametrize("strange", STRANGE)
def test_a_file_that_is_no_credential_is_refused_with_a_sentence(strange: Any, held: Any, anyone: Any) -> None:
    answer = anyone("POST", "/credentials/checks", {"credential": strange})
    assert answer.refusal == (400, "not-a-credential")


def test_a_document_that_is_nested_too_deeply_is_refused(backend: Any) -> None:
    nested: dict[str, Any] = {}
    for _ in range(5000):
        nested = {"a": nested}
    with pytest.raises(BadRequest) as refused:
        inspected(nested, None, backend=backend, now=BEFORE)
    assert refused.value.reason == "not-a-credential"


@pytest.mark.parametrize("foreign", [{}, {"issuer": "x"}, {"issuer": ["x"], "proof": 1}])
def test_a_credential_of_another_site_fails_the_check_of_the_issuer(foreign: Any, held: Any, anyone: Any) -> None:
    assert checks(anyone, foreign) == {"issuer": "failed", "signature": "failed"}


def test_after_a_rotation_old_credentials_pass_and_new_ones_are_signed_by_the_new_keys(
    backend: Any, held: Any, anyone: Any
) -> None:
    old = json.loads(attached(pdf_of(backend, held))["credential.json"])
    load("status_lists")({"rotate": "keys"}, Context())
    backend.credentials.keys._opened = None
    enroll(backend, "9", "mia", grade="0.9")
    new = request_certificate(COURSE, "mia", backend=backend, now=BEFORE).certificate
    fresh = json.loads(attached(pdf_of(backend, new))["credential.json"])
    assert old["proof"][0]["verificationMethod"] != fresh["proof"][0]["verificationMethod"]
    assert checks(anyone, old)["signature"] == checks(anyone, fresh)["signature"] == "passed"


def test_every_list_is_signed_again_by_schedule(backend: Any, held: Any, anyone: Any) -> None:
    later = runtime.now() + timedelta(hours=12)
    before = anyone("GET", f"/status/{held.status_list}").json()
    sign_all(backend.credentials.lists, now=later)
    after = anyone("GET", f"/status/{held.status_list}").json()
    assert before["validUntil"] < after["validUntil"] == f"{later + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"
    assert load("status_lists")({"sign": "all"}, Context()) is None


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/vc+jwt", "application/vc+jwt"),
        ("Application/VC+JWT, application/vc;q=0.5", "application/vc+jwt"),
        ("application/vc+jwt;q=0, application/vc", "application/vc"),
        ("application/vc, application/vc+jwt;q=0.5", "application/vc"),
        ("*/*", "application/vc"),
    ],
)
def test_the_form_of_a_credential_is_the_one_that_is_wanted_most(
    held: Any, anyone: Any, accept: str, media: str
) -> None:
    answer = anyone("GET", f"/certificates/{held.verify_uuid}/credential", accept=accept)
    assert (answer.status, answer.headers["content-type"]) == (200, media)
