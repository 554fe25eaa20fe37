"""Usernames and e-mails as people paste and spreadsheets change them."""

from __future__ import annotations

import pytest

from certificates.rules.flaws import Flaw, FlawId, flaw
from certificates.rules.identifiers import meant_by, padded, what_is_odd


@pytest.mark.parametrize(
    "pasted",
    [
        "Mara Ilves <mara@example.org>",
        '"Ilves, Mara" <mara@example.org>;',
        "mailto:mara@example.org",
        "MAILTO:mara@example.org?subject=Hello",
        "mara@example.org;",
        "mara@example.org ,",
        "\u202amara@example.org\u202c",
        "mara\u200e@example.org",
        "“mara@example.org”",
        "<mara@example.org>",
        "\u00a0mara@example.org\u200b",
        "'mara@example.org'",
    ],
)
def test_what_a_mail_program_puts_around_an_address_is_not_meant(pasted: str) -> None:
    assert meant_by(pasted)[-1] == "mara@example.org"


@pytest.mark.parametrize("username", ["عمر خالد", "Noor El Amin", "ana@corp", "+sam", "-lena-", "a.b_c"])
def test_a_username_is_meant_as_it_stands(username: str) -> None:
    assert meant_by(f" {username} ") == (username,)


def test_what_stands_there_is_surer_than_what_may_be_meant() -> None:
    assert meant_by("ana;") == ("ana;", "ana")


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ("ma\u202ara", flaw(FlawId.INVISIBLE_CHARACTER, code_point=0x202A)),
        ("2.19E+03", flaw(FlawId.NUMBER_OF_SPREADSHEET)),
        ("2,19E+03", flaw(FlawId.NUMBER_OF_SPREADSHEET)),
        ("1e5", flaw(FlawId.NUMBER_OF_SPREADSHEET)),
        ("e5", None),
        ("mara", None),
    ],
)
def test_an_identifier_that_nobody_has_is_told_to_be_odd(identifier: str, told: Flaw | None) -> None:
    assert what_is_odd(identifier) == told


def test_a_number_may_be_a_username_without_its_zeros() -> None:
    assert padded("42")[:3] == ("042", "0042", "00042")
    assert padded("mara") == padded("4.2") == ()
