"""The page of a certificate: valid, or one of four refusals, for people and for programs that follow links."""

from __future__ import annotations

import html
import re
import struct
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from certificates import runtime
from certificates.exception_list.entries import add_exception, remove_exception
from certificates.invalidate import invalidate
from certificates.request import request_certificate
from certificates.rules.model import Pacing
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import Caller
from tests.people import COURSE, enroll, make_run

NAME = "<script>alert(1)</script> O'Neil & Co"


@pytest.fixture
def anybody(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    return Browser(load("certificate_verification"))


def issued(backend: Any, name: str = "Zoë Ångström", **run: Any) -> str:
    make_run(backend, **run)
    enroll(backend, "7", "zoe", name=name, grade="0.81")
    certificate = request_certificate(COURSE, "zoe", backend=backend, now=runtime.now()).certificate
    assert certificate is not None
    return certificate.verify_uuid


def test_a_valid_certificate_has_learner_course_issuer_and_date(backend: Any, anybody: Browser) -> None:
    page = anybody.get(f"/certificates/{issued(backend)}")
    assert page.status == 200
    for said in ("This certificate is valid.", "Zoë Ångström", "Marine Biology", "Fjord University", "Verified"):
        assert said in page.text
    assert 'name="robots" content="noindex"' in page.text


def test_the_page_has_the_name_as_it_is_printed_and_json_as_the_lms_has_it(backend: Any, anybody: Browser) -> None:
    path = f"/certificates/{issued(backend, name='Ana 🌸 Petrova')}"
    page = anybody.get(path).text
    assert "Ana Petrova" in page and "🌸" not in page
    assert anybody.get(path, accept="application/json").json()["name"] == "Ana 🌸 Petrova"


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "text/html", "text/html,application/json;q=0.9", "application/json, text/html", "application/json;q=0"],
)
def test_a_client_that_does_not_prefer_json_gets_a_page(backend: Any, anybody: Browser, accept: str) -> None:
    page = anybody.get(f"/certificates/{issued(backend)}", accept=accept)
    assert page.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "application/json, text/plain, */*",
        "text/html;q=0.5, application/json;q=0.8",
        "application/*",
        "application/json;q=0.1, text/html;q=0",
    ],
)
def test_a_client_that_prefers_json_gets_json_and_only_headers_for_head(
    backend: Any, anybody: Browser, accept: str
) -> None:
    path = f"/certificates/{issued(backend)}"
    answer, head = anybody.get(path, accept=accept), anybody.head(path, accept=accept)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert (head.status, head.content, head.headers) == (200, b"", answer.headers)


@pytest.mark.parametrize(
    "address",
    [
        *(f"/certificates/{{}}{end}" for end in ("/", ".", "/pdf", "/credential", "/credential.json", "/nonsense/x")),
        *("/health", "/openapi.json", "/asyncapi.yaml", "/.well-known/did.json", "/did.json", "/status/1-1"),
    ],
)
def test_head_is_answered_as_get_wherever_anyone_may_look(backend: Any, anybody: Browser, address: str) -> None:
    path = address.format(issued(backend))
    head, page = anybody.head(path), anybody.get(path)
    assert (head.status, head.content) == (page.status, b"")
    assert head.headers.get("content-type") == page.headers.get("content-type")
    assert head.headers.get("location", "").partition("?")[0] == page.headers.get("location", "").partition("?")[0]


@pytest.mark.parametrize("name", ["picture", "badge.png"])
def test_head_of_a_picture_and_a_refused_picture_are_answers_for_programs(backend: Any, name: str) -> None:
    artist, path = Browser(load("certificate_picture")), f"/certificates/{issued(backend)}/{name}"
    assert (artist.head(path).status, artist.head(path).content) == (200, b"")
    refused = artist.get(f"/certificates/{'0' * 32}/{name}")
    assert (refused.status, refused.headers["content-type"]) == (404, "application/problem+json")
    assert refused.reason == "unknown-certificate"


def test_a_picture_has_one_of_two_shapes(backend: Any) -> None:
    path = f"/certificates/{issued(backend)}/picture"
    ask = Caller(load("certificate_picture"), None)
    for shape in ("page", "card", ""):
        assert ask("GET", f"{path}?shape={shape}").content.startswith(b"\x89PNG")
    assert ask("GET", f"{path}?shape=round").refusal == (404, "unknown-shape")


def test_head_is_answered_as_get_without_a_body(backend: Any, anybody: Browser) -> None:
    path = f"/certificates/{issued(backend)}"
    head, page = anybody.head(path), anybody.get(path)
    assert (head.status, head.content) == (200, b"")
    assert head.headers["content-type"] == page.headers["content-type"]


def test_an_invalidated_certificate_says_when_and_shows_no_name_and_no_picture(backend: Any, anybody: Browser) -> None:
    verify_uuid = issued(backend)
    invalidate(COURSE, "zoe", "handed in twice", by="ines", backend=backend, now=datetime(2026, 12, 3, tzinfo=UTC))
    page = anybody.get(f"/certificates/{verify_uuid}")
    assert "This certificate was invalidated." in page.text
    assert "3 December 2026" in page.text
    for hidden in ("Zoë", "handed in twice", "/picture", "/pdf", "og:image"):
        assert hidden not in page.text


