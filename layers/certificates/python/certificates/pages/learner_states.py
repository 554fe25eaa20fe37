"""The texts of the progress page in each state: the state, what happens next, what the learner can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from certificates.http.language import Language
from certificates.learner_status import LearnerStatus
from certificates.pages.grade_bar import as_counted, points_below
from certificates.pages.languages import translations
from certificates.pages.wording import track, translator
from certificates.rendering.directions import apart
from certificates.rules.bulk_issuance import issuance_due
from certificates.rules.days import zone_of
from certificates.rules.eligibility import Reason
from certificates.rules.messages import may_request_later
from certificates.rules.model import Facts
from certificates.rules.predicates import is_imported
from certificates.rules.progress import State
from certificates.rules.validity import has_expired
from certificates.rules.visibility import shown_on
from certificates.shown_text import named

MOST_CHARACTERS = 3
"""The characters of a name that the page names."""


@dataclass(frozen=True, slots=True)
class StateMessage:
    """`lead` says what is, `effects` what follows from it, `then` what happens next or what to do.

    `symbol` and `tone` are those of the state.
    """

    symbol: str
    tone: str
    title: str
    lead: str
    then: str = ""
    effects: tuple[str, ...] = ()


Translate = Callable[[str], str]


def message(found: LearnerStatus, language: Language) -> StateMessage:
    facts, progress, _ = found.facts, found.progress, translator(language)
    match progress.state:
        case State.INVALIDATED:
            return _invalidated(facts, language, _)
        case State.NOT_ENROLLED:
            return _not_enrolled(facts, language, _)
        case State.EARNED_AVAILABLE_LATER:
            return _later(progress.available_on, language, _)
        case State.NOT_EARNED_KNOWN_LATER:
            return _known_later(progress.available_on, language, _)
        case State.IDENTITY_MISSING:
            return _identity_missing(_)
        case State.AVAILABLE:
            return _available(found, _)
        case State.MODE_WITHOUT_CERTIFICATE:
            return _no_certificate(facts, progress.reason, language, _)
        case State.NOT_PASSING:
            return _not_passing(facts, language, _)
        case State.NOT_AVAILABLE if progress.reason is Reason.NAME_NOT_PRINTABLE:
            return _not_printable(facts, language, _)
        case State.NOT_AVAILABLE if progress.reason is Reason.NOT_A_REGULAR_LEARNER:
            return _no_certificate(facts, progress.reason, language, _)
        case State.REQUESTABLE:
            return _requestable(_)
        case State.NOT_AVAILABLE | State.EARNED_ISSUED_AT_END:
            return _issued_at_end(facts, language, _)
    assert_never(progress.state)


def nothing_known_yet(language: Language) -> StateMessage:
    """The LMS does not answer, and has never sent data about this learner: the state is unknown."""
    _ = translator(language)
    return StateMessage(
        "info",
        "caution",
        _("Your course site does not answer."),
        _("Nothing is known here yet about you in this course."),
        _("This page shows how far you are as soon as your course site answers."),
    )


def _invalidated(facts: Facts, language: Language, _: Translate) -> StateMessage:
    at = facts.invalidation.invalidated_at if facts.invalidation is not None else facts.now
    return StateMessage(
        "invalidated",
        "danger",
        _("Your certificate was invalidated."),
        _("The course team invalidated it on %(day)s.") % {"day": language.day(at, zone_of(facts.run, facts.site))},
        _(
            "If you think this is a mistake, write to the course team and give the id shown on this page. When they "
            "re-validate it, the certificate is here again."
        ),
        (
            _("Its public page says “invalidated” and shows neither your name nor the certificate."),
            _("The PDF is gone, and links that you have handed out have stopped working."),
        ),
    )


def _not_enrolled(facts: Facts, language: Language, _: Translate) -> StateMessage:
    return StateMessage(
        "info",
        "quiet",
        _("You are not enrolled."),
        _("Certificates of %(title)s are issued to enrolled learners.")
        % {"title": apart(facts.run.title, language.direction)},
        _("If you have just enrolled, this page knows about it shortly after your course does."),
    )


def _later(moment: datetime | None, language: Language, _: Translate) -> StateMessage:
    return StateMessage(
        "clock",
        "accent",
        _("Earned. Available on %(day)s.") % {"day": _day(moment, language, _)},
        _("You have earned your certificate. It is made already, and shown on that day."),
        _("You need not do anything: it appears on this page."),
    )


def _known_later(moment: datetime | None, language: Language, _: Translate) -> StateMessage:
    return StateMessage(
        "clock",
        "quiet",
        _("Results are known on %(day)s.") % {"day": _day(moment, language, _)},
        _("You have not earned a certificate so far."),
        _("Grades that arrive until then count. Look here again on that day."),
    )


def _identity_missing(_: Translate) -> StateMessage:
    return StateMessage(
        "identity",
        "caution",
        _("Your identity is not verified yet."),
        _("A certificate on your track needs a verified identity."),
        _("Verify your identity in your course. This page offers the certificate once that is done."),
    )


def _available(found: LearnerStatus, _: Translate) -> StateMessage:
    facts = found.facts
    if is_imported(facts):
        return StateMessage(
            "issued",
            "accent",
            _("You have a certificate of your course site."),
            _("Its record was copied here, and its id keeps working. Anyone who has its link can check it."),
            _("The PDF is the one that your course site gave you. The course team can make a new one here."),
        )
    if found.certificate and has_expired(found.certificate, facts.run, facts.site, facts.now):
        return StateMessage(
            "clock",
            "caution",
            _("Your certificate has expired."),
            _("Its link and its PDF still work, and its page says that it has expired."),
        )
    return StateMessage(
        "issued",
        "accent",
        _("Your certificate is ready."),
        _("Anyone who has its link can check that it is genuine."),
    )


def _no_certificate(facts: Facts, reason: Reason, language: Language, _: Translate) -> StateMessage:
    if reason is Reason.MODE_NOT_ELIGIBLE:
        mode = track(facts.enrollment.mode if facts.enrollment else None, language)
        text = _("Your track (%(track)s) carries no certificate in %(title)s.")
        return StateMessage(
            "info",
            "quiet",
            _("Your track carries no certificate."),
            text % {"track": mode, "title": apart(facts.run.title, language.direction)},
            _("If you change to another track, this page knows about it shortly after your course does."),
        )
    lead = (
        _("This is a coach’s copy of a course. It carries no certificate of its own.")
        if facts.run.derived
        else _("You take part as a beta tester. Beta testers receive no certificate.")
    )
    return StateMessage(
        "info", "quiet", _("No certificate in this run."), lead, _("The course team can make an exception.")
    )


def _not_passing(facts: Facts, language: Language, _: Translate) -> StateMessage:
    grade = facts.enrollment.grade if facts.enrollment is not None else None
    needed = {"needed": language.grade(facts.run.passing_grade)}
    then = _(
        "When a new grade reaches %(needed)s, this page offers the certificate; you need not ask anybody. "
        "Grades arrive here shortly after your course records them."
    )
    if grade is None:
        lead = _("You have no grade yet. A certificate needs %(needed)s.") % needed
    elif grade < facts.run.passing_grade:
        points = points_below(grade, facts.run.passing_grade)
        text = translations(language.tag).ngettext(
            "Your grade is %(grade)s. A certificate needs %(needed)s, so %(points)s point is missing.",
            "Your grade is %(grade)s. A certificate needs %(needed)s, so %(points)s points are missing.",
            as_counted(points),
        )
        lead = text % {"grade": language.grade(grade), "points": language.decimal_number(points), **needed}
    else:
        lead = _("Your grade is %(grade)s, and the course has not passed you yet.") % {"grade": language.grade(grade)}
        return StateMessage(
            "notpassing", "quiet", _("Not passing yet."), lead, _("Ask the course team what is missing.")
        )
    return StateMessage("notpassing", "quiet", _("Not passing yet."), lead, then % needed)


def _first_of(characters: str, language: Language) -> str:
    """The first characters as the learner wrote them, and in words for a screen that does not show them."""
    first = [apart(f"{each} ({named(each)})", language.direction) for each in characters[:MOST_CHARACTERS]]
    return language.comma.join([*first, "…"] if len(characters) > MOST_CHARACTERS else first)


def _not_printable(facts: Facts, language: Language, _: Translate) -> StateMessage:
    why = (
        _("No font here prints this part of your name: %(characters)s")
        % {"characters": _first_of(facts.unprintable, language)}
        if facts.unprintable
        else _("Your name is too long for the certificate.")
    )
    return StateMessage(
        "clock",
        "caution",
        _("You have earned a certificate. Your name cannot be printed."),
        why,
        _("Change the name in your profile. This page knows about it shortly after your course does."),
    )


def _requestable(_: Translate) -> StateMessage:
    return StateMessage(
        "issued",
        "accent",
        _("You have earned a certificate."),
        _("Request it and it is made while you wait, in about a second."),
    )


def _issued_at_end(facts: Facts, language: Language, _: Translate) -> StateMessage:
    run, due = facts.run, issuance_due(facts.run)
    earned = _("You have earned a certificate.")
    if not run.design_active:
        return StateMessage(
            "clock",
            "caution",
            earned,
            _("It cannot be issued at the moment: the course team has put the design on hold."),
            _("It is issued when they take it up again."),
        )
    zone, shown = zone_of(run, facts.site), shown_on(run)
    later = language.day(shown, zone) if shown is not None else ""
    if due is None or due <= facts.now:
        if may_request_later(facts):
            sentence = _("You can request it on this page from %(day)s on.") % {"day": later}
            return StateMessage("clock", "accent", earned, sentence, _("Look here again on that day."))
        return StateMessage("clock", "accent", earned, _("The course team issues it."), _("You need not do anything."))
    day = language.day(due, zone)
    if shown is not None and shown > due:
        sentence = _("It is issued on %(day)s, and shown on %(later)s.") % {"day": day, "later": later}
    else:
        sentence = _("It is issued on %(day)s.") % {"day": day}
    return StateMessage("clock", "accent", earned, sentence, _("You need not do anything: it appears on this page."))


def _day(moment: datetime | None, language: Language, _: Translate) -> str:
    return language.day(moment) if moment is not None else _("a day that is not set yet")
