"""How a table was saved is found out from its first lines, and its rows are read as a stream."""

from __future__ import annotations

import codecs
import io
from collections.abc import Sequence

import pytest

from certificates.errors import BadRequest, TooLarge
from certificates.rules import text_lines, text_table
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.text_lines import Lines, bad_bytes, read_chunk, with_western_letters
from certificates.rules.text_table import Cells, Dialect, Table, read_rows


def is_heading(cells: Sequence[str]) -> bool:
    """A heading is a row of two cells, `name` and `note`."""
    return tuple(cells) == ("name", "note")


def dialect(content: bytes) -> Dialect:
    return Table(io.BytesIO(content), is_heading).dialect


def rows(content: bytes) -> list[Cells]:
    return list(Table(io.BytesIO(content), is_heading).rows())


def values(content: bytes) -> list[tuple[str, ...]]:
    return [cells.values for cells in rows(content)]


def refused(content: bytes) -> BadRequest | TooLarge:
    with pytest.raises((BadRequest, TooLarge)) as caught:
        rows(content)
    return caught.value


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"name,note\n", Dialect("utf-8", ",")),
        (b"name;note\n", Dialect("utf-8", ";")),
        (b"name\tnote\n", Dialect("utf-8", "\t")),
        (b"name|note\n", Dialect("utf-8", "|")),
        (b"\xef\xbb\xbfname,note\n", Dialect("utf-8", ",", 3)),
        ("\ufeffname;note\n".encode("utf-16-le"), Dialect("utf-16-le", ";", 2)),
        ("\ufeffname;note\n".encode("utf-16-be"), Dialect("utf-16-be", ";", 2)),
        ("name;note\n".encode("utf-16-le"), Dialect("utf-16-le", ";")),
        ("name;note\n".encode("utf-16-be"), Dialect("utf-16-be", ";")),
        (b'"name;note"\n"ana;ill"\n', Dialect("utf-8", ",", 0, ";")),
        (b'"name,note";;\n"ana,ill";;\n', Dialect("utf-8", ";", 0, ",")),
        (b'"name\tnote"\n"ana\till"\n', Dialect("utf-8", ",", 0, "\t")),
        (b"sep=;\nname,note\n", Dialect("utf-8", ";", 6)),
        (b"SEP=|\r\nname,note\n", Dialect("utf-8", "|", 7)),
        (b"\xef\xbb\xbfsep=;\nname,note\n", Dialect("utf-8", ";", 9)),
        ("\ufeffsep=\t\nname\tnote\n".encode("utf-16-le"), Dialect("utf-16-le", "\t", 14)),
        (b"sep=;", Dialect("utf-8", ";", 5)),
    ],
)
def test_the_first_lines_say_how_a_table_was_saved(content: bytes, found: Dialect) -> None:
    assert dialect(content) == found


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        (b"ana;1\nbo;2\ncy,3\n", ";"),
        (b"ana,1\nbo;2\n", ","),
        (b"ana;1\nbo,2\n", ";"),
        (b"\n;;;\n,,,\nana|1\n", "|"),
        (b'ana;"one\ntwo, three\nfour, five"\nbo;x\n', ";"),
        (b'  "ana, maria" ;x\n', ";"),
        (b"ana\n", ","),
        (b"", None),
        (b'"ana;1";x\nbo\n', ";"),
        (b'"say ""a, b""";x\n', ";"),
    ],
)
def test_without_a_heading_the_sign_after_the_first_cell_of_most_rows_separates(
    content: bytes, delimiter: str | None
) -> None:
    if delimiter is None:
        assert refused(content).reason == "empty-file"
    else:
        assert dialect(content) == Dialect("utf-8", delimiter)


@pytest.mark.parametrize(
    "content",
    [
        # Inside the quotes, most lines have a comma after their first cell.
        'ada;"one\na,1\nb,2\nc,3\nd,4"\nben;x\n',
        # With doubled quotes, the first line has three of them, or five.
        'ada;"a ""one\na,1\nb,2\nc,3\nd,4"\nben;x\n',
        'ada;"a ""one"" two\na,1\nb,2\nc,3\nd,4"\nben;x\n',
    ],
)
def test_a_line_inside_quotes_is_no_row_with_a_separator(content: str) -> None:
    assert dialect(content.encode()).delimiter == ";"


def test_an_empty_first_cell_before_a_tab_is_a_cell() -> None:
    assert dialect(b"ada\tx\n\tben,1\n\tcleo,2\n\tdan,3\n").delimiter == "\t"


