"""A table in any form of any spreadsheet is read back unchanged."""

from __future__ import annotations

import csv
import io
import re

from hypothesis import example, given
from hypothesis import strategies as st

from certificates.rules.formula_guard import with_guard, without_guard
from certificates.rules.text_table import Table, read_rows

anything = st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\r")
cells = st.text(anything, max_size=12).filter(lambda text: '="' not in text)
"""`="0042"` is a text that a spreadsheet shows without these signs."""
first_letters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters=",;|")
first_cells = st.text(first_letters, min_size=1, max_size=12).filter(
    lambda text: trimmed(text) != "" and '="' not in text
)
"""Cells like usernames and addresses: on one line, without separators."""
rows = st.lists(st.tuples(first_cells, cells, cells) | st.just(()), min_size=1, max_size=8).filter(any)


def trimmed(text: str) -> str:
    return without_guard(text.strip().strip("\ufeff\u200b").strip())


def no_heading(_):
    return False


@given(
    rows=rows,
    delimiter=st.sampled_from(",;\t"),
    line_break=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_a_saved_table_reads_back_row_by_row(rows, delimiter, line_break, encoding, quoting):
    saved = io.StringIO(newline="")
    csv.writer(saved, delimiter=delimiter, lineterminator=line_break, quoting=quoting).writerows(rows)
    file = io.BytesIO(saved.getvalue().encode(encoding))

    table = Table(file, no_heading)
    whole = list(table.rows())

    assert table.dialect.delimiter == delimiter
    assert [(cells.row, cells.values) for cells in whole] == [
        (number, tuple(map(trimmed, row))) for number, row in enumerate(rows, start=1) if row
    ]
    for place, cells in enumerate(whole):
        file.seek(cells.end)
        rest = read_rows(file, table.dialect, offset=cells.end, number=cells.row + 1)
        assert list(rest) == whole[place + 1 :]


@given(text=st.text(st.sampled_from("'=+-@;,\t\n a"), max_size=9))
def test_only_a_guard_that_we_added_is_removed(text):
    assert without_guard(with_guard(text)) == text


@given(text=st.text(st.sampled_from("'=+-@;,\t\n\" a"), max_size=9))
def test_no_separator_of_a_spreadsheet_makes_a_formula_of_our_cells(text):
    written = io.StringIO(newline="")
    csv.writer(written).writerow(["x", with_guard(text)])
    for separator in ";\t":
        for cell in re.split(rf"[{separator}\r\n]", written.getvalue()):
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@"))


@example(b"\x0b")
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_file_breaks_the_reader(content):
    from certificates.errors import BadRequest

    file = io.BytesIO(content)
    try:
        for row in Table(file, no_heading).rows():
            assert any(row.values)
    except BadRequest as refused:
        assert refused.reason in {"empty-file", "not-text", "wrong-encoding", "not-csv"}
