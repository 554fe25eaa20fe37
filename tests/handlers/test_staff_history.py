"""The history of one learner's certificate: its changes, what everybody can see, and the way back to the run."""

from __future__ import annotations

import re
from typing import Any

from certificates import runtime
from certificates.exception_list.entries import add_exception
from certificates.invalidate import invalidate
from certificates.issue import issue
from certificates.planning import Cause
from certificates.request import request_certificate
from certificates.rules.history import Trigger
from tests import jobs
from tests.handlers.browsing import Browser
from tests.handlers.test_staff_pages import TEACH, TYPED, ines
from tests.people import COURSE, enroll

__all__ = ["ines"]

HISTORY = f"{TEACH}/learners/1"


def times(page: str) -> list[str]:
    """The changes without marks, the latest first."""
    listed = page.partition('<ol class="times">')[2].partition("</ol>")[0]
    return [" ".join(re.sub("<[^>]*>", " ", each).split()) for each in listed.split("</li>")[:-1]]


def test_every_change_has_its_person_its_reason_and_the_new_name(backend: Any, ines: Browser) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=runtime.now())
    enroll(backend, "1", "zoe", name=TYPED, grade="0.9")
    ines.post(f"{TEACH}/generate", {"kind": "regenerate", "group": "received", "really": "yes"})
    jobs.work(backend)
    invalidate(COURSE, "zoe", f"twice {TYPED}", by="omar", backend=backend, now=runtime.now())
    page = ines.get(HISTORY).text
    # The tests' jobs work at a time of their own, which is the earliest here.
    invalidated, issued, regenerated = times(page)
    assert "Invalidated by omar , through an invalidation “ twice" in invalidated
    assert "Regenerated: revision 2 by ines , through a regeneration" in regenerated
    assert "Name Zoë Ångström → becomes &lt;script&gt;" in regenerated
    assert "Issued: revision 1 by zoe , through the learner’s request Decided: Issued" in issued
    assert TYPED not in page
    assert re.findall(r"#(\w+)\"></use></svg>\s*<div>", page) == ["invalidated"] + ["issued"] * 2
    [job] = backend.jobs.jobs(COURSE, limit=9).items
    assert page.count(f'href="{TEACH}/jobs/{job.job_id}"') == 1, "the job that made the change, and no other"
    assert "See the job" in regenerated and "See the job" not in issued


def test_the_history_quotes_the_public_page(backend: Any, ines: Browser) -> None:
    assert "The public page says" not in ines.get(HISTORY).text
    request_certificate(COURSE, "zoe", backend=backend, now=runtime.now())
    page = ines.get(HISTORY).text
    address = page.partition('href="/certificates/')[2].partition('"')[0]
    assert "“This certificate is valid.”" in page
    assert "Re-validate" not in page
    anybody = Browser(ines.handler)
    assert len(address) == 32
    invalidate(COURSE, "zoe", "", by="ines", backend=backend, now=runtime.now())
    page = ines.get(HISTORY).text
    assert "“This certificate was invalidated.”" in page
    assert f'href="/certificates/{address}/pdf"' not in page
    assert anybody.get(HISTORY).status == 303


def test_the_history_of_a_withdrawn_certificate_quotes_the_public_page(backend: Any, ines: Browser) -> None:
    add_exception(COURSE, "abe", "", by="ines", backend=backend, now=runtime.now())
    ines.post(f"{TEACH}/generate", {"kind": "exceptions", "scope": "all", "really": "yes"})
    jobs.work(backend)
    ines.post(f"{TEACH}/exceptions", {"action": "remove", "user_id": "2"})
    page = ines.get(f"{TEACH}/learners/2").text
    assert "“This certificate was withdrawn.”" in page
    assert any("Removed from the exception list" in each for each in times(page))


def test_re_validation_asks_first_and_leads_back_to_the_learner(backend: Any, ines: Browser) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=runtime.now())
    invalidate(COURSE, "zoe", f"twice {TYPED}", by="ines", backend=backend, now=runtime.now())
    assert f'href="{HISTORY}?revalidate=yes" data-ask' in ines.get(HISTORY).text
    asked = ines.get(f"{HISTORY}?revalidate=yes").text
    assert "Re-validate the certificate of Zoë Ångström?" in asked
    assert "Leave it invalidated" in asked
    assert TYPED not in asked
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked))
    answer = ines.post(f"{TEACH}/invalidations", fields)
    assert (answer.status, answer.headers["location"]) == (303, f"{HISTORY}?done=revalidated")
    page = ines.get(f"{HISTORY}?done=revalidated").text
    assert "The certificate is re-validated" in page
    assert any(each.partition(" by ")[0].endswith("Re-validated") for each in times(page))
    assert "data-sheet" not in ines.get(f"{HISTORY}?revalidate=yes").text, "there is nothing left to ask"


def test_changes_by_the_lms_are_in_the_language_of_the_page(backend: Any, ines: Browser) -> None:
    cause = Cause(trigger=Trigger.GRADE, actor="lms")
    issue(COURSE, "1", cause=cause, backend=backend, now=runtime.now())
    assert "by the LMS, through a grade of the LMS" in times(ines.get(HISTORY).text)[0]
    ines.headers["accept-language"] = "es"
    assert "por el LMS, a través de" in times(ines.get(HISTORY).text)[0]


def test_a_learner_without_changes_has_an_empty_history(ines: Browser) -> None:
    assert "Nothing has happened to this learner’s certificate." in ines.get(HISTORY).text
    assert ines.get(f"{TEACH}/learners/nobody").status == 404
