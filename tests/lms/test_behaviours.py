"""Each odd behaviour of the LMS, on and off: a client that works only without the behaviour fails."""

from __future__ import annotations

import httpx
import pytest

from tests.lms import recorded
from tests.lms.asking import IN_QUERY, Asking
from tests.lms.fake import KEY, FakeLms

LISTING = f"/api/enrollment/v1/enrollments?course_id={IN_QUERY}"
GRADES = f"/api/grades/v1/courses/{KEY}/"


def many(number: int) -> dict[str, list[dict[str, object]]]:
    names = [f"learner{each:04}" for each in range(number)]
    return {
        "people": [{"username": name, "id": 10_000 + each} for each, name in enumerate(names)],
        "enrollments": [
            {"username": name, "course_id": KEY, "is_active": each % 3 > 0} for each, name in enumerate(names)
        ],
    }


def test_never_enrolled_is_an_empty_answer(lms: FakeLms, asking: Asking) -> None:
    asked = f"/api/enrollment/v1/enrollment/ines,{KEY}"
    answer = asking.get(asked)
    assert (answer.status_code, answer.content, "content-type" in answer.headers) == (200, b"", False)
    lms.switch(empty_when_never_enrolled=False)
    assert asking.get(asked).status_code == 404


def test_some_views_answer_404_without_a_right(lms: FakeLms, asking: Asking) -> None:
    asked, token = f"/api/enrollment/v1/enrollment/root,{KEY}", asking.token_of("mira")
    assert asking.get(asked, token).status_code == 404
    lms.switch(hides_existence=False)
    assert asking.get(asked, token).status_code == 403


def test_a_listing_has_pages_of_a_hundred_with_those_who_left(lms: FakeLms, asking: Asking) -> None:
    lms.knows(**many(149))
    first = asking.get(f"{LISTING}&page_size=7").json()
    assert (len(first["results"]), first["previous"], "count" in first) == (100, None, False)
    assert {row["is_active"] for row in first["results"]} == {True, False}
    cursor = httpx.URL(first["next"]).params["cursor"]
    second = asking.get(f"{LISTING}&cursor={cursor}").json()
    assert (len(second["results"]), second["next"]) == (50, None)


def test_the_next_page_is_named_by_an_address_behind_the_proxy(lms: FakeLms, asking: Asking) -> None:
    lms.knows(**many(149))
    assert asking.get(LISTING).json()["next"].startswith("http://lms:8000/")
    lms.switch(foreign_next=False)
    assert asking.get(LISTING).json()["next"].startswith(lms.url)


def test_a_list_of_grades_is_of_active_learners_and_may_lack_one(lms: FakeLms, asking: Asking) -> None:
    lms.knows(**many(9))
    assert len(asking.get(GRADES).json()["results"]) == 7
    lms.switch(grades_leave_out=["mira"])
    assert "mira" not in asking.get(GRADES).text
    page = asking.get(f"{GRADES}?page_size=3").json()
    assert (len(page["results"]), page["next"] is not None) == (2, True)


def test_a_page_of_no_size_breaks(lms: FakeLms, asking: Asking) -> None:
    assert asking.get(f"{GRADES}?page_size=0").status_code == 500
    lms.switch(zero_page_size_breaks=False)
    assert asking.get(f"{GRADES}?page_size=0").status_code == 200


@pytest.mark.parametrize("asked", [LISTING, GRADES])
def test_course_staff_may_not_list(lms: FakeLms, asking: Asking, asked: str) -> None:
    token = asking.token_of("ines")
    assert (asking.get(asked, token).status_code, asking.get(asked).status_code) == (403, 200)
    lms.switch(course_staff_refused=False)
    assert asking.get(asked, token).status_code == 200


def test_a_client_that_asks_too_often_gets_the_waiting_time_in_a_header_or_a_text(lms: FakeLms, asking: Asking) -> None:
    token = asking.token_of("mira")
    lms.switch(throttle_rates=[2, 3], throttle_seconds=31)
    own = [asking.get("/api/enrollment/v1/roles/", token) for _ in range(3)][-1]
    assert (own.status_code, own.text, own.headers["retry-after"]) == (429, recorded.THROTTLED, "31")
    service = asking.service().json()["access_token"]
    listing = [asking.get(LISTING, service) for _ in range(4)][-1]
    assert (listing.status_code, listing.text) == (429, recorded.THROTTLED_LISTING)
    assert "retry-after" not in listing.headers
    lms.switch(says_retry_after_on_listings=True)
    assert "retry-after" in asking.get(LISTING, service).headers
    lms.switch(throttles=False)
    assert asking.get(LISTING, service).status_code == 200


def test_a_plus_in_a_query_is_a_blank(lms: FakeLms, asking: Asking) -> None:
    asked = f"/api/enrollment/v1/enrollments?course_id={KEY}"
    assert "field_errors" in asking.get(asked).json()
    lms.switch(plus_is_a_blank=False)
    assert asking.get(asked).json()["results"]


def test_a_slash_too_few_is_a_redirect_and_one_too_many_is_nothing(lms: FakeLms, asking: Asking) -> None:
    token = asking.token_of("mira")
    assert asking.get(f"/api/grades/v1/courses/{KEY}?username=mira", token).status_code == 301
    assert asking.get("/api/user/v1/me/", token).status_code == 404
    lms.switch(exact_slashes=False)
    assert asking.get("/api/user/v1/me/", token).status_code == 200


