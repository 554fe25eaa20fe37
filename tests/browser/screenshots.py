"""`python -m tests.browser.screenshots`: the pages in every state, desktop and phone, into .build/screenshots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.browser.chromium import DESKTOP, PHONE, Chromium, Watched, chromium, watched
from tests.cloud import sample
from tests.cloud.cloud import ROOT, LocalCloud, deployed
from tests.cloud.people import COURSE_STAFF, GLOBAL_STAFF
from tests.cloud.sample import COURSE_ID, RUN

FOLDER = ROOT / ".build" / "screenshots"
IN_PATH = quote(COURSE_ID, safe="")
TABS = ("learners", "exceptions", "generate", "invalidations", "records", "design", "settings")
VARIANTS: dict[str, dict[str, Any]] = {
    "": {"viewport": DESKTOP},
    "-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "-phone": {"viewport": PHONE, "device_scale_factor": 2},
    "-arabic": {"viewport": DESKTOP, "locale": "ar"},
    "-spanish": {"viewport": DESKTOP, "locale": "es"},
}
LEARNERS = {
    "requestable": "amara",
    "requestable-long-name": "long_name",
    "requestable-arabic-name": "layla",
    "not-passing": "anjali_n",
    "track-without-certificate": "audit_only",
    "identity-missing": "noam",
    "not-enrolled": "nobody",
    "available": "parisa",
    "invalidated": "kamala",
}
"""Who shows which state of the progress page."""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with deployed() as cloud, chromium() as browser:
        sample.load(cloud)
        public = prepared(cloud)
        for suffix, context in VARIANTS.items():
            for name, page in shown(cloud, browser, public, context):
                path = FOLDER / f"{name}{suffix}.png"
                page.page.wait_for_load_state("networkidle")
                page.page.screenshot(path=path, full_page=True)
                print(path.relative_to(ROOT), flush=True)


def prepared(cloud: LocalCloud) -> dict[str, str]:
    """Certificates and a job to look at; the addresses of the public pages."""
    addresses = {}
    for username in ("parisa", "kamala", "mlopez"):
        with cloud.http(username) as http:
            addresses[username] = str(http.post(f"{RUN}/certificate").json()["links"]["page"])
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        sample.expect(http.post(f"{RUN}/invalidations", json={"learner": "kamala", "note": "Handed in twice"}), 201)
        sample.expect(http.post(f"{RUN}/exceptions", json={"learner": "anjali_n", "note": "Illness"}), 201)
        http.delete(f"{RUN}/exceptions/{user_id(http, 'anjali_n')}")
        sample.expect(http.post(f"{RUN}/exceptions", json={"learner": "zoe.k", "note": "Lab closed"}), 201)
        job = sample.expect(http.post(f"{RUN}/jobs", json={"kind": "bulk", "dry_run": True}), 202)
        path = f"{RUN}/jobs/{job['job_id']}"
        cloud.wait_until(lambda: http.get(path).json()["state"] == "finished")
    return {
        "certificate-valid": addresses["parisa"],
        "certificate-invalidated": addresses["kamala"],
        "certificate-unknown": f"{cloud.api_url}/verify?id=0b98b5e5-ff6d8944-a24fd4f9-6621efc",
        "verify": f"{cloud.api_url}/verify",
        "job": job["job_id"],
    }


def user_id(http: Any, username: str) -> str:
    found = http.get(f"{RUN}/certificates", params={"search": username}).json()["items"]
    return str(found[0]["user_id"])


def shown(
    cloud: LocalCloud, browser: Chromium, public: dict[str, str], context: dict[str, Any]
) -> Iterator[tuple[str, Watched]]:
    """Every page under its name, opened."""
    with watched(browser, **context) as anybody:
        for name, address in public.items():
            if name != "job":
                anybody.expected.add(address)
                anybody.page.goto(address)
                yield name, anybody
        anybody.page.goto(f"{cloud.api_url}/sign-in")
        yield "sign-in-development", anybody
    for state, username in LEARNERS.items():
        with signed_in(cloud, browser, username, context) as learner:
            learner.page.goto(f"{cloud.api_url}/learn/{IN_PATH}")
            yield f"learn-{state}", learner
            if state == "available":
                learner.page.goto(f"{cloud.api_url}/learn")
                yield "learn-all", learner
    with signed_in(cloud, browser, COURSE_STAFF, context) as staff:
        staff.page.goto(f"{cloud.api_url}/teach")
        yield "teach-my-runs", staff
        for tab in (*TABS, f"jobs/{public['job']}"):
            staff.page.goto(f"{cloud.api_url}/teach/{IN_PATH}/{tab}")
            yield f"teach-{Path(tab).parts[0]}", staff


def signed_in(cloud: LocalCloud, browser: Chromium, username: str, context: dict[str, Any]) -> Any:
    """A watched page of a person: the code of the issuer is asked for as its page would."""
    from contextlib import contextmanager

    @contextmanager
    def opened() -> Iterator[Watched]:
        with watched(browser, **context) as found:
            found.page.goto(f"{cloud.api_url}/sign-in?to=/learn")
            found.page.locator("summary").click()
            found.page.get_by_label("Username").fill(username)
            found.page.get_by_role("button", name="Sign in", exact=True).click()
            found.page.wait_for_url("**/learn")
            yield found

    return opened()


if __name__ == "__main__":
    main()
