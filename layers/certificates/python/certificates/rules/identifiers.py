"""Usernames and e-mails that people paste or spreadsheets change: the identifiers meant, or the fault."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Context, Decimal
from unicodedata import category, normalize

from certificates.rules.flaws import Flaw, FlawId, flaw

_IN_BRACKETS = re.compile(r"[^<>]*+<\s*+([^<>\s]++)\s*+>")
_MAILTO = re.compile(r"mailto:([^?]*)(\?.*)?", re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(r"[\w.+-]+@[\w-][\w.-]+|\w*", re.ASCII)
"""Nearly every address, and nothing that cleaning changes. Cleaning takes longer than reading the rest of a row."""
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_LONGEST = 1000
"""Characters of a text that may be an identifier with additions. Cleaning a text takes time by the square of its
length, and a cell of a file may have a million characters."""
_QUOTES = "\"'“”„‟‘’‚‛«»‹›"
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?E[+-]?[0-9]+", re.IGNORECASE | re.ASCII)
_SPREADSHEET_ERROR = re.compile(r"#[¡¿]?[^\s#!?]{1,14}[!?]|#N/[AD]!?|#Н/Д|#NV|#YOK|#{2,}|Err:[0-9]{3}", re.IGNORECASE)
"""What Excel, LibreOffice and Google's spreadsheet write in English and other languages: #NAME?, #REF!, #N/A, #WERT!. A
number in a narrow column becomes ####."""
_NUMBER = re.compile(r"[0-9]{1,40}(\.[0-9]{1,40})?(E[+-]?[0-9]{1,4})?", re.IGNORECASE | re.ASCII)
_DAY = re.compile(r"([0-9]{1,2})-([A-Z][a-z]{2})", re.ASCII)
_MONTH_AND_DAY = re.compile(r"([a-z]{3,9})[-. ]?([0-9]{1,2})", re.IGNORECASE | re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_MOST_DIGITS = 10


def meant_by(text: str) -> tuple[str, ...]:
    """The identifiers that a text may mean, the most likely first. Mail programs and spreadsheets add to a text:

    `Mara Ilves <mara@example.org>`, `mailto:mara@example.org`, a trailing `;`, quotes, and invisible characters. Some
    write a letter and its accent as two characters; the LMS stores usernames in NFKC. Word processors round an
    apostrophe, and an address at the end of a sentence has a full stop.
    """
    cleaned = address_in(text)
    typed = cleaned.translate(_STRAIGHT)
    typed = typed.rstrip(".") if "@" in typed else typed
    forms = (text.strip(), cleaned, normalize("NFC", cleaned), normalize("NFKC", cleaned), typed)
    return tuple(dict.fromkeys(each for each in forms if each))


_STRAIGHT = str.maketrans("‘’ʼ", "'''")


def without_invisible_edges(text: str) -> str:
    """The text without blanks, direction marks and other invisible characters at its ends."""
    if text.isascii():
        return text.strip()
    shown = [place for place, char in enumerate(text) if not char.isspace() and not _is_invisible(char)]
    return text[shown[0] : shown[-1] + 1] if shown else ""


def address_in(text: str) -> str:
    """The address or username alone, without the additions of mail programs."""
    return text if len(text) > _LONGEST or _PLAIN.fullmatch(text) else _cleaned(text)


def _cleaned(text: str) -> str:
    found = "".join(" " if char.isspace() else char for char in text if not _is_invisible(char))
    before = None
    while found != before:
        before = found
        found = found.strip().rstrip(";,").strip().strip(_QUOTES).strip()
        if (match := _IN_BRACKETS.fullmatch(found)) and "@" in match[1][1:-1]:
            found = match[1]
        if match := _MAILTO.fullmatch(found):
            found = match[1]
        if found.startswith("<") and found.endswith(">"):
            found = found[1:-1]
    return found


def _is_invisible(char: str) -> bool:
    # Format characters: direction marks, zero-width blanks, byte order marks. No username of an LMS has them.
    return category(char) == "Cf"


def is_spreadsheet_error(text: str) -> bool:
    """Whether a spreadsheet has replaced the text by its mark for a faulty formula: it reads `-lena-` as a formula."""
    return text.startswith(("#", "E", "e")) and _SPREADSHEET_ERROR.fullmatch(text) is not None


def sole_address(text: str) -> str:
    """The e-mail address that is the whole text, in small letters, or "" if the text is anything else."""
    found = address_in(text)
    return found.lower() if _ADDRESS.fullmatch(found) else ""


def padded(identifier: str) -> tuple[str, ...]:
    """Usernames that a spreadsheet would change to this number, for instance `0042` to `42`."""
    if not _DIGITS.fullmatch(identifier):
        return ()
    return tuple(identifier.zfill(digits) for digits in range(len(identifier) + 1, _MOST_DIGITS + 1))


def is_number(text: str) -> bool:
    """Whether the text is a number for a spreadsheet."""
    return _NUMBER.fullmatch(text.replace(",", ".")) is not None


def may_be_rewritten(text: str) -> bool:
    """Whether a spreadsheet may have made this text from another one: a number, or a day such as `2-Sep`."""
    return is_number(text) or _DAY.fullmatch(text) is not None


def written_as(username: str, written: str) -> bool:
    """Whether a spreadsheet writes this username in another way: `0042` as `42`, `219e01` as `2.19E+03`, a long number
    with few digits, `sept2` as `2-Sep`.
    """
    day, name = _DAY.fullmatch(written), _MONTH_AND_DAY.fullmatch(username)
    if day and name:
        return name[1][:3].lower() == day[2].lower() and int(name[2]) == int(day[1])
    if username == written or not (is_number(username) and is_number(written)):
        return False
    number, shown = Decimal(username.replace(",", ".")), Decimal(written.replace(",", "."))
    return number == shown or Context(prec=len(shown.as_tuple().digits)).plus(number) == shown


def likely_fault(identifier: str) -> Flaw | None:
    """The likely fault of an identifier without a learner. None: nothing looks wrong."""
    for char in identifier:
        if _is_invisible(char):
            return flaw(FlawId.INVISIBLE_CHARACTER, character=f"U+{ord(char):04X}")
    if _SCIENTIFIC.fullmatch(identifier):
        return flaw(FlawId.NUMBER_OF_SPREADSHEET)
    if _DAY.fullmatch(identifier):
        return flaw(FlawId.DAY_OF_SPREADSHEET)
    if is_spreadsheet_error(identifier):
        return flaw(FlawId.ERROR_OF_SPREADSHEET)
    return None


def zeros_lost(identifier: str, others: Sequence[str]) -> Flaw:
    """`others` are existing usernames that a spreadsheet would change to this number."""
    return flaw(FlawId.ZEROS_LOST, identifier=identifier, others=tuple(others))
