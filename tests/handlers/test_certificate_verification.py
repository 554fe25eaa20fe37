"""Anyone checks a certificate over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from certificates import runtime
from certificates.request import request_certificate
from certificates.rules.model import Pacing
from tests.killing import calls
from tests.people import COURSE, enroll, make_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def anybody(people: Any) -> Any:
    return people("certificate_verification", None)


def issued(backend: Any, name: str = "Zoë Ångström") -> str:
    make_run(backend)
    enroll(backend, "7", "zoe", name=name, grade="0.81")
    certificate = request_certificate(COURSE, "zoe", backend=backend, now=NOW).certificate
    assert certificate is not None
    return certificate.verify_uuid


def test_a_valid_certificate_has_name_course_and_date(backend: Any, anybody: Any) -> None:
    verify_uuid = issued(backend)
    said = anybody("GET", f"/certificates/{verify_uuid}", accept="application/json").json()
    assert said["status"] == "valid"
    assert (said["name"], said["mode"], said["issued_on"], said["revision"]) == (
        "Zoë Ångström",
        "verified",
        "2026-11-20",
        1,
    )
    assert said["course"] == {"course_id": COURSE, "title": "Marine Biology", "organization": "Fjord University"}


def test_an_id_typed_from_paper_leads_to_its_own_address(backend: Any, anybody: Any) -> None:
    verify_uuid = issued(backend)
    answer = anybody("GET", f"/certificates/{verify_uuid.upper()}.", accept="application/json")
    assert (answer.status, answer.headers["location"]) == (302, f"/certificates/{verify_uuid}")


def test_an_id_typed_from_paper_has_its_pdf(backend: Any, anybody: Any) -> None:
    verify_uuid = issued(backend)
    typed = "-".join((verify_uuid[:8].upper(), verify_uuid[8:].replace("0", "O")))
    answer = anybody("GET", f"/certificates/{typed}/pdf")
    assert (answer.status, f"certificate-{verify_uuid}.pdf" in answer.headers["location"]) == (302, True)


def test_the_pdf_is_a_redirect_to_an_address_that_expires(backend: Any, anybody: Any) -> None:
    answer = anybody("GET", f"/certificates/{issued(backend)}/pdf")
    assert answer.status == 302
    assert "X-Amz-Expires=300" in answer.headers["location"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("query", "shown"), [("", "inline"), ("?download=true", "attachment")])
def test_a_browser_shows_the_pdf_or_keeps_it_as_asked(backend: Any, anybody: Any, query: str, shown: str) -> None:
    answer = anybody("GET", f"/certificates/{issued(backend)}/pdf{query}")
    assert f"response-content-disposition={shown}%3B" in answer.headers["location"]


@pytest.mark.parametrize("verify_uuid", ["a" * 32, "%2F%2Fevil.example", "non sense"])
def test_a_browser_that_asks_for_a_missing_pdf_is_led_to_the_page_that_says_why(anybody: Any, verify_uuid: str) -> None:
    asked = verify_uuid.replace(" ", "%20")
    answer = anybody("GET", f"/certificates/{asked}/pdf", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (answer.status, answer.headers["location"]) == (302, f"/certificates/{asked}")
    assert anybody("GET", f"/certificates/{asked}/pdf", accept="*/*").status == 404


def test_the_page_escapes_typed_texts(backend: Any, anybody: Any) -> None:
    verify_uuid = issued(backend, "<script>alert(1)</script> O'Neil & Co")
    page = anybody("GET", f"/certificates/{verify_uuid}", accept="text/html")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


@pytest.mark.parametrize("verify_uuid", ["0" * 32, "nonsense", "%2e%2e", "a" * 32])
def test_an_unknown_id_is_unknown(anybody: Any, verify_uuid: str) -> None:
    for path in (f"/certificates/{verify_uuid}", f"/certificates/{verify_uuid}/pdf"):
        answer = anybody("GET", path, accept="application/json")
        assert answer.refusal == (404, "unknown-certificate")


def test_a_check_costs_two_reads_at_most_and_renders_nothing(backend: Any, anybody: Any) -> None:
    """Anyone may ask at any rate, so a check must be cheap."""
    look_up, facts = "dynamodb.Query", "dynamodb.BatchGetItem"
    costs = {"nonsense": [], "0" * 32: [look_up], issued(backend): [look_up, facts]}
    for verify_uuid, reads in costs.items():
        for path in (f"/certificates/{verify_uuid}", f"/certificates/{verify_uuid}/pdf"):
            with calls() as made:
                anybody("GET", path, accept="application/json")
            assert made == reads, path


def test_an_issued_certificate_that_is_not_yet_shown_is_not_the_same_as_unknown(backend: Any, anybody: Any) -> None:
    verify_uuid = issued(backend)
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=datetime(2999, 1, 1, tzinfo=UTC))
    answer = anybody("GET", f"/certificates/{verify_uuid}", accept="application/json")
    assert answer.refusal == (404, "not-yet-available")
    assert answer.json()["available_on"] == "2999-01-01T00:00:00Z"


def test_the_interface_answers(anybody: Any) -> None:
    assert anybody("GET", "/health").json() == {"status": "ok"}


@pytest.mark.parametrize(("day", "status"), [(datetime(2027, 5, 20, 12, tzinfo=UTC), "valid"), (NOW, "valid")])
def test_a_certificate_that_expires_says_its_last_day(
    backend: Any, anybody: Any, monkeypatch: pytest.MonkeyPatch, day: datetime, status: str
) -> None:
    verify_uuid = expiring(backend)
    monkeypatch.setattr(runtime, "now", lambda: day)
    said = anybody("GET", f"/certificates/{verify_uuid}", accept="application/json").json()
    assert (said["status"], said["expires_on"]) == (status, "2027-05-20")
    page = anybody("GET", f"/certificates/{verify_uuid}", accept="text/html").text
    assert "This certificate is valid." in page and "Valid until" in page and "20 May 2027" in page


def test_an_expired_certificate_is_not_called_valid_and_keeps_its_document(
    backend: Any, anybody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify_uuid = expiring(backend)
    monkeypatch.setattr(runtime, "now", lambda: datetime(2027, 5, 21, 12, tzinfo=UTC))
    said = anybody("GET", f"/certificates/{verify_uuid}", accept="application/json").json()
    assert (said["status"], said["expires_on"], said["name"]) == ("expired", "2027-05-20", "Zoë Ångström")
    page = anybody("GET", f"/certificates/{verify_uuid}", accept="text/html").text
    assert "This certificate has expired." in page and "valid until 20 May 2027" in page
    assert "is valid" not in page and "A valid certificate" not in page
    assert anybody("GET", f"/certificates/{verify_uuid}/pdf").status == 302


def expiring(backend: Any) -> str:
    """A certificate of 20 November 2026 that is valid for six months."""
    make_run(backend, valid_months=6)
    enroll(backend, "7", "zoe", grade="0.81")
    certificate = request_certificate(COURSE, "zoe", backend=backend, now=NOW).certificate
    assert certificate is not None
    return certificate.verify_uuid
