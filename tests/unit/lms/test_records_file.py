"""Grade reports and learner profiles: the update of each row, and the files that are refused whole."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from certificates.errors import BadRequest, Refusal, TooLarge
from certificates.lms.events import parse
from certificates.lms.header import Kind
from certificates.lms.inspection import inspect
from certificates.lms.records_file import ByName, ReadRow, RowError, read_updates
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.lms_update import Account, Enrolled, Identity, LmsUpdate
from certificates.rules.text_table import MAX_LINES
from certificates.staff_sentences import sentence_of
from certificates.uploads.file_sentences import file_sentence
from tests.samples import openedx_events

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
RUN = "course-v1:Lyceum+BOT101+2026_T3"

GRADE_REPORT = (
    "Student ID,Email,Username,Grade,Quiz 1,Enrollment Track,Verification Status,Certificate Eligible,"
    "Certificate Delivered,Certificate Type,Enrollment Status\r\n"
)
PROFILE = "id,username,name,email,language,country\r\n"


def read(text: str | bytes) -> list[ReadRow]:
    content = text.encode() if isinstance(text, str) else text
    header = inspect(io.BytesIO(content), len(content)).header
    stream = io.BytesIO(content)
    stream.seek(header.end)
    number = header.number + 1
    return list(read_updates(stream, header, course_id=RUN, at=AT, offset=header.end, number=number))


def refusal(content: bytes) -> Refusal:
    with pytest.raises((BadRequest, TooLarge)) as refused:
        inspect(io.BytesIO(content), len(content))
    return refused.value


def only(text: str) -> LmsUpdate | RowError:
    (row,) = read(text)
    return row.outcome


def grade_row(**cells: str) -> str:
    """A row of the grade report. Its values are right, except the given ones."""
    values = {
        "id": "42",
        "email": "ana@example.com",
        "username": "ana",
        "grade": "0.80",
        "track": "verified",
        "identity": "ID Verified",
        "status": "enrolled",
    } | cells
    front = [values["id"], values["email"], values["username"], values["grade"], "0.7"]
    return GRADE_REPORT + ",".join([*front, values["track"], values["identity"], "Y", "N", "N/A", values["status"]])


def test_a_row_of_the_grade_report_gives_learner_enrollment_and_grade() -> None:
    assert only(grade_row()) == LmsUpdate(
        user_id="42",
        at=AT,
        account=Account("ana", "ana@example.com"),
        identity=Identity(verified=True),
        course_id=RUN,
        enrolled=Enrolled("verified", active=True),
        grade=Decimal("0.80"),
    )


def test_a_profile_row_says_the_name_and_nothing_of_any_run() -> None:
    assert only(PROFILE + "42,ana,Ana Lima,ana@example.com,pt,BR\r\n") == LmsUpdate(
        user_id="42", at=AT, account=Account("ana", "ana@example.com"), name="Ana Lima", language="pt"
    )


@pytest.mark.parametrize("heading", [GRADE_REPORT, PROFILE], ids=["grade report", "profile"])
def test_a_column_that_the_settings_name_fills_a_field(heading: str) -> None:
    row = grade_row().splitlines()[-1] if heading == GRADE_REPORT else "42,ana,Ana Lima,ana@example.com,pt,BR"
    content = f"{heading.strip()}, Cohort,Room\r\n{row.strip()},  Spring  term ,\r\n".encode()
    header = inspect(io.BytesIO(content), len(content)).header
    stream = io.BytesIO(content)
    stream.seek(header.end)
    columns = {"cohort": "cohort", "room": "Room", "hall": "Hall"}
    (found,) = read_updates(stream, header, course_id=RUN, at=AT, offset=header.end, number=2, field_columns=columns)
    assert isinstance(found.outcome, LmsUpdate)
    assert (found.outcome.course_id, found.outcome.fields) == (RUN, {"cohort": "Spring term", "room": ""})


@pytest.mark.parametrize(
    ("written", "tag"), [("pt", "pt"), ("zh_HANS", "zh-HANS"), ("pt-br", "pt-br"), ("English", None), ("", None)]
)
def test_a_profile_gives_the_language_if_it_is_one(written: str, tag: str | None) -> None:
    found = only(f"{PROFILE}42,ana,Ana Lima,ana@example.com,{written},BR\r\n")
    assert isinstance(found, LmsUpdate) and found.language == tag


@pytest.mark.parametrize("number", [0.8999999, 0.8966, 0.1 + 0.2, 1.15, 2 / 3, 0.0000004, 1e-7])
def test_a_file_and_an_event_with_the_same_number_say_the_same(number: float) -> None:
    row, event = only(grade_row(grade=repr(number))), parse(openedx_events.grade_summary(number, at=AT), now=AT)
    assert isinstance(row, LmsUpdate)
    assert event is not None
    assert row.grade == event.update.grade


@pytest.mark.parametrize("username", ["عمر خالد", "Noor El Amin", "ana@corp", "+sam", "-lena-"])
def test_every_username_of_the_lms_is_allowed(username: str) -> None:
    row = only(grade_row(username=username))
    assert isinstance(row, LmsUpdate)
    assert row.account == Account(username, "ana@example.com")


def test_a_learner_may_have_no_email() -> None:
    row = only(grade_row(email=""))
    assert isinstance(row, LmsUpdate)
    assert row.account == Account("ana", "")


@pytest.mark.parametrize(
    ("printed", "grade"),
    [
        ("0", Decimal("0")),
        ("1", Decimal("1")),
        ("0.59", Decimal("0.59")),
        (" 0.6 ", Decimal("0.6")),
        ("1.05", Decimal("1.05")),
        ("2", Decimal("2")),
        ('"0,8966"', Decimal("0.8966")),
        ("89.66%", Decimal("0.8966")),
        ('"89,66 %"', Decimal("0.8966")),
        ('"89,66\u00a0%"', Decimal("0.8966")),
        ('"89,66\u202f%"', Decimal("0.8966")),
        ("5E-05", Decimal("0.00005")),
        ("0.8999999", Decimal("0.9")),
        ("0.5999999999999999", Decimal("0.6")),
        ("Not Attempted", Decimal("0")),
        ("Not Available", None),
        ("N/A", None),
        ("", None),
    ],
)
def test_a_grade_is_a_share_or_unknown(printed: str, grade: Decimal | None) -> None:
    said = only(grade_row(grade=printed))
    assert isinstance(said, LmsUpdate)
    assert said.grade == grade


def grades(*printed: str) -> str:
    """A grade report with a learner for each grade."""
    rows = (grade_row(id=str(place), username=f"u{place}", grade=grade) for place, grade in enumerate(printed, 1))
    return GRADE_REPORT + "\r\n".join(row.removeprefix(GRADE_REPORT) for row in rows)


@pytest.mark.parametrize(
    ("printed", "row", "shown"),
    [
        (("72",), 2, "72"),
        (("0", "1", "1.5", "0", "59.5", "100"), 6, "59.5"),
        (("Not Attempted", "N/A", '"72,5"', "0.8"), 4, "72,5"),
        (("1", "2", "2.5"), 4, "2.5"),
        (("1e999",), 2, "1e999"),
        (("7200%", "0"), 2, "7200%"),
    ],
)
def test_a_report_whose_grades_look_like_percentages_is_refused_whole(
    printed: tuple[str, ...], row: int, shown: str
) -> None:
    """Every learner with 2% would pass, and 1% would be all points."""
    refused = refusal(grades(*printed).encode())
    assert (refused.reason, refused.values["row"]) == ("grades-in-percent", row)
    assert f"Row {row} has the grade {shown}." in sentence_of(refused)


def test_a_grade_that_is_too_high_among_right_grades_refuses_its_own_row_only() -> None:
    first, second, third, fourth = (row.outcome for row in read(grades("0.72", "85", "0.4", "1.15")))
    assert [each.grade for each in (first, third, fourth) if isinstance(each, LmsUpdate)] == [
        Decimal("0.72"),
        Decimal("0.4"),
        Decimal("1.15"),
    ]
    assert second == RowError(3, "u2", "bad-grade", flaw(FlawId.GRADE_TOO_HIGH, written="85"))


def test_percentages_with_their_sign_are_grades() -> None:
    outcomes = [row.outcome for row in read(grades("72%", "115%", "0%", "100%"))]
    assert [str(each.grade) for each in outcomes if isinstance(each, LmsUpdate)] == ["0.72", "1.15", "0", "1"]


@pytest.mark.parametrize(
    ("printed", "identity"),
    [
        ("ID Verified", Identity(True)),
        ("Not ID Verified", Identity(False)),
        ("N/A", None),
        ("id verified", Identity(True)),
    ],
)
def test_the_verification_status_is_the_identity_check_or_says_nothing(printed: str, identity: Identity | None) -> None:
    said = only(grade_row(identity=printed))
    assert isinstance(said, LmsUpdate)
    assert said.identity == identity


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"id": ""}, "bad-user-id"),
        ({"id": "4x"}, "bad-user-id"),
        ({"id": "٤٢"}, "bad-user-id"),
        ({"username": ""}, "bad-username"),
        ({"grade": "A+"}, "bad-grade"),
        ({"grade": "-0.1"}, "bad-grade"),
        ({"grade": "NaN"}, "bad-grade"),
        ({"track": ""}, "bad-enrollment-track"),
        ({"track": "N/A"}, "bad-enrollment-track"),
        ({"identity": "perhaps"}, "bad-verification-status"),
        ({"status": "gone"}, "bad-enrollment-status"),
    ],
)
def test_a_cell_that_cannot_be_right_makes_the_row_an_error(cells: dict[str, str], reason: str) -> None:
    error = only(grade_row(**cells))
    assert isinstance(error, RowError)
    assert (error.row, error.reason) == (2, reason)


@pytest.mark.parametrize("email", ["ana", "a@" + "x" * 260, "ana@ example.com"])
def test_an_odd_address_hides_no_other_fact_of_its_row(email: str) -> None:
    (row,) = read(grade_row(email=email, grade="0.7"))
    assert isinstance(row.outcome, LmsUpdate)
    assert row.outcome.account == Account("ana", None)
    assert (row.outcome.grade, row.outcome.enrolled) == (Decimal("0.7"), Enrolled("verified", True))
    assert [(warning.row, warning.identifier, warning.reason) for warning in row.warnings] == [(2, "ana", "bad-email")]
    (profile,) = read(f"{PROFILE}1,ana,Ana Lima,{email},,\r\n")
    assert isinstance(profile.outcome, LmsUpdate) and profile.outcome.name == "Ana Lima"
    assert [warning.reason for warning in profile.warnings] == ["bad-email"]


def test_an_odd_address_that_alone_names_the_learner_refuses_the_row() -> None:
    (named,) = read("username,email,name\r\nana,ana,Ana Lima\r\n")
    assert isinstance(named.outcome, ByName) and named.outcome.identifiers == ("ana",)
    (unnamed,) = read("email,name\r\nana,Ana Lima\r\n")
    assert isinstance(unnamed.outcome, RowError) and unnamed.outcome.reason == "bad-email"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Conor O&#39;Brien", "The name “Conor O&#39;Brien” has &#39; in place of '."),
        ("Jos&eacute; Ruiz", "The name “Jos&eacute; Ruiz” has &eacute; in place of é."),
        ("Ana &#x201C;Nina&#x201d; Lima", "The name “Ana &#x201C;Nina&#x201d; Lima” has &#x201C; in place of “."),
    ],
)
def test_a_name_with_a_letter_as_web_pages_write_it_is_read_with_a_warning(name: str, message: str) -> None:
    (row,) = read(f"{PROFILE}1,ana,{name},ana@example.com,,\r\n")
    assert isinstance(row.outcome, LmsUpdate) and row.outcome.name == name
    [warning] = row.warnings
    assert (warning.row, warning.identifier, warning.reason) == (2, "ana", "name-escaped")
    assert file_sentence(warning.flaw) == message
    (by_name,) = read(f"username,name\r\nana,{name}\r\n")
    assert by_name.warnings == row.warnings


@pytest.mark.parametrize("name", ["AT&T Ana", "Ana & Bo; Cy", "R&D;", "&nosuchletter; Ana", "Conor O'Brien", ""])
def test_a_name_with_an_ampersand_of_its_own_has_no_warning(name: str) -> None:
    (row,) = read(f"{PROFILE}1,ana,{name},ana@example.com,,\r\n")
    assert (isinstance(row.outcome, LmsUpdate), row.warnings) == (True, ())


def test_a_refused_row_has_no_warning() -> None:
    (row,) = read(f"{PROFILE}x,ana,Conor O&#39;Brien,ana@example.com,,\r\n")
    assert (isinstance(row.outcome, RowError), row.warnings) == (True, ())


def test_a_bad_row_names_its_number_and_its_learner_and_the_others_go_in() -> None:
    text = PROFILE + "1,ana,Ana,ana@example.com,,\r\nx,bo,Bo,bo@example.com,,\r\n3,cy\r\n4,di,Di,di@x.org,,\r\n"
    first, second, third, fourth = (row.outcome for row in read(text))
    assert isinstance(first, LmsUpdate)
    assert isinstance(fourth, LmsUpdate)
    assert second == RowError(3, "bo", "bad-user-id", flaw(FlawId.NOT_A_USER_ID, written="x"))
    assert third == RowError(4, "cy", "wrong-number-of-columns", flaw(FlawId.ROW_OF_OTHER_WIDTH, found=2, columns=6))


@pytest.mark.parametrize("row", ["1,ana,Ana,ana@example.com,", "1,ana,Ana,ana@example.com"])
def test_a_row_without_the_separators_of_its_empty_last_cells_is_read(row: str) -> None:
    """Excel leaves these separators out where a column is empty in sixteen rows."""
    (whole,) = read(f"{PROFILE}1,ana,Ana,ana@example.com,,\r\n")
    assert [each.outcome for each in read(f"{PROFILE}{row}\r\n")] == [whole.outcome]
    assert only(f"{PROFILE}1,ana,Ana\r\n") == only(f"{PROFILE}1,ana,Ana,,,\r\n")


def test_a_row_without_the_separator_before_an_empty_value_to_print_has_an_empty_value() -> None:
    text = "id,username,name,Hours\r\n1,ana,Ana,40\r\n2,bo,Bo\r\n"
    content = text.encode()
    header = inspect(io.BytesIO(content), len(content)).header
    stream = io.BytesIO(content)
    stream.seek(header.end)
    rows = read_updates(
        stream, header, course_id=RUN, at=AT, offset=header.end, number=2, field_columns={"hours": "Hours"}
    )
    assert [row.outcome.fields for row in rows if isinstance(row.outcome, LmsUpdate)] == [
        {"hours": "40"},
        {"hours": ""},
    ]


@pytest.mark.parametrize(
    "mark", ["#NAME?", "#REF!", "#N/A", "#DIV/0!", "#¿NOMBRE?", "#ИМЯ?", "#WERT!", "Err:502", "####"]
)
def test_the_error_of_a_spreadsheet_is_nobodys_name(mark: str) -> None:
    for row in (f"1,ana,{mark},ana@example.com,,", f"1,{mark},Ana,ana@example.com,,"):
        error = only(f"{PROFILE}{row}\r\n")
        assert isinstance(error, RowError)
        assert error.reason == "spreadsheet-error" and mark in file_sentence(error.flaw)


@pytest.mark.parametrize("name", ["#1 Ana", "Ana #2", "Err", "What?!", "# Ana!"])
def test_a_name_with_the_signs_of_such_an_error_is_a_name(name: str) -> None:
    said = only(f"{PROFILE}1,ana,{name},ana@example.com,,\r\n")
    assert isinstance(said, LmsUpdate) and said.name == name


def test_headings_with_blanks_that_do_not_break_are_the_same_headings() -> None:
    heading = GRADE_REPORT.replace(" ", "\u00a0")
    assert only(grade_row().replace(GRADE_REPORT, heading)) == only(grade_row())


@pytest.mark.parametrize(
    "page",
    ["<!DOCTYPE html>\n<html><body>Sign in</body></html>", '<?xml version="1.0"?>\n<Workbook/>', "{\\rtf1 id,name}"],
)
def test_a_web_page_or_another_document_is_refused_as_such(page: str) -> None:
    assert refusal(page.encode()).reason == "not-csv"
    assert refusal(f"\r\n  {page}".encode("utf-16")).reason == "not-csv"


def test_columns_are_found_by_name_in_any_case_and_order() -> None:
    text = "GRADE,enrollment track,username,Final Exam,EMAIL,student id\n0.7,Honor,ana,1,ana@example.com,007\n"
    said = only(text)
    assert isinstance(said, LmsUpdate)
    assert (said.user_id, said.grade, said.enrolled) == ("7", Decimal("0.7"), Enrolled("honor", active=True))


def test_a_semicolon_file_with_decimal_commas_from_a_spreadsheet_is_read_as_well() -> None:
    text = "\ufeffStudent ID;Email;Username;Grade;Enrollment Track\n42;ana@example.com;ana;0,59;honor\n"
    said = only(text)
    assert isinstance(said, LmsUpdate)
    assert said.grade == Decimal("0.59")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("  Ana   Lima ", "Ana Lima"),
        ('"de la Cruz, María"', "de la Cruz, María"),
        ('"Ana\r\nLima"', "Ana Lima"),
        ("吉田　花子", "吉田　花子"),
        ('"=HYPERLINK(""http://x.example"")"', '=HYPERLINK("http://x.example")'),
        ("", None),
    ],
)
def test_a_name_is_kept_as_written_but_for_its_blanks(written: str, name: str | None) -> None:
    said = only(PROFILE + f"42,ana,{written},ana@example.com,,\r\n")
    assert isinstance(said, LmsUpdate)
    assert said.name == name


def test_usernames_that_differ_in_case_are_two_learners_and_stay_as_written() -> None:
    text = PROFILE + "1,ANA,Ana,a@example.com,,\n2,ana,Ana,b@example.com,,\n"
    accounts = [row.outcome.account for row in read(text) if isinstance(row.outcome, LmsUpdate)]
    assert accounts == [Account("ANA", "a@example.com"), Account("ana", "b@example.com")]


def test_reading_can_go_on_from_the_end_of_any_row() -> None:
    text = (
        "\ufeff"
        + PROFILE
        + '1,ana,"Ana\nMaria",a@x.org,,\n\n2,bo,Bjørn,b@x.org,,\r\nx,cy,Cy,c@x.org,,\n3,di,Дина,d@x.org,,\n'
    )
    content = text.encode()
    header = inspect(io.BytesIO(content), len(content)).header
    whole = read(content)
    assert [row.number for row in whole] == [2, 4, 5, 6]
    for position, row in enumerate(whole):
        stream = io.BytesIO(content)
        stream.seek(row.end)
        rest = read_updates(stream, header, course_id=RUN, at=AT, offset=row.end, number=row.number + 1)
        # A blank row between other rows is counted, so the numbers are right wherever reading begins.
        assert list(rest) == whole[position + 1 :]


def test_inspection_counts_the_rows_and_tells_the_kind() -> None:
    content = (PROFILE + "1,ana,Ana,a@x.org,,\n\n2,bo,Bo,b@x.org,,\n\n").encode()
    inspection = inspect(io.BytesIO(content), len(content))
    assert (inspection.header.kind, inspection.rows) == (Kind.LEARNER_PROFILE, 2)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty-file"),
        (b"\xef\xbb\xbf", "empty-file"),
        (b"\r\n \r\n", "empty-file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not-text"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08", "not-text"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\x01\n", "not-text"),
        (b"Username or email;Notes\nana;ok\n", "wrong-kind"),
        (b"{}", "wrong-kind"),
        (b"<html><body>Sign in</body></html>", "not-csv"),
        (b"Student ID,Email,Username,Enrollment Status,Grade\n", "missing-columns"),
        (b"username,language\nana,pt\n", "missing-columns"),
        (b"name,city\nAna,Lima\n", "missing-columns"),
        (b"id,username,name,name,email\n", "duplicate-column"),
        ((PROFILE + "1,ana,Ana,a@x.org,,\n2,bo,Bo").encode(), "truncated"),
        ((PROFILE + '1,ana,"Ana Li').encode(), "not-csv"),
        (PROFILE.encode() + b"x" * 1_100_000, "not-csv"),
        (PROFILE.encode() + b"1,ana,Ana\0,a@x.org,,\n", "not-text"),
    ],
)
def test_a_file_that_is_not_a_whole_lms_file_is_refused_with_its_own_reason(content: bytes, reason: str) -> None:
    assert refusal(content).reason == reason


def test_a_profile_without_names_is_refused_with_the_column_and_its_setting_in_the_lms() -> None:
    assert sentence_of(refusal(b"username,city\nana,Lima\n")) == (
        "The learner profile lacks: name. "
        "The site chooses the columns of this download: student_profile_download_fields."
    )


@pytest.mark.parametrize(
    ("text", "identifiers", "name"),
    [
        ("username,name,city\nana,Ana Lima,Lima\n", ("ana",), "Ana Lima"),
        ("city,full_name,email\nLima,Ana Lima,a@x.org\n", ("a@x.org",), "Ana Lima"),
        ("email,username,name\na@x.org,ana,Ana Lima\n", ("ana", "a@x.org"), "Ana Lima"),
    ],
)
def test_a_profile_without_ids_identifies_learners_by_username_or_email(
    text: str, identifiers: tuple[str, ...], name: str
) -> None:
    (row,) = read(text)
    assert row.outcome == ByName(LmsUpdate(user_id="", at=AT, name=name), identifiers)


def test_a_profile_with_id_and_full_name_says_nothing_of_an_email() -> None:
    said = only("id,username,full_name\n42,ana,Ana Lima\n")
    assert said == LmsUpdate(user_id="42", at=AT, account=Account("ana", None), name="Ana Lima")


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("hint", ["", "sep=;\n"])
def test_every_file_of_a_spreadsheet_reads_the_same(ending: str, encoding: str, hint: str) -> None:
    text = grade_row(username="Noor El Amin", grade="0.5").replace("\r\n", "\n") + "\n"
    text = hint + text.replace(",", ";" if hint else ",")
    (row,) = read(text.replace("\n", ending).encode(encoding))
    assert isinstance(row.outcome, LmsUpdate)
    assert (row.number, row.outcome.account) == (2, Account("Noor El Amin", "ana@example.com"))


def test_the_separator_is_the_one_that_gives_the_columns_with_any_names_of_assignments() -> None:
    titles = '"Quiz 1: Listen; read; write; speak; think; rest; act; talk; walk; run; jump; eat"'
    said = only(grade_row().replace("Quiz 1", titles))
    assert isinstance(said, LmsUpdate)
    assert said.user_id == "42"


def test_assignments_may_be_called_like_the_columns_of_the_lms() -> None:
    front, assignments = "Student ID,Email,Username,Grade", "Grade,Enrollment Track,Email,Verification Status"
    said = only(
        f"{front},{assignments},Enrollment Track,Verification Status\n"
        "42,a@x.org,ana,0.8,0.1,0.2,0.3,0.4,verified,ID Verified\n"
    )
    assert isinstance(said, LmsUpdate)
    assert said.account == Account("ana", "a@x.org")
    assert (said.grade, said.enrolled, said.identity) == (
        Decimal("0.8"),
        Enrolled("verified", active=True),
        Identity(True),
    )


def test_separators_behind_the_last_column_are_no_fault() -> None:
    assert isinstance(only(grade_row() + ",,,\n"), LmsUpdate)


def test_letters_of_an_older_encoding_refuse_only_their_row() -> None:
    content = (PROFILE + "1,ana,José,a@x.org,,\n2,bo,Bo,b@x.org,,\n3,cy,Cy,c@x.org,,São Paulo\n").encode("cp1252")
    first, second, third = (row.outcome for row in read(content))
    assert isinstance(first, RowError)
    assert (first.reason, first.identifier) == ("wrong-encoding", "ana")
    assert isinstance(second, LmsUpdate)
    assert isinstance(third, LmsUpdate)


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        ("mailto:ana@x.org", "ana@x.org"),
        ("Ana <ana@x.org>", "ana@x.org"),
        ("\u202aana@x.org\u202c", "ana@x.org"),
        ("ana@x.org;", "ana@x.org"),
        ("\u00a0ana@x.org\u200b", "ana@x.org"),
        ("Ana@X.org", "Ana@X.org"),
    ],
)
def test_what_programs_add_to_an_address_or_a_username_is_left_out(cell: str, email: str) -> None:
    row = f"7,{cell},\u200eana\u200f,0.7,0,verified,N/A,N,N,N/A,enrolled\n"
    said = read(GRADE_REPORT.strip() + "\n" + row)[0].outcome
    assert isinstance(said, LmsUpdate) and said.account is not None
    assert (said.account.username, said.account.email) == ("ana", email)


def test_a_control_character_in_a_name_is_a_blank_and_the_others_of_the_file_are_read() -> None:
    said = [row.outcome for row in read(PROFILE + "1,ana,Ana\x07Bell\x85\u2028K,a@x.org,,\n2,bea,Bea,b@x.org,,\n")]
    assert [update.name for update in said if isinstance(update, LmsUpdate)] == ["Ana Bell K", "Bea"]


def test_a_guard_against_formulas_is_removed() -> None:
    said = only(PROFILE + "42,'-lena-,Lena,l@x.org,,\n")
    assert isinstance(said, LmsUpdate)
    assert said.account == Account("-lena-", "l@x.org")


@pytest.mark.slow
def test_a_file_of_blank_lines_is_refused_soon_at_any_size() -> None:
    began = time.process_time()
    refused = refusal(PROFILE.encode() + b"\n" * 150_000_000)
    assert (refused.reason, refused.values["limit_rows"]) == ("too-many-rows", MAX_LINES)
    assert time.process_time() - began < 30


def test_a_file_that_needs_more_time_than_there_is_is_refused() -> None:
    content = PROFILE.encode() + b"1,ana,Ana,a@x.org,,\n" * 10_001
    with pytest.raises(BadRequest) as refused:
        inspect(io.BytesIO(content), len(content), lambda: True)
    assert refused.value.reason == "not-finished"


def test_missing_columns_are_named() -> None:
    refused = refusal(b"Student ID,Username,Grade,Quiz 1\n1,ana,0.5,1\n")
    assert refused.values["columns"] == ["Email", "Enrollment Track"]
    assert sentence_of(refused) == "The grade report lacks: Email, Enrollment Track."


def test_a_file_that_is_cut_within_a_row_is_refused() -> None:
    whole = (PROFILE + '1,ana,"Ana, Maria",a@x.org,pt,BR\r\n2,bo,Bjørn,b@x.org,nb,NO\r\n').encode()
    last_row, last_cell = whole.index(b"2,bo"), whole.index(b"NO\r\n")
    for cut in range(last_row + 1, last_cell):
        assert refusal(whole[:cut]).reason in {"truncated", "not-csv"}, whole[:cut]


def test_a_row_that_is_whole_needs_no_line_break_after_it() -> None:
    assert len(read(PROFILE + "1,ana,Ana,a@x.org,pt,BR")) == 1


@pytest.mark.parametrize("behind", ["", ";", ";;;"])
def test_rows_that_a_spreadsheet_has_put_into_one_quoted_column_are_read(behind: str) -> None:
    plain = GRADE_REPORT + "".join(
        f'{number},a{number}@example.org,ana{number},0.7,"Listen, read",verified,N/A,N,N,N/A,enrolled\r\n'
        for number in (1, 2)
    )
    lines = plain.replace('"', '""').splitlines()
    wrapped = "".join(f'"{line}"{behind}\r\n' for line in lines)
    assert [row.outcome for row in read(wrapped)] == [row.outcome for row in read(plain)]
    assert [row.number for row in read(wrapped)] == [2, 3]


def test_a_bad_row_in_one_quoted_column_refuses_only_this_row() -> None:
    lines = [GRADE_REPORT.strip(), "1,a@example.org,ana,0.7,0,verified,N/A,N,N,N/A,enrolled", "2,b@example.org,bea"]
    first, second = [row.outcome for row in read("".join(f'"{line}"\n' for line in lines))]
    assert isinstance(first, LmsUpdate)
    assert isinstance(second, RowError)
    assert second.reason == "wrong-number-of-columns"


@pytest.mark.parametrize(
    ("ids", "username", "shared"),
    [
        (("7", "8"), "42", {"42": {"7": 2, "8": 3}}),
        (("7", "8"), "2-Sep", {"2-Sep": {"7": 2, "8": 3}}),
        (("7", "7"), "42", {}),
        (("7", "8"), "ana", {}),
    ],
)
def test_a_file_is_searched_for_usernames_that_a_spreadsheet_may_have_made_one(
    ids: tuple[str, str], username: str, shared: dict[str, dict[str, int]]
) -> None:
    rows = [grade_row(id=each, username=username).removeprefix(GRADE_REPORT) for each in ids]
    content = (GRADE_REPORT + "\r\n".join(rows)).encode()
    assert inspect(io.BytesIO(content), len(content)).shared_usernames == shared
