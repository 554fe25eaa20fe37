"""Usernames and e-mails that people pasted or spreadsheets changed."""

from __future__ import annotations

import time

import pytest

from certificates.rules.flaws import Flaw, FlawId, flaw
from certificates.rules.identifiers import (
    is_spreadsheet_error,
    likely_fault,
    may_be_rewritten,
    meant_by,
    padded,
    sole_address,
    without_invisible_edges,
    written_as,
    zeros_lost,
)


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
        "< mara@example.org >;",
        "Mara\tIlves\u00a0<mara@example.org>",
        "\u00a0mara@example.org\u200b",
        "'mara@example.org'",
        "mara@example.org.",
    ],
)
def test_the_additions_of_a_mail_program_around_an_address_are_ignored(pasted: str) -> None:
    assert meant_by(pasted)[-1] == "mara@example.org"


@pytest.mark.parametrize("text", ["<" + "@" * 50_000, "<" * 50_000 + "a" + ">" * 50_000, "<a@b " * 20_000])
def test_a_cell_of_any_length_is_read_at_once(text: str) -> None:
    before = time.process_time()
    assert meant_by(text)
    assert sole_address(text) == ""
    assert time.process_time() - before < 2, "time grows by the square of the length"


@pytest.mark.parametrize("username", ["عمر خالد", "Noor El Amin", "ana@corp", "+sam", "-lena-", "a.b_c"])
def test_a_username_is_used_unchanged(username: str) -> None:
    assert meant_by(f" {username} ") == (username,)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<mara>", ("<mara>", "mara")),
        ("<mara", ("<mara",)),
        ("mara>", ("mara>",)),
        ("mara X", ("mara X",)),
        ("mara\u2003ilves", ("mara\u2003ilves", "mara ilves")),
        ("mara\tilves", ("mara\tilves", "mara ilves")),
        ("\u200b", ("\u200b",)),
        ("", ()),
    ],
)
def test_a_username_may_have_brackets_around_it_and_odd_blanks(text, meant):
    assert meant_by(text) == meant


def test_a_letter_and_its_accent_may_be_two_characters_and_letters_may_be_wide() -> None:
    assert meant_by("bjo\u0308rn") == ("bjo\u0308rn", "björn")
    assert meant_by("ａｎａ") == ("ａｎａ", "ana")


def test_an_apostrophe_may_be_round_and_a_full_stop_may_follow_an_address() -> None:
    assert meant_by("o’brien") == ("o’brien", "o'brien")
    assert meant_by("o’brien@example.ie.") == ("o’brien@example.ie.", "o'brien@example.ie")
    assert meant_by("ana.") == ("ana.",)


@pytest.mark.parametrize("cell", ["ana", "\u202aana\u202c", "\ufeff ana\u00a0", "\u200bana\u2060"])
def test_invisible_characters_at_the_ends_of_a_cell_are_none_of_its_text(cell: str) -> None:
    assert without_invisible_edges(cell) == "ana"
    assert without_invisible_edges(f"مي\u200cنا {cell}") == f"مي\u200cنا {cell}".rstrip("\u202c\u00a0\u2060")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Ana <a@b>", ("Ana <a@b>", "a@b")),
        ("Ana <ana@>", ("Ana <ana@>",)),
        ("Ana <@example.org>", ("Ana <@example.org>",)),
    ],
)
def test_an_address_in_brackets_has_characters_on_both_sides_of_its_sign(text: str, meant: tuple[str, ...]) -> None:
    assert meant_by(text) == meant


@pytest.mark.parametrize("address", ["ANA@EXAMPLE.MX", "XANA@EXAMPLE.ORG"])
def test_an_address_keeps_its_letters(address: str) -> None:
    assert meant_by(f"{address}.") == (f"{address}.", address)


@pytest.mark.parametrize(("length", "is_read"), [(1000, True), (1001, False)])
def test_only_a_text_of_at_most_a_thousand_characters_may_have_additions(length: int, is_read: bool) -> None:
    name = "a" * (length - len("<>"))
    assert (name in meant_by(f"<{name}>")) is is_read


