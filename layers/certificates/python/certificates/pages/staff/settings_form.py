"""The form of a run's settings: filled in with saved settings, and read with the typed values and the faults by
field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from certificates.errors import BadRequest, Refusal
from certificates.http.language import Language
from certificates.pages.staff.filled import Filled
from certificates.rules.model import Display, Notices, Pacing
from certificates.rules.settings import NEVER, Never, RunSettings

Faults = Mapping[str, Refusal]
"""The faults by setting."""

_Choice = TypeVar("_Choice", Display, Notices, Pacing)
_Value = TypeVar("_Value")

SETTING_FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "organization": ("organization",),
    "start": ("start",),
    "end": ("end",),
    "pacing": ("pacing",),
    "self_generation": ("self_generation",),
    "automatic_generation": ("automatic_generation",),
    "display": ("display",),
    "available_on": ("available_on",),
    "bulk_issue_at": ("bulk", "bulk_at"),
    "passing_grade": ("passing_grade",),
    "eligible_modes": ("mode",),
    "time_zone": ("time_zone",),
    "identity_required": ("identity_required",),
    "valid_months": ("valid_months",),
    "fields": ("field_name", "field_text"),
    "field_columns": ("column_name", "column_heading"),
    "credential": ("credential",),
    "notices": ("notices",),
    "contact": ("contact",),
}
"""The fields of the form that make up a setting."""


def filled_with_settings(settings: RunSettings) -> Filled:
    """The form with the values of these settings."""
    bulk = settings.bulk_issue_at
    texts: dict[str, list[str]] = {
        "title": [settings.title],
        "organization": [settings.organization],
        "start": [shown_time(settings.start)],
        "end": [shown_time(settings.end)],
        "pacing": [settings.pacing.value],
        "self_generation": [_switch(bool(settings.self_generation))],
        "automatic_generation": [_switch(settings.automatic_generation)],
        "display": [(settings.display or Display.END).value],
        "available_on": [shown_time(settings.available_on)],
        "bulk": ["never" if bulk == NEVER else "at" if bulk else "end"],
        "bulk_at": [shown_time(bulk) if isinstance(bulk, datetime) else ""],
        "passing_grade": [format((settings.passing_grade * 100).normalize(), "f")],
        "mode": sorted(settings.eligible_modes),
        "time_zone": [settings.time_zone or ""],
        "identity_required": [{None: "site", True: "on", False: "off"}[settings.identity_required]],
        "credential": [_switch(settings.credential)],
        "notices": [settings.notices.value],
        "contact": [settings.contact],
        "valid_months": [str(settings.valid_months or "")],
        "field_name": list(settings.fields),
        "field_text": list(settings.fields.values()),
        "column_name": list(settings.field_columns),
        "column_heading": list(settings.field_columns.values()),
    }
    return Filled(texts)


def typed_settings(form: Filled, saved: RunSettings) -> tuple[RunSettings, Faults]:
    """The typed settings. A field that cannot be read keeps the saved value and is among the faults."""
    faults: dict[str, Refusal] = {}

    def read(setting: str, reader: Callable[[], _Value], kept: _Value) -> _Value:
        try:
            return reader()
        except Refusal as refusal:
            faults[setting] = refusal
            return kept

    def moment(setting: str, name: str, kept: datetime | None) -> datetime | None:
        # The form shows minutes: an unchanged time keeps its seconds.
        text = form.text(name)
        return kept if text == shown_time(kept) else read(setting, lambda: typed_time(text), kept)

    pacing = read("pacing", lambda: _choice(Pacing, form.text("pacing")), saved.pacing)
    display = read("display", lambda: _choice(Display, form.text("display")), saved.display)
    changed_pacing = form.text("pacing_before") not in {"", pacing.value}
    unchanged_switch = form.text("self_generation") == form.text("self_generation_before")
    saved_bulk = saved.bulk_issue_at if isinstance(saved.bulk_issue_at, datetime) else None
    bulk: datetime | Never | None = NEVER if form.text("bulk") == "never" else None
    if form.text("bulk") == "at":
        bulk = moment("bulk_issue_at", "bulk_at", saved_bulk)
        if bulk is None and "bulk_issue_at" not in faults:
            faults["bulk_issue_at"] = BadRequest("time-missing", "The time is missing.")
    typed = RunSettings(
        title=form.text("title"),
        organization=form.text("organization"),
        pacing=pacing,
        start=moment("start", "start", saved.start),
        end=moment("end", "end", saved.end),
        passing_grade=read("passing_grade", lambda: _percent(form.text("passing_grade")), saved.passing_grade),
        automatic_generation=form.text("automatic_generation") == "on",
        available_on=moment("available_on", "available_on", saved.available_on)
        if display is Display.END_WITH_DATE
        else None,
        eligible_modes=frozenset(form.all("mode")),
        identity_required={"on": True, "off": False}.get(form.text("identity_required")),
        credential=form.text("credential") != "off",
        # A new pacing sets the switch, unless the same form changes the switch too.
        self_generation=None if changed_pacing and unchanged_switch else form.text("self_generation") == "on",
        display=display,
        bulk_issue_at=bulk,
        fields=read("fields", lambda: _named(form, "field_name", "field_text"), saved.fields),
        field_columns=read("field_columns", lambda: _named(form, "column_name", "column_heading"), saved.field_columns),
        valid_months=read("valid_months", lambda: _months(form.text("valid_months")), saved.valid_months),
        time_zone=form.text("time_zone").strip() or None,
        # Without mail, the form has no such fields.
        notices=read("notices", lambda: _choice(Notices, form.text("notices") or saved.notices), saved.notices),
        contact=form.text("contact") if form.all("contact") else saved.contact,
    )
    return typed, faults


def merged_settings(mine: Filled, opened: Filled, theirs: Filled) -> Filled:
    """The form after somebody else saved other settings meanwhile: `mine` where I changed a setting, else `theirs`."""
    changed = changed_settings(mine, opened)
    texts = {
        name: (mine if setting in changed else theirs).all(name)
        for setting, names in SETTING_FIELDS.items()
        for name in names
    }
    return Filled({**mine.texts, **texts})


def changed_settings(form: Filled, saved: Filled) -> set[str]:
    """The settings whose values in the form differ from the saved values."""
    shown = {
        setting: names
        for setting, names in SETTING_FIELDS.items()
        # A browser leaves out unchecked boxes. Any other missing field was not on the page.
        if setting == "eligible_modes" or any(name in form.texts for name in names)
    }
    return {setting for setting, names in shown.items() if form.differs(saved, names)}


def shown_time(moment: datetime | None) -> str:
    """The moment in the form of a date and time field, to the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if moment else ""


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


def _switch(on: bool) -> str:
    return "on" if on else "off"


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
