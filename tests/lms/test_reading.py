"""The product reads from the LMS: every call, every odd answer, and every kind of missing answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest

from certificates.access import Rights
from certificates.errors import LmsUnavailable
from certificates.lms_api.answers import lms_certificate_from
from certificates.lms_api.calls import FOR_A_JOB, Calls, Manner, Reply, wait_of
from certificates.lms_api.oauth import LmsMisconfigured
from certificates.lms_api.reading import LmsReader
from certificates.lms_api.values import (
    ListingPage,
    LmsAccount,
    LmsCertificate,
    LmsCourse,
    LmsEnrollment,
    LmsGrade,
    LmsIdentity,
)
from tests.lms.asking import Asking
from tests.lms.connecting import Holder, KnownSecret, connection
from tests.lms.fake import KEY, FakeLms
from tests.lms.test_behaviours import many


@pytest.fixture
def service(lms: FakeLms) -> LmsReader:
    return connection(lms).as_service()


def as_learner(lms: FakeLms, asking: Asking, username: str = "mira") -> LmsReader:
    made = connection(lms)
    return made.as_bearer(Holder(asking.token_of(username)), made.calls())


@pytest.mark.parametrize("who", ["service", "learner"])
def test_a_learner_is_read_by_the_service_and_by_themselves(lms: FakeLms, asking: Asking, who: str) -> None:
    reader = connection(lms).as_service() if who == "service" else as_learner(lms, asking)
    assert reader.account("mira") == LmsAccount("4711", "mira", "mira@example.org", "Mira Okafor", True)
    assert reader.enrollment(KEY, "mira") == LmsEnrollment("mira", "verified", True)
    assert reader.grade(KEY, "mira") == LmsGrade("mira", Decimal("0.84"), True)
    assert reader.identity("mira") == LmsIdentity(False, None)


@pytest.mark.parametrize(
    ("spoken", "tag"),
    [
        ([{"code": "zh_HANT"}, {"code": "en"}], "zh-HANT"),
        ([{"code": "as spoken at home"}, {"code": "ja"}], "ja"),
        ([], None),
    ],
)
def test_the_language_is_the_first_of_the_profile_that_is_one(
    lms: FakeLms, service: LmsReader, spoken: list[dict[str, str]], tag: str | None
) -> None:
    lms.knows(people=[{"username": "mira", "id": 4711, "language_proficiencies": spoken}])
    found = service.account("mira")
    assert found is not None and found.language == tag


def test_an_odd_address_does_not_hide_the_learner(lms: FakeLms, service: LmsReader) -> None:
    lms.knows(people=[{"username": "mira", "id": 4711, "name": "Mira Okafor", "email": "mira(at)example.org"}])
    assert service.account("mira") == LmsAccount("4711", "mira", "", "Mira Okafor", True)
    assert service.accounts(["mira", "ines"])[0].email == ""


def test_a_learner_who_never_enrolled_and_an_unknown_person_are_read_correctly(
    lms: FakeLms, service: LmsReader
) -> None:
    assert (service.enrollment(KEY, "ines"), service.grade(KEY, "ines")) == (None, None)
    assert (service.account("nobody"), service.enrollment(KEY, "nobody"), service.grade(KEY, "nobody")) == (None,) * 3


def test_a_learner_of_another_case_is_somebody_else(lms: FakeLms, service: LmsReader) -> None:
    lms.switch(case_insensitive_usernames=True)
    assert (service.account("MIRA"), service.enrollment(KEY, "MIRA"), service.grade(KEY, "MIRA")) == (None,) * 3


def test_a_failing_learner_has_a_verdict_of_the_lms(lms: FakeLms, service: LmsReader) -> None:
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.5}])
    assert service.grade(KEY, "mira") == LmsGrade("mira", Decimal("0.5"), False)


def test_an_identity_check_is_good_until_the_end_of_its_day(lms: FakeLms, service: LmsReader) -> None:
    checked = {"is_verified": True, "status": "approved", "expiration_datetime": "11/30/2026"}
    lms.knows(people=[{"username": "mira", "id": 4711, "verification": checked}])
    assert service.identity("mira") == LmsIdentity(True, datetime(2026, 12, 1, tzinfo=UTC))


def test_rights_are_of_runs_and_of_whole_organizations(lms: FakeLms, asking: Asking) -> None:
    beta = {"username": "ines", "org": "Demo", "role": "beta_testers", "course_id": "course-v1:Demo+C2+2026"}
    researcher = {"username": "ines", "org": "Other", "role": "data_researcher"}
    instructor = {"username": "ines", "org": "Demo", "role": "instructor", "course_id": KEY}
    everywhere = {"username": "ines", "org": "Fjord", "role": "staff"}
    lms.knows(roles=[beta, researcher, instructor, everywhere])
    rights = as_learner(lms, asking, "ines").rights()
    assert rights == Rights(False, frozenset({KEY}), frozenset({"Fjord"}), frozenset({"course-v1:Demo+C2+2026"}))
    managed = (KEY, "course-v1:Fjord+BIO1+2026", "course-v1:Other+BIO1+2026", "course-v1:Demo+C2+2026")
    assert [rights.manages(course_id) for course_id in managed] == [True, True, False, False]
    assert as_learner(lms, asking, "root").rights() == Rights(global_staff=True)


def test_a_run_is_read_with_its_true_title_and_its_lowest_cutoff(lms: FakeLms, service: LmsReader) -> None:
    lms.knows(
        runs=[
            {
                "course_id": KEY,
                "name": "1 < 2 & so",
                "org": "Demo",
                "hidden": True,
                "cutoffs": {"A": 0.9, "B": 0.62},
                "display": "end_with_date",
                "available_on": "2026-07-15T00:00:00Z",
            }
        ]
    )
    found = service.course(KEY, "certs_service")
    july = datetime(2026, 7, 15, tzinfo=UTC)
    assert found == LmsCourse(KEY, "1 < 2 & so", "Demo", False, None, None, Decimal("0.62"), "end_with_date", july)
    assert service.course("course-v1:No+Such+Run", "certs_service") is None


def test_a_run_is_read_without_studio_too(lms: FakeLms) -> None:
    found = connection(lms, studio_url="").as_service().course(KEY, "certs_service")
    assert found is not None
    assert (found.title, found.display, found.passing_grade) == ("Tables & Trees", None, Decimal("0.5"))


def test_listings_are_read_page_by_page_by_their_cursors(lms: FakeLms, service: LmsReader) -> None:
    lms.knows(**many(250))
    rows, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = service.enrollments(KEY, cursor)
        rows, cursor, pages = [*rows, *page.rows], page.cursor, pages + 1
    assert (len({row.username for row in rows}), pages) == (251, 3)
    graded = service.grades(KEY, None)
    assert (len(graded.rows), graded.cursor) == (167, None)


def test_a_row_that_is_too_odd_leaves_the_others(lms: FakeLms, service: LmsReader) -> None:
    lms.knows(enrollments=[{"username": "odd", "course_id": KEY, "mode": "!!"}])
    page = service.enrollments(KEY, None)
    assert ([row.username for row in page.rows], page.unread) == (["mira"], 1)


def test_accounts_are_read_many_at_once(lms: FakeLms, service: LmsReader) -> None:
    assert [account.user_id for account in service.accounts(["mira", "nobody", "ines"])] == ["4711", "12"]
    assert service.accounts(["nobody"]) == []
    found = service.account_of_id("12")
    assert found is not None and found.username == "ines"
    assert service.account_of_id("999") is None


def test_beta_testers_are_read_if_the_release_allows_it(lms: FakeLms, service: LmsReader) -> None:
    lms.knows(roles=[{"username": "mira", "org": "Demo", "role": "beta_testers", "course_id": KEY}])
    assert service.beta_testers(KEY) == {"mira"}
    lms.switch(release="redwood")
    assert service.beta_testers(KEY) is None


def test_a_certificate_of_the_lms_is_read(lms: FakeLms, service: LmsReader) -> None:
    lms.knows(certificates=[{"username": "mira", "course_id": KEY, "uuid": "5f0c" * 8}])
    made = datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert service.certificate(KEY, "mira") == LmsCertificate("verified", made, Decimal("0.84"), "5f0c" * 8)
    assert service.certificate(KEY, "ines") is None


@pytest.mark.parametrize("status", ["notpassing", "unavailable", "audit_passing", "generating", "error"])
def test_an_invalid_certificate_of_the_lms_counts_as_none(lms: FakeLms, service: LmsReader, status: str) -> None:
    lms.knows(certificates=[{"username": "mira", "course_id": KEY, "uuid": "5f0c" * 8, "status": status}])
    assert service.certificate(KEY, "mira") is None


@pytest.mark.parametrize(
    ("address", "verify_uuid"),
    [
        ("/certificates/5f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c", "5f0c" * 8),
        ("https://learn.example.org/certificates/5f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c/", "5f0c" * 8),
        ("https://bucket.example.org/5f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c/Certificate.pdf", None),
        ("https://bucket.example.org/downloads/5f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c", None),
        ("/certificates/user/4711/course/course-v1:A+B+C", None),
        ("", None),
        (None, None),
    ],
)
def test_the_id_is_that_of_the_page_and_a_pdf_has_none(address: str | None, verify_uuid: str | None) -> None:
    said = {
        "certificate_type": "honor",
        "created_date": "2014-07-01T09:00:00Z",
        "status": "downloadable",
        "download_url": address,
        "grade": "",
    }
    read = lms_certificate_from(said)
    assert read is not None
    assert (read.verify_uuid, read.grade, read.mode) == (verify_uuid, None, "honor")


def test_holders_of_certificates_are_listed_if_the_release_has_the_list(lms: FakeLms, service: LmsReader) -> None:
    names = ["ana", "bea", "mira"]
    lms.switch(most_a_numbered_page=2)
    lms.knows(
        people=[{"username": name, "id": 90 + each} for each, name in enumerate(names)],
        certificates=[{"username": name, "course_id": KEY, "uuid": f"{each:032x}"} for each, name in enumerate(names)],
    )
    first = service.certificate_holders(KEY, None)
    assert first is not None
    assert (first.rows, first.cursor) == (("ana", "bea"), "2")
    assert service.certificate_holders(KEY, "2") == ListingPage(("mira",), None, 0)
    lms.switch(release="redwood")
    assert service.certificate_holders(KEY, None) is None


ONE_OF_TWO = {"results": [{"username": "mira"}, {"username": None}], "next": None}


@pytest.mark.parametrize("said", [{}, [], {"results": {}}, {"results": [], "next": "/elsewhere"}, ONE_OF_TWO])
def test_a_list_of_holders_in_another_form_is_no_list(service: LmsReader, said: object) -> None:
    with patch.object(LmsReader, "_ask", lambda *_, **__: Reply(200, {}, json.dumps(said).encode())):
        assert service.certificate_holders(KEY, None) is None


def test_an_expired_token_is_renewed_also_for_a_view_that_may_be_missing(lms: FakeLms, service: LmsReader) -> None:
    service.enrollments(KEY, None)
    lms.knows(certificates=[{"username": "mira", "course_id": KEY, "uuid": "5f0c" * 8}])
    lms.fail("expired", path="/certificates/issued")
    held = service.certificate_holders(KEY, None)
    assert held is not None and held.rows == ("mira",)


def test_the_token_of_the_service_is_asked_for_once(lms: FakeLms) -> None:
    made = connection(lms)
    for _ in range(3):
        made.as_service().account("mira")
    assert [asked for asked in lms.requests if "access_token" in asked] == ["POST /oauth2/access_token"]


def test_a_token_that_the_lms_refuses_is_renewed_once(lms: FakeLms) -> None:
    made = connection(lms)
    made.as_service().account("mira")
    lms.fail("expired")
    assert made.as_service().account("mira") is not None
    assert [asked.split("?")[0] for asked in lms.requests] == [
        "GET /api/user/v1/accounts/mira",
        "POST /oauth2/access_token",
        "GET /api/user/v1/accounts/mira",
    ]
    lms.fail("expired", last=9)
    with pytest.raises(LmsMisconfigured):
        made.as_service().account("mira")


def test_a_secret_that_the_lms_does_not_know_is_for_the_operator_to_mend(lms: FakeLms) -> None:
    wrong = connection(lms, secrets=KnownSecret(service=("certs-pull", "wrong")))
    with pytest.raises(LmsMisconfigured, match="id and secret"):
        wrong.as_service().account("mira")


def test_a_service_user_without_rights_is_for_the_operator_to_mend(lms: FakeLms, service: LmsReader) -> None:
    lms.knows(people=[{"username": "certs_service", "id": 1, "is_staff": False}])
    with pytest.raises(LmsMisconfigured, match="rights"):
        service.enrollments(KEY, None)


@pytest.mark.parametrize("kind", ["before", "after", "half", "error", "maintenance"])
def test_a_call_that_fails_once_is_made_again(lms: FakeLms, service: LmsReader, kind: str) -> None:
    service.account("mira")
    lms.fail(kind)
    assert service.account("mira") is not None


@pytest.mark.parametrize("kind", ["before", "after", "half", "error", "maintenance", "garbage", "throttled"])
def test_an_lms_that_keeps_failing_is_unavailable(lms: FakeLms, service: LmsReader, kind: str) -> None:
    service.account("mira")
    lms.fail(kind, last=99)
    with pytest.raises(LmsUnavailable) as raised:
        service.account("mira")
    assert (raised.value.reason, raised.value.retry_after >= 1) == ("lms-unavailable", True)


LOOK_UPS: dict[str, Callable[[LmsReader], object]] = {
    "account": lambda reader: reader.account("mira"),
    "accounts": lambda reader: reader.accounts(["mira", "ines"]),
    "account of an id": lambda reader: reader.account_of_id("4711"),
    "identity": lambda reader: reader.identity("mira"),
    "certificate": lambda reader: reader.certificate(KEY, "mira"),
    "grade": lambda reader: reader.grade(KEY, "mira"),
    "enrollment": lambda reader: reader.enrollment(KEY, "mira"),
    "course": lambda reader: reader.course(KEY, "certs_service"),
}


@pytest.mark.parametrize("look_up", LOOK_UPS.values(), ids=LOOK_UPS)
def test_not_found_by_a_proxy_does_not_mean_that_the_lms_has_nothing(
    lms: FakeLms, service: LmsReader, look_up: Callable[[LmsReader], object]
) -> None:
    """While the LMS is away, nobody loses an identity check, and no second certificate is issued beside the LMS's."""
    service.rights()
    lms.fail("no-such-site", last=99)
    with pytest.raises(LmsUnavailable):
        look_up(service)


