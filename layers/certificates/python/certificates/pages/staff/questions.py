"""Questions before an action: a page of its own, which the script shows as a dialog over the tab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from certificates.errors import Refusal
from certificates.http.language import Language
from certificates.pages.answers import Page
from certificates.pages.staff.run_page import show
from certificates.pages.visit import Visit
from certificates.rendering.directions import apart
from certificates.rules.model import CourseRun, Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`title` is the outcome. `losses` say what is taken away, `effects` what else follows. The button `verb` posts
    `fields` to `action`. `keep` is the safe answer, which leads to `back`. `facts` are shown as label and text.
    `destructive`: the button is red.
    """

    title: str
    losses: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    action: str
    back: str
    keep: str
    verb: str
    fields: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    destructive: bool = True


def name_in(learner: Learner, language: Language) -> str:
    """The learner's name, or else the username, for a sentence of the language."""
    return apart(learner.printed_name, language.direction)


def ask(visit: Visit, run: CourseRun, tab: str, question: Question, *, refusal: Refusal | None = None) -> Page:
    return show(visit, run, tab, template="staff/question.html", refusal=refusal, question=question)
