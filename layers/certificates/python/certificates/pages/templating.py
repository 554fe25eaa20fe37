"""Jinja2 for pages: everything is escaped, and texts come from the language's catalogue. The build compiles the
templates to Python modules in `COMPILED`. Without these, the sources are read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from certificates.http.language import Language
from certificates.pages import assets, display_face, wording
from certificates.pages.languages import LANGUAGES, translations
from certificates.rendering.directions import apart

SOURCES = Path(__file__).parent / "templates"
COMPILED = Path(__file__).parent / "compiled"


@cache
def environment(tag: str) -> Environment:
    """The environment of a language. The build compiles templates with the same environment."""
    language = LANGUAGES[tag]
    made = Environment(
        loader=ChoiceLoader([ModuleLoader(COMPILED), FileSystemLoader(SOURCES)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    made.install_gettext_translations(translations(tag), newstyle=True)  # type: ignore[attr-defined]
    made.globals["ngettext"] = _with_number_in(language, made.globals["ngettext"])
    made.filters |= {
        "day": language.day,
        "moment": language.moment,
        "number": language.number,
        "grade": language.grade,
        "groups": _groups_of_eight,
        "apart": lambda text: apart(text, language.direction),
        "path": partial(quote, safe=""),
        "translated": wording.translator(language),
        "reason": lambda name: wording.words(wording.REASONS, name, language),
        "change": lambda name: wording.words(wording.CHANGES, name, language),
        "trigger": lambda name: wording.words(wording.TRIGGERS, name, language),
        "job": lambda name: wording.words(wording.JOBS, name, language),
        "doing": lambda name: wording.words(wording.RUNNING_JOBS, name, language),
        "share": language.share,
        "state": lambda name: wording.words(wording.STATES, name, language),
        "fault_of_file": lambda name: wording.words(wording.FAULTS_OF_FILES, name, language),
        "flaws": lambda found: wording.flaws_of_file(found, language),
        "hint_in": wording.hint_in,
        "reading": lambda name: wording.words(wording.READINGS, name, language),
        "webhook": lambda name: wording.words(wording.WEBHOOKS, name, language),
        "done": lambda name: wording.words(wording.DONE, name, language) if name in wording.DONE else "",
        "face": lambda text: "display" if display_face.has_letters_of(text) else "display-other",
    }
    made.globals |= {"asset": assets.asset_address}
    return made


def render_template(template: str, language: Language, **context: Any) -> str:
    return environment(language.tag).get_template(template).render(language=language, **context)


def _with_number_in(language: Language, ngettext: Any) -> Callable[..., str]:
    """`ngettext` whose `%(num)s` is a number in the language: 1,500."""

    @pass_context
    def counted(context: Context, singular: str, plural: str, count: int, /, **values: Any) -> str:
        text: str = ngettext(context, singular, plural, count, **{"num": language.number(count), **values})
        return text

    return counted


def _groups_of_eight(verify_uuid: str) -> list[str]:
    """An id for people: in four groups."""
    return [verify_uuid[start : start + 8] for start in range(0, len(verify_uuid), 8)]