def test_a_withdrawn_certificate_is_real_and_not_valid_and_the_page_does_not_say_why(
    backend: Any, anybody: Browser
) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", name="Zoë Ångström", grade="0.2")
    add_exception(COURSE, "zoe", "ill", by="ines", backend=backend, now=runtime.now())
    held = request_certificate(COURSE, "zoe", backend=backend, now=runtime.now()).certificate
    assert held is not None
    path = f"/certificates/{held.verify_uuid}"
    assert "This certificate is valid." in anybody.get(path).text
    remove_exception(COURSE, "7", by="ines", backend=backend, now=runtime.now())
    page = anybody.get(path)
    assert page.status == 200
    assert "This certificate was withdrawn." in page.text
    assert "This page does not say why." in page.text
    for hidden in ("Zoë", "Marine Biology", "/picture", "og:image"):
        assert hidden not in page.text
    assert Browser(load("certificate_picture")).get(f"{path}/picture").status == 410


def test_verification_needs_no_fonts_for_its_function_has_none(
    backend: Any, anybody: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/certificates/{issued(backend, 'Ἀθηνᾶ Παππᾶ')}"

    def no_fonts(text: str) -> str:
        raise LookupError("no fonts")

    monkeypatch.setattr("certificates.rendering.printable.missing", no_fonts)
    assert "Ἀθηνᾶ Παππᾶ" in anybody.get(path).text
    assert Browser(load("certificate_picture")).get(f"{path}/picture").status == 200


def test_a_certificate_that_is_not_shown_yet_has_a_page_of_its_own(backend: Any, anybody: Browser) -> None:
    verify_uuid = issued(backend)
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=datetime(2999, 1, 1, tzinfo=UTC))
    page = anybody.get(f"/certificates/{verify_uuid}")
    assert (page.status, "Not available yet." in page.text, "Zoë" in page.text) == (404, True, False)


def test_the_page_names_the_fault_of_a_wrong_id(anybody: Browser) -> None:
    page = anybody.get("/certificates/0b98b5e5")
    assert (page.status, "No certificate has this id." in page.text) == (404, True)
    assert "An id has 32 characters: digits and the letters a to f. This has 8." in page.text
    assert "this is none of them" in anybody.get("/certificates/xyz").text.lower()


@pytest.mark.parametrize(
    "written",
    [
        *("{upper}", "{hyphens}", "{plain}.", "{plain}/", "%20{plain}%20", "{blanks}", "{upper}./"),
        # The letters O, I and l, hyphens and invisible signs of a PDF, and digits of a Japanese keyboard.
        *("{letters}", "{dashes}", "%E2%80%8B{plain}%C2%AD", "{wide}"),
    ],
)
def test_an_id_typed_from_paper_leads_to_its_address(backend: Any, anybody: Browser, written: str) -> None:
    plain = issued(backend)
    groups = [plain[start : start + 8] for start in range(0, 32, 8)]
    typed = written.format(
        plain=plain,
        upper=plain.upper(),
        hyphens="-".join(groups),
        blanks="%20".join(groups),
        letters=plain.replace("0", "O").replace("1", "l", 1).replace("1", "I"),
        dashes="%E2%80%91".join(groups),
        wide=quote("".join(chr(ord(sign) + 0xFEE0) for sign in plain)),
    )
    answer = anybody.get(f"/certificates/{typed}")
    assert (answer.status, answer.headers["location"]) == (302, f"/certificates/{plain}")


@pytest.mark.usefixtures("anybody")
@pytest.mark.parametrize("written", ["https://certificates.example/certificates/{}", "ID: {}", "{}/pdf", " {}?lang=es"])
def test_an_id_may_be_pasted_with_its_address(backend: Any, written: str) -> None:
    plain = issued(backend)
    answer = Browser(load("pages")).get(f"/verify?id={quote(written.format(plain), safe='')}")
    assert (answer.status, answer.headers.get("location")) == (302, f"/certificates/{plain}")


def test_typed_texts_are_escaped_everywhere(backend: Any, anybody: Browser) -> None:
    page = anybody.get(f"/certificates/{issued(backend, NAME)}")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in anybody.get("/certificates/%3Cscript%3Ealert(1)").text


def test_nothing_inline_and_nothing_of_another_host_is_allowed_or_there(backend: Any, anybody: Browser) -> None:
    page = anybody.get(f"/certificates/{issued(backend)}")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert re.search(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=\"/assets/)", page.text) is None
    assert page.headers["cache-control"] == "no-store"


