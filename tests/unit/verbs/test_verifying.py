"""Verifying: anyone gets the public facts of a certificate, and its documents only while it stands."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from certificates.content import verify_uuid_of
from certificates.errors import Gone, NotFound
from certificates.picture import Shape, picture
from certificates.rules.model import Certificate, Display, Facts, Pacing, Site, Status
from certificates.rules.validity import Validity
from certificates.verify import (
    Verification,
    canonical,
    id_in,
    is_verify_uuid,
    pdf_link,
    shown_certificate,
    shown_document,
    verify,
)
from tests.unit.rules.made import CLOSED, COURSE_ID, FUTURE, INVALIDATION, NOW, PAST, certificate, facts

ID = "8f14e45fceea167a5a36dedd4bea2543"
DOCUMENT = f"certificates/{ID}/3-0.pdf"
HELD = replace(
    certificate(Status.DOWNLOADABLE),
    document=DOCUMENT,
    name="Li Ning",
    organization="Northwind",
    course_title="Statistics",
)
SITE = Site(time_zone="Pacific/Auckland")


class Bucket:
    def __init__(self, objects: dict[str, bytes] | None = None) -> None:
        self.objects = objects or {}

    def link(self, key: str, name: str, *, attachment: bool) -> str:
        return f"link to {key} as {name}{', to keep' if attachment else ''}"

    def get(self, key: str) -> bytes | None:
        return self.objects.get(key)

    def put(self, key: str, content: bytes, kind: str) -> None:
        self.objects[key] = content + f" ({kind})".encode()


def backend(given: Facts | None, bucket: Bucket | None = None) -> Any:
    """A backend that knows one certificate, and its learner if `given` is not None."""

    def facts_of(course_id: str, user_id: str, *, site: Site, now: Any, printing: bool) -> Facts | None:
        assert (course_id, user_id, site, now, printing) == (COURSE_ID, "41", SITE, NOW, False)
        return given

    def whose(id: str) -> tuple[str, str] | None:
        assert is_verify_uuid(id), "a text that is no id must not be looked up"
        return (COURSE_ID, "41") if id == ID else None

    certificates = SimpleNamespace(whose=whose, facts=facts_of)
    return SimpleNamespace(certificates=certificates, documents=bucket or Bucket(), site=SITE)


def holding(held: Certificate | None = HELD, **changes: Any) -> Facts:
    return replace(facts(**changes), site=SITE, certificate=held)


EARLY = {"display": Display.END_WITH_DATE, "available_on": FUTURE}
FORGOTTEN = {"forgotten": True, "name": "", "username": "", "email": ""}


def test_a_certificate_that_stands_is_valid_with_nothing_more_to_say() -> None:
    found = verify(ID, backend=backend(holding()), now=NOW)
    assert found == Verification(validity=Validity.VALID, certificate=HELD)
    assert (found.has_document, found.names_holder, found.has_expired) == (True, True, False)


def test_days_are_those_of_the_runs_time_zone() -> None:
    late = PAST.replace(hour=20)
    next_day = late.date() + timedelta(days=1)
    invalidated = holding(invalidation=replace(INVALIDATION, invalidated_at=late))
    found = verify(ID, backend=backend(invalidated), now=NOW)
    assert (found.validity, found.invalidated_on, found.imported_on) == (Validity.INVALIDATED, next_day, None)
    assert (found.has_document, found.names_holder) == (False, False)
    found = verify(ID, backend=backend(holding(replace(HELD, imported_at=late, document=None))), now=NOW)
    assert (found.validity, found.imported_on, found.invalidated_on) == (Validity.IMPORTED, next_day, None)
    assert (found.has_document, found.names_holder) == (False, True)


def test_a_closed_invalidation_and_an_import_before_a_new_revision_have_no_day() -> None:
    found = verify(ID, backend=backend(holding(invalidation=CLOSED)), now=NOW)
    assert found == Verification(validity=Validity.VALID, certificate=HELD)
    found = verify(ID, backend=backend(holding(replace(HELD, status=Status.NOTPASSING, imported_at=PAST))), now=NOW)
    assert (found.validity, found.imported_on) == (Validity.WITHDRAWN, None)


def test_a_certificate_that_expires_names_its_last_day_before_and_after_it() -> None:
    for day, validity in (("2026-12-31", Validity.VALID), ("2026-01-31", Validity.EXPIRED)):
        found = verify(ID, backend=backend(holding(replace(HELD, fields={"expires": day}))), now=NOW)
        assert (found.validity, found.expires_on) == (validity, date.fromisoformat(day))
        assert (found.has_document, found.names_holder) == (True, True)
        assert found.has_expired is (validity is Validity.EXPIRED)


@pytest.mark.parametrize(
    ("id", "given"),
    [
        ("0" * 32, holding()),
        ("not an id", holding()),
        (ID, None),
        (ID, holding(None)),
        (ID, holding(replace(HELD, issued_on=None))),
    ],
)
def test_an_id_without_a_certificate_is_unknown(id: str, given: Facts | None) -> None:
    with pytest.raises(NotFound) as refused:
        verify(id, backend=backend(given), now=NOW)
    assert (refused.value.reason, str(refused.value), refused.value.values) == (
        "unknown-certificate",
        "No certificate is known under this id. Check it for typing errors.",
        {},
    )


def test_a_certificate_that_is_not_shown_yet_says_when_in_the_runs_time_zone() -> None:
    with pytest.raises(NotFound) as refused:
        verify(ID, backend=backend(holding(run=EARLY)), now=NOW)
    assert (refused.value.reason, str(refused.value)) == ("not-yet-available", "This certificate is not shown yet.")
    due: Any = refused.value.values["available_on"]
    assert (due, due.isoformat()) == (FUTURE, "2026-12-15T22:00:00+13:00")


def test_a_certificate_that_waits_for_a_date_nobody_has_set_names_none() -> None:
    run = {"display": Display.END, "pacing": Pacing.INSTRUCTOR, "end": None}
    with pytest.raises(NotFound) as refused:
        verify(ID, backend=backend(holding(run=run)), now=NOW)
    assert (refused.value.reason, refused.value.values) == ("not-yet-available", {})


@pytest.mark.parametrize(
    ("given", "kind", "reason", "text", "values"),
    [
        (
            holding(invalidation=INVALIDATION),
            Gone,
            "invalidated",
            "This certificate has been invalidated.",
            {"invalidated_on": date(2026, 10, 26)},
        ),
        (
            holding(replace(HELD, status=Status.NOTPASSING)),
            Gone,
            "withdrawn",
            "This certificate has been withdrawn.",
            {},
        ),
        (holding(learner=FORGOTTEN), Gone, "withdrawn", "This certificate has been withdrawn.", {}),
        (
            holding(replace(HELD, imported_at=PAST, document=None)),
            NotFound,
            "no-document",
            "The LMS issued this certificate itself: its document is not here.",
            {},
        ),
        (None, NotFound, "unknown-certificate", None, {}),
    ],
)
def test_a_certificate_without_a_document_here_says_why(
    given: Facts | None, kind: type[Exception], reason: str, text: str | None, values: dict[str, Any]
) -> None:
    asked: list[Callable[..., object]] = [shown_certificate, shown_document, pdf_link]
    for ask in asked:
        with pytest.raises(kind) as refused:
            ask(ID, backend=backend(given), now=NOW)
        refusal: Any = refused.value
        assert (refusal.reason, str(refusal), refusal.values) == (reason, text or str(refusal), values)
    with pytest.raises(kind):
        picture(ID, Shape.PAGE, backend=backend(given), now=NOW)


def test_a_certificate_whose_document_is_gone_counts_as_withdrawn() -> None:
    without = backend(holding(replace(HELD, document=None)))
    assert shown_certificate(ID, backend=without, now=NOW).document is None
    for ask in (shown_document, pdf_link):
        with pytest.raises(Gone, match=r"^This certificate has been withdrawn\.$"):
            ask(ID, backend=without, now=NOW)
    for each in (without, backend(holding())):
        with pytest.raises(Gone) as refused:
            picture(ID, Shape.PAGE, backend=each, now=NOW)
        assert refused.value.reason == "withdrawn"


def test_a_link_leads_to_the_document_under_the_name_of_the_certificate() -> None:
    assert shown_document(ID, backend=backend(holding()), now=NOW) == DOCUMENT
    to_look_at = f"link to {DOCUMENT} as certificate-{ID}.pdf"
    assert pdf_link(ID, backend=backend(holding()), now=NOW) == to_look_at
    assert pdf_link(ID, to_keep=True, backend=backend(holding()), now=NOW) == f"{to_look_at}, to keep"


@pytest.mark.parametrize(
    ("typed", "id"),
    [
        (ID, ID),
        (ID.upper(), ID),
        (f" {ID[:8]}-{ID[8:12]} {ID[12:]}. ", ID),
        (f"{ID}/", ID),
        (f"./{ID}", ID),
        ("A\tb\n", "ab"),
    ],
)
def test_an_id_typed_from_paper_has_one_form(typed: str, id: str) -> None:
    assert canonical(typed) == id


@pytest.mark.parametrize(
    ("pasted", "id"),
    [
        (ID, ID),
        (f"https://here.example/certificates/{ID}", ID),
        (f"https://here.example/certificates/{ID}/pdf?lang=nb", ID),
        (f"ID: {ID[:16].upper()} {ID[16:]}.", ID),
        (f"{ID} / {'0' * 32}", ID),
        (f"Certificate id {ID[:8]} {ID[8:16]} {ID[16:24]} {ID[24:]}", ID),
        (f"Id\n{ID} Face", ID),
        (f"bad - {ID[:16]}\u2013{ID[16:]} - 1", ID),
        (f"bad {ID[:-1]}", None),
        ("", None),
        ("my certificate", None),
        (ID[:-1], None),
        (f"{ID}0", None),
        (f"0{ID}", None),
    ],
)
def test_the_id_is_found_in_a_pasted_address_or_line(pasted: str, id: str | None) -> None:
    assert id_in(pasted) == id


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        (ID, True),
        ("0" * 32, True),
        (ID.upper(), False),
        ("X" * 32, False),
        (ID[:-1], False),
        (ID + "0", False),
        ("g" * 32, False),
    ],
)
def test_an_id_has_32_small_hexadecimal_digits(text: str, is_id: bool) -> None:
    assert is_verify_uuid(text) is is_id


def test_the_id_of_a_certificate_is_its_learners_under_the_secret_as_a_uuid() -> None:
    for number in range(64):
        digits = hmac.new(b"s", f"{COURSE_ID}\n{number}".encode(), "sha256").hexdigest()[:32]
        made = verify_uuid_of(b"s", COURSE_ID, str(number))
        assert (made[:12], made[13:16], made[17:]) == (digits[:12], digits[13:16], digits[17:])
        assert (made[12], int(made[16], 16)) == ("8", int(digits[16], 16) & 3 | 8)
        assert UUID(made).version == 8


PAGE, CARD = f"pictures/{ID}/3-0-page.png", f"pictures/{ID}/3-0-card.png"


def test_a_picture_is_made_once_for_each_revision_and_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    from certificates.rendering import picturing, sharing

    monkeypatch.setattr(picturing, "page", lambda pdf: b"page of " + pdf)
    monkeypatch.setattr(sharing, "card", lambda pdf, text: b"card of " + pdf + f" {tuple(text)}".encode())
    bucket = Bucket({DOCUMENT: b"pdf"})
    made = picture(ID, Shape.PAGE, backend=backend(holding(), bucket), now=NOW)
    assert made == b"page of pdf"
    card = picture(ID, Shape.CARD, backend=backend(holding(), bucket), now=NOW)
    assert card == b"card of pdf ('Northwind', 'Li Ning', 'Statistics')"
    assert bucket.objects == {DOCUMENT: b"pdf", PAGE: made + b" (image/png)", CARD: card + b" (image/png)"}
    assert picture(ID, Shape.PAGE, backend=backend(holding(), bucket), now=NOW) == made + b" (image/png)"