def test_a_username_that_no_address_of_the_lms_can_contain_is_nobody(lms: FakeLms) -> None:
    """The LMS's router answers with a page. Such a name must not keep the reading of a run from its end."""
    page = Reply(404, {"content-type": "text/html"}, b"<!DOCTYPE html><title>Page not found</title>")
    reader = LmsReader(Calls(lms.url, FOR_A_JOB), Holder("token"))
    with patch.object(Calls, "ask", lambda *_, **__: page):
        assert (reader.account("o'brien"), reader.certificate(KEY, "o'brien")) == (None, None)
        assert reader.identity("o'brien") == LmsIdentity(False, None)


def test_a_call_of_a_slow_lms_ends_with_its_time_limit(lms: FakeLms) -> None:
    lms.fail("slow", last=99)
    hasty = connection(lms).as_service(Manner(total_seconds=1.5, call_seconds=0.6, attempts=2, longest_wait=0))
    began = datetime.now(UTC)
    with pytest.raises(LmsUnavailable):
        hasty.account("mira")
    assert datetime.now(UTC) - began < timedelta(seconds=25)
    lms.recover()


def test_an_lms_that_is_not_there_is_unavailable(lms: FakeLms) -> None:
    with pytest.raises(LmsUnavailable):
        connection(lms, base_url="http://127.0.0.1:9").as_service().account("mira")


