"""Values of a run's settings in words, as the form shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from certificates.http.language import Language
from certificates.pages.wording import N_, track, translator
from certificates.rules.model import Display, Notices, Pacing
from certificates.rules.settings import NEVER

CHOICES: Mapping[object, str] = {
    Pacing.INSTRUCTOR: N_("Instructor-paced"),
    Pacing.SELF: N_("Self-paced"),
    Display.EARLY_NO_INFO: N_("At once, even before the end"),
    Display.END: N_("At the end of the run"),
    Display.END_WITH_DATE: N_("On a date"),
    Notices.ISSUED: N_("When their certificate is there"),
    Notices.ALL: N_("Also when it was invalidated, withdrawn or re-validated"),
    Notices.NONE: N_("No mails"),
    NEVER: N_("By hand only"),
}

WITHOUT_VALUE = {
    "identity_required": N_("As the site says"),
    "bulk_issue_at": N_("At the end of the run"),
    "time_zone": N_("As the site says"),
}
"""Settings that mean something without a value."""


def setting_in_words(name: str, value: object, language: Language) -> tuple[str, ...]:
    """The lines of a setting's value. Times are in UTC and say so."""
    _ = translator(language)
    if isinstance(value, Mapping):
        return tuple(f"{each}: {text}" for each, text in value.items()) or (_("not set"),)
    return (_in_words(name, value, language),)


def _in_words(name: str, value: object, language: Language) -> str:
    _ = translator(language)
    match value:
        case None | "":
            return _(WITHOUT_VALUE.get(name, N_("not set")))
        case bool():
            return _("on") if value else _("off")
        case datetime():
            return f"{language.moment(value)} UTC"
        case Decimal():
            return language.percent.format(number=language.decimal_number(value * 100))
        case frozenset():
            return ", ".join(track(mode, language) for mode in sorted(value))
        case str() if value in CHOICES:
            return _(CHOICES[value])
    return str(value)