def test_a_failing_learner_has_no_letter_and_a_learner_without_grade_has_zero(lms: FakeLms, asking: Asking) -> None:
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.0}])
    said = asking.get(f"{GRADES}?username=mira").json()[0]
    assert (said["letter_grade"], said["percent"], said["passed"]) == (None, 0.0, False)
    lms.switch(letter_grade_null=False)
    assert asking.get(f"{GRADES}?username=mira").json()[0]["letter_grade"] == ""


def test_only_the_list_of_courses_escapes_a_name(lms: FakeLms, asking: Asking) -> None:
    lms.knows(runs=[{"course_id": KEY, "name": "1 < 2 & so", "org": "Demo"}])
    asked = f"/api/courses/v1/courses/{KEY}/"
    assert asking.get(asked).json()["name"] == "1 &lt; 2 & so"
    assert (
        asking.get(f"/api/enrollment/v1/enrollment/mira,{KEY}").json()["course_details"]["course_name"] == "1 < 2 & so"
    )
    lms.switch(escaped_course_name=False)
    assert asking.get(asked).json()["name"] == "1 < 2 & so"


def test_a_role_in_a_whole_organization_is_of_the_course_none(lms: FakeLms, asking: Asking) -> None:
    token = asking.token_of("ines")
    everywhere = asking.get("/api/enrollment/v1/roles/", token).json()["roles"][1]
    assert everywhere["course_id"] == "None"
    assert len(asking.get(f"/api/enrollment/v1/roles/?course_id={IN_QUERY}", token).json()["roles"]) == 1
    lms.switch(role_none_text=False)
    assert asking.get("/api/enrollment/v1/roles/", token).json()["roles"][1]["course_id"] is None


def test_a_learner_without_an_identity_check_is_not_found(lms: FakeLms, asking: Asking) -> None:
    asked = "/api/user/v1/accounts/mira/verification_status/"
    assert asking.get(asked).status_code == 404
    lms.switch(no_verification_is_404=False)
    assert asking.get(asked).json()["is_verified"] is False


def test_accounts_leave_out_unknown_usernames(lms: FakeLms, asking: Asking) -> None:
    asked = "/api/user/v1/accounts?username=mira,nobody"
    assert [each["username"] for each in asking.get(asked).json()] == ["mira"]
    assert asking.get("/api/user/v1/accounts?username=nobody").status_code == 404
    lms.switch(accounts_leave_out_unknown=False)
    assert asking.get(asked).status_code == 404


def test_others_see_no_name_and_no_address(asking: Asking) -> None:
    assert set(asking.get("/api/user/v1/accounts/ines", asking.token_of("mira")).json()) == {
        "account_privacy",
        "profile_image",
        "username",
    }


def test_a_retired_person_is_listed_under_a_new_name(lms: FakeLms, asking: Asking) -> None:
    lms.knows(
        people=[{"username": "retired__user_1", "id": 4711, "email": "retired__user_1@retired.invalid"}],
        forget_people=["mira"],
        forget_enrollments=[{"username": "mira", "course_id": KEY}],
        enrollments=[{"username": "retired__user_1", "course_id": KEY, "is_active": False}],
    )
    assert asking.get("/api/user/v1/accounts/mira").status_code == 404
    assert asking.get(LISTING).json()["results"][0]["user"] == "retired__user_1"
    assert asking.get("/api/user/v1/accounts?lms_user_id=4711").json()[0]["username"] == "retired__user_1"


def test_an_older_release_has_no_instructor_interface(lms: FakeLms, asking: Asking) -> None:
    asked = f"/api/instructor/v2/courses/{KEY}/enrollments?page_size=100"
    assert asking.get(asked).json()["results"][0]["username"] == "mira"
    lms.switch(release="redwood")
    assert asking.get(asked).status_code == 404


@pytest.mark.parametrize("kind", ["before", "after", "half"])
def test_a_connection_is_cut(lms: FakeLms, asking: Asking, kind: str) -> None:
    token = asking.token_of("mira")
    lms.fail(kind, 1)
    assert asking.get("/api/user/v1/me", token).status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        asking.get("/api/user/v1/me", token)
    assert asking.get("/api/user/v1/me", token).status_code == 200


@pytest.mark.parametrize(
    ("kind", "status"), [("error", 500), ("maintenance", 503), ("expired", 401), ("throttled", 429)]
)
def test_one_request_fails_in_the_chosen_way_and_the_next_succeeds(
    lms: FakeLms, asking: Asking, kind: str, status: int
) -> None:
    token = asking.token_of("mira")
    lms.fail(kind)
    assert [asking.get("/api/user/v1/me", token).status_code for _ in range(2)] == [status, 200]


def test_a_username_is_found_in_another_case_if_the_database_ignores_case(lms: FakeLms, asking: Asking) -> None:
    assert asking.get("/api/user/v1/accounts/MIRA").status_code == 404
    lms.switch(case_insensitive_usernames=True)
    assert asking.get("/api/user/v1/accounts/MIRA").json()["username"] == "mira"
