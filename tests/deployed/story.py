"""One story for a deployed stack, over HTTP: from an empty run to an invalidated certificate."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from tests.cloud import sample
from tests.deployed.site import Site, wait_until

SETTINGS = {**sample.SETTINGS, "identity_required": False, "bulk_issue_at": "never"}
GRADES = "Student ID,Email,Username,Grade,Enrollment Track,Verification Status,Certificate Eligible,Enrollment Status"
PROFILES = "id,username,name,email,enrollment_mode,enrollment_date"
ORIGIN = "https://lms.example.org"


@dataclass(frozen=True)
class Told:
    """The results of the story."""

    course_id: str
    verify_uuid: str
    """The learner's certificate: valid."""
    invalidated: str
    """Another learner's certificate, invalidated."""


def tell(site: Site) -> Told:
    """Tell the story in order. Raises AssertionError at the first fault."""
    mark = secrets.token_hex(4)
    course_id = f"course-v1:Lyceum+STORY+{mark}"
    run = f"/course-runs/{quote(course_id, safe='')}"
    people = {
        site.learner_username: ("Amara Obi", 0.91),
        f"passing_{mark}": ("Ana Пе́трова", 0.7),
        f"failing_{mark}": ("Zoë", 0.4),
    }
    with site.http(site.staff) as staff, site.http(site.learner) as learner, site.http() as anyone:
        nobody_gets_in_without_a_token(site, anyone, run)
        staff_make_a_run(staff, run)
        staff_load_two_files(site, staff, run, people)
        held = the_learner_requests_and_downloads(site, learner, run)
        anyone_checks(anyone, held, "Amara Obi")
        a_job_issues_for_the_others(site, staff, run)
        excepted = a_file_excepts_who_fails(site, staff, run, f"failing_{mark}")
        anyone_checks(anyone, excepted, "Zoë")
        invalidated = staff_invalidate(anyone, staff, run, mark)
        the_refused_are_told_so(learner, anyone, run)
        pages_of_another_site_may_ask(site, anyone, run)
    return Told(course_id, held, invalidated)


