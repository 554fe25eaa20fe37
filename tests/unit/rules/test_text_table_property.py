"""Whatever a spreadsheet holds, and however it is saved, it reads back."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.text_table import detect, read_rows

anything = st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\r")
cells = st.text(anything, max_size=12)
first_letters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters=",;")
first_cells = st.text(first_letters, min_size=1, max_size=12).filter(lambda text: trimmed(text) != "")
"""As usernames and addresses are: on one line, and holding none of the separators."""
rows = st.lists(st.tuples(first_cells, cells, cells) | st.just(()), min_size=1, max_size=8).filter(any)


def trimmed(text: str) -> str:
    return text.strip().strip("\ufeff\u200b").strip()


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

    dialect = detect(file)

    assert dialect.delimiter == delimiter
    assert [(cells.row, cells.values) for cells in read_rows(file, dialect)] == [
        (number, tuple(map(trimmed, row))) for number, row in enumerate(rows, start=1) if row
    ]


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_file_whatever_breaks_the_reader(content):
    from certificates.errors import BadRequest

    file = io.BytesIO(content)
    try:
        for row in read_rows(file, detect(file)):
            assert any(row.values)
    except BadRequest as refused:
        assert refused.reason in {"empty-file", "not-text", "wrong-encoding", "not-csv"}
