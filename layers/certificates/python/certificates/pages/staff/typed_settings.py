"""The settings that a person typed into the form, with the faults by setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from certificates.errors import BadRequest, Refusal
from certificates.http.language import Language
from certificates.pages.staff.filled import Filled
from certificates.pages.staff.settings_form import shown_time
from certificates.rules.model import Display, Notices, Pacing
from certificates.rules.settings import NEVER, Never, RunSettings

Faults = Mapping[str, Refusal]
"""The faults by setting."""

_Choice = TypeVar("_Choice", Display, Notices, Pacing)
_Value = TypeVar("_Value")


def typed_settings(form: Filled, saved: RunSettings) -> tuple[RunSettings, Faults]:
    """The typed settings. A field that cannot be read keeps the saved value and is among the faults."""
    typing = _Typing(form)
    read, text = typing.read, form.text
    pacing = read("pacing", lambda: _choice(Pacing, text("pacing")), saved.pacing)
    display = read("display", lambda: _choice(Display, text("display")), saved.display)
    typed = RunSettings(
        title=text("title"),
        organization=text("organization"),
        pacing=pacing,
        start=typing.moment("start", "start", saved.start),
        end=typing.moment("end", "end", saved.end),
        passing_grade=read("passing_grade", lambda: _percent(text("passing_grade")), saved.passing_grade),
        automatic_generation=text("automatic_generation") == "on",
        available_on=typing.moment("available_on", "available_on", saved.available_on)
        if display is Display.END_WITH_DATE
        else None,
        eligible_modes=frozenset(form.all("mode")),
        identity_required={"on": True, "off": False}.get(text("identity_required")),
        credential=text("credential") != "off",
        self_generation=_self_generation(form, pacing),
        display=display,
        bulk_issue_at=typing.bulk_issue_at(saved.bulk_issue_at),
        fields=read("fields", lambda: _named(form, "field_name", "field_text"), saved.fields),
        field_columns=read("field_columns", lambda: _named(form, "column_name", "column_heading"), saved.field_columns),
        valid_months=read("valid_months", lambda: _months(text("valid_months")), saved.valid_months),
        time_zone=text("time_zone").strip() or None,
        # Without mail, the form has no such fields.
        notices=read("notices", lambda: _choice(Notices, text("notices") or saved.notices), saved.notices),
        contact=text("contact") if form.all("contact") else saved.contact,
    )
    return typed, typing.faults


class _Typing:
    """Reads values of the form, and notes the faults by setting."""

    def __init__(self, form: Filled) -> None:
        self._form = form
        self.faults: dict[str, Refusal] = {}

    def read(self, setting: str, reader: Callable[[], _Value], kept: _Value) -> _Value:
        try:
            return reader()
        except Refusal as refusal:
            self.faults[setting] = refusal
            return kept

    def moment(self, setting: str, name: str, kept: datetime | None) -> datetime | None:
        # The form shows minutes: an unchanged time keeps its seconds.
        text = self._form.text(name)
        return kept if text == shown_time(kept) else self.read(setting, lambda: typed_time(text), kept)

    def bulk_issue_at(self, saved: datetime | Never | None) -> datetime | Never | None:
        chosen = self._form.text("bulk")
        if chosen != "at":
            return NEVER if chosen == "never" else None
        at = self.moment("bulk_issue_at", "bulk_at", saved if isinstance(saved, datetime) else None)
        if at is None and "bulk_issue_at" not in self.faults:
            self.faults["bulk_issue_at"] = BadRequest("time-missing", "The time is missing.")
        return at


def _self_generation(form: Filled, pacing: Pacing) -> bool | None:
    """A new pacing sets the switch (None), unless the same form changes the switch too."""
    changed_pacing = form.text("pacing_before") not in {"", pacing.value}
    unchanged_switch = form.text("self_generation") == form.text("self_generation_before")
    return None if changed_pacing and unchanged_switch else form.text("self_generation") == "on"


def typed_time(text: str) -> datetime | None:
    """The value of a field for date and time, in UTC. Raises BadRequest `bad-time`."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadRequest("bad-time", f"{text} is no date and time.") from error


def time_in_zone(text: str, zone: tzinfo, language: Language) -> str:
    """Day and minute of a field for date and time, in another zone than UTC. "" for a field without a time."""
    try:
        moment = typed_time(text)
        return language.moment(moment.astimezone(zone)) if moment else ""
    except (BadRequest, OverflowError):
        return ""


def typed_version(text: str) -> int:
    """The version of the settings that the form was filled in with. Raises BadRequest `bad-number`."""
    if not (text.isascii() and text.isdigit() and len(text) < 13):
        raise BadRequest("bad-number", "The form has no version.")
    return int(text)


def _percent(text: str) -> Decimal:
    """Raises BadRequest `bad-number`."""
    try:
        return Decimal(text.strip().removesuffix("%").strip().replace(",", ".")) / 100
    except InvalidOperation as error:
        raise BadRequest("bad-number", f"{text} is no number.") from error


def _months(text: str) -> int | None:
    """Raises BadRequest `bad-number`."""
    typed = text.strip()
    if not typed:
        return None
    # More digits than any limit has. Shorter numbers are read, and refused later if they are too large.
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise BadRequest("bad-number", f"{text} is no number.")
    return int(typed)


def _named(form: Filled, name: str, text: str) -> dict[str, str]:
    """Rows of a name and a text. Raises BadRequest `field-name-missing`, `field-text-missing`, `field-named-twice`."""
    named: dict[str, str] = {}
    for each, value in ((each.strip(), value.strip()) for each, value in form.rows(name, text)):
        if not each:
            raise BadRequest("field-name-missing", f"“{value}” has no name.", text=value)
        if not value:
            raise BadRequest("field-text-missing", f"{each} has no text.", name=each)
        if each in named:
            raise BadRequest("field-named-twice", f"{each} is here twice.", name=each)
        named[each] = value
    return named


def _choice(choices: type[_Choice], name: str) -> _Choice:
    """Raises BadRequest `unknown-choice`."""
    try:
        return choices(name)
    except ValueError as error:
        raise BadRequest("unknown-choice", f"There is no choice {name}.") from error
