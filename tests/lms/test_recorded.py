"""The LMS of the tests answers byte for byte as Open edX does."""

from __future__ import annotations

import pytest

from tests.lms import recorded
from tests.lms.asking import IN_QUERY, Asking, claims_of
from tests.lms.fake import KEY, FakeLms


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("/api/user/v1/me", recorded.ME),
        ("/api/user/v1/accounts/mira", recorded.ACCOUNT),
        ("/api/user/v1/accounts?username=mira", f"[{recorded.ACCOUNT}]"),
        ("/api/user/v1/preferences/mira", recorded.PREFERENCES),
        (f"/api/enrollment/v1/enrollment/{KEY}", recorded.ENROLLMENT),
        (f"/api/enrollment/v1/enrollment/mira,{KEY}", recorded.ENROLLMENT),
        (f"/api/grades/v1/courses/{KEY}/?username=mira", recorded.GRADE),
    ],
)
def test_a_learner_reads_about_themselves(asking: Asking, asked: str, answer: str) -> None:
    got = asking.get(asked, asking.token_of("mira"))
    assert (got.status_code, got.text) == (200, answer)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("/api/user/v1/accounts?lms_user_id=4711", f"[{recorded.ACCOUNT}]"),
        (f"/api/enrollment/v1/enrollments?course_id={IN_QUERY}", recorded.ENROLLMENTS),
        (f"/api/grades/v1/courses/{KEY}/", f'{{"next":null,"previous":null,"results":{recorded.GRADE}}}'),
        (f"/api/grades/v1/gradebook/{KEY}/grading-info?graded_only=true", recorded.GRADING_INFO),
    ],
)
def test_global_staff_read_about_all(asking: Asking, asked: str, answer: str) -> None:
    got = asking.get(asked)
    assert (got.status_code, got.text) == (200, answer)


def test_a_person_s_rights_are_read_with_the_person_s_own_token(asking: Asking) -> None:
    assert asking.get("/api/enrollment/v1/roles/", asking.token_of("ines")).text == recorded.ROLES


def test_an_identity_check_is_read_for_one_learner(lms: FakeLms, asking: Asking) -> None:
    checked = {"is_verified": True, "status": "approved", "expiration_datetime": ""}
    lms.knows(people=[{"username": "mira", "id": 4711, "verification": checked}])
    got = asking.get("/api/user/v1/accounts/mira/verification_status/")
    assert got.text == recorded.VERIFICATION


def test_a_certificate_is_read_for_one_learner(lms: FakeLms, asking: Asking) -> None:
    lms.knows(certificates=[{"username": "mira", "course_id": KEY, "uuid": "5f0c" * 8}])
    assert asking.get(f"/api/certificates/v0/certificates/mira/courses/{KEY}").text == recorded.CERTIFICATE


def test_a_caller_without_the_right_is_refused(asking: Asking) -> None:
    got = asking.get(f"/api/enrollment/v1/enrollments?course_id={IN_QUERY}", asking.token_of("mira"))
    assert (got.status_code, got.text) == (403, recorded.NO_RIGHT)


def test_a_token_identifies_its_person(asking: Asking) -> None:
    answer = asking.exchange(asking.code("mira"))
    given = answer.json()
    assert list(given) == ["access_token", "token_type", "expires_in", "scope", "refresh_token"]
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("JWT", 3600, "user_id profile email")
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    claims = claims_of(given["access_token"])
    assert claims.pop("iss") == f"{asking.lms.url}/oauth2"
    assert claims.pop("exp") - claims.pop("iat") == 3600
    assert len(claims.pop("sub")) == 32
    assert claims == recorded.CLAIMS


def test_a_token_of_the_service_is_its_users(asking: Asking) -> None:
    given = asking.service().json()
    assert (given["token_type"], "refresh_token" in given) == ("JWT", False)
    assert given["scope"] == "read write email profile user_id"
    claims = claims_of(given["access_token"])
    assert (claims["preferred_username"], claims["administrator"]) == ("certs_service", True)
    assert claims["grant_type"] == "client-credentials"
