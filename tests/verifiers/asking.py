"""Runs the verifiers: Digital Bazaar's for Node, jose, openbadgeslib; and a wallet's check of the shape of
credentials."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openbadgeslib.ob3.contexts import bundled_contexts
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from tests.verifiers.fetching import FOLDER

HERE = Path(__file__).parent
DID_CONTEXT = {"@context": {"@protected": True, "id": "@id", "type": "@type"}}
VALID = "valid"

Issuers = Mapping[str, Mapping[str, Any]]
"""The document of each issuer that a verifier knows."""


class Forms(NamedTuple):
    """A credential, or a status list, in both forms."""

    document: str
    jwt: str


def skip_without_node() -> None:
    if shutil.which("node") is None or not (FOLDER / "node_modules").is_dir():
        pytest.skip("no verifier for Node is here: it takes Node, npm and `make test` to install it")


def by_node(cases: Mapping[str, Forms], issuers: Issuers, lists: Mapping[str, Forms]) -> dict[str, Forms]:
    """The result of Digital Bazaar's verifier for each document, and of jose for each JWT: `valid`, or why not."""
    asked = {
        "contexts": {**bundled_contexts(), "https://www.w3.org/ns/did/v1": _DID, **_MULTIKEY},
        "issuers": issuers,
        "lists": {url: found._asdict() for url, found in lists.items()},
        "cases": {name: forms._asdict() for name, forms in cases.items()},
    }
    return {name: Forms(**said) for name, said in _node("check.mjs", asked).items()}


def by_shape(documents: Mapping[str, str]) -> dict[str, str]:
    """The result of a learner's wallet for the shape of each document: `valid`, or the place and the fault."""
    return dict(_node("shape.mjs", documents))


def _node(script: str, asked: Any) -> dict[str, Any]:
    for name in (script, "base58.mjs"):
        shutil.copy(HERE / name, FOLDER)  # modules are looked for beside the file that imports them
    done = subprocess.run(
        ["node", script], cwd=FOLDER, input=json.dumps(asked), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def by_openbadgeslib(forms: Forms, issuer: str, issuers: Issuers, lists: Mapping[str, Forms]) -> Forms:
    """The result of openbadgeslib, which trusts only this issuer."""

    def download(url: str) -> bytes:
        if url in lists:
            return lists[url].jwt.encode()
        for did, document in issuers.items():
            if url == f"https://{did.removeprefix('did:web:').replace('%3A', ':')}/.well-known/did.json":
                return json.dumps(document).encode()
        raise LookupError(url)

    def asked(verifier: Any, credential: str) -> str:
        try:
            verifier.for_issuer_did(issuer, download=download).verify(credential, check_status=True, download=download)
        except OB3VerificationError as refused:
            return str(refused)
        return VALID

    return Forms(asked(OB3LdpVerifier, forms.document), asked(OB3Verifier, forms.jwt))


# No package here has it. The verifier only frames the issuer's document, to see whether it names the key.
_DID = {
    "@context": {
        "@protected": True,
        "id": "@id",
        "type": "@type",
        "verificationMethod": {"@id": "https://w3id.org/security#verificationMethod", "@type": "@id"},
        "assertionMethod": {
            "@id": "https://w3id.org/security#assertionMethod",
            "@type": "@id",
            "@container": "@set",
        },
    }
}
_MULTIKEY: dict[str, Any] = {}
