"""Faults of files and of their rows as sentences: in English for the interface, and in every language for the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from certificates.rules.flaws import Flaw, FlawId


def _marked(text: str) -> str:
    """Marks a text for the catalogues of the pages."""
    return text


_QUOTED = _marked("“%(text)s”")
_EMPTY_CELL = _marked("An empty cell")
_BOTH = _marked("%(first)s and %(last)s")

FILE_SENTENCES: Mapping[FlawId, str] = {
    # A file as a whole.
    FlawId.FILE_TOO_LARGE: _marked("The file may have %(most)s bytes at most."),
    FlawId.FILE_EMPTY: _marked("The file is empty."),
    FlawId.FILE_WITHOUT_HEADING: _marked("The file is empty: its first row must name the columns."),
    FlawId.FILE_LISTS_NOBODY: _marked("The file lists nobody."),
    FlawId.FILE_LISTS_TOO_MANY: _marked("The file may list %(most)s learners at most."),
    FlawId.FILE_HAS_TOO_MANY_LINES: _marked("The file may have %(most)s lines at most, blank lines included."),
    FlawId.FILE_IS_WORKBOOK: _marked("The file is not text. It looks like a workbook: save it as CSV."),
    FlawId.FILE_IS_NO_CSV: _marked("The file is not text. A CSV file is needed."),
    FlawId.FILE_IS_DOCUMENT: _marked("The file is a web page or another document. Save the table as CSV."),
    FlawId.FILE_HOLDS_CONTROL_CHARACTERS: _marked("The file is not text: it has control characters."),
    FlawId.FILE_IN_OTHER_ENCODING: _marked("The file is neither UTF-8 nor UTF-16 text. Save it as CSV UTF-8."),
    FlawId.FILE_OF_OTHER_KIND: _marked(
        "This is neither an Open edX grade report (Student ID, Email, Username, Grade, …, Enrollment Track, …) "
        "nor a learner profile download (id, username, name, email, …)."
    ),
    FlawId.FILE_REPLACED: _marked("Another file was put in its place meanwhile."),
    FlawId.FILE_GONE: _marked("The file was removed before it was read to its end."),
    FlawId.FILE_TOO_SLOW: _marked("The file takes too long to read: %(rows)s rows and more. Divide it."),
    FlawId.FILE_GIVEN_UP: _marked(
        "The file could not be read to its end. %(rows)s rows were used. Divide the file, or save it again."
    ),
    FlawId.FILE_CUT_OFF: _marked("The file ends in the middle of row %(row)s: %(found)s of %(columns)s columns."),
    FlawId.LINE_TOO_LONG: _marked("A line is longer than %(most)s bytes: this is not a CSV file."),
    FlawId.ROW_IS_NO_CSV: _marked("Row %(row)s is not CSV: %(error)s."),
    FlawId.QUOTE_LEFT_OPEN: _marked("A quote opened in row %(row)s is never closed, or the file was cut off there."),
    FlawId.NO_IDENTIFIERS: _marked("The first column must have usernames or e-mail addresses."),
    FlawId.COLUMN_OF_OTHER_HEADING: _marked(
        "The first column must have usernames or e-mail addresses. It is headed %(heading)s."
    ),
    FlawId.GRADES_LACK_COLUMNS: _marked("The grade report lacks: %(columns)s."),
    FlawId.PROFILES_LACK_COLUMNS: _marked(
        "The learner profile lacks: %(columns)s. "
        "The site chooses the columns of this download: student_profile_download_fields."
    ),
    FlawId.COLUMN_NAMED_TWICE: _marked("Two columns are called %(heading)s: which one is meant cannot be told."),
    FlawId.GRADES_WITHOUT_PERCENT_SIGN: _marked(
        "Row %(row)s has the grade %(grade)s. 1 means all points: the grades of this file look like "
        "percentages. Write 72 percent as 0.72 or 72%%, or send the file as the LMS wrote it."
    ),
    FlawId.USERNAME_SHARED: _marked(
        "Rows %(first)s and %(second)s are about two learners with the username %(username)s. A spreadsheet has "
        "changed usernames, such as 0042 to 42. Send the file as the LMS wrote it."
    ),
    # A row of any file.
    FlawId.NAMES_FORGOTTEN_LEARNER: _marked(
        "This row names a learner who was forgotten at their own request. Nothing was stored."
    ),
    FlawId.ZEROS_LOST: _marked(
        "Did a spreadsheet remove zeros? There is also %(others)s, which it would write as %(identifier)s."
    ),
    # A row of an exception file.
    FlawId.IDENTIFIER_EMPTY: _marked("The first column is empty: it must have a username or an e-mail."),
    FlawId.IDENTIFIER_NOT_UTF_8: _marked(
        "The username or e-mail has letters that are not saved as UTF-8. Save the file as CSV UTF-8."
    ),
    FlawId.IDENTIFIER_MALFORMED: _marked("The first column has neither a username nor an e-mail."),
    FlawId.NOTE_TOO_LONG: _marked("The note may have %(most)s characters at most."),
    FlawId.LISTED_IN_EARLIER_ROW: _marked("An earlier row lists this learner."),
    FlawId.NAMES_SEVERAL_LEARNERS: _marked(
        "This is the username or the e-mail of several learners: %(learners)s. "
        "Name the learner by the other of the two."
    ),
    FlawId.INVISIBLE_CHARACTER: _marked("It has an invisible character, %(character)s."),
    FlawId.NUMBER_OF_SPREADSHEET: _marked(
        "A spreadsheet has turned a username such as 219e01 into a number: write it as text."
    ),
    FlawId.DAY_OF_SPREADSHEET: _marked(
        "A spreadsheet has turned a username such as sept2 into a date: write it as text."
    ),
    FlawId.ERROR_OF_SPREADSHEET: _marked(
        "A spreadsheet has put an error in place of the username or e-mail: write it as text."
    ),
    FlawId.MAY_BE_HEADING: _marked("If this row is the heading of the columns, nothing is missing."),
    FlawId.NOTE_IS_ADDRESS: _marked(
        "The second column is the note. It has the address %(address)s: a row lists only the learner in its first "
        "column."
    ),
    # A row of a file of the LMS.
    FlawId.ROW_OF_OTHER_WIDTH: _marked("The row has %(found)s columns, the header %(columns)s."),
    FlawId.ROW_NOT_UTF_8: _marked("The row has letters that are not saved as UTF-8. Save the file as CSV UTF-8."),
    FlawId.ROW_NAMES_NOBODY: _marked("The row names no learner."),
    FlawId.ROW_NAMES_TWO_LEARNERS: _marked(
        "The row's username and e-mail belong to different learners: the ids %(ids)s."
    ),
    FlawId.ROW_FITS_SEVERAL_LEARNERS: _marked("Several learners have this username or e-mail: the ids %(ids)s."),
    FlawId.ROW_FITS_NOBODY: _marked(
        "No learner has this username or e-mail. Upload the grade report first, or a file with the column id."
    ),
    FlawId.LEARNER_IN_EARLIER_ROW: _marked("A row further up is about learner %(user_id)s already."),
    FlawId.NEWER_FACTS_STORED: _marked(
        "Newer facts about this learner are stored, and differ from this row. The newer facts stay."
    ),
    # A cell of a file of the LMS.
    FlawId.NOT_A_USER_ID: _marked("%(written)s is not a user id: digits only."),
    FlawId.NOT_A_USERNAME: _marked("%(written)s is not a username: it has 1 to 150 characters."),
    FlawId.NOT_AN_EMAIL: _marked("%(written)s is not an e-mail address."),
    FlawId.NAME_TOO_LONG: _marked("The name is longer than %(most)s characters."),
    FlawId.VALUE_TOO_LONG: _marked("A value to print is longer than %(most)s characters."),
    FlawId.NOT_AN_ENROLLMENT_TRACK: _marked("%(written)s is not an enrollment track."),
    FlawId.NOT_A_GRADE: _marked("%(written)s is not a grade: a number such as 0.59."),
    FlawId.GRADE_TOO_HIGH: _marked("%(written)s is not a grade: 1 means all points. Write 72 percent as 0.72 or 72%%."),
    FlawId.NOT_A_VERIFICATION_STATUS: _marked(
        "%(written)s is not a verification status: ID Verified, Not ID Verified or N/A."
    ),
    FlawId.NOT_AN_ENROLLMENT_STATUS: _marked("%(written)s is not an enrollment status: enrolled or unenrolled."),
    FlawId.CELL_OF_SPREADSHEET: _marked("A spreadsheet has put its error %(written)s in place of the value."),
    FlawId.NAME_ESCAPED: _marked("The name %(written)s has %(escaped)s in place of %(meant)s."),
}
"""By the fault. A value `written` is what a cell has; lists are joined."""


def file_sentence(flaw: Flaw, translated: Callable[[str], str] = str, shown: Callable[[object], str] = str) -> str:
    """The sentence of a fault of a file. `translated` gives a text in another language, `shown` a value in it."""

    def text_of(name: str, value: object) -> str:
        if name == "written":
            return translated(_QUOTED) % {"text": shown(value)} if value else translated(_EMPTY_CELL)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return reduce(lambda first, last: translated(_BOTH) % {"first": first, "last": last}, map(shown, value))
        return shown(value)

    return translated(FILE_SENTENCES[flaw.id]) % {name: text_of(name, value) for name, value in flaw.values.items()}