def test_the_separator_is_found_in_the_first_200_lines() -> None:
    assert dialect(b"ana;1\n" * 90 + b"bo,2\n" * 110 + b"cy;3\n" * 500).delimiter == ","
    assert dialect(b"ana;1\n" * 110 + b"bo,2\n" * 900).delimiter == ";"


def test_of_a_long_file_exactly_the_first_lines_choose_the_separator(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"a,1\nb;2\nc;3\nd,4\ne,5\n"
    monkeypatch.setattr(text_table, "CHUNK_BYTES", len(content))
    assert dialect(content).delimiter == ","
    monkeypatch.setattr(text_table, "_SAMPLE_LINES", 3)
    assert dialect(content).delimiter == ";"


def test_a_heading_with_a_space_before_a_quoted_cell_shows_the_separator() -> None:
    content = b'name; "note"\nana,1;x\nbo,2;y\n'
    assert dialect(content).delimiter == ";"
    assert values(content)[0] == ("name", "note")


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_line_that_the_beginning_of_the_file_cuts_off_does_not_choose_the_separator(
    monkeypatch: pytest.MonkeyPatch, mark: bytes
) -> None:
    content = mark + b"a,1\nb;2\nc;3\nd,"
    assert dialect(content).delimiter == ","
    monkeypatch.setattr(text_table, "CHUNK_BYTES", len(content))
    assert dialect(content + b"4;4\n").delimiter == ";"
    # The only line counts, complete or not.
    assert dialect(b"a;" + b"1" * 100).delimiter == ";"


def test_a_saved_hint_of_the_separator_is_no_heading_and_no_first_row() -> None:
    content = b'"sep=;";\nname;note\nana;ill\nsep=;\n'
    assert dialect(content) == Dialect("utf-8", ";")
    assert [(cells.row, cells.values) for cells in rows(content)] == [
        (2, ("name", "note")),
        (3, ("ana", "ill")),
        (4, ("sep=", "")),
    ]
    assert values(b'"sep=;",x\nana,ill\n') == [("sep=;", "x"), ("ana", "ill")]


def test_a_row_inside_its_first_column_is_taken_out_of_it() -> None:
    content = b'"name;note";\n"ana;ill, really";\n"bo;x";y\n"cy"\n"""a;b"";c"\n'
    assert values(b'"name;note"\n"ana;ill, really"\n"bo;x",y\n"cy"\n"""a;b"";c"\n') == [
        ("name", "note"),
        ("ana", "ill, really"),
        ("bo;x", "y"),
        ("cy",),
        ("a;b", "c"),
    ]
    assert dialect(content).inner == ""


@pytest.mark.parametrize(
    ("content", "inner"),
    [
        (b'"ana,ill"\nbo\n"cy,late"\n', ","),
        (b'"ana,ill"\n"Noor El Amin"\n', ""),
        (b'"ana,ill";\n"bo,late";x\n', ""),
        (b'"ana,ill"\n"bo;late"\n', ""),
        (b"ana\nbo\n", ""),
    ],
)
def test_without_a_heading_rows_are_inside_the_first_column_if_every_row_is(content: bytes, inner: str) -> None:
    assert dialect(content).inner == inner


def test_each_row_has_its_number_and_the_byte_where_the_next_begins() -> None:
    content = 'ana,é\n\n  \nbo,"a\nb"\r\ncy'.encode()
    assert rows(content) == [
        Cells(1, ("ana", "é"), 7),
        Cells(4, ("bo", "a\nb"), 21),
        Cells(5, ("cy",), 23),
    ]
    file = io.BytesIO(content)
    file.seek(21)
    assert list(read_rows(file, Dialect("utf-8", ","), offset=21, number=5)) == [Cells(5, ("cy",), 23)]


@pytest.mark.parametrize(
    ("cell", "tidy"),
    [
        ("  ana ", "ana"),
        ("\u200bana\ufeff", "ana"),
        ("ana\x1a", "ana"),
        (" \u200b ana \x1a", "ana"),
        ('="0042"', "0042"),
        ('=" a ""b"" "', 'a "b"'),
        ('="0042', '="0042'),
        ("'=1+1", "=1+1"),
        ("'ana", "'ana"),
    ],
)
def test_a_cell_is_read_without_what_programs_add(cell: str, tidy: str) -> None:
    assert text_table._tidy(cell) == tidy


@pytest.mark.parametrize("content", [b"\n \n", b",,;|\t\n", b"\x1a", b'""\n"  "\n'])
def test_rows_of_separators_and_blanks_are_blank(content: bytes) -> None:
    assert rows(content) == []


@pytest.mark.parametrize(
    ("content", "reason", "found"),
    [
        (b"\xff\xfe", "empty-file", flaw(FlawId.FILE_EMPTY)),
        (b"PK\x03\x04\x14", "not-text", flaw(FlawId.FILE_IS_WORKBOOK)),
        (b"\x89PNG\r\n", "not-text", flaw(FlawId.FILE_IS_NO_CSV)),
        (b"ana\x00\n", "not-text", flaw(FlawId.FILE_IS_NO_CSV)),
        (b"\x01\x02\x03\x04", "not-text", flaw(FlawId.FILE_IS_NO_CSV)),
        (b"\n" * 19 + b"<html>", "not-csv", flaw(FlawId.FILE_IS_DOCUMENT)),
        (b"  <!DOCTYPE html>", "not-csv", flaw(FlawId.FILE_IS_DOCUMENT)),
        ("<table>".encode("utf-16"), "not-csv", flaw(FlawId.FILE_IS_DOCUMENT)),
        ("ana\x00,ill\n".encode("utf-16"), "not-text", flaw(FlawId.FILE_HOLDS_CONTROL_CHARACTERS)),
        (b"\xff\xfea\x00\x00\xd8\n\x00", "wrong-encoding", flaw(FlawId.FILE_IN_OTHER_ENCODING)),
    ],
)
def test_a_file_that_is_no_table_says_so(content: bytes, reason: str, found: object) -> None:
    refusal = refused(content)
    assert (refusal.reason, refusal.message) == (reason, found)


def test_a_few_control_characters_are_faults_of_their_cells() -> None:
    assert values(b"a\x01\x02\x03") == [("a\x01\x02\x03",)]
    assert values(b"a" * 196 + b"\x01\x02\x03\x04") == [("a" * 196 + "\x01\x02\x03\x04",)]
    assert refused(b"a" * 195 + b"\x01\x02\x03\x04\x05").reason == "not-text"
    # Tabs, line breaks and form feeds are signs of texts.
    assert len(values(b"a\t\x0b\x0c\r\n" * 9)) == 9


def test_a_web_page_is_one_by_its_first_20_lines() -> None:
    assert values(b"\n" * 20 + b"<html>\n") == [("<html>",)]


@pytest.mark.parametrize("content", ["зоя,да\n", "a", "ab\n"])
def test_utf_16_without_a_mark_is_known_by_its_zeros_or_its_line_ends(content: str) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert dialect(content.encode(encoding)).encoding == encoding
        assert values(content.encode(encoding)) == values(content.encode())


def test_utf_16_without_a_mark_and_with_half_a_character_is_refused() -> None:
    assert refused("abcde".encode("utf-16-le") + b"\x00\xd8\n\x00").reason == "wrong-encoding"


def test_one_line_of_utf_16_without_a_mark_is_known_by_more_than_three_zeros_in_eight_bytes() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert values("abcdefgя".encode(encoding)) == [("abcdefgя",)]
        assert refused("abcdefяю".encode(encoding)).reason == "not-text"


def test_a_file_of_zeros_is_no_utf_16() -> None:
    assert refused(b"\x00" * 64).reason == "not-text"
    assert refused(b"\x01\x00" * 64).reason == "not-text"


def test_an_open_quote_and_a_broken_row_are_named_by_their_row() -> None:
    assert refused(b'ana\nbo,"x\ncy\n').values == {"row": 2}
    assert refused(b"x" * 140_000 + b"\n").values == {"row": 1}
    long = refused(b'ana\n\nbo,"' + b"x" * 140_000 + b'"\n')
    assert (long.reason, long.values) == ("not-csv", {"row": 3})
    assert long.message == flaw(FlawId.ROW_IS_NO_CSV, row=3, error="field larger than field limit (131072)")


def test_a_table_has_at_most_its_number_of_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_table, "MAX_LINES", 3)
    assert len(rows(b"ana\n\nbo\n")) == 2
    refusal = refused(b"ana\n\nbo\ncy\n")
    assert isinstance(refusal, TooLarge)
    assert (refusal.reason, refusal.values) == ("too-many-rows", {"limit_rows": 3})
    assert refusal.message == flaw(FlawId.FILE_HAS_TOO_MANY_LINES, most=3)


