"""Anybody can drop a file on the page: the browser finds the credential, and the page shows each check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser.papers import altered
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import GLOBAL_STAFF
from tests.cloud.sample import path

COURSE_ID = "course-v1:Lyceum+BOT101+checking"
RUN = path(COURSE_ID)


@pytest.fixture(scope="module")
def files(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of Parisa as PDF, PNG badge, JSON and JWT, and forgeries of it."""
    folder = tmp_path_factory.mktemp("files")
    with cloud.http("parisa") as http:
        page = str(http.post(f"{RUN}/certificate").json()["links"]["page"])
    pdf = httpx.get(f"{page}/pdf", follow_redirects=True, timeout=60).content
    (folder / "certificate.pdf").write_bytes(pdf)
    (folder / "badge.png").write_bytes(httpx.get(f"{page}/badge.png", timeout=60).content)
    credential = httpx.get(f"{page}/credential", timeout=60).text
    (folder / "credential.json").write_text(credential)
    (folder / "credential.jwt").write_text(
        httpx.get(f"{page}/credential", headers={"accept": "application/vc+jwt"}, timeout=60).text
    )
    renamed = json.loads(credential)
    renamed["credentialSubject"]["name"] = "Somebody Else"
    (folder / "renamed.json").write_text(json.dumps(renamed))
    (folder / "elsewhere.json").write_text(credential.replace('"issuer":{"id":"did:web:', '"issuer":{"id":"did:web:x'))
    (folder / "holiday.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IEND\xaeB`\x82")
    altered(folder / "certificate.pdf", folder / "altered.pdf")
    return folder


@pytest.fixture
def told(cloud: LocalCloud, visit: Any, files: Path) -> Iterator[Any]:
    """`told("certificate.pdf")`: the verdict, and the results that the page shows of that file."""
    seen = visit()

    def ask(name: str) -> tuple[str, dict[str, str]]:
        page = seen.open(f"{cloud.api_url}/verify")
        page.get_by_label("Choose a file").set_input_files(files / name)
        heading = page.locator("[data-verdict]:visible h1")
        heading.wait_for()
        assert page.evaluate("document.activeElement.textContent") == heading.inner_text()
        verdict = heading.inner_text()
        shown = page.locator("[data-check]:visible")
        checks = "(part) => [part.dataset.check, part.dataset.result]"
        return verdict, dict(one.evaluate(checks) for one in shown.all())

    yield ask
    assert seen.faults() == []


ALL = dict.fromkeys(["issuer", "signature", "status", "revision"], "passed")


@pytest.mark.parametrize("name", ["badge.png", "credential.json", "credential.jwt"])
def test_a_badge_and_a_credential_pass_every_check(name: str, told: Any) -> None:
    assert told(name) == ("This file is genuine.", ALL)


def test_the_paper_that_was_issued_passes_every_check(told: Any) -> None:
    assert told("certificate.pdf") == ("This file is genuine.", {**ALL, "paper": "passed"})


def test_an_altered_paper_that_kept_its_credential_is_noticed(told: Any) -> None:
    assert told("altered.pdf") == ("This file has been altered.", {**ALL, "paper": "failed"})


def test_a_changed_or_foreign_credential_is_not_trusted(told: Any) -> None:
    assert told("renamed.json") == ("This file is not genuine.", {"issuer": "passed", "signature": "failed"})
    assert told("elsewhere.json") == ("This file is not genuine.", {"issuer": "failed", "signature": "failed"})


def test_the_page_says_that_a_file_has_no_credential_of_this_site(told: Any) -> None:
    assert told("holiday.png") == ("This file carries no credential.", {})


def test_without_a_script_the_field_for_the_id_is_all_there_is(cloud: LocalCloud, visit: Any) -> None:
    page = visit(java_script_enabled=False).open(f"{cloud.api_url}/verify")
    assert page.get_by_label("Certificate id").is_visible()
    assert not page.locator("#by-file").is_visible()


def test_the_page_of_an_invalidated_certificate_says_so(cloud: LocalCloud, told: Any) -> None:
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        assert http.post(f"{RUN}/invalidations", json={"learner": "parisa", "note": ""}).status_code == 201
    assert told("certificate.pdf") == (
        "This certificate is not valid any more.",
        {"issuer": "passed", "signature": "passed", "status": "failed"},
    )
