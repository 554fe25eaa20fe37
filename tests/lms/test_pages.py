"""People whom only the LMS has, in a browser: they sign in there, request a certificate here, manage a run here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from certificates import runtime
from certificates.aws.session_store import SessionStore
from certificates.http.language import ENGLISH
from certificates.pages import lms_session, sealing
from tests import moto_cloud
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import Answer, encoded
from tests.lms.connecting import KnownSecret
from tests.lms.fake import DEMO, KEY, FakeLms
from tests.people import make_run

LEARN = f"/learn/{encoded(KEY)}"
TEACH = f"/teach/{encoded(KEY)}"


@pytest.fixture
def browser(cloud: Any) -> Browser:
    return Browser(load("pages"))


def sign_in(browser: Browser, lms: FakeLms, username: str, to: str = "/learn") -> Answer:
    """Sign in at the LMS through its pages, and come back."""
    left = browser.get(f"/sign-in?{urlencode({'to': to})}")
    assert left.status == 303
    address = urlsplit(left.headers["location"])
    assert f"{address.scheme}://{address.netloc}" == lms.url
    back = lms.signed_in(username).get(f"{address.path}?{address.query}")
    returned = urlsplit(back.headers["location"])
    return browser.get(f"{returned.path}?{returned.query}")


def test_a_learner_signs_in_at_the_lms_requests_and_has_the_certificate(
    cloud: Any, lms: FakeLms, browser: Browser
) -> None:
    make_run(cloud, KEY)
    arrived = sign_in(browser, lms, "mira", LEARN)
    assert (arrived.status, arrived.headers["location"]) == (303, LEARN)
    shown = browser.get(LEARN).text
    assert "You have earned a certificate." in shown
    assert "Mira Okafor" in shown
    assert browser.post(LEARN).status == 303
    assert "Your certificate is ready." in browser.get(LEARN).text
    [document] = moto_cloud.objects("certificates/")
    assert b"Mira Okafor" in cloud.documents.get(document)


def test_the_present_facts_of_the_lms_decide_and_not_the_stored_ones(
    cloud: Any, lms: FakeLms, browser: Browser
) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "mira")
    assert "You have earned a certificate." in browser.get(LEARN).text
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.3}])
    refused = browser.post(LEARN)
    assert (refused.status, "Not passing yet." in refused.text, "30%" in refused.text) == (409, True, True)
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.7, "letter": "Pass"}])
    assert browser.post(LEARN).status == 303


@pytest.mark.parametrize(
    "change",
    [
        {"enrollments": [{"username": "mira", "course_id": KEY, "mode": "audit"}]},
        {"forget_enrollments": [{"username": "mira", "course_id": KEY}]},
        {"roles": [{"username": "mira", "org": "Demo", "role": "beta_testers", "course_id": KEY}]},
    ],
)
def test_a_learner_who_may_no_longer_have_a_certificate_gets_none(
    cloud: Any, lms: FakeLms, browser: Browser, change: dict[str, Any]
) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "mira")
    assert "Request certificate" in browser.get(LEARN).text
    lms.knows(**change)
    assert browser.post(LEARN).status == 409
    assert moto_cloud.objects("certificates/") == []


def test_identity_is_read_if_the_run_requires_it(cloud: Any, lms: FakeLms, browser: Browser) -> None:
    make_run(cloud, KEY, identity_required=True)
    sign_in(browser, lms, "mira")
    assert browser.post(LEARN).status == 409
    checked = {"is_verified": True, "status": "approved", "expiration_datetime": ""}
    lms.knows(people=[{"username": "mira", "id": 4711, "name": "Mira Okafor", "verification": checked}])
    assert browser.post(LEARN).status == 303


@pytest.mark.parametrize("kind", ["before", "after", "half", "error", "maintenance", "garbage", "throttled"])
def test_if_the_lms_does_not_answer_the_page_says_so_and_nothing_is_issued(
    cloud: Any, lms: FakeLms, browser: Browser, kind: str
) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "mira")
    browser.get(LEARN)
    lms.fail(kind, last=999)
    answer = browser.post(LEARN)
    assert (answer.status, "does not answer at this moment" in answer.text) == (503, True)
    assert int(answer.headers["retry-after"]) >= 1
    assert "Request certificate" in answer.text
    assert moto_cloud.objects("certificates/") == []
    lms.recover()
    assert browser.post(LEARN).status == 303
    lms.fail(kind, last=999)
    assert browser.post(LEARN).status == 303, "who has a certificate needs no LMS"


def test_the_page_says_when_its_facts_were_read_if_the_lms_does_not_answer(
    cloud: Any, lms: FakeLms, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(cloud, KEY)
    read_at = runtime.now()
    monkeypatch.setattr(runtime, "now", lambda: read_at)
    sign_in(browser, lms, "mira")
    assert "does not answer" not in browser.get(LEARN).text
    later = read_at + timedelta(minutes=2)
    monkeypatch.setattr(runtime, "now", lambda: later)
    lms.fail("error", last=999)
    page = browser.get(LEARN).text
    assert "Your course site does not answer." in page
    assert f"What you see is from {ENGLISH.moment(read_at)} UTC." in page
    assert f"As of {ENGLISH.moment(read_at)} UTC." in page and f"As of {ENGLISH.moment(later)}" not in page
    assert ">Try again</a>" in page
    assert f"As of {ENGLISH.moment(read_at)} UTC." in browser.post(LEARN).text
    lms.recover()
    page = browser.get(LEARN).text
    assert f"As of {ENGLISH.moment(later)} UTC." in page and "does not answer" not in page


def test_of_a_learner_who_was_never_read_the_page_claims_nothing(cloud: Any, lms: FakeLms, browser: Browser) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "mira")
    lms.fail("error", last=999)
    page = browser.get(LEARN).text
    assert "Nothing is known here yet about you in this course." in page
    assert "You are not enrolled." not in page and "As of" not in page and page.count(">Try again</a>") == 1
    lms.recover()
    assert "You have earned a certificate." in browser.get(LEARN).text


def test_staff_whose_rights_cannot_be_read_are_offered_another_try(
    cloud: Any, lms: FakeLms, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "ines", "/teach")
    later = runtime.now() + timedelta(minutes=10)
    monkeypatch.setattr(runtime, "now", lambda: later)
    lms.fail("error", last=999)
    answer = browser.get("/teach")
    assert (answer.status, 'href="/teach">Try again' in answer.text) == (503, True)
    assert "Your course site (the LMS) does not answer" in answer.text and "certificate is issued" not in answer.text


def test_an_instructor_whom_only_the_lms_knows_makes_the_run_and_manages_it(
    cloud: Any, lms: FakeLms, browser: Browser
) -> None:
    sign_in(browser, lms, "ines", "/teach")
    assert KEY in browser.get("/teach").text
    assert browser.get(TEACH).status == 404
    made = browser.post(f"{TEACH}/sync")
    assert (made.status, made.headers["location"]) == (303, f"{TEACH}/settings?done=synced")
    run = cloud.runs.run(KEY)
    assert (run.title, run.organization, run.end.isoformat()) == ("Tables & Trees", "Demo", "2026-06-30T00:00:00+00:00")
    assert "Tables &amp; Trees" in browser.get("/teach").text
    assert browser.get(f"{TEACH}/settings").status == 200


def test_dates_of_the_lms_that_would_hide_certificates_are_asked_about_at_the_button(
    cloud: Any, lms: FakeLms, browser: Browser
) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "mira")
    browser.post(LEARN)
    lms.knows(runs=[{**DEMO, "end": "2036-06-30T00:00:00Z"}])
    sign_in(browser, lms, "ines", "/teach")
    asked = browser.post(f"{TEACH}/sync")
    button = asked.text.partition(f'action="{TEACH}/sync"')[2].partition("</form>")[0]
    assert (asked.status, 'name="hide_shown"' in button, asked.text.count('name="hide_shown"')) == (409, True, 1)
    assert browser.post(f"{TEACH}/sync", {"hide_shown": "on"}).status == 303
    assert cloud.runs.run(KEY).end.year == 2036


def test_staff_of_an_organization_manage_all_its_runs_and_no_others(cloud: Any, lms: FakeLms, browser: Browser) -> None:
    make_run(cloud, KEY)
    make_run(cloud, "course-v1:Demo+C2+2026")
    make_run(cloud, "course-v1:Demonstration+C3+2026")
    lms.knows(roles=[{"username": "ines", "org": "Demo", "role": "staff"}])
    sign_in(browser, lms, "ines", "/teach")
    listed = browser.get("/teach").text
    shown = [course_id in listed for course_id in (KEY, "course-v1:Demo+C2+2026", "course-v1:Demonstration+C3+2026")]
    assert shown == [True, True, False]
    assert browser.get(f"/teach/{encoded('course-v1:Demonstration+C3+2026')}/settings").status == 403


def test_a_learner_manages_nothing(cloud: Any, lms: FakeLms, browser: Browser) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "mira")
    assert browser.get(f"{TEACH}/settings").status == 403
    assert browser.post(f"{TEACH}/sync").status == 403


def test_global_staff_of_the_lms_are_global_staff_here(cloud: Any, lms: FakeLms, browser: Browser) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "root")
    assert browser.get(f"{TEACH}/settings").status == 200


def test_a_person_who_is_no_longer_staff_loses_the_rights_within_minutes(
    cloud: Any, lms: FakeLms, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "ines")
    assert browser.get(f"{TEACH}/settings").status == 200
    lms.knows(roles=[])
    later = runtime.now() + lms_session.RIGHTS_ARE_GOOD_FOR
    monkeypatch.setattr(runtime, "now", lambda: later)
    assert browser.get(f"{TEACH}/settings").status == 403


def test_rights_that_cannot_be_read_again_are_no_rights(
    cloud: Any, lms: FakeLms, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "ines")
    later = runtime.now() + lms_session.RIGHTS_ARE_GOOD_FOR
    monkeypatch.setattr(runtime, "now", lambda: later)
    lms.fail("error", last=999)
    answer = browser.get(f"{TEACH}/settings")
    assert (answer.status, "retry-after" in answer.headers) == (503, True)
    lms.recover()
    assert browser.get(f"{TEACH}/settings").status == 200


def test_an_account_that_is_not_active_does_not_sign_in(lms: FakeLms, browser: Browser) -> None:
    lms.knows(people=[{"username": "mira", "id": 4711, "is_active": False}])
    answer = sign_in(browser, lms, "mira")
    assert (answer.status, "Confirm your e-mail address" in answer.text) == (403, True)
    assert "__Host-session" not in browser.cookies


def test_an_answer_of_another_attempt_signs_nobody_in(lms: FakeLms, browser: Browser) -> None:
    browser.get("/sign-in?to=/learn")
    assert browser.get("/signed-in?code=1&state=2").status == 403
    other = Browser(browser.handler)
    left = urlsplit(other.get("/sign-in?to=/learn").headers["location"])
    back = urlsplit(lms.signed_in("mira").get(f"{left.path}?{left.query}").headers["location"])
    assert browser.get(f"{back.path}?{back.query}").status == 403, "a code that was slipped in"
    assert "__Host-session" not in browser.cookies


def test_after_declining_the_page_says_that_signing_in_did_not_work(lms: FakeLms, browser: Browser) -> None:
    left = browser.get("/sign-in?to=/learn").headers["location"]
    state = dict(pair.split("=") for pair in urlsplit(left).query.split("&"))["state"]
    assert browser.get(f"/signed-in?error=access_denied&state={state}").status == 403


def test_pkce_and_the_prompt_that_keeps_it_are_always_sent(lms: FakeLms, browser: Browser) -> None:
    asked = browser.get("/sign-in?to=/learn").headers["location"]
    for part in ("code_challenge=", "code_challenge_method=S256", "approval_prompt=auto", "state=", "scope=profile"):
        assert part in asked


def test_tokens_are_neither_in_the_browser_nor_readable_in_the_table(
    cloud: Any, lms: FakeLms, browser: Browser
) -> None:
    sign_in(browser, lms, "mira")
    kept = SessionStore().session(browser.cookies["__Host-session"])
    assert kept is not None and kept.lms is not None
    tokens = sealing.unseal_tokens(kept.lms.tokens, KnownSecret().secret().login)
    everything = str(moto_cloud.items()) + str(browser.cookies)
    assert tokens.access not in everything
    assert tokens.refresh and tokens.refresh not in everything


def _with_spent_token(browser: Browser) -> None:
    """Make the access token expire, as after an hour."""
    store, session_id = SessionStore(), browser.cookies["__Host-session"]
    kept = store.session(session_id)
    assert kept is not None and kept.lms is not None
    login = KnownSecret().secret().login
    tokens = sealing.unseal_tokens(kept.lms.tokens, login)
    store.keep_tokens(session_id, sealing.seal_tokens(replace(tokens, expires_at=runtime.now()), login))


def test_an_expired_token_is_renewed_once_by_the_first_request(cloud: Any, lms: FakeLms, browser: Browser) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "mira")
    _with_spent_token(browser)
    lms.tell(count_anew=True)
    tabs = [Browser(browser.handler, dict(browser.cookies)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda tab: tab.get(LEARN).status, tabs))
    assert answers == [200] * 4
    assert sum("access_token" in asked for asked in lms.requests) == 1
    assert browser.post(LEARN).status == 303


def test_a_token_that_another_request_renews_before_the_claim_is_not_renewed_again(
    cloud: Any, lms: FakeLms, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "mira")
    _with_spent_token(browser)
    lms.tell(count_anew=True)
    claim, other = SessionStore.claim_renewal, Browser(browser.handler, dict(browser.cookies))

    def late(*named: Any, **how: Any) -> bool:
        monkeypatch.setattr(SessionStore, "claim_renewal", claim)
        assert other.get(LEARN).status == 200
        return claim(*named, **how)

    monkeypatch.setattr(SessionStore, "claim_renewal", late)
    assert browser.get(LEARN).status == 200
    assert sum("access_token" in asked for asked in lms.requests) == 1


def test_a_person_whom_the_lms_no_longer_accepts_signs_in_again_and_keeps_typed_values(
    cloud: Any, lms: FakeLms, browser: Browser
) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "mira")
    _with_spent_token(browser)
    lms.knows(people=[{"username": "mira", "id": 4711, "is_active": False}])
    answer = browser.post(LEARN, {"note": "typed"})
    assert (answer.status, "You have been signed out." in answer.text, 'value="typed"' in answer.text) == (
        401,
        True,
        True,
    )
    assert browser.get(LEARN).headers["location"].startswith("/sign-in")


def test_a_refresh_whose_answer_is_lost_leads_to_the_sign_in_page(cloud: Any, lms: FakeLms, browser: Browser) -> None:
    make_run(cloud, KEY)
    sign_in(browser, lms, "mira")
    _with_spent_token(browser)
    lms.fail("after", path="/oauth2/access_token")
    assert browser.post(LEARN).status == 503
    assert browser.post(LEARN).status in {401, 503}


def test_signing_out_gives_the_token_back(cloud: Any, lms: FakeLms, browser: Browser) -> None:
    sign_in(browser, lms, "mira")
    assert browser.post("/sign-out").status == 303
    assert "POST /oauth2/revoke_token" in lms.requests
    sign_in(browser, lms, "mira")
    lms.fail("error", last=9)
    assert browser.post("/sign-out").status == 303, "an LMS that does not answer keeps nobody signed in"