@pytest.mark.parametrize(
    ("status", "headers", "content", "seconds"),
    [
        (429, {"retry-after": "31"}, b"", 31),
        (429, {}, b'{"developer_message":"Request was throttled. Expected available in 17 seconds."}', 17),
        (429, {}, b'{"developer_message":"Request was throttled."}', 60),
        (429, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, b"", 60),
        (429, {"retry-after": "99999999"}, b"", 3600),
        (429, {"retry-after": "0"}, b"", 1),
    ],
)
def test_the_time_of_the_next_try_is_read_from_every_form_of_the_lms(
    status: int, headers: dict[str, str], content: bytes, seconds: int
) -> None:
    assert wait_of(Reply(status, headers, content)) == seconds


def test_a_person_waits_a_moment_for_a_busy_lms_and_a_job_gets_the_time_of_the_next_try(lms: FakeLms) -> None:
    made = connection(lms)
    made.as_service().account("mira")
    lms.fail("throttled")
    assert made.as_service().account("mira") is not None
    lms.fail("throttled-silently")
    with pytest.raises(LmsUnavailable) as raised:
        made.as_service(FOR_A_JOB).account("mira")
    assert (raised.value.busy, raised.value.retry_after) == (True, 1)


def test_a_redirect_is_not_followed(lms: FakeLms) -> None:
    lms.knows(runs=[{"course_id": KEY, "name": "x", "org": "Demo"}])
    calls = Calls(lms.url, Manner(5, 5, 1, 0))
    assert calls.ask("GET", f"/api/courses/v1/courses/{KEY}").status == 301
    assert len(lms.requests) == 1


def test_a_redirect_in_place_of_an_answer_is_an_lms_that_cannot_be_read(service: LmsReader) -> None:
    with patch.object(Calls, "ask", lambda *_, **__: Reply(301, {}, b"")), pytest.raises(LmsUnavailable):
        service.account("mira")


def test_a_service_token_is_shared_by_threads(lms: FakeLms) -> None:
    made = connection(lms)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(made.as_service().account("mira"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert sum("access_token" in asked for asked in lms.requests) == 1