def expect(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, (
        f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
    )
    return answer.json() if "json" in answer.headers.get("content-type", "") else None


def nobody_gets_in_without_a_token(site: Site, anyone: httpx.Client, run: str) -> None:
    """A 404 here would mean that API Gateway could not use the issuer, and left the routes out."""
    assert expect(anyone.get("/health"), 200) == {"status": "ok"}
    for path in ("/me/certificates", run, f"{run}/certificate"):
        expect(anyone.get(path), 401)
    with site.http("no.such.token") as stranger:
        expect(stranger.get("/me/certificates"), 401)


def staff_make_a_run(staff: httpx.Client, run: str) -> None:
    expect(staff.put(run, json=SETTINGS), 201)
    expect(staff.put(f"{run}/staff", json={"usernames": ["ines"]}), 200)
    assert expect(staff.get(run), 200)["title"] == SETTINGS["title"]
    design = wait_until(lambda: expect(staff.get(f"{run}/design"), 200))
    assert design["active"]


def staff_load_two_files(site: Site, staff: httpx.Client, run: str, people: Mapping[str, tuple[str, float]]) -> None:
    """With the form: the browser posts to the bucket."""
    ids = {username: str(secrets.randbelow(10**9)) for username in people}
    grades = [
        f"{ids[name]},{name}@example.org,{name},{grade},verified,N/A,N,enrolled" for name, (_, grade) in people.items()
    ]
    profiles = [
        f"{ids[name]},{name},{full},{name}@example.org,verified,2026-09-10 08:30:00+00:00"
        for name, (full, _) in people.items()
    ]
    for file, lines in (("grade_report.csv", [GRADES, *grades]), ("learner_profile.csv", [PROFILES, *profiles])):
        result = send_file(site, staff, f"{run}/records/uploads", file, "\n".join(lines).encode())
        assert (result["rows"], result["rejected"]) == (len(people), 0), result


def send_file(site: Site, staff: httpx.Client, path: str, name: str, content: bytes) -> Any:
    """Post a file to the interface's form. Returns the outcome of the file."""
    form = expect(staff.post(path), 201)
    assert site.is_the_buckets(form["url"]), form["url"]
    posted = httpx.post(form["url"], data=form["fields"], files={"file": (name, content, "text/csv")})
    assert posted.status_code == 204, f"{posted.status_code} {posted.headers.get('location')} {posted.text}"

    def finished() -> Any:
        found = expect(staff.get(f"{path}/{form['upload_id']}"), 200)
        assert found["state"] != "refused", found
        return found if found["state"] == "done" else None

    return wait_until(finished)


def the_learner_requests_and_downloads(site: Site, learner: httpx.Client, run: str) -> str:
    """Returns the public id of the learner's certificate."""
    before = wait_until(lambda: expect(learner.get(f"{run}/certificate"), 200))
    assert (before["state"], before["can_request"]) == ("requestable", True), before
    made = expect(learner.post(f"{run}/certificate"), 201)
    assert expect(learner.post(f"{run}/certificate"), 200) == made
    to_the_bucket = httpx.get(made["links"]["pdf"])
    assert to_the_bucket.status_code == 302
    link = to_the_bucket.headers["location"]
    assert site.is_the_buckets(link), link
    # The address is used unchanged: after a redirect to another host, the signature is wrong.
    pdf = httpx.get(link)
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf"), pdf.text
    assert "filename" in pdf.headers["content-disposition"]
    assert pdf.content.startswith(b"%PDF-")
    mine = expect(learner.get("/me/certificates"), 200)["items"]
    assert made["verify_uuid"] in {item["verify_uuid"] for item in mine}
    return str(made["verify_uuid"])


def anyone_checks(anyone: httpx.Client, verify_uuid: str, name: str) -> None:
    checked = expect(anyone.get(f"/certificates/{verify_uuid}", headers={"Accept": "application/json"}), 200)
    assert (checked["status"], checked["name"]) == ("valid", name)
    page = anyone.get(f"/certificates/{verify_uuid}", headers={"Accept": "text/html"})
    assert page.status_code == 200 and name in page.text
    assert page.headers["x-content-type-options"] == "nosniff"


def a_job_issues_for_the_others(site: Site, staff: httpx.Client, run: str) -> None:
    job = expect(staff.post(f"{run}/jobs", json={"kind": "bulk"}), 202)["job_id"]

    def finished() -> Any:
        found = expect(staff.get(f"{run}/jobs/{job}"), 200)
        return found if found["state"] == "finished" else None

    found = wait_until(finished)
    assert found["issued"] == 1, found
    results = staff.get(f"{run}/jobs/{job}/results")
    assert results.status_code == 302 and site.is_the_buckets(results.headers["location"])
    assert len(httpx.get(results.headers["location"]).text.splitlines()) == 4


def a_file_excepts_who_fails(site: Site, staff: httpx.Client, run: str, username: str) -> str:
    """Returns the public id of the certificate that the exception gives."""
    result = send_file(site, staff, f"{run}/exceptions/uploads", "list.csv", f"{username},was ill\nnobody,\n".encode())
    assert (result["added"], [error["reason"] for error in result["errors"]]) == (1, ["unknown-learner"]), result
    expect(staff.post(f"{run}/jobs", json={"kind": "exceptions", "scope": "without-certificate"}), 202)

    def issued() -> Any:
        listed = expect(staff.get(f"{run}/certificates?status=downloadable"), 200)["items"]
        return next((item for item in listed if item["username"] == username), None)

    return str(wait_until(issued)["verify_uuid"])


def staff_invalidate(anyone: httpx.Client, staff: httpx.Client, run: str, mark: str) -> str:
    """Returns the public id of a certificate that is invalidated now. An earlier link to it no longer works."""
    on_the_list = {"learner": f"failing_{mark}", "note": "a story"}
    refused = expect(staff.post(f"{run}/invalidations", json=on_the_list), 409)
    assert refused["type"].startswith("urn:certificates:problem:")
    listed = expect(staff.get(f"{run}/certificates?status=downloadable"), 200)["items"]
    verify_uuid = next(item["verify_uuid"] for item in listed if item["username"] == f"passing_{mark}")
    address = f"/certificates/{verify_uuid}"
    link = anyone.get(f"{address}/pdf").headers["location"]
    assert httpx.get(link).status_code == 200
    expect(staff.post(f"{run}/invalidations", json={"learner": f"passing_{mark}", "note": "a story"}), 201)
    is_invalidated(anyone, verify_uuid)
    assert httpx.get(link).status_code in (403, 404)
    return str(verify_uuid)


def is_invalidated(anyone: httpx.Client, verify_uuid: str) -> None:
    said = expect(anyone.get(f"/certificates/{verify_uuid}", headers={"Accept": "application/json"}), 200)
    assert said["status"] == "invalidated" and said["invalidated_on"] and "name" not in said
    expect(anyone.get(f"/certificates/{verify_uuid}/pdf"), 410)


def the_refused_are_told_so(learner: httpx.Client, anyone: httpx.Client, run: str) -> None:
    expect(learner.get(f"{run}/certificates"), 403)
    expect(learner.put(run, json=SETTINGS), 403)
    unknown = expect(anyone.get(f"/certificates/{secrets.token_hex(16)}", headers={"Accept": "application/json"}), 404)
    assert unknown["type"] == "urn:certificates:problem:unknown-certificate"


def pages_of_another_site_may_ask(site: Site, anyone: httpx.Client, run: str) -> None:
    """A browser asks first. The answer is `*`, or the origin that the deployment allows; never with cookies."""
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,idempotency-key",
    }
    said = anyone.options(f"{run}/certificate", headers=asked)
    assert said.status_code in (200, 204), said.text
    assert said.headers.get("access-control-allow-origin") in (None, "*", ORIGIN)
    assert "access-control-allow-credentials" not in said.headers
