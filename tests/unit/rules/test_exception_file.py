"""The exception file in every form of the contract, and the faults that refuse a row or the whole file."""

from __future__ import annotations

import io
import time
import tracemalloc
from pathlib import Path

import pytest

from certificates.errors import BadRequest, TooLarge
from certificates.exception_list.file import RESULT_HEADING
from certificates.lists.csv_of_lists import EXCEPTIONS_HEADING
from certificates.rules import exception_file
from certificates.rules.exception_checks import MAX_IDENTIFIER_LENGTH, MAX_NOTE_LENGTH
from certificates.rules.exception_file import (
    MAX_ROWS,
    BadRow,
    Entry,
    RowReason,
    examine,
    read_entries,
)
from certificates.rules.files import MAX_EXCEPTION_FILE_BYTES, FileReason
from certificates.rules.flaws import Flaw, FlawId, flaw
from certificates.rules.text_lines import MAX_LINE_BYTES
from certificates.rules.text_table import Table
from certificates.spreadsheet import BYTE_ORDER_MARK, line

SAMPLES = Path(__file__).parents[2] / "samples" / "exceptions"


def read(content: bytes) -> list[tuple[int, str, str]]:
    """Row, identifier, and the note or, for a bad row, its reason."""
    file = io.BytesIO(content)
    return [
        (line.row, line.identifier, line.note if isinstance(line, Entry) else f"!{line.reason}")
        for line in read_entries(file, examine(file))
    ]


def refused(content: bytes) -> BadRequest | TooLarge:
    file = io.BytesIO(content)
    with pytest.raises((BadRequest, TooLarge)) as caught:
        examine(file)
    return caught.value


def refusal(content: bytes) -> str:
    return refused(content).reason


def flaw_of(content: bytes) -> Flaw:
    found = refused(content).message
    assert isinstance(found, Flaw)
    return found


def test_a_classic_file_has_a_byte_order_mark_no_header_and_two_columns():
    assert read((SAMPLES / "classic.csv").read_bytes()) == [
        (1, "ada@mail.example.net", ""),
        (2, "grace_h", "Granted by the dean, see ticket 12"),
        (4, "jose.m", "late submission"),
        (5, "zoe@example.org", "família"),
        (6, "nobody_at_all", "typo"),
        (7, "li_ning", "Granted by the dean, see ticket 12"),
        (8, "grace_h", "!duplicate-in-file"),
        (9, "ADA@mail.example.net", "same address in capitals"),
    ]


def test_a_spreadsheet_file_has_a_header_semicolons_a_third_column_and_stray_blanks():
    assert read((SAMPLES / "spreadsheet.csv").read_bytes()) == [
        (2, "grace_h", "ok"),
        (3, "zoe+courses@example.org", "“special” case"),
        (4, "", "!bad-format"),
        (5, "li_ning", ""),
        (7, "multi\nline", "!bad-format"),
        (8, "jose.m", "first line\nsecond line; with more, and more"),
    ]