@pytest.mark.parametrize(
    ("content", "ended"),
    [(b"ana\n", True), (b"ana\r", True), (b"ana\r\n", True), (b"ana", False), (b"ana\nbo", False), (b"sep=;\n", True)],
)
def test_a_table_knows_whether_its_last_line_is_complete(content: bytes, ended: bool) -> None:
    table = Table(io.BytesIO(content), is_heading)
    list(table.rows())
    assert table.ended_with_newline is ended


class Slow(io.BytesIO):
    """A stream from the network: it gives few bytes at once."""

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None and size > 0
        return super().read(min(size, 3))


def test_a_chunk_is_complete_also_from_a_slow_stream() -> None:
    assert read_chunk(Slow(b"abcdefgh"), 7) == b"abcdefg"
    assert read_chunk(Slow(b"abcdefgh"), 99) == b"abcdefgh"
    assert read_chunk(Slow(b""), 9) == b""


def lines(content: bytes, encoding: str = "utf-8") -> list[tuple[str, int]]:
    """Each line, and the byte after it."""
    found = Lines(Slow(content), encoding, 10)
    return [(line, found.offset) for line in found]


@pytest.mark.parametrize("chunk", [1, 2, 3, 4, 5, 64])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["a\nbb\rc\r\n\r\n\n\rd", "a\r", "a\r\n", "ਊ\u0d00\nਊ", "a"])
def test_lines_are_cut_at_any_line_end_wherever_a_chunk_ends(
    monkeypatch: pytest.MonkeyPatch, text: str, encoding: str, chunk: int
) -> None:
    # A chunk has whole units of the encoding.
    monkeypatch.setattr(text_lines, "CHUNK_BYTES", chunk * len(text_lines.UNIT[encoding]))
    expected, offset = [], 10
    for line in io.StringIO(text, newline=""):
        offset += len(line.encode(encoding))
        expected.append((line, offset))
    assert lines(text.encode(encoding), encoding) == expected