def test_a_link_shows_a_picture_that_is_fetched_without_a_cookie_or_a_redirect(backend: Any, anybody: Browser) -> None:
    page = anybody.get(f"/certificates/{issued(backend)}").text
    found = re.search(r'og:image" content="https://certificates.example(/[^"]+)"', page)
    assert found is not None
    picture = Browser(load("certificate_picture")).get(found[1].replace("&amp;", "&"))
    assert (picture.status, picture.headers["content-type"]) == (200, "image/png")
    assert struct.unpack(">II", picture.content[16:24]) == (1200, 630)
    assert picture.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("organization_id", "issuer"), [("", {"organizationName": ["Fjord & Co"]}), ("1337", {"organizationId": ["1337"]})]
)
def test_the_link_to_linkedin_has_issuer_title_and_date_with_every_value_encoded(
    backend: Any, anybody: Browser, monkeypatch: pytest.MonkeyPatch, organization_id: str, issuer: dict[str, list[str]]
) -> None:
    monkeypatch.setenv("LINKEDIN_ORGANIZATION_ID", organization_id)
    verify_uuid = issued(backend, organization="Fjord & Co", title="Nets: 100% knots + rope?")
    found = re.search(r'href="(https://www.linkedin.com/[^"]+)"', anybody.get(f"/certificates/{verify_uuid}").text)
    assert found is not None
    now = runtime.now()
    assert parse_qs(urlsplit(html.unescape(found[1])).query) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["Nets: 100% knots + rope?"],
        **issuer,
        "issueYear": [str(now.year)],
        "issueMonth": [str(now.month)],
        "certId": [verify_uuid],
        "certUrl": [f"https://certificates.example/certificates/{verify_uuid}"],
    }


def test_the_link_to_linkedin_has_the_month_in_which_a_certificate_expires(backend: Any, anybody: Browser) -> None:
    verify_uuid = issued(backend, valid_months=24)
    found = re.search(r'href="(https://www.linkedin.com/[^"]+)"', anybody.get(f"/certificates/{verify_uuid}").text)
    assert found is not None
    now, told = runtime.now(), parse_qs(urlsplit(html.unescape(found[1])).query)
    assert (told["expirationYear"], told["expirationMonth"]) == ([str(now.year + 2)], [str(now.month)])


def test_the_picture_of_an_invalidated_certificate_is_gone_though_it_was_kept(backend: Any, anybody: Browser) -> None:
    path = f"/certificates/{issued(backend)}/picture"
    artist = Browser(load("certificate_picture"))
    first, kept = artist.get(path), artist.get(path)
    assert (first.status, first.content == kept.content) == (200, True)
    invalidate(COURSE, "zoe", "", by="ines", backend=backend, now=runtime.now())
    assert artist.get(path).status == 410


@pytest.mark.parametrize(
    ("accepted", "language", "direction", "decimal"),
    [("es-MX,es;q=0.9", "es", "ltr", ","), ("ar", "ar", "rtl", "."), ("ja, en;q=0.5", "en", "ltr", ".")],
)
def test_the_page_speaks_the_readers_language_in_its_direction(
    backend: Any, anybody: Browser, accepted: str, language: str, direction: str, decimal: str
) -> None:
    page = anybody.get(f"/certificates/{issued(backend)}", **{"accept-language": accepted})
    assert f'<html lang="{language}" dir="{direction}">' in page.text
    assert page.headers["content-language"] == language


def test_a_chosen_language_is_remembered_and_leads_back_to_the_same_page(backend: Any, anybody: Browser) -> None:
    path = f"/certificates/{issued(backend)}"
    chosen = anybody.get(f"{path}?language=ar")
    assert (chosen.status, chosen.headers["location"]) == (303, path)
    assert 'dir="rtl"' in anybody.get(path).text


def test_somebody_who_is_signed_in_is_led_back_and_not_to_the_sign_in_page(backend: Any, anybody: Browser) -> None:
    path = f"/certificates/{issued(backend)}"
    assert 'href="/sign-in">' in anybody.get(path).text
    signed_in = Browser(load("pages")).sign_in("zoe")
    for page in (Browser(anybody.handler, signed_in.cookies).get(path).text, signed_in.get("/verify").text):
        assert 'href="/learn">My certificates</a>' in page and 'href="/sign-in">' not in page


def test_an_id_in_the_field_leads_to_its_page(backend: Any, anybody: Browser) -> None:
    pages = Browser(load("pages"))
    assert 'name="id"' in pages.get("/verify").text
    verify_uuid = issued(backend)
    found = pages.get(f"/verify?id={verify_uuid[:8].upper()}-{verify_uuid[8:]}")
    assert (found.status, found.headers["location"]) == (302, f"/certificates/{verify_uuid}")
    assert pages.get("/verify?id=nonsense").status == 404


def test_an_asset_is_kept_for_a_year_under_an_address_that_changes_with_it(anybody: Browser) -> None:
    pages = Browser(load("pages"))
    found = re.search(r'rel="stylesheet" href="([^"]+)"', pages.get("/verify").text)
    assert found is not None
    style = pages.get(found[1])
    assert style.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert style.headers["content-encoding"] == "gzip"
    assert "--ground" in style.text
    assert pages.get("/assets/1/..%2Fvisit.py").status == 404
