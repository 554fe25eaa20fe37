"""Many learners with the files of their LMS: most are plain, one in twenty is odd in some way. Each oddity has the rows
of its learner and the expected outcome.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

HEADING = [
    *("Student ID", "Email", "Username", "Grade", "Quiz 1: Listen; read", "Enrollment Track", "Verification Status"),
    *("Certificate Eligible", "Certificate Delivered", "Certificate Type", "Enrollment Status"),
]


@dataclass(frozen=True)
class Member:
    """`outcome` is the expected outcome of a bulk issue: the reason of a refusal, `issued`, or None for a learner who
    is not selected. `verdict` is an event after the files. `printed` is the name on the certificate. `rejected`: the
    row of the grade report is refused.
    """

    user_id: str
    username: str
    email: str
    name: str
    grade: str = "0.9"
    mode: str = "verified"
    enrolled: str = "enrolled"
    extra: tuple[str, ...] = ()
    verdict: bool | None = None
    excepted: bool = False
    rejected: str | None = None
    outcome: str | None = "issued"
    printed: str | None = None
    oddity: str = "plain"

    @property
    def row(self) -> list[str]:
        identity = "Not ID Verified"
        return [
            *(self.user_id, self.email, self.username, self.grade, "0.5", self.mode, identity),
            *("N", "N", "N/A", self.enrolled, *self.extra),
        ]


def plain(number: int) -> Member:
    name = f"{('Ana', 'Zoë', 'Jürgen', 'Søren')[number % 4]} {('Lima', 'Ångström', 'Ilves')[number % 3]} {number}"
    return Member(str(number), f"learner.{number}", f"learner.{number}@example.org", name)


Odd = Callable[[Member], Member]

ODDITIES: dict[str, Odd] = {
    "extra credit": lambda m: replace(m, grade="1.15"),
    "a decimal comma": lambda m: replace(m, grade="0,75"),
    "percent": lambda m: replace(m, grade="75%"),
    "as a spreadsheet writes it": lambda m: replace(m, grade="7.5E-01"),
    "just enough": lambda m: replace(m, grade="0.6"),
    "just not enough": lambda m: replace(m, grade="0.5966", outcome="not-passing"),
    "nothing attempted": lambda m: replace(m, grade="Not Attempted", outcome="not-passing"),
    "no grade": lambda m: replace(m, grade="Not Available", outcome="not-passing"),
    "no e-mail": lambda m: replace(m, email=""),
    "e-mail in capitals": lambda m: replace(m, email=m.email.upper()),
    "Arabic username": lambda m: replace(m, username=f"عمر خالد {m.user_id}"),
    "username with blanks": lambda m: replace(m, username=f"Noor El Amin {m.user_id}"),
    "username like an address": lambda m: replace(m, username=f"ana{m.user_id}@corp"),
    "username like a formula": lambda m: replace(m, username=f"+sam{m.user_id}"),
    "username like a list": lambda m: replace(m, username=f"-lena{m.user_id}-"),
    "audit": lambda m: replace(m, mode="audit", outcome="mode-not-eligible"),
    "honor": lambda m: replace(m, mode="honor"),
    "has left": lambda m: replace(m, enrolled="unenrolled", outcome=None),
    "separators behind": lambda m: replace(m, extra=("", "")),
    "one column too many": lambda m: replace(m, extra=("x",), rejected="wrong-number-of-columns", outcome=None),
    "a grade of letters": lambda m: replace(m, grade="B+", rejected="bad-grade", outcome=None),
    "no name": lambda m: replace(m, name="", printed=m.username),
    "a name of nothing": lambda m: replace(m, name="\u3164\u2800", printed=m.username),
    "a name with quotes": lambda m: replace(m, name=f'"Bo" O\'Hara; {m.user_id}'),
    "a Japanese name": lambda m: replace(m, name=f"山田 花子 {m.user_id}"),
    "an Arabic name": lambda m: replace(m, name=f"سارة خالد {m.user_id}"),
    "a name like markup": lambda m: replace(m, name=f"Q&A <b>{m.user_id}</b>"),
    "the LMS failed them": lambda m: replace(m, verdict=False, outcome="not-passing"),
    "the LMS passed them": lambda m: replace(m, grade="0.4", verdict=True),
    "excepted": lambda m: replace(m, grade="0.1", excepted=True),
    "excepted in audit": lambda m: replace(m, mode="audit", excepted=True, outcome="mode-not-eligible"),
}
"""The oddities by name."""


def crowd(number: int, seed: int = 1) -> list[Member]:
    """`number` learners. One in twenty is odd; with enough learners, each oddity occurs at least once."""
    chance = random.Random(seed)
    members = [plain(each) for each in range(1, number + 1)]
    odd = chance.sample(range(number), max(number // 20, len(ODDITIES)))
    for place, position in enumerate(odd):
        name = list(ODDITIES)[place % len(ODDITIES)]
        members[position] = replace(ODDITIES[name](members[position]), oddity=name)
    return members


def grade_report(members: Iterable[Member]) -> bytes:
    """The file from a spreadsheet: with a byte order mark and semicolons."""
    return b"\xef\xbb\xbf" + _table([HEADING, *(member.row for member in members)], ";")


def profiles(members: Iterable[Member]) -> bytes:
    heading = ["id", "username", "name", "email"]
    return _table([heading, *([m.user_id, m.username, m.name, m.email] for m in members)], ",")


def exceptions(members: Iterable[Member]) -> bytes:
    return _table([[m.username, "agreed"] for m in members if m.excepted], ",")


def _table(rows: Iterable[list[str]], delimiter: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()