def test_a_unicode_text_of_a_spreadsheet_has_utf_16_and_tabs():
    assert read((SAMPLES / "unicode_text.txt").read_bytes()) == [
        (2, "zoe@example.org", "张伟, स्वीकृत"),
        (3, "grace_h", ""),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("header", ["Username{}Note\n", ""])
def test_a_file_reads_the_same_with_every_program_that_saved_it(encoding, newline, delimiter, header):
    text = f'{header}zoé{{}}ill\n\n  "ana" {{}}"a, b; c"\n'.replace("{}", delimiter).replace("\n", newline)
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    first = 2 if header else 1
    assert read(mark + text.encode(encoding)) == [(first, "zoé", "ill"), (first + 2, "ana", "a, b; c")]


@pytest.mark.parametrize(
    "heading",
    [
        "username",
        "Username or Email",
        "USER_NAME,Notes",
        "E-mail",
        "Email address,x",
        "username/email",
        "student,notes",
        "Usernames,Notes",
        "E-mail addresses",
        "USERNAME / E-MAIL,Note (optional)",
        "Username or e-mail address*",
        "Student username or email,x",
        "Learner's e-mail",
        '"Username\n(exactly as in the LMS)",Note',
    ],
)
def test_a_header_is_known_by_its_words(heading):
    assert read(f"{heading}\nana,ill\n".encode()) == [(2, "ana", "ill")]


@pytest.mark.parametrize("first", ["student,ill", "user", "learner,see e-mail", "staff"])
def test_a_learner_whose_name_looks_like_a_heading_is_listed(first):
    assert [row for row, _, _ in read(f"{first}\nana,ill\n".encode())] == [1, 2]


def test_a_header_further_down_is_no_header():
    assert read(b"ana,ill\nusername,notes\n") == [(1, "ana", "ill"), (2, "username", "notes")]


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        (b"ana,a;b\nbo,c\n", ","),
        (b"ana;a,b,c\nbo;c,d\n", ";"),
        (b'ana;"one, two\nthree, four\nfive, six"\n', ";"),
        (b'"ana, maria";x\n"bo, b";y\n', ";"),
        (b"ana\tone, two; three\n", "\t"),
        (b"ana\nbo\n", ","),
        (b";;\nana,ill\n", ","),
    ],
)
def test_the_separator_follows_the_first_cell(content, delimiter):
    assert examine(io.BytesIO(content)).dialect.delimiter == delimiter


def test_the_separator_is_the_one_with_which_the_heading_parses():
    assert read(b"username;a, b, c, d\nana;x, y\n") == [(2, "ana", "x, y")]
    assert read(b"username|note\nana|ill; well\n") == [(2, "ana", "ill; well")]


def test_a_separator_hint_is_followed_and_is_no_row():
    assert read(b"sep=;\r\nusername;note\r\nana;x, y\r\n") == [(2, "ana", "x, y")]
    assert read("\ufeffsep=\t\nana\tx, y\n".encode()) == [(1, "ana", "x, y")]