def test_the_beginning_of_a_file_is_not_read_again() -> None:
    found = Lines(io.BytesIO(b"c\nd"), "utf-8", 0, b"a\nb")
    assert (list(found), found.offset) == (["a\n", "bc\n", "d"], 6)


def test_a_line_has_a_longest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_lines, "MAX_LINE_BYTES", 8)
    monkeypatch.setattr(text_lines, "CHUNK_BYTES", 4)
    assert [line for line, _ in lines(b"12345678")] == ["12345678"]
    # The length of all lines together has no limit.
    assert [line for line, _ in lines(b"123\n" * 9)] == ["123\n"] * 9
    with pytest.raises(BadRequest) as refusal:
        lines(b"123456789")
    assert (refusal.value.reason, refusal.value.message) == ("not-csv", flaw(FlawId.LINE_TOO_LONG, most=8))


@pytest.mark.parametrize(
    ("cell", "bad", "read"),
    [
        ("ana", False, "ana"),
        ("josé", False, "josé"),
        ("jos\udce9", True, "josé"),
        ("\udc80é", True, "€é"),
        ("\udc81", True, "\ufffd"),
        ("\udcff", True, "ÿ"),
        ("\udc7f", False, "\udc7f"),
        ("\udd00", False, "\udd00"),
    ],
)
def test_bytes_of_an_older_encoding_are_read_as_western_letters(cell: str, bad: bool, read: str) -> None:
    assert (bad_bytes(cell), with_western_letters(cell)) == (bad, read)


def _table(content: bytes) -> Table:
    return Table(io.BytesIO(content), lambda heading: "b" in heading)


def test_a_byte_that_is_not_utf_8_stays_in_its_cell() -> None:
    assert [cells.values for cells in _table(b"a,b\nZo\xeb,2\n").rows()] == [("a", "b"), ("Zo\udceb", "2")]


@pytest.mark.parametrize("half", [b"\x00\xd8", b"\x80\xdc"])
def test_half_a_character_in_marked_utf_16_is_a_wrong_encoding(half: bytes) -> None:
    content = codecs.BOM_UTF16_LE + "a,b\n1,".encode("utf-16-le") + half + "\n".encode("utf-16-le")
    with pytest.raises(BadRequest) as refused:
        list(_table(content).rows())
    assert refused.value.reason == "wrong-encoding"


def test_a_quoted_cell_may_follow_a_space() -> None:
    rows = [cells.values for cells in _table(b'a, "b"\n1, "2, 3"\n').rows()]
    assert rows == [("a", "b"), ("1", "2, 3")]


def test_a_quote_that_stays_open_is_refused_with_the_row_where_it_began() -> None:
    with pytest.raises(BadRequest) as refused:
        list(_table(b'a,b\n1,"2\n3,4\n').rows())
    message = refused.value.message
    assert not isinstance(message, str)
    assert (refused.value.reason, refused.value.values["row"], message.values["row"]) == ("not-csv", 2, 2)
