"""Other verifiers accept the credentials of the deployed stack offline, all of them see revocations, and keys can be
rotated."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx

from tests.cloud.cloud import LocalCloud
from tests.cloud.people import GLOBAL_STAFF
from tests.cloud.sample import RUN
from tests.stack.people import passing_learner
from tests.verifiers.asking import VALID, Forms, by_node, by_openbadgeslib, skip_without_node

JWT = {"accept": "application/vc+jwt"}


def download(cloud: LocalCloud, username: str, folder: Path) -> Forms:
    """The credential in the learner's certificate, as `pdfdetach` finds it."""
    with cloud.http(username) as http:
        page = http.post(f"{RUN}/certificate").json()["links"]["page"]
    (folder / "certificate.pdf").write_bytes(httpx.get(f"{page}/pdf", follow_redirects=True).content)
    subprocess.run(["pdfdetach", "-saveall", "certificate.pdf"], cwd=folder, check=True, capture_output=True)
    return Forms((folder / "credential.json").read_text(), (folder / "credential.jwt").read_text())


def fetched(cloud: LocalCloud, forms: Forms) -> tuple[dict[str, Any], dict[str, Forms]]:
    """The data that a verifier keeps for use without a network: the issuer's document and the status list."""
    issuer = httpx.get(f"{cloud.api_url}/.well-known/did.json").json()
    url = json.loads(forms.document)["credentialStatus"]["statusListCredential"]
    return issuer, {url: Forms(httpx.get(url).text, httpx.get(url, headers=JWT).text)}


def said(forms: Forms, issuer: dict[str, Any], lists: dict[str, Forms]) -> list[str]:
    """The answers about both forms, from verifiers that share no code with the product or with each other."""
    known = {issuer["id"]: issuer}
    return [*by_node({"it": forms}, known, lists)["it"], *by_openbadgeslib(forms, issuer["id"], known, lists)]


def test_a_certificate_is_verified_offline_by_others_and_revoked_for_all_of_them(
    sample_run: LocalCloud, tmp_path: Path
) -> None:
    skip_without_node()
    cloud = sample_run
    passing_learner(cloud, "credential_holder", "Ana “Ñ” Petrova")
    forms = download(cloud, "credential_holder", tmp_path)
    assert said(forms, *fetched(cloud, forms)) == [VALID] * 4
    function = cloud.name("StatusLists")
    rotated = cloud.client("lambda").invoke(FunctionName=function, Payload=b'{"rotate": "keys"}')
    assert len(json.load(rotated["Payload"])["public_keys"]) == 4
    assert said(forms, *fetched(cloud, forms)) == [VALID] * 4

    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        invalidated = http.post(f"{RUN}/invalidations", json={"learner": "credential_holder", "note": ""})
        assert invalidated.status_code == 201

    def revoked() -> bool:
        return all("revo" in reason for reason in said(forms, *fetched(cloud, forms)))

    assert cloud.wait_until(revoked, every=2)