@pytest.mark.parametrize(
    "saved", ['"sep=;"\nana,ill\n', '"sep=;",\nana,ill\n', '"sep=;";\nana;ill\n', '"SEP=,"\r\nana\till\r\n']
)
def test_a_separator_hint_that_a_program_saved_as_a_row_is_no_row(saved):
    assert read(saved.encode()) == [(2, "ana", "ill")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("content", ["ana,ill\nзоя,болела\n", "зоя\n", "Username;Note\r\nليلى;مريضة\r\n", "a"])
def test_utf_16_without_a_mark_is_read(encoding, content):
    assert read(content.encode(encoding)) == read(content.encode())


def test_a_control_character_is_a_fault_of_its_row_only():
    assert read(b"ana\x07,x\nbea,bell \x07\n\x1a") == [(1, "ana\x07", "!bad-format"), (2, "bea", "bell \x07")]
    assert read(b"ana,ill\x1a") == [(1, "ana", "ill")]


def test_a_file_with_control_characters_everywhere_is_no_text():
    assert refusal(bytes(range(1, 256)) * 20) == "not-text"


@pytest.mark.parametrize(
    "heading",
    [
        "Benutzername;Bemerkung",
        "Nom d'utilisateur,Motif",
        "Correo electrónico\tNota",
        "اسم المستخدم,ملاحظة",
        "ユーザー名,備考",
        "用户名,备注",
        "E-Mail-Adresse;Grund",
        "имя пользователя;причина",
        "ईमेल,टिप्पणी",
        "Benutzername oder E-Mail;Notiz",
        "Nom d’utilisateur ou adresse e-mail;Remarque",
        "Correo o nombre de usuario,Nota",
        "用户名或邮箱,备注",
        "ユーザー名（またはメールアドレス）,備考",
        "اسم المستخدم أو البريد الإلكتروني,ملاحظة",
        "Användarnamn;Anteckning",
        "Brugernavn;Bemærkning",
        "Brukernavn eller e-post;Merknad",
        "Käyttäjätunnus;Huomautus",
        "Όνομα χρήστη;Σημείωση",
        "Nume de utilizator;Observații",
        "Uživatelské jméno;Poznámka",
        "Felhasználónév;Megjegyzés",
        "Nom d'usuari,Motiu",
        "نام کاربری,یادداشت",
        "ชื่อผู้ใช้,หมายเหตุ",
        "Erabiltzaile-izena,Oharra",
    ],
)
def test_a_heading_in_another_language_is_no_learner(heading):
    separator = next(sign for sign in ",;\t" if sign in heading)
    assert read(f"{heading}\nana{separator}ill\n".encode()) == [(2, "ana", "ill")]


def test_rows_that_a_spreadsheet_has_put_into_its_first_column_are_read_without_a_heading():
    rows = [(1, "ana", "was ill"), (2, "bo", ""), (3, "cy@example.org", "late")]
    assert read(b'"ana,was ill"\nbo\n"cy@example.org,late"\n') == rows
    assert read(b'"ana,was ill";\nbo;\n"cy@example.org,late";\n') == rows
    assert read(b'"Ilves, Mara <mara@example.org>"\n') == [(1, "Ilves, Mara <mara@example.org>", "")]
    assert read(b'"Ilves, Mara"\n"Fox, Abe"\n') == [(1, "Ilves", "Mara"), (2, "Fox", "Abe")]
    assert read(b'"ana,ill"\n"Noor El Amin"\n') == [(1, "ana,ill", ""), (2, "Noor El Amin", "")]


def test_a_note_with_a_letter_of_an_older_encoding_is_read_and_an_identifier_with_one_is_refused():
    assert read("ana,família\nzoé,x\nbo,ok\n".encode("cp1252")) == [
        (1, "ana", "família"),
        (2, "zoé", "!bad-format"),
        (3, "bo", "ok"),
    ]


@pytest.mark.parametrize("heading", ["User,E-mail", "Login,Email address,x", "Student,Correo"])
def test_a_heading_that_may_be_a_username_is_none_above_a_username_and_an_address(heading):
    assert read(f"{heading}\nana,ana@x.org\nbo,ill\n".encode()) == [(2, "ana", "ana@x.org"), (3, "bo", "ill")]


@pytest.mark.parametrize("note", ["e-mail", "email", "correo"])
def test_a_note_that_could_be_a_heading_is_a_note(note):
    assert read(f"ana,{note}\nbo,ill\n".encode()) == [(1, "ana", note), (2, "bo", "ill")]


def test_our_own_download_goes_back_in():
    heading = line(EXCEPTIONS_HEADING)
    rows = line(("5101", "-lena-", "l@x.org", "was ill; =1+1", "dean", None, None))
    rows += line(("5102", "'sam", "", "'s-Gravenhage", "dean", None, None))
    assert read(BYTE_ORDER_MARK + heading + rows) == [(2, "-lena-", "was ill; =1+1"), (3, "'sam", "'s-Gravenhage")]


@pytest.mark.parametrize("cell", ['="0042"', '"=""0042"""', '="0042" ', '\ufeff="0042"'])
def test_a_formula_for_a_text_is_this_text(cell):
    assert read(f'{cell},="so ""ill"""\nbo,="1"+1\n'.encode()) == [(1, "0042", 'so "ill"'), (2, "bo", '="1"+1')]


def test_our_own_download_with_a_formula_for_a_text_goes_back_in():
    rows = line(EXCEPTIONS_HEADING) + line(("5101", '="ana"', "", '="x"', "dean", None, None))
    assert read(BYTE_ORDER_MARK + rows) == [(2, '="ana"', '="x"')]


def test_blank_lines_are_skipped_but_counted_and_a_quoted_line_break_is_one_row():
    assert read(b'\n  \n,,\nana,"one\ntwo"\n\nbo\n') == [(4, "ana", "one\ntwo"), (6, "bo", "")]


def test_invisible_marks_around_a_name_are_trimmed_like_blanks():
    assert read("\ufeffana\u200b,\u00a0ill \n".encode("utf-8-sig")) == [(1, "ana", "ill")]


def test_quotes_within_a_note_are_kept():
    assert read(b'ana,"say ""yes"""\nbo,5" disk\n') == [(1, "ana", 'say "yes"'), (2, "bo", '5" disk')]


def test_equal_identifiers_are_duplicates_and_a_look_up_finds_the_others():
    assert read(b"Ana\nana\nA@x.org\na@X.org\n") == [
        (1, "Ana", ""),
        (2, "ana", ""),
        (3, "A@x.org", ""),
        (4, "a@X.org", ""),
    ]


LONG = "x" * (MAX_IDENTIFIER_LENGTH + 1)


@pytest.mark.parametrize(
    ("row", "identifier", "found"),
    [
        (b",note", "", flaw(FlawId.IDENTIFIER_EMPTY)),
        (b'"two\nlines",note', "two\nlines", flaw(FlawId.IDENTIFIER_MALFORMED)),
        ("two\x85lines".encode(), "two\x85lines", flaw(FlawId.IDENTIFIER_MALFORMED)),
        (LONG.encode(), LONG[:-1], flaw(FlawId.IDENTIFIER_MALFORMED)),
        (b"jos\xe9", "josé", flaw(FlawId.IDENTIFIER_NOT_UTF_8)),
        (b"ana," + b"x" * (MAX_NOTE_LENGTH + 1), "ana", flaw(FlawId.NOTE_TOO_LONG, most=MAX_NOTE_LENGTH)),
    ],
)
def test_a_row_that_names_nobody_or_says_too_much_is_refused_and_the_others_are_added(row, identifier, found):
    file = io.BytesIO(b"bo\n" + row + b"\ncy,ok\n")
    first, bad, last = read_entries(file, examine(file))
    assert (first, last) == (Entry(1, "bo", ""), Entry(3, "cy", "ok"))
    assert bad == BadRow(2, identifier, RowReason.BAD_FORMAT, found)


def test_a_learner_of_an_earlier_row_is_reported_with_that_row():
    file = io.BytesIO(b"bo\nbo\n")
    _, bad = read_entries(file, examine(file))
    assert bad == BadRow(2, "bo", RowReason.DUPLICATE_IN_FILE, flaw(FlawId.LISTED_IN_EARLIER_ROW))


def test_the_longest_identifier_and_note_are_accepted():
    identifier, note = "x" * MAX_IDENTIFIER_LENGTH, "y" * MAX_NOTE_LENGTH
    assert read(f"{identifier},{note}".encode()) == [(1, identifier, note)]


def test_the_rows_are_counted_before_the_first_is_used():
    layout = examine(io.BytesIO(b"username,note\n\nana\n,x\nana\n"))
    assert (layout.has_header, layout.rows) == (True, 3)


def test_a_heading_that_only_the_next_row_shows_is_not_counted():
    layout = examine(io.BytesIO(b"User,E-mail\nana,ana@x.org\nbo,ill\n"))
    assert (layout.has_header, layout.rows) == (True, 2)


def test_a_file_with_the_most_rows_is_accepted():
    assert examine(io.BytesIO(b"ana\n" * MAX_ROWS)).rows == MAX_ROWS


def test_a_file_with_the_most_bytes_is_accepted(monkeypatch):
    monkeypatch.setattr(exception_file, "MAX_EXCEPTION_FILE_BYTES", len(b"ana,ill\n"))
    assert read(b"ana,ill\n") == [(1, "ana", "ill")]
    assert refusal(b"ana,ills\n") == FileReason.FILE_TOO_LARGE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", FileReason.EMPTY_FILE),
        (b"\xef\xbb\xbf", FileReason.EMPTY_FILE),
        (b"\xff\xfe", FileReason.EMPTY_FILE),
        (b"\n  \n\t\n;;\n", FileReason.EMPTY_FILE),
        (b"username,notes\n", FileReason.EMPTY_FILE),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", FileReason.NOT_TEXT),
        (b"PK\x03\x04\x14\x00\x06\x00", FileReason.NOT_TEXT),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00", FileReason.NOT_TEXT),
        (b"ana,ill\n" * 2000 + b"\x00\x01\x02\n", FileReason.NOT_TEXT),
        ("ana,ill\n".encode("utf-16")[:-1], FileReason.WRONG_ENCODING),
        (b'ana,"ill\nbo,well\n', FileReason.NOT_CSV),
        (b'"ana,ill', FileReason.NOT_CSV),
        (b'ana,"' + b"x" * 200_000, FileReason.NOT_CSV),
        (b",note\n,another\n", FileReason.NO_USABLE_COLUMN),
        (b"User,E-mail\n,ana@example.org\n", FileReason.NO_USABLE_COLUMN),
        (b"Student ID,Email,Username,Grade\n41,ana@example.org,ana,0.5\n", FileReason.NO_USABLE_COLUMN),
        (b"id,username,name,email\n41,ana,Ana,ana@example.org\n", FileReason.NO_USABLE_COLUMN),
        (b"Reason,E-mail\nill,ana@example.org\n", FileReason.NO_USABLE_COLUMN),
        (b"No.;Username;Note\n1;ana;ill\n", FileReason.NO_USABLE_COLUMN),
        (b"First name,Last name,Email\nAna,Lima,ana@example.org\n", FileReason.NO_USABLE_COLUMN),
        (b"Vorname;Nachname;E-Mail-Adresse\nAna;Lima;ana@example.org\n", FileReason.NO_USABLE_COLUMN),
        ("氏名\tメールアドレス\nana\tana@example.org\n".encode("utf-16"), FileReason.NO_USABLE_COLUMN),
        (line(RESULT_HEADING) + line((2, "ana", "unknown-learner", "", None, "", "")), FileReason.NO_USABLE_COLUMN),
        (b"\n<html><table><tr><td>ana</td></tr></table></html>\n", FileReason.NOT_CSV),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<Workbook></Workbook>\n', FileReason.NOT_CSV),
        (b"{\\rtf1\\ansi ana, ill}\n", FileReason.NOT_CSV),
        (b"ana%d\n" * (MAX_ROWS + 1), FileReason.TOO_MANY_ROWS),
        (b"x" * (MAX_EXCEPTION_FILE_BYTES + 1), FileReason.FILE_TOO_LARGE),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(content, reason):
    assert refusal(content) == reason


def test_a_refused_file_has_a_reason_and_values():
    assert flaw_of(b"") == flaw(FlawId.FILE_EMPTY)
    assert flaw_of(b"username,notes\n") == flaw(FlawId.FILE_LISTS_NOBODY)
    assert flaw_of(b",note\n") == flaw(FlawId.NO_IDENTIFIERS)
    assert flaw_of(b"Student ID,Email\n1,a@x.org\n") == flaw(FlawId.COLUMN_OF_OTHER_HEADING, heading="Student ID")
    assert flaw_of(b"Vorname,E-Mail\nAna,a@x.org\n") == flaw(FlawId.COLUMN_OF_OTHER_HEADING, heading="Vorname")
    assert flaw_of(b",E-Mail\n1,a@x.org\n") == flaw(FlawId.NO_IDENTIFIERS)
    assert flaw_of(b"ana%d\n" * (MAX_ROWS + 1)) == flaw(FlawId.FILE_LISTS_TOO_MANY, most=MAX_ROWS)
    assert flaw_of("ana".encode("utf-16")[:-1]) == flaw(FlawId.FILE_IN_OTHER_ENCODING)
    assert flaw_of(b"x" * (MAX_LINE_BYTES + 2)) == flaw(FlawId.LINE_TOO_LONG, most=MAX_LINE_BYTES)


def test_the_refusal_has_the_most_rows():
    assert refused(b"ana%d\n" * (MAX_ROWS + 1)).values == {"limit_rows": MAX_ROWS}


@pytest.mark.parametrize(
    ("saved", "note"),
    [(b"\x80", "€"), (b"\xff", "ÿ"), (b"\x81", "\ufffd"), (b"caf\xe9", "café"), ("café".encode(), "café")],
)
def test_a_note_in_western_letters_is_read_as_it_was_meant(saved, note):
    assert read(b"ana," + saved + b"\n") == [(1, "ana", note)]


def test_an_address_in_brackets_is_no_web_page():
    assert read(b"<ana@example.org>,ill\n") == [(1, "<ana@example.org>", "ill")]


def test_a_column_of_addresses_may_follow_the_column_of_usernames():
    assert read(b"username,email\nana,ana@x.org\n") == [(2, "ana", "ana@x.org")]


@pytest.mark.parametrize("edge", [b"\x80", b"\xff"])
def test_a_username_in_western_letters_is_refused(edge):
    assert read(b"ana" + edge + b"\n")[0][2] == "!bad-format"


@pytest.mark.parametrize(
    ("heading", "rows"),
    [
        (b"username\n", [(2, "ana", "ill")]),
        (b"user,note\n", [(2, "ana", "ill")]),
        (b"user,mail,note\n", [(2, "ana", "ill")]),
        (b"user\n", [(1, "user", ""), (2, "ana", "ill")]),
        (b"username,mail,note\n", [(2, "ana", "ill")]),
        (b"username,note,reason\n", [(2, "ana", "ill")]),
    ],
)
def test_a_heading_names_the_column_of_notes(heading, rows):
    assert read(heading + b"ana,ill\n") == rows


def test_a_quote_left_open_is_named_by_the_row_that_opened_it():
    found = refused(b'ana,ill\n\nbo,"well\ncy,ok\n')
    assert found.values == {"row": 3}
    assert found.message == flaw(FlawId.QUOTE_LEFT_OPEN, row=3)


def test_rows_inside_an_open_quote_are_not_read():
    file = io.BytesIO(b'ana,ill\nbo,"well\ncy,ok\n')
    rows = Table(file, lambda _: False).rows()
    assert next(rows).values == ("ana", "ill")
    with pytest.raises(BadRequest):
        next(rows)


def test_the_refusal_of_a_workbook_asks_to_save_it_as_csv():
    for begins in (b"PK\x03\x04\x14\x00\x06\x00", b"\xd0\xcf\x11\xe0"):
        assert flaw_of(begins) == flaw(FlawId.FILE_IS_WORKBOOK)
    for begins in (b"%PDF-1.7", b"\x89PNG", b"GIF89a", b"\x1f\x8b", b"ana\x00"):
        assert flaw_of(begins) == flaw(FlawId.FILE_IS_NO_CSV)
    assert flaw_of(b"ana,ill\n" * 20_000 + b"\x00\n") == flaw(FlawId.FILE_HOLDS_CONTROL_CHARACTERS)


@pytest.mark.slow
def test_a_full_file_is_read_in_seconds_and_little_memory():
    content = b"".join(b"learner_%05d@example.org,Granted by the dean\r\n" % number for number in range(MAX_ROWS))
    file = io.BytesIO(content)
    began = time.process_time()
    layout = examine(file)
    assert sum(isinstance(line, Entry) for line in read_entries(file, layout)) == layout.rows == MAX_ROWS
    assert time.process_time() - began < 5

    tracemalloc.start()
    try:
        examine(file)
        _, to_examine = tracemalloc.get_traced_memory()
        for _ in read_entries(file, layout):
            pass
        _, to_read = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert to_examine < 2**20, "examining keeps one row"
    assert to_read < 16 * 2**20, "reading keeps the identifiers alone, to tell duplicates"


def test_a_long_line_of_blanks_costs_no_more_than_its_length():
    began = time.process_time()
    assert refusal(b" " * 900_000 + b"\n") == FileReason.EMPTY_FILE
    assert refusal(b" " * 5_000_000 + b"\n") == FileReason.NOT_CSV
    assert time.process_time() - began < 5


def test_the_reader_leaves_the_file_open_for_its_caller():
    file = io.BytesIO(b"ana\n")
    list(read_entries(file, examine(file)))
    assert not file.closed
