"""Days and further fields of a certificate, and LinkedIn's form with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from certificates.errors import BadRequest
from certificates.rules.days import day_of, last_second_of
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.further_fields import checked, of_learners, of_run
from certificates.rules.linkedin import linkedin
from certificates.rules.model import Site, Status
from tests.unit.rules import made

CERTIFICATE = replace(
    made.certificate(Status.DOWNLOADABLE),
    name="Li Ning",
    course_title="Statistics & more",
    organization="Northwind",
    issued_on=date(2026, 2, 3),
)
SITE = Site(time_zone="Asia/Tokyo")


def test_the_last_second_of_a_day_is_the_one_in_the_zone_of_the_run_or_of_the_site() -> None:
    day = date(2026, 11, 29)
    in_tokyo = datetime(2026, 11, 29, 14, 59, 59, tzinfo=UTC)
    assert last_second_of(day, made.RUN, SITE) == in_tokyo
    assert last_second_of(day, made.RUN, SITE).tzinfo is UTC
    in_new_york = replace(made.RUN, time_zone="America/New_York")
    assert last_second_of(day, in_new_york, SITE) == datetime(2026, 11, 30, 4, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "last"),
    [
        ("America/Santiago", date(2026, 4, 4), datetime(2026, 4, 5, 3, 59, 59, tzinfo=UTC)),
        ("Africa/Cairo", date(2026, 10, 29), datetime(2026, 10, 29, 21, 59, 59, tzinfo=UTC)),
        ("America/Santiago", date(2026, 9, 5), datetime(2026, 9, 6, 3, 59, 59, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_day_ends_with_its_later_last_second_where_clocks_are_put_back_at_midnight(
    zone: str, day: date, last: datetime
) -> None:
    run = replace(made.RUN, time_zone=zone)
    found = last_second_of(day, run, SITE)
    assert found == last
    assert day_of(found, run, SITE) == day
    assert day_of(found + timedelta(seconds=1), run, SITE) == day + timedelta(days=1)


def test_every_certificate_of_a_run_has_its_course_number_its_days_and_its_own_fields() -> None:
    assert of_run(made.RUN, SITE) == {"course_number": "STAT101"}
    run = replace(
        made.RUN,
        start=datetime(2026, 9, 1, 20, 0, tzinfo=UTC),
        end=datetime(2026, 12, 1, 1, 0, tzinfo=UTC),
        fields={"hours": "40", "course_number": "STAT 101"},
    )
    assert of_run(run, SITE) == {
        "course_number": "STAT 101",
        "start": "2026-09-02",
        "end": "2026-12-01",
        "hours": "40",
    }


def test_columns_and_the_end_of_validity_differ_between_learners() -> None:
    run = replace(made.RUN, field_columns={"team": "Team", "class": "Class"})
    assert of_learners(run) == ("class", "team")
    assert of_learners(replace(run, valid_months=6)) == ("class", "expires", "team")
    assert of_learners(made.RUN) == ()


def filled(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query, strict_parsing=True))


def test_linkedin_s_form_is_filled_in() -> None:
    address = linkedin(CERTIFICATE, "https://here/certificates/1")
    assert address.startswith("https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&")
    assert "name=Statistics%20%26%20more" in address
    assert filled(address) == {
        "startTask": "CERTIFICATION_NAME",
        "name": "Statistics & more",
        "organizationName": "Northwind",
        "certId": CERTIFICATE.verify_uuid,
        "certUrl": "https://here/certificates/1",
        "issueYear": "2026",
        "issueMonth": "2",
    }


def test_linkedin_s_form_has_the_issuer_s_page_and_the_end_of_validity_if_they_are_known() -> None:
    expiring = replace(CERTIFICATE, fields={"expires": "2027-05-03"})
    form = filled(linkedin(expiring, "https://here", "77"))
    assert (form["organizationId"], "organizationName" in form) == ("77", False)
    assert (form["expirationYear"], form["expirationMonth"]) == ("2027", "5")
    undated = filled(linkedin(replace(CERTIFICATE, issued_on=None), "https://here"))
    assert not {"issueYear", "issueMonth", "expirationYear", "expirationMonth"} & undated.keys()


def test_a_run_gives_at_most_twenty_further_fields() -> None:
    twenty = {f"field{number}": "x" for number in range(20)}
    assert checked("fields", twenty) == twenty
    with pytest.raises(BadRequest) as refused:
        checked("fields", twenty | {"one-more": "x"})
    assert refused.value.message == flaw(FlawId.FIELDS_TOO_MANY, field="fields", most=20)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Hours", flaw(FlawId.FIELD_NAME_MALFORMED, field="fields", name="Hours")),
        ("x" * 70, flaw(FlawId.FIELD_NAME_MALFORMED, field="fields", name="x" * 60)),
        ("grade", flaw(FlawId.FIELD_KNOWN_ALREADY, field="fields", name="grade")),
    ],
)
def test_a_further_field_that_is_refused_is_named(name: str, found: object) -> None:
    with pytest.raises(BadRequest) as refused:
        checked("fields", {name: "x"})
    assert refused.value.message == found
