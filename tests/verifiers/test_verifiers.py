"""Verifiers that share no code with the product accept its credentials offline, and refuse every kind of bad one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates.trust.credential import secured
from certificates.trust.issuer import did_document
from certificates.trust.multibase import base64url, from_base64url
from certificates.trust.status_list import LIST_SIZE, StatusEntry, bits, list_url, secured_list
from tests.unit.trust.awards import BASE, DID, KEYS, NOW, OTHERS, award
from tests.verifiers.asking import VALID, Forms, by_node, by_openbadgeslib, by_shape, skip_without_node

# Lists are valid for two days, and verifiers check the time.
NOW_IS = datetime.now(UTC) - timedelta(minutes=1)
REVOKED = [5, LIST_SIZE - 1]
ISSUERS = {DID: did_document(DID, [KEYS.ed25519, KEYS.p256])}


def lists(**signing: Any) -> dict[str, Forms]:
    signed = secured_list("1-1", bits(REVOKED), base_url=BASE, **{"keys": KEYS, "now": NOW_IS, **signing})
    return {list_url(BASE, "1-1"): Forms(*signed)}


def issued(**changes: Any) -> Forms:
    return Forms(*secured(award(**{"entry": StatusEntry("1-1", 47), **changes}), KEYS))


def altered(forms: Forms, change: Callable[[dict[str, Any]], object]) -> Forms:
    """Changed forms with their old proof and signature."""
    document = json.loads(forms.document)
    change(document)
    header, payload, signature = forms.jwt.split(".")
    said = json.loads(from_base64url(payload))
    change(said)
    return Forms(json.dumps(document), f"{header}.{base64url(json.dumps(said).encode())}.{signature}")


def renamed(document: dict[str, Any]) -> None:
    document["credentialSubject"]["name"] = "Somebody Else"


def moved(document: dict[str, Any]) -> None:
    """Move the credential to an entry that is not revoked."""
    document["credentialStatus"]["statusListIndex"] = "6"


GOOD = {
    "as it was issued": issued(),
    "with a name in Arabic": issued(name="ليلى حداد"),
    "with quotes and a backslash": issued(name='Ana "Ñ" \\ Petrova', title='“Sea” & \\"Fjord\\"'),
    "with letters beyond the basic plane": issued(name="𝔸𐌰 中島"),
    "without an e-mail": issued(email_hash="", salt=""),
    "at index 0": issued(entry=StatusEntry("1-1", 0)),
    "beside a revoked one": issued(entry=StatusEntry("1-1", 4)),
}
BAD = {
    "revoked": issued(entry=StatusEntry("1-1", 5)),
    "revoked at the end of the list": issued(entry=StatusEntry("1-1", LIST_SIZE - 1)),
    "with another name": altered(issued(), renamed),
    "with another place in the status list": altered(issued(entry=StatusEntry("1-1", 5)), moved),
    "signed with another key": Forms(*secured(award(entry=StatusEntry("1-1", 47)), OTHERS)),
    "of another issuer": Forms(*secured(award(base_url="https://elsewhere.example"), OTHERS)),
}


@pytest.fixture(scope="module")
def said_by_node() -> dict[str, Forms]:
    skip_without_node()
    return by_node({**GOOD, **BAD}, ISSUERS, lists())


@pytest.mark.parametrize("name", GOOD)
def test_node_s_verifiers_accept_good_credentials(name: str, said_by_node: dict[str, Forms]) -> None:
    assert said_by_node[name] == Forms(VALID, VALID)


@pytest.mark.parametrize("name", BAD)
def test_node_s_verifiers_refuse_bad_credentials(name: str, said_by_node: dict[str, Forms]) -> None:
    assert VALID not in said_by_node[name]
    assert all(said_by_node[name])


def without(document: str, *path: str) -> str:
    """A document without one of its members."""
    changed = json.loads(document)
    holder = changed
    for part in path[:-1]:
        holder = holder[part]
    del holder[path[-1]]
    return json.dumps(changed)


def test_a_wallet_finds_in_each_credential_the_shape_of_an_open_badge() -> None:
    skip_without_node()
    assert by_shape({name: forms.document for name, forms in GOOD.items()}) == dict.fromkeys(GOOD, VALID)


@pytest.mark.parametrize(
    "path",
    [
        ["issuer"],
        ["proof"],
        ["credentialSubject", "type"],
        ["credentialSubject", "achievement", "criteria"],
        ["credentialSubject", "achievement", "description"],
        ["credentialSubject", "achievement", "name"],
        ["credentialSubject", "identifier", 0, "hashed"],
    ],
    ids=lambda path: ".".join(map(str, path)),
)
def test_a_wallet_reports_missing_parts_of_an_open_badge(path: list[str]) -> None:
    skip_without_node()
    assert by_shape({"": without(issued().document, *path)})[""] != VALID


@pytest.mark.parametrize("name", GOOD)
def test_openbadgeslib_accepts_good_credentials(name: str) -> None:
    assert by_openbadgeslib(GOOD[name], DID, ISSUERS, lists()) == Forms(VALID, VALID)


@pytest.mark.parametrize("name", BAD)
def test_openbadgeslib_refuses_bad_credentials(name: str) -> None:
    assert VALID not in by_openbadgeslib(BAD[name], DID, ISSUERS, lists())


def test_each_verifier_reports_a_revoked_credential(said_by_node: dict[str, Forms]) -> None:
    told = by_openbadgeslib(BAD["revoked"], DID, ISSUERS, lists())
    assert all("status 'revocation' is set at index 5" in reason for reason in told)
    assert said_by_node["revoked"] == Forms("revoked", "revoked")


def test_after_a_rotation_old_credentials_verify_and_lists_are_signed_by_the_new_keys() -> None:
    skip_without_node()
    day = NOW.date().isoformat()
    retired = [KEYS.ed25519._replace(retired_on=day), KEYS.p256._replace(retired_on=day)]
    issuers = {DID: did_document(DID, [OTHERS.p256, OTHERS.ed25519, *retired])}
    cases = {
        "old": issued(),
        "new": Forms(*secured(award(entry=StatusEntry("1-1", 47)), OTHERS)),
        "revoked": BAD["revoked"],
    }
    said = by_node(cases, issuers, lists(keys=OTHERS))
    assert said == {"old": Forms(VALID, VALID), "new": Forms(VALID, VALID), "revoked": Forms("revoked", "revoked")}
    for name in ("old", "new"):
        assert by_openbadgeslib(cases[name], DID, issuers, lists(keys=OTHERS)) == Forms(VALID, VALID)


def test_a_status_list_that_somebody_else_signed_or_that_has_ended_is_refused() -> None:
    skip_without_node()
    for wrong in (lists(keys=OTHERS), lists(now=NOW_IS - timedelta(days=3))):
        assert VALID not in by_node({"good": issued()}, ISSUERS, wrong)["good"]
        assert VALID not in by_openbadgeslib(issued(), DID, ISSUERS, wrong)
