"""Texts: what of a name is printed, what refusals say, and cells of spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.errors import (
    Ambiguous,
    BadRequest,
    Busy,
    Conflict,
    DesignFailed,
    InDoubt,
    InternalError,
    LmsUnavailable,
    MailNotSetUp,
    MailRefused,
    NotFound,
    NotPrintable,
    NotRemoved,
    Overloaded,
    Refusal,
    Throttled,
)
from certificates.lookup import gather, read_run, unknown_run
from certificates.rules.exception_checks import CheckReason
from certificates.shown_text import is_pictograph, named, prints_nothing, shown, shows_nothing
from certificates.spreadsheet import line, many_lines
from certificates.staff_checks import find_learner, require
from certificates.staff_sentences import sentence_of
from tests.unit.rules.made import COURSE_ID, LEARNER, NOW, RUN, facts


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("", ""),
        ("Ada", "Ada"),
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Zoë\tÅngström", "Zoë Ångström"),
        ("Ada\n\r Lovelace", "Ada Lovelace"),
        ("李 寧", "李 寧"),
        ("李\u3000寧", "李\u3000寧"),
        ("李\u3000Ning", "李 Ning"),
        ("Li\u3000寧", "Li 寧"),
        ("\u3000李\u3000", "李"),
        ("李 \u3000寧", "李 寧"),
        ("A\u200bd\u00ada", "Ada"),
        ("\u202eadA", "adA"),
        ("Ada 😀", "Ada"),
        ("😀Ada😀Lovelace", "AdaLovelace"),
        ("Ada 😀 Lovelace", "Ada Lovelace"),
        ("\U0001f3fb", ""),
        ("\u200b \u2800", ""),
        ("ℹ™", "ℹ™"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("क्\u200dष", "क्\u200dष"),
        ("علی\u200c\u200cرضا", "علی\u200cرضا"),
        ("علی \u200cرضا", "علی رضا"),
        ("\u200cعلی", "علی"),
        ("ه\u200d علی", "ه\u200d علی"),
        ("A\u200dda", "Ada"),
        ("Ada\u200d", "Ada"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("葛\ufe00城", "葛\ufe00城"),
        ("A\ufe00da", "Ada"),
        ("葛\ufe0f城", "葛城"),
        ("ᠮᠣ\u180bᠩ", "ᠮᠣ\u180bᠩ"),
        ("李\u180b", "李"),
        ("Ada\u180b", "Ada"),
        ("\u1800\u180b", "\u1800\u180b"),
        ("\u180b李", "李"),
        ("ב\u05b8\u034f\u05bc", "ב\u05b8\u034f\u05bc"),
        ("李 \u034f寧", "李 寧"),
        ("Ada\u0301", "Ada\u0301"),
    ],
)
def test_a_text_is_printed_without_what_prints_nothing(typed: str, printed: str) -> None:
    assert shown(typed) == printed
    assert shows_nothing(typed) is (printed == "")


@pytest.mark.parametrize("char", [" ", "\u3000", "\u00ad", "\x00", "\x1f", "\x7f", "\x9f", "\u2800", "\ufeff", "\x20"])
def test_controls_fillers_and_blanks_print_nothing(char: str) -> None:
    assert prints_nothing(char)


@pytest.mark.parametrize("char", ["a", "\x21", "\u2801", "\u00a1", "\u00ae", "\u27ff"])
def test_the_characters_beside_them_print_something(char: str) -> None:
    assert not prints_nothing(char)


@pytest.mark.parametrize("char", ["😀", "☀", "⚿", "❧", "☿", "\u20e3", "\U0001fbef", "\U0001fffd"])
def test_emoji_and_their_parts_are_pictographs(char: str) -> None:
    assert is_pictograph(char)


@pytest.mark.parametrize("char", ["❨", "◿", "©", "A", "\U0001fbf0"])
def test_signs_of_texts_are_no_pictographs(char: str) -> None:
    assert not is_pictograph(char)


@pytest.mark.parametrize(
    ("characters", "words"),
    [
        ("", ""),
        ("\ufffd\U00012000", "U+FFFD REPLACEMENT CHARACTER, U+12000 CUNEIFORM SIGN A"),
        ("\x07", "U+0007 unnamed"),
    ],
)
def test_characters_are_named_in_words(characters: str, words: str) -> None:
    assert named(characters) == words


@pytest.mark.parametrize(
    ("refused", "reason", "text", "values"),
    [
        (lambda: BadRequest("a", "b", field="c"), "a", "b", {"field": "c"}),
        (lambda: DesignFailed("b", ()), "design-failed", "b", {}),
        (lambda: DesignFailed("b", (), reason="bad-template"), "bad-template", "b", {}),
        (lambda: Busy("Others."), "busy", "Others.", {}),
        (
            lambda: NotPrintable("too long"),
            "name-not-printable",
            "The certificate cannot be printed with this name: too long.",
            {},
        ),
        (
            Overloaded,
            "throttled",
            "Too many people are here at this moment. Nothing has changed. Try again.",
            {},
        ),
        (
            lambda: InternalError("1-5f"),
            "internal-error",
            "An error of this product. It is not certain whether this was done. The operator finds the error by the "
            "reference.",
            {"reference": "1-5f"},
        ),
        (
            lambda: LmsUnavailable("The LMS is away.", 30),
            "lms-unavailable",
            "The LMS is away. Nothing has changed. Try again.",
            {"retry_after": 30},
        ),
        (
            lambda: Ambiguous([("7", "ada"), ("8", "zoe")]),
            "ambiguous-learner",
            "This is the username or the e-mail of several learners: ada (id 7) and zoe (id 8). Name the learner by "
            "the other of the two.",
            {"learners": [{"user_id": "7", "username": "ada"}, {"user_id": "8", "username": "zoe"}]},
        ),
    ],
)
def test_a_refusal_has_a_reason_a_sentence_and_values(
    refused: Callable[[], Refusal], reason: str, text: str, values: dict[str, Any]
) -> None:
    refusal = refused()
    assert (refusal.reason, sentence_of(refusal), refusal.values) == (reason, text, values)
    assert str(refusal) == str(refusal.message)


def test_failures_without_a_caller_say_what_a_log_may_have() -> None:
    assert (LmsUnavailable("x", 30).retry_after, LmsUnavailable("x", 30).busy) == (30, False)
    assert LmsUnavailable("x", 30, busy=True).busy is True
    flaws: Any = ["flaw"]
    assert DesignFailed("b", flaws).flaws == ("flaw",)
    refused = MailRefused("MessageRejected", "ada@example.org is not verified")
    assert (str(refused), refused.code, refused.explanation) == (
        "MessageRejected",
        "MessageRejected",
        "ada@example.org is not verified",
    )
    later = MailNotSetUp("AccountSuspendedException", "ada@example.org is not verified")
    assert (str(later), later.code, later.explanation) == (
        "sesv2.SendEmail: AccountSuspendedException",
        "AccountSuspendedException",
        "ada@example.org is not verified",
    )
    assert isinstance(later, Throttled)
    assert (InDoubt(30).seconds, str(InDoubt(30))) == (30, "in doubt for 30 seconds")
    left = NotRemoved(["a.pdf", "b.pdf"], "SlowDown")
    assert (left.documents, left.why) == (("a.pdf", "b.pdf"), "SlowDown")
    assert str(left) == "2 documents were not removed, the first a.pdf: SlowDown"


def test_a_row_has_plain_texts_and_no_cell_runs_as_a_formula() -> None:
    cells = [None, "a", "=1+1", 7, 0.5, datetime(2026, 11, 29, 12, tzinfo=UTC), date(2026, 11, 29), "a,b", 'a"b', True]
    written = line(cells)
    assert next(csv.reader(io.StringIO(written.decode()))) == [
        *("", "a", "'=1+1", "7", "0.5", "2026-11-29T12:00:00Z", "2026-11-29", "a,b", 'a"b', "True")
    ]
    assert written.endswith(b"\r\n")
    assert many_lines([["é"], [None]]) == 'é\r\n""\r\n'.encode()
    assert many_lines([]) == b""


def backend(**found: Any) -> Any:
    """A backend with the run, and `found` for each identifier."""
    return SimpleNamespace(
        site="the site",
        runs=SimpleNamespace(run=lambda course_id: RUN if course_id == COURSE_ID else None),
        learners=SimpleNamespace(find=found.get),
        certificates=SimpleNamespace(
            facts=lambda course_id, user_id, *, site, now: (
                facts() if (user_id, site, now) == ("41", "the site", NOW) else None
            )
        ),
    )


def test_a_run_and_a_learner_are_looked_up_by_their_ids() -> None:
    assert read_run(COURSE_ID, backend=backend()) == RUN
    assert gather(COURSE_ID, "41", backend=backend(), now=NOW) == facts()


def test_an_unknown_run_is_refused_before_an_unknown_learner() -> None:
    for ask in (
        lambda: read_run("course-v1:A+B+1", backend=backend()),
        lambda: gather("course-v1:A+B+1", "42", backend=backend(), now=NOW),
        lambda: find_learner("course-v1:A+B+1", "nobody", backend=backend()),
    ):
        with pytest.raises(NotFound) as refused:
            ask()
        assert refused.value.reason == "unknown-course-run"
        assert refused.value.values == {"course_id": "course-v1:A+B+1"}
        assert str(refused.value) == "There is no course run course-v1:A+B+1."
    assert unknown_run("x").reason == "unknown-course-run"
    with pytest.raises(NotFound) as refused:
        gather(COURSE_ID, "42", backend=backend(), now=NOW)
    assert (refused.value.reason, str(refused.value)) == (
        "unknown-learner",
        "No learner is known under this id.",
    )


def test_staff_name_a_learner_as_they_paste_the_name() -> None:
    known = backend(**{"li@example.com": LEARNER})
    assert find_learner(COURSE_ID, "Li Ning <li@example.com>", backend=known) == LEARNER
    with pytest.raises(BadRequest) as refused:
        find_learner(COURSE_ID, "  ", backend=known)
    assert (refused.value.reason, str(refused.value)) == (
        "identifier-missing",
        "Name a learner by username or e-mail.",
    )


UNKNOWN = "No learner has this username or e-mail. Usernames are matched exactly, letter case included."


def test_staff_learn_the_likely_fault_of_a_name_that_nobody_has() -> None:
    with pytest.raises(NotFound) as refused:
        find_learner(COURSE_ID, "nobody", backend=backend())
    assert (refused.value.reason, str(refused.value)) == ("unknown-learner", UNKNOWN)
    with pytest.raises(NotFound) as refused:
        find_learner(COURSE_ID, "#NAME?", backend=backend())
    assert str(refused.value).startswith(UNKNOWN + " ")


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (CheckReason.IDENTIFIER_MISSING, BadRequest),
        (CheckReason.UNKNOWN_LEARNER, NotFound),
        (CheckReason.NOT_INVALIDATED, NotFound),
        (CheckReason.ALREADY_LISTED, Conflict),
        (CheckReason.NO_CERTIFICATE, Conflict),
    ],
)
def test_a_failed_check_is_a_refusal_of_its_kind(failure: CheckReason, kind: type[Refusal]) -> None:
    with pytest.raises(kind) as refused:
        require(failure)
    assert (type(refused.value), refused.value.reason) == (kind, failure.value)
    require(None)
