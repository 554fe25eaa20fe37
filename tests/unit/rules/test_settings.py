"""The settings of a run: refused settings, accepted settings, and settings that stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from certificates.errors import BadRequest
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.further_fields import months_after
from certificates.rules.model import CERTIFICATE_MODES, Display, Notices, Pacing
from certificates.rules.setting_checks import MAX_TEXT_LENGTH, SettingReason, is_address
from certificates.rules.settings import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_VALID_MONTHS,
    NEVER,
    RunSettings,
    apply_settings,
    settings_of,
)
from tests.unit.rules.made import COURSE_ID, FUTURE, NOW, PAST

SETTINGS = RunSettings(title="Statistics for Everyone", organization="Northwind", start=PAST, end=FUTURE)


def applied(previous=None, **requested):
    return apply_settings(previous, replace(SETTINGS, **requested), COURSE_ID)


def test_a_new_run_has_the_defaults_of_the_house():
    run = apply_settings(None, SETTINGS, COURSE_ID)
    assert run.course_id == COURSE_ID
    assert (run.pacing, run.display, run.available_on) == (Pacing.INSTRUCTOR, Display.END, None)
    assert (run.self_generation, run.automatic_generation, run.identity_required) == (False, True, None)
    assert (run.eligible_modes, run.passing_grade) == (CERTIFICATE_MODES, Decimal("0.5"))
    assert (run.bulk_issue_at, run.bulk_issue_by_hand) == (None, False)
    assert run.design_active


@pytest.mark.parametrize("pacing", Pacing)
@pytest.mark.parametrize(
    ("display", "available_on", "normal"),
    [
        (None, None, (Display.END, None)),
        (None, FUTURE, (Display.END_WITH_DATE, FUTURE)),
        (Display.END, None, (Display.END, None)),
        (Display.END, FUTURE, (Display.END_WITH_DATE, FUTURE)),
        (Display.END_WITH_DATE, FUTURE, (Display.END_WITH_DATE, FUTURE)),
        (Display.EARLY_NO_INFO, None, (Display.EARLY_NO_INFO, None)),
        (Display.EARLY_NO_INFO, FUTURE, (Display.EARLY_NO_INFO, None)),
    ],
)
def test_display_and_date_are_brought_into_agreement(pacing, display, available_on, normal):
    run = applied(pacing=pacing, display=display, available_on=available_on)
    assert (run.display, run.available_on) == normal


@pytest.mark.parametrize(
    ("requested", "field", "id"),
    [
        ({"display": Display.END, "end": None}, "end", FlawId.NEVER_SHOWN_WITHOUT_END),
        ({"display": None, "end": None}, "end", FlawId.NEVER_SHOWN_WITHOUT_END),
        ({"display": Display.END_WITH_DATE}, "available_on", FlawId.NEVER_SHOWN_WITHOUT_DATE),
        ({"display": Display.END_WITH_DATE, "end": None}, "available_on", FlawId.NEVER_SHOWN_WITHOUT_DATE),
    ],
)
def test_a_setting_that_could_never_show_a_certificate_is_refused(requested, field, id):
    with pytest.raises(BadRequest) as refused:
        applied(**requested)
    assert refused.value.message == flaw(id, field=field)
    assert (refused.value.reason, refused.value.values["field"]) == (SettingReason.NEVER_SHOWN, field)


@pytest.mark.parametrize("display", [None, Display.END, Display.END_WITH_DATE])
def test_a_self_paced_run_needs_no_date_to_show_its_certificates(display):
    run = applied(pacing=Pacing.SELF, display=display, end=None)
    assert (run.display, run.available_on) == (Display.END, None)


@pytest.mark.parametrize("display", [Display.EARLY_NO_INFO, Display.END_WITH_DATE])
def test_an_instructor_paced_run_without_end_may_show_early_or_on_a_date(display):
    assert applied(display=display, available_on=FUTURE, end=None).display is display


class TestSelfGeneration:
    @pytest.mark.parametrize(("pacing", "switch"), [(Pacing.SELF, True), (Pacing.INSTRUCTOR, False)])
    def test_a_new_run_starts_as_its_pacing_has_it(self, pacing, switch):
        assert applied(pacing=pacing).self_generation is switch

    def test_changing_the_pacing_sets_the_switch_and_changing_it_back_sets_it_back(self):
        paced = applied(applied(pacing=Pacing.INSTRUCTOR), pacing=Pacing.SELF)
        assert paced.self_generation is True
        assert applied(paced, pacing=Pacing.INSTRUCTOR).self_generation is False

    @pytest.mark.parametrize("switch", [True, False])
    @pytest.mark.parametrize("pacing", Pacing)
    def test_the_same_change_may_set_it_either_way(self, pacing, switch):
        for previous in (None, applied(pacing=Pacing.SELF), applied(pacing=Pacing.INSTRUCTOR)):
            assert applied(previous, pacing=pacing, self_generation=switch).self_generation is switch

    @pytest.mark.parametrize("switch", [True, False])
    @pytest.mark.parametrize("pacing", Pacing)
    def test_the_switch_stays_if_the_pacing_stays(self, pacing, switch):
        previous = applied(pacing=pacing, self_generation=switch)
        assert applied(previous, pacing=pacing, title="Another").self_generation is switch


def test_settings_that_a_request_leaves_out_stay():
    previous = replace(applied(), design_digest="d1", design_active=False, version=7)
    run = applied(previous, title="Another")
    assert (run.title, run.design_digest, run.design_active, run.version) == ("Another", "d1", False, 7)


def test_settings_are_replaced_as_a_whole():
    previous = applied(passing_grade=Decimal("0.9"), bulk_issue_at=NEVER, identity_required=True)
    assert applied(previous) == applied()


@pytest.mark.parametrize(
    ("asked", "at", "by_hand"), [(None, None, False), (NEVER, None, True), (FUTURE, FUTURE, False), (PAST, PAST, False)]
)
def test_bulk_issuance_comes_at_the_end_at_a_time_or_by_hand(asked, at, by_hand):
    run = applied(bulk_issue_at=asked)
    assert (run.bulk_issue_at, run.bulk_issue_by_hand) == (at, by_hand)


def test_the_run_gets_the_settings_of_the_request():
    asked = {
        "start": PAST,
        "end": FUTURE,
        "passing_grade": Decimal("0.75"),
        "automatic_generation": False,
        "identity_required": True,
        "eligible_modes": frozenset({"honor"}),
        "pacing": Pacing.SELF,
        "self_generation": False,
        "credential": False,
        "time_zone": "America/Lima",
        "valid_months": 24,
        "notices": Notices.ALL,
        "contact": "team@example.org",
    }
    run = applied(**asked)
    assert {name: getattr(run, name) for name in asked} == asked


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"bulk_issue_at": NEVER},
        {"bulk_issue_at": FUTURE, "start": PAST, "identity_required": False},
        {"pacing": Pacing.SELF, "self_generation": False, "automatic_generation": False},
        {"display": Display.END_WITH_DATE, "available_on": FUTURE},
    ],
)
def test_a_request_that_changes_nothing_changes_nothing(asked):
    run = applied(**asked)
    read = settings_of(run)
    assert apply_settings(run, read, COURSE_ID) == run
    assert (read.self_generation, read.display) == (run.self_generation, run.display)


@pytest.mark.parametrize(("decimals", "taken"), [(37, True), (38, False)])
def test_a_passing_grade_has_as_many_places_as_the_table_keeps(decimals, taken):
    grade = Decimal("0." + "1" * decimals)
    if taken:
        assert applied(passing_grade=grade).passing_grade == grade
    else:
        with pytest.raises(BadRequest):
            applied(passing_grade=grade)


def test_times_are_kept_in_utc():
    tokyo = timezone(timedelta(hours=9))
    run = applied(end=datetime(2026, 12, 31, 18, tzinfo=tokyo))
    assert run.end == datetime(2026, 12, 31, 9, tzinfo=UTC)
    assert run.end.tzinfo is UTC


def test_titles_are_trimmed_and_composed():
    run = applied(title="  Introduction a\u0300 la statistique ")
    assert run.title == "Introduction \u00e0 la statistique"


REFUSED = [
    ({"title": ""}, SettingReason.TEXT_MISSING),
    ({"title": " \t "}, SettingReason.TEXT_MISSING),
    ({"organization": ""}, SettingReason.TEXT_MISSING),
    ({"organization": "one\u2029two"}, SettingReason.TEXT_MALFORMED),
    ({"title": "x" * (MAX_TEXT_LENGTH + 1)}, SettingReason.TEXT_TOO_LONG),
    ({"organization": "x" * (MAX_TEXT_LENGTH + 1)}, SettingReason.TEXT_TOO_LONG),
    ({"title": "two\nlines"}, SettingReason.TEXT_MALFORMED),
    ({"organization": "nul\x00"}, SettingReason.TEXT_MALFORMED),
    ({"title": "half \ud83d"}, SettingReason.TEXT_MALFORMED),
    ({"end": FUTURE, "start": FUTURE}, SettingReason.END_NOT_AFTER_START),
    ({"end": PAST, "start": FUTURE}, SettingReason.END_NOT_AFTER_START),
    ({"start": NOW.replace(year=1989)}, SettingReason.TIME_OUT_OF_RANGE),
    ({"end": NOW.replace(year=3000)}, SettingReason.TIME_OUT_OF_RANGE),
    ({"start": NOW.replace(tzinfo=None)}, SettingReason.TIME_WITHOUT_OFFSET),
    ({"end": NOW.replace(tzinfo=None)}, SettingReason.TIME_WITHOUT_OFFSET),
    ({"available_on": NOW.replace(tzinfo=None)}, SettingReason.TIME_WITHOUT_OFFSET),
    ({"bulk_issue_at": NOW.replace(tzinfo=None)}, SettingReason.TIME_WITHOUT_OFFSET),
    ({"end": datetime.max.replace(tzinfo=timezone(-timedelta(hours=1)))}, SettingReason.TIME_OUT_OF_RANGE),
    ({"passing_grade": Decimal("0")}, SettingReason.PASSING_GRADE_OUT_OF_RANGE),
    ({"passing_grade": Decimal("-0.1")}, SettingReason.PASSING_GRADE_OUT_OF_RANGE),
    ({"passing_grade": Decimal("1.01")}, SettingReason.PASSING_GRADE_OUT_OF_RANGE),
    ({"passing_grade": Decimal("60")}, SettingReason.PASSING_GRADE_OUT_OF_RANGE),
    ({"passing_grade": Decimal("NaN")}, SettingReason.PASSING_GRADE_OUT_OF_RANGE),
    ({"passing_grade": Decimal("Infinity")}, SettingReason.PASSING_GRADE_OUT_OF_RANGE),
    ({"passing_grade": Decimal("1E-500")}, SettingReason.PASSING_GRADE_OUT_OF_RANGE),
    ({"eligible_modes": frozenset()}, SettingReason.NO_ELIGIBLE_MODES),
    ({"eligible_modes": frozenset({"audit", "verified"})}, SettingReason.AUDIT_NEVER_ELIGIBLE),
    ({"eligible_modes": frozenset({"Verified"})}, SettingReason.MALFORMED_MODE),
    ({"eligible_modes": frozenset({""})}, SettingReason.MALFORMED_MODE),
    ({"valid_months": 0}, SettingReason.VALIDITY_OUT_OF_RANGE),
    ({"valid_months": 1201}, SettingReason.VALIDITY_OUT_OF_RANGE),
    ({"contact": "the team"}, SettingReason.MALFORMED_ADDRESS),
    ({"time_zone": "america/lima"}, SettingReason.UNKNOWN_TIME_ZONE),
]


@pytest.mark.parametrize("field", ["title", "organization"])
@pytest.mark.parametrize("text", ["🌸🌸", "\u200b\u3164", "\u2800 \ufe0f", "\u202e"])
def test_a_text_without_a_printed_character_counts_as_missing(field, text):
    with pytest.raises(BadRequest) as refused:
        applied(**{field: text})
    assert refused.value.reason == SettingReason.TEXT_MISSING
    assert refused.value.message == flaw(FlawId.TEXT_SHOWS_NOTHING, field=field)


@pytest.mark.parametrize(("requested", "reason"), REFUSED)
def test_a_bad_setting_is_refused_by_reason_and_field(requested, reason):
    with pytest.raises(BadRequest) as refused:
        applied(**requested)
    field = next(iter(requested))
    assert (refused.value.reason, refused.value.values) == (reason, {"field": field})
    assert refused.value.message == flaw(FlawId(reason), field=field, **LIMITS.get(reason, {}))


@pytest.mark.parametrize(
    ("setting", "fields", "id"),
    [
        ("fields", {"Cohort": "Spring"}, FlawId.FIELD_NAME_MALFORMED),
        ("fields", {"grade": "A"}, FlawId.FIELD_KNOWN_ALREADY),
        ("field_columns", {"2nd": "Cohort"}, FlawId.FIELD_NAME_MALFORMED),
        ("field_columns", {f"field{number}": "x" for number in range(21)}, FlawId.FIELDS_TOO_MANY),
    ],
)
def test_a_field_of_ones_own_needs_a_name_that_templates_can_ask_for(setting, fields, id):
    with pytest.raises(BadRequest) as refused:
        applied(**{setting: fields})
    assert (refused.value.reason, refused.value.values) == (SettingReason.MALFORMED_FIELD, {"field": setting})
    assert refused.value.message.id is id


LIMITS = {
    SettingReason.VALIDITY_OUT_OF_RANGE: {"most": 1200},
    SettingReason.UNKNOWN_TIME_ZONE: {"name": "america/lima"},
    SettingReason.TEXT_TOO_LONG: {"most": MAX_TEXT_LENGTH},
    SettingReason.TIME_OUT_OF_RANGE: {"first": FIRST_YEAR, "last": LAST_YEAR},
}
"""The values in the message of a reason, without the field."""


@pytest.mark.parametrize("year", [FIRST_YEAR, LAST_YEAR])
def test_the_first_and_the_last_year_are_accepted(year):
    assert applied(available_on=NOW.replace(year=year)).available_on.year == year


@pytest.mark.parametrize("grade", ["0.01", "0.6", "1", "1.0", "0.6666666666666667"])
def test_any_passing_grade_above_0_up_to_1_is_accepted(grade):
    assert applied(passing_grade=Decimal(grade)).passing_grade == Decimal(grade)


def test_fields_of_ones_own_are_texts_like_the_others():
    run = applied(fields={"hours": " 40 "}, field_columns={"cohort": "Cohort"}, valid_months=12)
    assert (run.fields, run.field_columns, run.valid_months) == ({"hours": "40"}, {"cohort": "Cohort"}, 12)
    with pytest.raises(BadRequest) as refused:
        applied(fields={"hours": "4\n0"})
    assert (refused.value.reason, refused.value.values["field"]) == ("text-malformed", "fields.hours")


def test_a_certificate_expires_on_the_same_day_of_a_later_month_or_on_its_last_day():
    days = [months_after(date(2026, 1, 31), months).isoformat() for months in (1, 12, 24, 25)]
    assert days == ["2026-02-28", "2027-01-31", "2028-01-31", "2028-02-29"]


def test_the_longest_title_is_accepted():
    assert len(applied(title="x" * MAX_TEXT_LENGTH).title) == MAX_TEXT_LENGTH


def test_every_reason_has_a_case_here():
    others = {SettingReason.NEVER_SHOWN, SettingReason.MALFORMED_FIELD}
    assert {reason for _, reason in REFUSED} | others == set(SettingReason)


@pytest.mark.parametrize(("months", "taken"), [(0, False), (1, True), (MAX_VALID_MONTHS, True), (1201, False)])
def test_a_certificate_is_valid_for_a_month_to_a_hundred_years(months, taken):
    if taken:
        assert applied(valid_months=months).valid_months == months
    else:
        with pytest.raises(BadRequest) as refused:
            applied(valid_months=months)
        assert refused.value.message == flaw(FlawId.VALIDITY_OUT_OF_RANGE, field="valid_months", most=MAX_VALID_MONTHS)


def test_an_unknown_time_zone_is_refused_with_its_beginning():
    with pytest.raises(BadRequest) as refused:
        applied(time_zone="Mars/" + "x" * 100)
    assert refused.value.message == flaw(FlawId.UNKNOWN_TIME_ZONE, field="time_zone", name=("Mars/" + "x" * 100)[:60])


@pytest.mark.parametrize(
    "address", ["", "team@example.org", "  team@example.org ", "o'neil+course=1@mail.xn--mnchen-3ya.de", "a@b.co"]
)
def test_a_contact_is_one_address_or_none(address):
    assert applied(contact=address).contact == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        "team",
        "team@",
        "team@localhost",
        "Team <team@example.org>",
        "a@example.org, b@example.org",
        "a@example.org\nBcc: b@example.org",
        "münchen@example.org",
        ".team@example.org",
        "team..a@example.org",
        "team@exa mple.org",
        "x" * 250 + "@example.org",
    ],
)
def test_a_text_that_mail_cannot_be_sent_to_is_no_contact(address):
    with pytest.raises(BadRequest) as refused:
        applied(contact=address)
    assert refused.value.message == flaw(FlawId.MALFORMED_ADDRESS, field="contact")


def test_learners_of_a_new_run_get_mails_by_default():
    assert applied().notices is Notices.ISSUED


def test_an_e_mail_address_has_at_most_254_characters() -> None:
    longest = "a@" + "b" * 248 + ".org"
    assert (len(longest), is_address(longest), is_address("a" + longest)) == (254, True, False)