def test_the_written_identifier_has_priority_over_a_guessed_one() -> None:
    assert meant_by("ana;") == ("ana;", "ana")


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ("ma\u202ara", flaw(FlawId.INVISIBLE_CHARACTER, character="U+202A")),
        ("2.19E+03", flaw(FlawId.NUMBER_OF_SPREADSHEET)),
        ("2,19E+03", flaw(FlawId.NUMBER_OF_SPREADSHEET)),
        ("1e5", flaw(FlawId.NUMBER_OF_SPREADSHEET)),
        ("#NAME?", flaw(FlawId.ERROR_OF_SPREADSHEET)),
        ("#N/A", flaw(FlawId.ERROR_OF_SPREADSHEET)),
        ("e5", None),
        ("#1", None),
        ("2-Sep", flaw(FlawId.DAY_OF_SPREADSHEET)),
        ("mara", None),
    ],
)
def test_an_unknown_identifier_has_a_hint_about_its_likely_fault(identifier: str, told: Flaw | None) -> None:
    assert likely_fault(identifier) == told


def test_a_number_may_be_a_username_without_its_zeros() -> None:
    assert padded("42")[:3] == ("042", "0042", "00042")
    assert padded("42")[-1] == "0000000042"
    assert len(padded("42")) == 8
    assert padded("mara") == padded("4.2") == padded("1234567890") == ()


def test_a_username_without_its_leading_zeros_has_a_hint_with_the_full_username():
    assert zeros_lost("42", ["042", "0042"]) == flaw(FlawId.ZEROS_LOST, identifier="42", others=("042", "0042"))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Bo@x.org", "bo@x.org"),
        ("João Silva <j@x.org>;", "j@x.org"),
        ("asked by bo@x.org", ""),
        ("bo@x.org, cy@x.org", ""),
        ("ill", ""),
        ("ana@corp", ""),
    ],
)
def test_a_text_that_is_one_address_and_nothing_else_is_known(text: str, address: str) -> None:
    assert sole_address(text) == address


@pytest.mark.parametrize(
    ("username", "written", "same"),
    [
        ("0042", "42", True),
        ("219e01", "2.19E+03", True),
        ("219e01", "2,19E+03", True),
        ("12345678901234567890", "1.23457E+19", True),
        ("12345678901234567890", "1.23458E+19", False),
        ("42", "42", False),
        ("0042", "43", False),
        ("42", "0043", False),
        ("420", "42", False),
        ("mara", "42", False),
        ("0042", "mara", False),
        ("", "42", False),
        ("sept2", "2-Sep", True),
        ("MAR12", "12-Mar", True),
        ("march1", "1-Mar", True),
        ("sept2", "3-Sep", False),
        ("sept2", "2-Oct", False),
        ("2-Sep", "2-Sep", False),
    ],
)
def test_a_username_like_a_number_or_a_day_may_be_written_in_another_way_by_a_spreadsheet(
    username: str, written: str, same: bool
) -> None:
    assert written_as(username, written) is same


@pytest.mark.parametrize(
    ("text", "rewritten"), [("42", True), ("2-Sep", True), ("2.19E+03", True), ("ada", False), ("sept2", False)]
)
def test_numbers_and_days_may_be_usernames_that_a_spreadsheet_has_changed(text: str, rewritten: bool) -> None:
    assert may_be_rewritten(text) is rewritten


@pytest.mark.parametrize(
    ("username", "written", "same"),
    [
        ("0042", "42", True),
        ("0042", "0042", False),
        ("219e01", "2.19E+03", True),
        ("219e01", "2,19E+03", True),
        ("12345678901", "1.23E+10", True),
        ("12345678901", "1.24E+10", False),
        ("219,0", "219", True),
        ("sept2", "2-Sep", True),
        ("SEPT.2", "2-Sep", True),
        ("sept2", "2-sep", False),
        ("sept3", "2-Sep", False),
        ("oct2", "2-Sep", False),
        ("ada", "42", False),
        ("0042", "ada", False),
    ],
)
def test_a_spreadsheet_writes_a_username_in_another_way(username: str, written: str, same: bool) -> None:
    assert written_as(username, written) is same


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  ada ", "ada"),
        ("\u200e\u00a0ada\ufeff", "ada"),
        ("\u200bé a\u0301\u200b", "é a\u0301"),
        ("\u200b\u00a0", ""),
        ("é", "é"),
    ],
)
def test_invisible_characters_at_the_ends_of_a_text_do_not_count(text: str, shown: str) -> None:
    assert without_invisible_edges(text) == shown


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("#NAME?", True),
        ("#REF!", True),
        ("#N/A", True),
        ("Err:502", True),
        ("err:502", True),
        ("ada", False),
        ("#ada", False),
        ("", False),
    ],
)
def test_marks_of_faulty_formulas_are_known(text: str, error: bool) -> None:
    assert is_spreadsheet_error(text) is error
